"""What Telegram sends becomes an event: any update, also of kinds that nobody knows yet. Pure.

update → message, command, button, document or other → events.Telegram

See: Bot API, Update. The table of actions and their arguments is in docs/events.md.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cockpit.access.token import digest
from cockpit.errors import InputError
from cockpit.events import Telegram
from cockpit.telegram.text import clean

_MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")
_FILES = {
    "document": "",
    "photo": "photo.jpg",
    "audio": "audio.mp3",
    "video": "video.mp4",
    "animation": "animation.mp4",
    "voice": "voice.ogg",
    "video_note": "video_note.mp4",
}
"""Fields of a message that bring a file, and what one is called that has no name.

An animation comes as a document as well, which is read first.
"""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?\Z", re.DOTALL)
_LINKED = re.compile(r"(?i)(start(?:=|@\w+\s+|\s+))[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])")
_MOST_RAW = 64 * 1024
_LONG = 200


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an update came from; 0 and "" are unknown.

    Attributes:
        chat: The chat, negative for groups and channels.
        kind: `private`, `group`, `supergroup` or `channel`.
        user: The numeric id of whoever wrote: the only identity.
        message: The message that it is, or whose button was pressed.
        callback: What a pressed button waits for.
    """

    chat: int = 0
    kind: str = ""
    title: str = ""
    user: int = 0
    username: str = ""
    name: str = ""
    message: int = 0
    callback: str = ""

    @property
    def is_private(self) -> bool:
        """Whether only one person reads there."""
        return self.kind == "private"


def event_of(update: Mapping[str, Any], *, bot: str, epoch: int) -> Telegram:
    """Return the event of an update.

    Args:
        bot: The user name of this bot: `/help@other_bot` is none of its commands.
        epoch: When it came, where it does not say so itself.

    Raises:
        InputError: It has no update_id: it is none.
    """
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise InputError("update_id: it is no number")
    kind = next((name for name in update if name != "update_id"), "")
    body = update.get(kind)
    body = body if isinstance(body, Mapping) else {}
    action, args = _read(kind, body, bot)
    origin = _origin(kind, body)
    when = body.get("date")
    return Telegram(
        io="input",
        action=action,
        args=args or _raw(kind, body),
        epoch=when if isinstance(when, int) and 0 < when < 2**40 else epoch,
        meta={
            "source": "telegram",
            "update": number,
            "kind": kind,
            "origin": msgspec.to_builtins(origin),
        },
    )


def origin_of(event: Telegram) -> Origin:
    """Return where an event came from; an empty one for what did not come from a chat."""
    try:
        return msgspec.convert(event.meta.get("origin", {}), Origin)
    except msgspec.ValidationError:
        return Origin()


def _read(kind: str, body: Mapping[str, Any], bot: str) -> tuple[str, dict[str, Any]]:
    if kind == "callback_query" and isinstance(body.get("data"), str):
        return "button", {"data": body["data"][:_LONG]}
    if kind not in _MESSAGES:
        return "update", {}
    # What was changed afterwards is told, and never carried out again.
    if kind == "message" and (file := _file(body)):
        return "document", file
    text = body.get("text")
    if not isinstance(text, str):
        return "update", {}
    command = _COMMAND.match(text.strip()) if kind == "message" else None
    if command and (command[2] or bot).lower() == bot.lower():
        name, rest = command[1].lower(), clean(command[3] or "").strip()
        # SECURITY: whoever may read events must not come in by the link of somebody else.
        return "command", {"name": name, "text": digest(rest) if name == "start" and rest else rest}
    return "message", {"text": _without_secrets(clean(text))}


def _file(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message tells of the file that it brings; nothing when it brings none."""
    for kind, called in _FILES.items():
        found = body.get(kind)
        if isinstance(found, list):
            # A picture comes in several sizes, the largest last.
            found = found[-1] if found else None
        if isinstance(found, Mapping):
            size = found.get("file_size", 0)
            return {
                "name": clean(str(found.get("file_name") or called))[:_LONG],
                "file": str(found.get("file_id", ""))[:_LONG],
                "size": size if isinstance(size, int) else 0,
                "caption": _without_secrets(clean(str(body.get("caption", "")))),
            }
    return {}


def _raw(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as it is, unless it is far too long."""
    told = msgspec.json.encode(body).decode()
    if len(told) > _MOST_RAW:
        return {"kind": kind, "update": {}}
    return {"kind": kind, "update": msgspec.json.decode(_without_secrets(told))}


def _without_secrets(text: str) -> str:
    """Return a text without what a one-time link carries."""
    return _LINKED.sub(r"\1***", text)


def _origin(kind: str, body: Mapping[str, Any]) -> Origin:
    message = body.get("message") if kind == "callback_query" else body
    message = message if isinstance(message, Mapping) else {}
    chat, user = _part(message, "chat"), _part(body, "from") or _part(body, "user")
    # Whoever writes as a group or a channel is no person.
    if isinstance(message.get("sender_chat"), Mapping) and kind != "callback_query":
        user = {}
    name = " ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part))
    return Origin(
        chat=_number(chat.get("id")),
        kind=str(chat.get("type", ""))[:20],
        title=clean(str(chat.get("title", "")))[:_LONG],
        user=_number(user.get("id")),
        username=clean(str(user.get("username", "")))[:_LONG],
        name=clean(name)[:_LONG],
        message=_number(message.get("message_id")),
        callback=str(body.get("id", ""))[:_LONG] if kind == "callback_query" else "",
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: Any) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) < 2**53 else 0
