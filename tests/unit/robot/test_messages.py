import pytest

from cockpit.bus import Made
from cockpit.robot import Messages


@pytest.fixture
def seconds():
    return [1000.0]


@pytest.fixture
def messages(pipe, seconds):
    return Messages(pipe, clock=lambda: seconds[0])


def put(messages, n=1, **fields):
    given = {"service": "desk/desk!main", "who": "ops", "to": ["ann"], "text": "look"}
    return messages.put(Made("j1", "tell", n), **(given | fields))


def test_a_message_is_stored_with_everything_about_it(messages):
    found, is_new = put(messages, backup=["bob"], backup_s=5)

    assert is_new
    assert messages.find([found.id]) == [found]
    assert (found.state, found.repo, found.service, found.job) == (
        "held",
        "desk",
        "desk!main",
        "j1",
    )
    assert (found.who, found.to, found.text, found.epoch) == ("ops", ["ann"], "look", 1000)
    assert (found.backup, found.backup_at, found.mails) == (["bob"], 1005, {})


def test_the_same_call_of_a_job_stores_it_once(messages):
    first, _ = put(messages)

    assert put(messages, to=["eve"]) == (first, False)
    assert put(messages, 2)[0].id != first.id


def test_what_is_held_is_due_again_after_a_minute_and_what_is_mailed_is_not(messages, seconds):
    held, mailed = put(messages)[0], put(messages, 2)[0]
    assert {one.id for one in messages.due()} == {held.id, mailed.id}
    messages.note(held, ["ann"], "held")
    messages.note(mailed, ["ann"], "mailed")
    assert messages.due() == []
    seconds[0] += 60

    assert messages.due() == messages.held() == [held]


def test_what_is_held_may_be_due_at_once(messages):
    held, _ = put(messages)
    messages.note(held, [], "held")
    messages.hurry()

    assert [one.id for one in messages.due()] == [held.id]


def test_a_backup_is_due_in_its_time(messages, seconds):
    message, _ = put(messages, backup=["bob"], backup_s=5)
    messages.note(message, ["ann"], "mailed")
    assert (messages.due(), messages.held()) == ([], [])
    seconds[0] += 5
    assert [one.id for one in messages.due()] == [message.id]
    messages.note(message, ["ann", "bob"], "mailed")

    assert messages.due() == []


def test_what_ends_is_due_no_more(messages):
    held, mailed = put(messages)[0], put(messages, 2, backup=["bob"], backup_s=5)[0]
    messages.note(mailed, ["ann"], "mailed")
    for one in messages.find([held.id, mailed.id]):
        messages.end(one)

    assert messages.due() == []
    assert [one.state for one in messages.find([held.id, mailed.id])] == ["over", "mailed"]


def test_messages_are_listed_newest_first(messages, seconds):
    first, _ = put(messages)
    seconds[0] += 1
    second, _ = put(messages, 2)
    messages.note(second, ["ann"], "mailed")

    assert [one.id for one in messages.newest(10)] == [second.id, first.id]
    assert [one.id for one in messages.newest(1)] == [second.id]
    assert messages.newest(10, "held") == [first]


def test_old_messages_are_forgotten(messages, seconds, pipe):
    put(messages)
    seconds[0] += 10
    kept, _ = put(messages, 2)
    messages.trim(1005)

    assert messages.newest(10) == messages.held() == [kept]
    assert len(pipe.call("KEYS", "cockpit:message:*")) == 1


def test_what_brought_it_in_a_chat_is_kept_for_each_person(messages):
    message, _ = put(messages)

    assert messages.brought(message.id, "ann", "t1")
    assert messages.brought(message.id, "a:b", "t2")
    assert messages.find([message.id])[0].chats == {"ann": "t1", "a:b": "t2"}


def test_what_is_forgotten_meanwhile_stays_so(messages, pipe):
    assert not messages.brought("none", "ann", "t1")
    assert pipe.call("DBSIZE") == 0
