"""What the stand-in of the Bot API refuses, and what it lets through."""

from typing import Any

import pytest

from bot_api.form import File, given
from bot_api.html import parsed
from bot_api.rules import Rules

RULES = Rules()
HERE = {"chat_id": 42}
HI = HERE | {"text": "hi"}
GO = {"text": "Go", "callback_data": "x"}
INLINE = {"inline_keyboard": [[GO]]}
FILE = File("a.txt", b"a")


def mark(offset: int, length: int, kind: str = "bold", **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def marked(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return HERE | {"text": text, "entities": list(marks)}


def with_button(**fields: Any) -> dict[str, Any]:
    return HI | {"reply_markup": {"inline_keyboard": [[{"text": "Go"} | fields]]}}


def html(text: str) -> dict[str, Any]:
    return HERE | {"text": text, "parse_mode": "HTML"}


def commands(*names: str, about: str = "a") -> dict[str, Any]:
    return {"commands": [{"command": name, "description": about} for name in names]}


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("getMe", {}),
        ("getUpdates", {"offset": -1, "limit": 100, "timeout": 0, "allowed_updates": ["message"]}),
        ("sendMessage", HI),
        ("sendMessage", {"chat_id": "@news", "text": "a" * 4096}),
        ("sendMessage", HERE | {"text": "😀" * 2048}),
        ("sendMessage", marked("😀a", mark(0, 2), mark(2, 1, "text_link", url="http://a"))),
        ("sendMessage", HI | {"reply_markup": INLINE}),
        ("sendMessage", HI | {"reply_markup": {"keyboard": [["yes", {"text": "no"}]]}}),
        ("sendMessage", HI | {"reply_markup": {"force_reply": True}}),
        ("sendMessage", HI | {"reply_markup": {"remove_keyboard": True}}),
        ("sendMessage", HI | {"reply_parameters": {"message_id": 1}}),
        ("sendMessage", html("<b>" + "a" * 4096 + "</b>")),
        ("sendMessage", with_button(url="https://example.org", style="danger")),
        ("sendMessage", with_button(callback_data="é" * 32)),
        ("editMessageText", HI | {"message_id": 1}),
        ("editMessageText", {"inline_message_id": "1", "text": "a"}),
        ("editMessageReplyMarkup", HERE | {"message_id": 1}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 200}),
        ("sendDocument", HERE | {"document": FILE, "caption": ""}),
        ("sendDocument", HERE | {"document": "file1"}),
        ("sendChatAction", HERE | {"action": "typing"}),
        ("setMyCommands", commands(*(f"c{n}" for n in range(100)), about="a" * 256)),
        ("setMyCommands", commands("a") | {"scope": {"type": "chat", "chat_id": 42}}),
        ("setWebhook", {"url": "https://example.org/x", "secret_token": "aZ_-9"}),
        ("setWebhook", {"url": "http://127.0.0.1:1/x", "allowed_updates": []}),
        ("setWebhook", {"url": ""}),
    ],
)
def test_what_the_bot_api_takes_has_no_complaint(method: str, asked: dict[str, Any]):
    assert RULES.complaints(method, asked) == []


