"""The stand-in of the Bot API: what a bot, a person and a broken network see of it."""

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import urllib3

from bot_api import TOKEN, BotApi, User
from bot_api.faults import Limits
from bot_api.process import BotApiProcess
from bot_api.world import RefusedError
from receiver import Receiver

ANN, BOB = User(42, "Ann", "ann"), User(43, "Bob")
GROUP = -100
GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as found:
        found.know(ANN.id)
        yield found


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    found = urllib3.PoolManager(retries=False, maxsize=9, timeout=20)
    yield found
    found.clear()


@pytest.fixture
def ask(api: BotApi, pool: urllib3.PoolManager) -> Ask:
    """Call a method as a bot does: its status, and the result or the description."""

    def call(method: str, **told: Any) -> tuple[int, Any]:
        answer = pool.request("POST", f"{api.url}/bot{TOKEN}/{method}", json=told)
        body = answer.json()
        assert body["ok"] == (answer.status == 200)
        assert body.get("error_code", 200) == answer.status
        return answer.status, body.get("result", body.get("description"))

    return call


@pytest.fixture
def send(ask: Ask) -> Callable[..., int]:
    def send(text: str, **more: Any) -> int:
        code, message = ask("sendMessage", **({"chat_id": ANN.id, "text": text} | more))
        assert code == 200, message
        return message["message_id"]

    return send


def ids(answer: tuple[int, Any]) -> list[int]:
    assert answer[0] == 200, answer
    return [one["update_id"] for one in answer[1]]


# Requests.


def test_only_its_token_opens_it(api: BotApi, pool: urllib3.PoolManager):
    told = {}
    for place in (f"bot{TOKEN}", "bot9:x", "elsewhere"):
        answer = pool.request("GET", f"{api.url}/{place}/getMe")
        told[place] = answer.status, answer.json().get("description", "")
    assert told == {
        f"bot{TOKEN}": (200, ""),
        "bot9:x": (401, "Unauthorized"),
        "elsewhere": (404, "Not Found"),
    }


def test_what_is_wrong_is_refused_and_remembered(api: BotApi, ask: Ask):
    assert ask("sendMessage", chat_id=ANN.id, text=" ") == (
        400,
        "Bad Request: message text is empty",
    )
    assert ask("sendGossip")[0] == 404
    assert ask("getChat", chat_id=ANN.id)[0] == 501

    assert api.refused == [
        "message text is empty",
        "there is no method 'sendGossip'",
        "Not Implemented: getChat is not carried out here",
    ]
    assert api.messages(ANN.id) == []


def test_a_body_that_cannot_be_read_is_refused_too(api: BotApi, pool: urllib3.PoolManager):
    url = f"{api.url}/bot{TOKEN}/sendMessage"
    headers = {"Content-Type": "application/json"}
    assert pool.request("POST", url, body=b"{", headers=headers).status == 400
    assert len(api.refused) == 1


def test_a_form_says_the_same_as_json(api: BotApi, pool: urllib3.PoolManager):
    fields = {"chat_id": "42", "text": "5", "entities": '[{"type":"bold","offset":0,"length":1}]'}
    url = f"{api.url}/bot{TOKEN}/sendMessage"
    for more in ({"encode_multipart": False}, {"encode_multipart": True}):
        assert pool.request("POST", url, fields=fields, **more).status == 200
    assert pool.request("GET", url, fields=fields).status == 200

    assert [(one["text"], one["entities"][0]["type"]) for one in api.messages(42)] == [
        ("5", "bold")
    ] * 3
    assert api.refused == []


def test_a_connection_is_kept_and_nothing_waits_for_an_acknowledgement(
    api: BotApi, ask: Ask, pool: urllib3.PoolManager
):
    ask("getMe")
    began = time.monotonic()
    for _ in range(50):
        ask("getMe")
    assert time.monotonic() - began < 50 * 0.03
    assert pool.connection_from_url(api.url).num_connections == 1


