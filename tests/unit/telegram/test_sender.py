import time

import gevent
import pytest

from cockpit.stor import Stor
from cockpit.telegram.client import Client
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.sender import Sender
from cockpit.telegram.text import bold, plain, pre


@pytest.fixture
def reported():
    return []


@pytest.fixture
def sender(pipe, tmp_path, client, reported):
    outgoing = Outgoing(pipe)
    found = Sender(client, outgoing, Stor(tmp_path / "stor"), report=reported.append)
    yield found
    found._pool.kill()
    assert reported == []


@pytest.fixture
def outgoing(sender):
    return sender._outgoing


def rounds(sender, outgoing, times=1):
    """Send what waits, whatever pause a chat should have."""
    for _ in range(times):
        for chat in {one.chat for one in outgoing.newest(99, "queued")}:
            outgoing._pipe.call("ZADD", "cockpit:telegram:due", 1, chat)
        sender.round()
        sender._pool.join()


def test_what_waits_is_sent_with_marks_and_buttons(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, bold("hi"), rows=[[{"text": "Go", "callback_data": "x"}]])
    rounds(sender, outgoing)

    (message,) = api.messages(42)
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert api.labels(42) == ["Go"]
    assert outgoing.find("m1").state == "sent"


def test_a_chat_has_its_pause_also_when_its_message_arrives_while_others_wait(
    sender, outgoing, api
):
    api.know(41)
    api.know(42)
    outgoing.put("m1", 42, plain("one"))
    api.slow(0.05)
    sender.round()
    outgoing.put("m2", 42, plain("two"))
    outgoing.put("m3", 41, plain("three"))
    outgoing._pipe.call("ZADD", "cockpit:telegram:due", 1, 41)
    sender._pace.rest(sender._clock() + 0.2)
    sender.round()
    sender._pool.join()

    assert (api.said(41), api.said(42)) == (["three"], ["one"])


def test_what_is_on_its_way_at_the_end_is_noted(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("hi"))
    api.slow(0.1)
    working = gevent.spawn(sender.run)
    api.wait(lambda: api.counts["sendMessage"])
    working.kill()

    assert (api.said(42), outgoing.find("m1").state) == (["hi"], "sent")


def test_a_change_edits_the_message(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("one"))
    rounds(sender, outgoing)
    outgoing.change("m1", plain("two"))
    rounds(sender, outgoing)
    outgoing.change("m1", plain("two"))
    rounds(sender, outgoing)

    assert api.said(42) == ["two"]
    assert outgoing.find("m1").state == "sent"


def test_one_that_was_deleted_is_said_anew(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("one"))
    rounds(sender, outgoing)
    api.delete(42, 1)
    outgoing.change("m1", plain("two"))
    rounds(sender, outgoing)

    assert api.said(42) == ["two"]


def test_a_long_text_is_several_messages_and_a_very_long_one_a_file(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("line\n" * 2000))
    for count in (1, 2, 3):
        rounds(sender, outgoing)
        assert len(api.messages(42)) == count  # Each part is a message as Telegram counts.
    assert outgoing.find("m1").numbers == [1, 2, 3]

    outgoing.put("m2", 42, pre("x" * 50_000))
    rounds(sender, outgoing)
    assert api.messages(42)[-1]["content"] == b"x" * 50_000


def test_what_was_interrupted_between_two_parts_goes_on_there(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("line\n" * 1500))
    api.fail("sendMessage", 500)
    rounds(sender, outgoing, 3)

    assert len(api.messages(42)) == 2


def test_after_a_very_long_outage_it_goes_on_as_before(tmp_path, pipe, outgoing, reported):
    far = Client("1:a", "http://127.0.0.1:9")
    lost = Sender(far, outgoing, Stor(tmp_path / "stor"), report=reported.append)
    outgoing.put("m1", 42, plain("x"))
    pipe.call("HSET", "cockpit:telegram:message:m1", "tries", 2_000)
    rounds(lost, outgoing)
    far.close()

    assert outgoing.find("m1").tries == 2_001
    assert outgoing.due()[0] == []


def test_one_that_nobody_expected_waits_and_is_reported(sender, outgoing, reported, monkeypatch):
    def broken(_message, _numbers):
        raise ZeroDivisionError

    outgoing.put("m1", 42, plain("x"))
    monkeypatch.setattr(sender, "_send", broken)
    rounds(sender, outgoing)

    assert [type(one) for one in reported] == [ZeroDivisionError]
    assert "ZeroDivisionError" in outgoing.find("m1").error
    assert outgoing.due()[0] == []
    reported.clear()