@pytest.mark.parametrize(
    ("method", "asked", "word"),
    [
        ("sendMessage", {"text": "hi"}, "chat_id is missing"),
        ("sendMessage", HERE, "text is missing"),
        ("sendMessage", HI | {"colour": "red"}, "'colour' is unknown"),
        ("sendMessage", HI | {"chat_id": 4.5}, "no Integer"),
        ("sendMessage", HI | {"chat_id": True}, "no Integer"),
        ("sendMessage", HI | {"chat_id": 2**63}, "no Integer"),
        ("sendMessage", HI | {"text": 5}, "no String"),
        ("sendMessage", HI | {"text": None}, "no String"),
        ("sendMessage", HI | {"disable_notification": "true"}, "no Boolean"),
        ("sendMessage", HI | {"entities": mark(0, 1)}, "no Array of MessageEntity"),
        ("sendMessage", HI | {"entities": [{"type": "bold", "offset": 0}]}, "length is missing"),
        ("sendMessage", HI | {"reply_markup": "{}"}, "no InlineKeyboardMarkup"),
        ("sendMessage", HI | {"reply_markup": {"inline_keyboard": [GO]}}, "no Array of"),
        ("sendMessage", HI | {"reply_markup": {"keyboard": [[{"label": "a"}]]}}, "reply_markup"),
        ("sendMessage", HI | {"reply_parameters": {}}, "message_id is missing"),
        ("sendMessage", HERE | {"text": "a" * 4097}, "message is too long"),
        ("sendMessage", HERE | {"text": "😀" * 2049}, "message is too long"),
        ("sendMessage", HERE | {"text": ""}, "message text is empty"),
        ("sendMessage", HERE | {"text": " \n\u200b\u00a0"}, "message text is empty"),
        ("sendMessage", html("<b> </b>"), "message text is empty"),
        ("sendMessage", HERE | {"text": "a\x00b"}, "UTF-8"),
        ("sendMessage", HERE | {"text": "a\ud83d"}, "UTF-8"),
        ("sendMessage", with_button(callback_data="\x00"), "UTF-8"),
        ("sendMessage", marked("a", mark(0, 2)), "not in the text"),
        ("sendMessage", marked("a", mark(-1, 1)), "not in the text"),
        ("sendMessage", marked("a", mark(0, 0)), "not in the text"),
        ("sendMessage", marked("😀", mark(0, 1)), "not in the text"),
        ("sendMessage", marked("😀a", mark(1, 2)), "not in the text"),
        ("sendMessage", marked("a", mark(0, 1, "loud")), "not of a kind"),
        ("sendMessage", marked("a", mark(0, 1, "text_link")), "not of a kind"),
        ("sendMessage", html("a <b>b"), 'end tag corresponding to start tag "b"'),
        ("sendMessage", HI | {"parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ("sendMessage", html("a") | {"entities": [mark(0, 1)]}, "both there"),
        ("sendMessage", with_button(), "does one thing"),
        ("sendMessage", with_button(callback_data="x", url="http://a"), "does one thing"),
        ("sendMessage", with_button(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        ("sendMessage", with_button(callback_data=""), "BUTTON_DATA_INVALID"),
        ("sendMessage", with_button(text=" ", callback_data="x"), "says nothing"),
        ("sendMessage", with_button(url="javascript:a"), "BUTTON_URL_INVALID"),
        ("sendMessage", with_button(url="http://["), "BUTTON_URL_INVALID"),
        ("sendMessage", with_button(callback_data="x", style="pink"), "no style"),
        ("editMessageText", HI, "message identifier is not specified"),
        ("editMessageText", HI | {"message_id": 1, "inline_message_id": "1"}, "stands alone"),
        ("editMessageText", HERE | {"message_id": 1}, "either text or rich_message"),
        ("editMessageText", HERE | {"message_id": 1, "text": ""}, "message text is empty"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, "more than 200"),
        ("sendDocument", HERE | {"document": File("a", b"")}, "non-empty"),
        ("sendDocument", HERE | {"document": FILE, "caption": "a" * 1025}, "caption is too long"),
        ("sendDocument", HERE | {"document": FILE, "caption": "a", "caption_entities": [mark(1, 1)]},
         "not in the text"),
        ("sendChatAction", HERE | {"action": "dancing"}, "wrong parameter action"),
        ("setMyCommands", commands(*(f"c{n}" for n in range(101))), "TOO_MUCH"),
        ("setMyCommands", commands("Help"), "BOT_COMMAND_INVALID"),
        ("setMyCommands", commands("a" * 33), "BOT_COMMAND_INVALID"),
        ("setMyCommands", commands("a", about=""), "DESCRIPTION_INVALID"),
        ("setMyCommands", commands("a", about="a" * 257), "DESCRIPTION_INVALID"),
        ("getUpdates", {"limit": 101}, "1 to 100"),
        ("getUpdates", {"timeout": -1}, "negative"),
        ("getUpdates", {"allowed_updates": ["gossip"]}, "no 'gossip'"),
        ("setWebhook", {"url": "http://example.org/x"}, "HTTPS"),
        ("setWebhook", {"url": "https://example.org", "secret_token": "a b"}, "unallowed"),
        ("setWebhook", {"url": "https://example.org", "max_connections": 0}, "1 to 100"),
    ],
)  # fmt: skip
def test_what_the_bot_api_refuses_is_said(method: str, asked: dict[str, Any], word: str):
    assert word in "\n".join(RULES.complaints(method, asked))


@pytest.mark.parametrize(
    ("text", "plain", "marks"),
    [
        ("a &lt;b&gt; &amp;&quot;&#33;&nbsp;& >", 'a <b> &"!&nbsp;& >', []),
        ("😀<b>a<i>b</i></b>", "😀ab", [mark(2, 2), mark(3, 1, "italic")]),
        ("<B>a</b>", "a", [mark(0, 1)]),
        ("<u></u>a", "a", []),
        ('<a href="http://a/?b&amp;c">d</a>', "d", [mark(0, 1, "text_link", url="http://a/?b&c")]),
        ("<a>d</a>", "d", []),
        ('<span class="tg-spoiler">a</span>', "a", [mark(0, 1, "spoiler")]),
        ("<blockquote expandable>a</blockquote>", "a", [mark(0, 1, "expandable_blockquote")]),
        ('<pre><code class="language-sh">a</code></pre>', "a", [mark(0, 1, "pre", language="sh")]),
        ('<tg-emoji emoji-id="5">a</tg-emoji>', "a", [mark(0, 1, "custom_emoji", custom_emoji_id="5")]),
    ],
)  # fmt: skip
def test_html_is_a_text_with_marks(text: str, plain: str, marks: list[dict[str, Any]]):
    assert parsed(text) == (plain, marks)


@pytest.mark.parametrize(
    "text",
    ["<b>a", "a</b>", "<b><i>a</b></i>", "1 < 2", "<p>a</p>", "<br/>", "<b", "<span>a</span>",
     "<b>a</b x>", '<a href="a" b"c>d</a>', "<tg-emoji>a</tg-emoji>"],
)  # fmt: skip
def test_html_that_does_not_parse_is_refused(text: str):
    with pytest.raises(ValueError, match="can't parse entities"):
        parsed(text)


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
TYPES = {"chat_id": ["Integer", "String"], "on": ["Boolean"], "list": ["Array of String"],
         "document": ["InputFile", "String"]}  # fmt: skip


def read(kind: str, raw: bytes, query: str = "") -> dict[str, Any]:
    return given(query, kind, raw, lambda name: TYPES.get(name, ["String"]))


def part(about: str, content: bytes) -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + content + b"\r\n"


@pytest.mark.parametrize(
    ("kind", "raw", "query", "told"),
    [
        ("", b"", "", {}),
        ("", b"", "chat_id=-5&text=5", {"chat_id": -5, "text": "5"}),
        (FORM, b"chat_id=@a&on=true&list=[%22a%22]", "", {"chat_id": "@a", "on": True, "list": ["a"]}),
        (FORM, b"text=%C3%A9+&on=maybe&list=[", "", {"text": "é ", "on": "maybe", "list": "["}),
        (FORM, b"text=", "", {"text": ""}),
        ("application/json; charset=utf-8", b'{"list": "[]"}', "", {"list": "[]"}),
        (PARTS, part('name="chat_id"', b"7") + part('name="document"; filename="aé"',
         b"\r\n\x00\xff--x\r\n") + b"--x--\r\n", "",
         {"chat_id": 7, "document": File("aé", b"\r\n\x00\xff--x\r\n")}),
        (PARTS, part('name="document"', b"attach://f") + part('name="f"; filename="a"', b"1")
         + b"--x--", "", {"document": File("a", b"1")}),
    ],
)  # fmt: skip
def test_a_request_is_read_however_it_is_written(
    kind: str, raw: bytes, query: str, told: dict[str, Any]
):
    assert read(kind, raw, query) == told


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'{"a": NaN}'),
        ("application/json", b'{"a": 1, "a": 2}'),
        ("application/json", b'{"a": "\xff"}'),
        ("text/plain", b"text=a"),
        (FORM, b"text=%FF"),
        (FORM, b"text=a&text=b"),
        (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
        ("multipart/form-data", b"--x--"),
    ],
)
def test_a_broken_request_is_refused(kind: str, raw: bytes):
    with pytest.raises(ValueError):
        read(kind, raw)