# Updates.


def test_updates_come_again_until_they_are_confirmed(api: BotApi, ask: Ask):
    first, second, third = (api.say(text, user=ANN) for text in "abc")

    assert ids(ask("getUpdates")) == ids(ask("getUpdates")) == [first, second, third]
    assert ids(ask("getUpdates", limit=1)) == [first]
    assert ids(ask("getUpdates", offset=second)) == [second, third]
    assert ids(ask("getUpdates", offset=-1)) == [third]
    assert ids(ask("getUpdates", offset=third + 1)) == []


def test_a_poll_waits_for_news_and_no_longer_than_it_says(api: BotApi, ask: Ask):
    waiting = gevent.spawn(ask, "getUpdates", timeout=20)
    api.wait(lambda api: api.counts["getUpdates"])
    update = api.say("hi", user=ANN)
    assert ids(waiting.get(timeout=5)) == [update]

    began = time.monotonic()
    assert ids(ask("getUpdates", offset=update + 1, timeout=1)) == []
    assert 1 <= time.monotonic() - began < 5


def test_of_two_that_poll_the_older_one_is_ended(api: BotApi, ask: Ask):
    older = gevent.spawn(ask, "getUpdates", timeout=20)
    api.wait(lambda api: api.counts["getUpdates"])
    newer = gevent.spawn(ask, "getUpdates", timeout=20)

    code, words = older.get(timeout=5)
    assert (code, words.partition(";")[0]) == (
        409,
        "Conflict: terminated by other getUpdates request",
    )
    update = api.say("hi", user=ANN)
    assert ids(newer.get(timeout=5)) == [update]


def test_only_kinds_that_are_wanted_come(api: BotApi, ask: Ask):
    api.push({"chat_member": {}})
    ask("getUpdates", allowed_updates=["callback_query"])
    api.say("not wanted", user=ANN)
    wanted = api.push({"callback_query": {}})
    assert ids(ask("getUpdates")) == [wanted]
    ask("getUpdates", allowed_updates=[])
    usual = api.say("hi", user=ANN)
    assert ids(ask("getUpdates")) == [wanted, usual]


def test_an_update_comes_once_more_even_if_it_was_confirmed(api: BotApi, ask: Ask):
    update = api.say("hi", user=ANN)
    ask("getUpdates", offset=update + 1)
    api.redeliver(update)

    assert ids(ask("getUpdates", offset=update + 1)) == [update]
    assert ids(ask("getUpdates", offset=update + 1)) == []


def test_what_people_do_looks_as_telegram_tells_it(api: BotApi):
    api.say("😀 /start@cockpit_bot a/b", user=ANN)
    api.say("/help", user=BOB, chat=GROUP)
    api.document("a.txt", b"abc", user=ANN, caption="this")
    said, helped, brought = (one["message"] for one in api.updates)

    assert said["entities"] == [{"type": "bot_command", "offset": 3, "length": 18}]
    assert said["chat"] == {"id": 42, "type": "private", "first_name": "Ann", "username": "ann"}
    assert (helped["chat"]["type"], helped["from"]["first_name"]) == ("supergroup", "Bob")
    document = brought["document"]
    assert (document["file_name"], document["file_size"], brought["caption"]) == (
        "a.txt",
        3,
        "this",
    )


# Webhooks.


def test_a_webhook_gets_what_waits_in_order_until_it_takes_it(api: BotApi, ask: Ask):
    api.say("one", user=ANN)
    with Receiver((500, {}, b""), (200, {}, b"")) as hook:
        assert ask("setWebhook", url=hook.url("/in"), secret_token="s3")[0] == 200
        api.say("two", user=ANN)
        api.wait(lambda api: not api.updates)
        code, info = ask("getWebhookInfo")

        bodies = [one.body.decode() for one in hook.received]
        assert ['"one"' in bodies[0], '"one"' in bodies[1], '"two"' in bodies[2]] == [True] * 3
        headers = hook.received[0].headers
        assert headers["x-telegram-bot-api-secret-token"] == "s3"
        assert (code, info["url"], info["pending_update_count"]) == (200, hook.url("/in"), 0)
        assert "500" in info["last_error_message"]