def test_what_is_enormous_holds_nothing_up(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("word " * 400_000))
    began = time.process_time()
    rounds(sender, outgoing)

    (message,) = api.messages(42)
    assert len(message["content"]) == 2_000_000
    # What is cut piece by piece takes minutes.
    assert time.process_time() - began < 5


def test_of_a_long_message_that_changes_nothing_old_stays(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("a" * 5000))
    rounds(sender, outgoing, 2)
    assert len(api.said(42)) == 2
    outgoing.change("m1", plain("short"))
    rounds(sender, outgoing)

    assert api.said(42) == ["short"]
    assert len(outgoing.find("m1").numbers) == 1


def test_parts_that_somebody_took_away_already_are_no_trouble(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("a" * 5000))
    rounds(sender, outgoing, 2)
    api.delete(42, outgoing.find("m1").numbers[1])
    outgoing.change("m1", plain("short"))
    rounds(sender, outgoing)

    assert (api.said(42), outgoing.find("m1").state) == (["short"], "sent")


def test_a_stored_file_is_brought(sender, outgoing, api):
    api.know(42)
    digest = sender._stor.put("actions", b"a,b\n")
    outgoing.put("m1", 42, plain("a table"), document=f"actions/{digest}", file_name="t.csv")
    rounds(sender, outgoing)

    (message,) = api.messages(42)
    assert (message["name"], message["content"], message["caption"]) == (
        "t.csv",
        b"a,b\n",
        "a table",
    )


@pytest.mark.parametrize("error", ["blocked", "unknown"])
def test_what_telegram_refuses_for_good_is_dead_and_seen(sender, outgoing, api, error):
    if error == "blocked":
        api.know(42)
        api.block(42)
    outgoing.put("m1", 42, plain("hi"))
    rounds(sender, outgoing)

    found = outgoing.find("m1")
    assert (found.state, outgoing.figures()["dead"]) == ("dead", 1)
    assert found.error in ("Forbidden: bot was blocked by the user", "Bad Request: chat not found")


def test_without_a_network_it_waits_and_is_sent_later(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("hi"))
    api.cut()
    rounds(sender, outgoing, 3)
    found = outgoing.find("m1")
    assert (found.state, found.tries) == ("queued", 3)
    assert "cannot be reached" in sender.error
    api.mend()
    rounds(sender, outgoing)

    assert (api.said(42), sender.error) == (["hi"], "")


def test_too_much_waits_as_long_as_telegram_says(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("hi"))
    api.fail("sendMessage", 429, retry_after=7)
    sender.round()
    sender._pool.join()

    assert outgoing.find("m1").state == "queued"
    assert 6 < outgoing.due()[1] <= 7


def test_a_token_that_was_revoked_gives_up_nothing(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("hi"))
    api.fail("sendMessage", 401, "Unauthorized")
    rounds(sender, outgoing)

    assert outgoing.find("m1").state == "queued"


def test_a_token_that_is_none_gives_up_nothing(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("hi"))
    api.fail("sendMessage", 404, "Not Found")
    rounds(sender, outgoing, 2)

    assert api.said(42) == ["hi"]


def test_a_long_message_that_changes_before_it_is_sent_is_whole(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("short"))
    outgoing.change("m1", plain("a" * 5000 + "b" * 5000))
    rounds(sender, outgoing, 3)

    assert "".join(api.said(42)) == "a" * 5000 + "b" * 5000


def test_one_that_changes_between_its_parts_says_the_new(sender, outgoing, api):
    api.know(42)
    outgoing.put("m1", 42, plain("a" * 9000))
    rounds(sender, outgoing)
    outgoing.change("m1", plain("short"))
    rounds(sender, outgoing, 2)

    assert (api.said(42), outgoing.find("m1").state) == (["short"], "sent")


def test_an_answer_that_was_lost_is_sent_again(sender, outgoing, api):
    api.know(42)
    api.lose("sendMessage")
    outgoing.put("m1", 42, plain("hi"))
    rounds(sender, outgoing, 2)

    assert api.said(42) == ["hi", "hi"]  # At least once.


def test_it_runs_and_is_woken(sender, outgoing, api):
    api.know(42)
    working = gevent.spawn(sender.run)
    outgoing.put("m1", 42, plain("hi"))
    sender.wake()
    try:
        api.wait(lambda: api.said(42) == ["hi"])
    finally:
        working.kill()
