from cockpit.telegram.talks import Talk, Talks


def test_what_somebody_talks_about_is_theirs_in_that_chat(pipe):
    talks = Talks(pipe)
    talks.put(42, 7, Talk("desk", "repo create", {"a": 1}))

    assert Talks(pipe).get(42, 7) == Talk("desk", "repo create", {"a": 1})
    assert talks.get(42, 8) == talks.get(43, 7) == Talk()


def test_what_cannot_be_read_is_nothing(pipe):
    pipe.call("SET", "cockpit:telegram:talk:42:7", b'{"repo":7}')

    assert Talks(pipe).get(42, 7) == Talk()