def test_there_is_a_webhook_or_there_are_polls(api: BotApi, ask: Ask):
    waiting = gevent.spawn(ask, "getUpdates", timeout=20)
    api.wait(lambda api: api.counts["getUpdates"])
    ask("setWebhook", url="http://127.0.0.1:1/x")
    assert waiting.get(timeout=5)[0] == 409
    assert ask("getUpdates")[0] == 409
    api.say("one", user=ANN)
    api.wait(lambda _: "last_error_message" in ask("getWebhookInfo")[1])

    ask("deleteWebhook", drop_pending_updates=True)
    assert (api.webhook, ask("getUpdates")) == ({}, (200, []))
    assert ask("getWebhookInfo")[1]["url"] == ""


# Messages.


def test_a_message_is_sent_changed_and_deleted(api: BotApi, ask: Ask, send: Callable[..., int]):
    number = send("<b>one</b>", parse_mode="HTML", reply_markup=GO)
    (message,) = api.messages(ANN.id)
    assert (message["text"], message["entities"][0]["type"], message["edits"]) == ("one", "bold", 0)
    assert api.labels(ANN.id) == ["Go"]

    at = {"chat_id": ANN.id, "message_id": number}
    same = ask("editMessageText", **at, text="<b>one</b>", parse_mode="HTML", reply_markup=GO)
    assert (same[0], same[1].partition(": spec")[0]) == (
        400,
        "Bad Request: message is not modified",
    )
    assert ask("editMessageText", **at, text="one", reply_markup=GO)[0] == 200
    assert ask("editMessageReplyMarkup", **at)[0] == 200
    assert ask("editMessageReplyMarkup", **at)[0] == 400
    (message,) = api.messages(ANN.id)
    assert (message["text"], "entities" in message, message["edits"]) == ("one", False, 2)
    assert (api.labels(ANN.id), api.said(ANN.id)) == ([], ["one"])

    assert ask("deleteMessage", **at) == (200, True)
    for method, more, verb in (
        ("editMessageText", {"text": "a"}, "edit"),
        ("editMessageReplyMarkup", {}, "edit"),
        ("deleteMessage", {}, "delete"),
    ):
        assert ask(method, **at, **more) == (400, f"Bad Request: message to {verb} not found")
    assert api.refused == []


def test_a_message_of_a_person_cannot_be_edited(api: BotApi, ask: Ask):
    api.say("hi", user=ANN)
    number = api.messages(ANN.id)[0]["message_id"]
    asked = {"chat_id": ANN.id, "message_id": number, "text": "ho"}
    assert ask("editMessageText", **asked) == (400, "Bad Request: message can't be edited")


def test_where_it_may_write(api: BotApi, ask: Ask):
    def code(chat: Any) -> tuple[int, str]:
        code, told = ask("sendMessage", chat_id=chat, text="hi")
        return code, told if code != 200 else told["chat"]["type"]

    assert code(BOB.id) == code("@news") == (400, "Bad Request: chat not found")
    api.say("hi", user=BOB)
    api.know("@news")
    api.know(GROUP)
    assert [code(one)[1] for one in ("43", "@news", GROUP)] == ["private", "channel", "supergroup"]
    api.block(BOB.id)
    api.block(GROUP)
    assert code(BOB.id) == (403, "Forbidden: bot was blocked by the user")
    assert code(GROUP) == (403, "Forbidden: bot was kicked from the supergroup chat")
    assert ask("sendChatAction", chat_id=BOB.id, action="typing")[0] == 403
    api.unblock(BOB.id)
    assert code(BOB.id) == (200, "private")


