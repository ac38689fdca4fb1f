"""What the Bot API takes: a request is held against its machine-readable description.

tests/data/telegram-bot-api.json → fields and types → limits that are told in words only: here
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot_api.form import File
from bot_api.html import parsed, units

DESCRIPTION = Path(__file__).parents[1] / "data" / "telegram-bot-api.json"
TEXT_UNITS, CAPTION_UNITS = 4096, 1024
SHORT_UNITS = {("answerCallbackQuery", "text"): 200}
FILE_BYTES = 50 * 1024**2
MARKS = frozenset(
    [
        *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"),
        *("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote"),
        *("expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji"),
        "date_time",
    ]
)
NEEDED = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
ACTIONS = frozenset(
    [
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
        *("upload_document", "choose_sticker", "find_location", "record_video_note"),
        "upload_video_note",
    ]
)
LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
STYLES = frozenset({"danger", "success", "primary"})
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_NEAR = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])[:/]")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf")
_INTEGERS = range(-(2**63), 2**63)


class Rules:
    """Judges requests; it keeps nothing of them."""

    def __init__(self, description: Path = DESCRIPTION) -> None:
        told = json.loads(description.read_text())
        self._types = told["types"]
        self._methods = {
            name: {one["name"]: one for one in method.get("fields", ())}
            for name, method in told["methods"].items()
        }

    def knows(self, method: str) -> bool:
        return method in self._methods

    def types(self, method: str, name: str) -> Sequence[str]:
        """What a parameter may be; a text, if there is no such parameter."""
        field = self._methods.get(method, {}).get(name)
        return field["types"] if field else ("String",)

    def complaints(self, method: str, given: Mapping[str, Any]) -> list[str]:
        """Say all that is wrong with the parameters of a method that is known."""
        fields = self._methods[method]
        found = self._fields(method, given, fields)
        found += _together(method, given, fields)
        return found or list(self._limits(method, given))

    def _fields(self, at: str, given: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
        found = [f"{at}: {name!r:.60} is unknown" for name in given if name not in fields]
        for name, field in fields.items():
            if name in given:
                found += self._any_of(f"{at}.{name}", given[name], field["types"])
            elif field["required"]:
                found.append(f"{at}: {name} is missing")
        return found

    def _any_of(self, at: str, value: Any, types: Sequence[str]) -> list[str]:
        several = [self._as(at, value, one) for one in types]
        return min(several, key=len) if all(several) else []

    def _as(self, at: str, value: Any, kind: str) -> list[str]:
        if kind in _PLAIN:
            return [] if _PLAIN[kind](value) else [f"{at}: {value!r:.60} is no {kind}"]
        if kind.startswith("Array of "):
            return self._array(at, value, kind.removeprefix("Array of "))
        about = self._types[kind]
        if "subtypes" in about:
            return self._any_of(at, value, about["subtypes"])
        if kind == "KeyboardButton" and isinstance(value, str):
            return []  # A text may stand for a button that only says it.
        if not isinstance(value, dict):
            return [f"{at}: {value!r:.60} is no {kind}"]
        fields = {one["name"]: one for one in about.get("fields", ())}
        return self._fields(at, value, fields) or list(self._button(at, value, kind, fields))

    def _array(self, at: str, value: Any, kind: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{at}: {value!r:.60} is no Array of {kind}"]
        return [word for n, one in enumerate(value) for word in self._as(f"{at}[{n}]", one, kind)]

    def _button(
        self, at: str, button: Mapping[str, Any], kind: str, fields: Mapping[str, Any]
    ) -> Iterator[str]:
        if kind not in ("InlineKeyboardButton", "KeyboardButton"):
            return
        actions = set(button) & (set(fields) - LOOKS)
        if len(actions) > 1 or (kind.startswith("Inline") and not actions):
            yield f"{at}: a button does one thing, not {sorted(actions)}"
        if not button["text"].strip():
            yield f"{at}: a button says nothing"
        if button.get("style", "danger") not in STYLES:
            yield f"{at}: there is no style {button['style']!r}"
        if not 1 <= len(button.get("callback_data", "x").encode("utf-8", "surrogatepass")) <= 64:
            yield f"BUTTON_DATA_INVALID: {at}.callback_data has 1 to 64 bytes"
        if _scheme(button.get("url", "tg:")) not in ("http", "https", "tg"):
            yield f"BUTTON_URL_INVALID: {at}.url"

    def _limits(self, method: str, given: Mapping[str, Any]) -> Iterator[str]:
        for name, value in given.items():
            if any(_UNFIT.search(text) for text in _texts(value)):
                yield f"strings must be encoded in UTF-8, without NUL: {method}.{name}"
            if (method, name) in SHORT_UNITS and units(value) > SHORT_UNITS[method, name]:
                yield f"{method}.{name}: has more than {SHORT_UNITS[method, name]} characters"
            if isinstance(value, File) and not 0 < len(value.content) <= FILE_BYTES:
                yield f"file must be non-empty, and at most 50 MB: {method}.{name}"
        if "parse_mode" in self._methods[method]:
            yield from _text(given, "text", "entities")
            yield from _text(given, "caption", "caption_entities")
        if method in _CHECKS:
            yield from _CHECKS[method](self, given)

    def _polling(self, given: Mapping[str, Any]) -> Iterator[str]:
        if not 1 <= given.get("limit", 1) <= 100:
            yield f"getUpdates.limit: {given['limit']} is not in 1 to 100"
        if given.get("timeout", 0) < 0:
            yield f"getUpdates.timeout: {given['timeout']} is negative"
        yield from self._allowed(given)

    def _webhook(self, given: Mapping[str, Any]) -> Iterator[str]:
        url = given["url"]
        if url and _scheme(url) != "https" and not _NEAR.match(url):
            yield "bad webhook: An HTTPS URL must be provided for webhook"
        if not _SECRET.fullmatch(given.get("secret_token", "")):
            yield "secret token contains unallowed characters"
        if not 1 <= given.get("max_connections", 1) <= 100:
            yield f"setWebhook.max_connections: {given['max_connections']} is not in 1 to 100"
        yield from self._allowed(given)

    def _allowed(self, given: Mapping[str, Any]) -> Iterator[str]:
        kinds = {field["name"] for field in self._types["Update"]["fields"]} - {"update_id"}
        for kind in set(given.get("allowed_updates", ())) - kinds:
            yield f"allowed_updates: there is no {kind!r}"

    def _action(self, given: Mapping[str, Any]) -> Iterator[str]:
        if given["action"] not in ACTIONS:
            yield f"wrong parameter action in request: {given['action']!r}"

    def _commands(self, given: Mapping[str, Any]) -> Iterator[str]:
        if len(given["commands"]) > 100:
            yield "BOT_COMMANDS_TOO_MUCH"
        for one in given["commands"]:
            if not _COMMAND.fullmatch(one["command"]):
                yield f"BOT_COMMAND_INVALID: {one['command']!r}"
            if not 1 <= units(one["description"]) <= 256:
                yield f"BOT_COMMAND_DESCRIPTION_INVALID: {one['command']!r}"


_CHECKS = {
    "getUpdates": Rules._polling,
    "setWebhook": Rules._webhook,
    "sendChatAction": Rules._action,
    "setMyCommands": Rules._commands,
}
_PLAIN = {
    "Integer": lambda value: type(value) is int and value in _INTEGERS,
    "Float": lambda value: type(value) in (int, float),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "InputFile": lambda value: isinstance(value, File),
}


def formatted(given: Mapping[str, Any], name: str, marks: str) -> tuple[str, list[dict[str, Any]]]:
    """Return a text as people see it, and its entities.

    Raises:
        ValueError: It cannot be parsed.
    """
    text, mode = given.get(name, ""), given.get("parse_mode", "")
    if not mode:
        return text, list(given.get(marks, ()))
    if mode.lower() != "html":
        # SECURITY: what this stand-in cannot judge it does not let through.
        raise ValueError(f"unsupported parse_mode: {mode!r}; HTML is read here")
    if given.get(marks):
        raise ValueError(f"can't parse entities: parse_mode and {marks} are both there")
    return parsed(text)


def entities(text: str, marks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say which marks are not over whole characters of a text, or lack what their kind needs."""
    edges, at = {0}, 0
    for letter in text:
        at += 2 if letter > "\uffff" else 1
        edges.add(at)
    for mark in marks:
        start, end = mark["offset"], mark["offset"] + mark["length"]
        if mark["length"] < 1 or start not in edges or end not in edges:
            yield f"can't parse entities: not in the text: {mark}"
        if mark["type"] not in MARKS or NEEDED.get(mark["type"], "type") not in mark:
            yield f"can't parse entities: not of a kind that there is: {mark}"


def _text(given: Mapping[str, Any], name: str, marks: str) -> Iterator[str]:
    if name not in given:
        return
    try:
        plain, found = formatted(given, name, marks)
    except ValueError as error:
        yield str(error)
        return
    most, what = (TEXT_UNITS, "message") if name == "text" else (CAPTION_UNITS, "message caption")
    if units(plain) > most:
        yield f"{what} is too long: {units(plain)} of {most}"
    if name == "text" and is_blank(plain):
        yield "message text is empty"
    yield from entities(plain, found)


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text is seen: spaces, controls and formats."""
    return all(unicodedata.category(letter) in _UNSEEN for letter in text)


def _together(method: str, given: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    """Say what is missing of parameters that are needed only without another."""
    if {"chat_id", "inline_message_id"} <= set(fields):
        names = {"chat_id", "message_id"} & set(given)
        if "inline_message_id" in given and names:
            yield f"{method}: inline_message_id stands alone"
        elif "inline_message_id" not in given and len(names) < 2:
            yield f"{method}: message identifier is not specified"
    if method == "editMessageText" and len({"text", "rich_message"} & set(given)) != 1:
        yield "editMessageText: either text or rich_message"


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
