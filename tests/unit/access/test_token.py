from cockpit.access.token import digest, matches, new_token


def test_token_is_recognisable_long_and_new_each_time():
    first, second = new_token(), new_token()

    assert first != second
    assert first.startswith("ckpt_")
    assert len(first) == len("ckpt_") + 43


def test_digest_is_sha256_of_the_text():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_only_the_token_itself_matches_its_digest():
    token = new_token()

    assert matches(token, digest(token))
    assert not matches(token + "x", digest(token))
    assert not matches(token, "")
    assert not matches("ä\udc80", digest(token))