def test_a_reply_needs_what_it_replies_to(api: BotApi, ask: Ask, send: Callable[..., int]):
    number = send("one")
    send("two", reply_parameters={"message_id": number})
    assert api.messages(ANN.id)[-1]["reply_to_message"]["text"] == "one"
    asked = {"chat_id": ANN.id, "text": "three"}
    gone = {"message_id": 99}
    assert ask("sendMessage", **asked, reply_parameters=gone)[0] == 400
    gone |= {"allow_sending_without_reply": True}
    assert ask("sendMessage", **asked, reply_parameters=gone)[0] == 200


def test_files_go_both_ways(api: BotApi, ask: Ask, pool: urllib3.PoolManager):
    content = b"\x00\r\n--\xff\r\n"
    fields = {"chat_id": "42", "caption": "this", "document": ("é.bin", content)}
    answer = pool.request("POST", f"{api.url}/bot{TOKEN}/sendDocument", fields=fields).json()
    (message,) = api.messages(ANN.id)
    assert (message["name"], message["content"], message["caption"]) == ("é.bin", content, "this")
    assert "content" not in answer["result"]

    file_id = answer["result"]["document"]["file_id"]
    path = ask("getFile", file_id=file_id)[1]["file_path"]
    for token, told in ((TOKEN, (200, content)), ("9:x", (404, b""))):
        found = pool.request("GET", f"{api.url}/file/bot{token}/{path}")
        assert (found.status, found.data) == told
    assert ask("getFile", file_id="none")[0] == 400
    assert ask("sendDocument", chat_id=ANN.id, document=file_id)[0] == 200
    assert ask("sendDocument", chat_id=ANN.id, document="none")[0] == 400


@pytest.mark.parametrize("what", ["Go", "x"])
def test_a_button_is_pressed_and_answered_once(
    api: BotApi, ask: Ask, send: Callable[..., int], what: str
):
    number = send("?", reply_markup=GO)
    api.press(number, what, user=ANN)
    query = api.updates[0]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("x", number)
    assert not {"edits", "content"} & set(query["message"])
    answer = {"callback_query_id": query["id"], "text": "done"}
    late = "query is too old and response timeout expired or query ID is invalid"

    assert ask("answerCallbackQuery", **answer) == (200, True)
    assert ask("answerCallbackQuery", **answer) == (400, f"Bad Request: {late}")
    assert api.answers == [answer]
    for press in (
        lambda: api.press(number, "Stop", user=ANN),
        lambda: api.press(99, "Go", user=ANN),
    ):
        with pytest.raises(LookupError):
            press()


def test_commands_are_kept_for_each_scope(api: BotApi, ask: Ask):
    listed = [{"command": "help", "description": "What there is"}]
    ask("setMyCommands", commands=listed)
    assert (api.commands, ask("getMyCommands")) == (listed, (200, listed))
    assert ask("getMyCommands", scope={"type": "all_group_chats"}) == (200, [])
    ask("sendChatAction", chat_id=ANN.id, action="typing")
    assert api.actions == [{"chat_id": 42, "action": "typing"}]


# Trouble.


def test_a_failure_comes_as_often_as_it_is_told(api: BotApi, ask: Ask, pool: urllib3.PoolManager):
    api.fail("getMe", 500, times=2)
    assert [ask("getMe")[0] for _ in range(3)] == [500, 500, 200]
    api.fail("sendMessage", 429, retry_after=7)
    told = {"chat_id": ANN.id, "text": "hi"}
    answer = pool.request("POST", f"{api.url}/bot{TOKEN}/sendMessage", json=told).json()
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert api.messages(ANN.id) == []


