import gevent
import pytest

from bot_api import TOKEN, User
from cockpit.errors import InputError, OpsError
from cockpit.telegram.client import BusyError, Client, ConflictingError, RefusedError, decoded

ANN = User(42, "Ann")


def test_it_says_who_the_bot_is(client):
    assert client.get_me()["username"] == "cockpit_bot"


def test_updates_are_waited_for_and_confirmed_by_the_next_request(client, api):
    waiting = gevent.spawn(client.get_updates, 0, wait_s=5)
    gevent.idle()
    first = api.say("hi", user=ANN)
    (update,) = waiting.get(timeout=5)
    api.say("ho", user=ANN)

    assert update["message"]["text"] == "hi"
    assert [one["update_id"] for one in client.get_updates(first + 1, wait_s=0)] == [first + 1]


def test_messages_are_sent_changed_and_have_buttons(client, api):
    api.know(42)
    rows = [[{"text": "Go", "callback_data": "x"}]]
    number = client.send_message(42, "one", reply_markup={"inline_keyboard": rows})
    client.edit_message(42, number, "two")

    (message,) = api.messages(42)
    assert (message["text"], message["edits"]) == ("two", 1)
    assert "reply_markup" not in message


def test_files_go_both_ways(client, api):
    api.know(42)
    client.send_document(42, "a.txt", b"\x00one", caption="this")
    (message,) = api.messages(42)
    assert (message["name"], message["content"], message["caption"]) == (
        "a.txt",
        b"\x00one",
        "this",
    )

    api.document("b.yaml", b"x: 1\n", user=ANN)
    file = api.updates[-1]["message"]["document"]["file_id"]
    assert client.download(file) == b"x: 1\n"


def test_buttons_are_answered_commands_listed_and_typing_shown(client, api):
    api.know(42)
    client.set_commands([("help", "What there is")])
    client.send_action(42)
    client.send_message(
        42, "?", reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
    )
    api.press_newest("Go", user=ANN)
    client.answer_callback(api.updates[-1]["callback_query"]["id"], "done")

    assert api.commands == [{"command": "help", "description": "What there is"}]
    assert api.answers[0]["text"] == "done"


def test_a_webhook_is_set_and_taken_away(client, api):
    client.set_webhook("http://127.0.0.1:1/webhooks/telegram", "s3cret")
    assert api.webhook["secret_token"] == "s3cret"
    with pytest.raises(ConflictingError):
        client.get_updates(0, wait_s=0)
    client.delete_webhook()
    assert client.get_updates(0, wait_s=0) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, RefusedError), (403, RefusedError), (409, ConflictingError), (500, OpsError)],
)
def test_each_refusal_says_what_to_do_about_it(client, api, code, kind):
    api.fail("sendMessage", code, "no")
    with pytest.raises(kind) as raised:
        client.send_message(42, "hi")

    assert isinstance(raised.value, InputError) == (kind is RefusedError)
    assert "no" in str(raised.value)


def test_too_much_says_when_it_may_come_again(client, api):
    api.fail("sendMessage", 429, retry_after=7)
    with pytest.raises(BusyError) as raised:
        client.send_message(42, "hi")

    assert raised.value.after_s == 7


def test_a_wrong_token_is_refused_and_never_told(api):
    client = Client("99:secret", api.url)
    with pytest.raises(RefusedError) as raised:
        client.get_me()
    client.close()

    assert raised.value.code == 401
    assert "secret" not in str(raised.value)


def test_without_a_network_it_is_the_worlds_fault_and_the_token_stays_secret(client, api):
    api.cut()
    with pytest.raises(OpsError) as raised:
        client.get_me()
    api.mend()

    assert TOKEN not in str(raised.value)
    assert client.get_me()["id"] == 1234


def test_what_is_not_telegram_is_told(client, api):
    def other(_env, start):
        start("200 OK", [("Content-Type", "text/html")])
        return [b"<html>"]

    api._server.application = other
    with pytest.raises(OpsError, match="not Telegram"):
        client.get_me()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a":"\\ud800b"}', {"a": "?b"}),
        (b'["\xff"]', ["\ufffd"]),
        (b"[1e400]", [float("inf")]),
        (b"{", None),
        (b"[" * 100_000, None),
    ],
)
def test_one_odd_text_keeps_nothing_else_from_being_read(raw, found):
    assert decoded(raw) == found