def test_a_cut_ends_what_waits_and_what_comes_until_it_is_mended(api: BotApi, ask: Ask):
    waiting = gevent.spawn(ask, "getUpdates", timeout=20)
    api.wait(lambda api: api.counts["getUpdates"])
    api.cut()
    with pytest.raises(urllib3.exceptions.HTTPError):
        waiting.get(timeout=5)
    with pytest.raises(urllib3.exceptions.HTTPError):
        ask("getMe")
    api.mend()

    assert ask("getMe")[0] == 200
    assert api.counts["getMe"] == 1


def test_an_answer_that_is_lost_was_carried_out(api: BotApi, ask: Ask):
    api.lose("sendMessage")
    with pytest.raises(urllib3.exceptions.HTTPError):
        ask("sendMessage", chat_id=ANN.id, text="hi")
    assert ask("sendMessage", chat_id=ANN.id, text="ho")[0] == 200
    assert api.said(ANN.id) == ["hi", "ho"]


def test_a_slow_one_answers_late(api: BotApi, ask: Ask):
    api.slow(0.2)
    began = time.monotonic()
    ask("getMe")
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("chats", "most", "after"),
    [([1], 3, 3), ([-1], 20, 60), (["@a"], 20, 60), (range(1, 99), 30, 1)],
)
def test_who_writes_too_fast_is_told_to_wait(chats: Any, most: int, after: int):
    now = 0.0
    limits = Limits(lambda: now)
    several = list(chats) * 99
    for chat in several[:most]:
        limits.note(chat)
    with pytest.raises(RefusedError) as raised:
        limits.note(several[most])
    assert (raised.value.code, raised.value.retry_after) == (429, after)
    now += after
    limits.note(several[most])


def test_limits_are_off_unless_they_are_wanted(ask: Ask, pool: urllib3.PoolManager):
    told = {"chat_id": ANN.id, "text": "hi"}
    assert [ask("sendMessage", **told)[0] for _ in range(5)] == [200] * 5
    with BotApi(limits=True) as api:
        api.know(ANN.id)
        url = f"{api.url}/bot{TOKEN}/sendMessage"
        codes = [pool.request("POST", url, json=told).status for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_what_is_never_seen_is_told(api: BotApi):
    assert api.wait(lambda: "seen") == "seen"
    with pytest.raises(AssertionError, match="not seen"):
        api.wait(lambda api: api.answers, timeout=0.1)


# Another process.


def test_another_process_does_and_sees_the_same(pool: urllib3.PoolManager):
    ann = {"id": 42, "first_name": "Ann"}
    with BotApiProcess("--token", "7:z") as api:
        update = api.ask("say", text="/help", user=ann)
        api.ask("document", name="a.txt", content="abc", user=ann)
        bot = f"{api.url}/bot7:z"
        assert len(pool.request("GET", f"{bot}/getUpdates").json()["result"]) == 2
        assert str(update) in api.ask("handed")
        told = {"chat_id": 42, "text": "?", "reply_markup": GO}
        number = pool.request("POST", f"{bot}/sendMessage", json=told).json()["result"][
            "message_id"
        ]
        api.ask("press", message_id=number, data_or_label="Go", user=ann)
        api.ask("push", update={"poll": {}})
        api.ask("fail", method="getMe", code=500)
        assert pool.request("GET", f"{bot}/getMe").status == 500
        api.ask("cut")
        with pytest.raises(urllib3.exceptions.HTTPError):
            pool.request("GET", f"{bot}/getMe")
        api.ask("mend")
        assert pool.request("POST", f"{bot}/sendMessage", json={"chat_id": 42}).status == 400

        seen = pool.request("GET", f"{api.url}/control/messages?chat=42").json()
        assert [one.get("text", one.get("name")) for one in seen] == ["/help", "a.txt", "?"]
        assert base64.b64decode(seen[1]["content"]["base64"]) == b"abc"
        assert api.ask("refused") == ["sendMessage: text is missing"]
        for method, what, code in (
            ("GET", "say", 404),
            ("POST", "wait", 404),
            ("POST", "press", 400),
        ):
            assert pool.request(method, f"{api.url}/control/{what}").status == code
