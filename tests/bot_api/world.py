"""The chats of one bot, and what people do in them; no network."""

import mimetypes
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot_api.form import File
from bot_api.html import units
from bot_api.updates import News, Updates

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![A-Za-z0-9_@/])")
_CHANNEL = -1_001_000_000_000


@dataclass(frozen=True)
class User:
    """A person."""

    id: int
    first_name: str
    username: str = ""

    def told(self) -> dict[str, Any]:
        name = {"username": self.username} if self.username else {}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **name}


@dataclass(frozen=True)
class Kept:
    """A message as the bot sees it, how often it was changed, and the file in it."""

    message: Mapping[str, Any]
    edits: int = 0
    file: File | None = None

    def told(self) -> dict[str, Any]:
        file = {"name": self.file.name, "content": self.file.content} if self.file else {}
        return {**self.message, "edits": self.edits, **file}


class RefusedError(Exception):
    """Telegram's answer to what it does not do; `retry_after` in seconds, 0 for none."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


class World:
    """Telegram's memory: `chat` is an id, or `@name` of a channel.

    Attributes:
        queue: The updates.
        news: Wakes who waits for any change.
        files: What was uploaded, by file_id.
        times: When the bot sent a message, in seconds of the monotonic clock, and to which chat.
    """

    def __init__(self, *, username: str = "cockpit_bot", bot_id: int = 1234) -> None:
        self.bot = {"id": bot_id, "is_bot": True, "first_name": "Cockpit", "username": username}
        self.news = News()
        self.queue = Updates(self.news)
        self.files: dict[str, File] = {}
        self.times: deque[tuple[float, int | str]] = deque(maxlen=100_000)
        self.answers: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        self._chats: dict[int | str, dict[str, Any]] = {}
        self._messages: dict[int | str, dict[int, Kept]] = {}
        self._blocked: set[int | str] = set()
        self._callbacks: set[str] = set()
        self._last_message = 0
        self._last_callback = 4_000_000_000

    # What people do. Each returns the id of the update that the bot gets.

    def say(self, text: str, *, user: User, chat: int | None = None, **more: Any) -> int:
        """Write a text; `more` are other fields of the message."""
        marks = [
            {"type": "bot_command", "offset": units(text[: found.start()]), "length": len(found[0])}
            for found in _COMMAND.finditer(text)
        ]
        said = {"text": text, **({"entities": marks} if marks else {})} | more
        return self._heard(user, chat, said)

    def document(
        self, name: str, content: bytes, *, user: User, chat: int | None = None, caption: str = ""
    ) -> int:
        file = File(name, content)
        said = {"document": self.store(file), **({"caption": caption} if caption else {})}
        return self._heard(user, chat, said, file)

    def press(
        self, message_id: int, data_or_label: str, *, user: User, chat: int | None = None
    ) -> int:
        """Press a button below a message of the bot.

        Raises:
            LookupError: There is no such message, or it has no such button.
        """
        message = self._messages[chat or user.id][message_id].message
        for button in buttons(message):
            if data_or_label in (button["text"], button.get("callback_data")):
                return self.press_data(button["callback_data"], message, user=user)
        raise LookupError(f"no button {data_or_label!r} in {list(buttons(message))}")

    def press_newest(self, label: str, *, user: User, chat: int | None = None) -> int:
        """Press a button in the newest message that has one of this label.

        Raises:
            LookupError: None has.
        """
        for message in reversed(self.messages(chat or user.id)):
            if any(button["text"] == label for button in buttons(message)):
                return self.press(message["message_id"], label, user=user, chat=chat)
        raise LookupError(f"no button {label!r}")

    def press_data(self, data: str, message: Mapping[str, Any], *, user: User) -> int:
        """Press a button that may long be gone."""
        self._last_callback += 1
        callback = str(self._last_callback)
        self._callbacks.add(callback)
        instance = {"chat_instance": str(message["chat"]["id"])}
        query = {"id": callback, "from": user.told(), "message": dict(message), "data": data}
        return self.push({"callback_query": query | instance})

    def push(self, update: dict[str, Any]) -> int:
        """Give the bot any update."""
        return self.queue.push(update)

    def flood(self, count: int, *, user: User) -> None:
        """Write many texts."""
        for n in range(count):
            self.say(f"text {n}", user=user)

    def redeliver(self, update_id: int) -> None:
        """Give the bot an update once more, as after an answer that was lost."""
        self.queue.again(update_id)

    def know(self, chat: int | str, *, title: str = "Operators") -> None:
        """Let the bot write in a chat where nobody wrote yet."""
        if isinstance(chat, str):
            about = {"id": _CHANNEL - len(self._chats), "type": "channel", "username": chat[1:]}
        elif chat < 0:
            about = {"id": chat, "type": "supergroup"}
        else:
            about = {"id": chat, "type": "private", "first_name": "Somebody"}
        named = about if about["type"] == "private" else about | {"title": title}
        self._chats.setdefault(chat, named)
        self._messages.setdefault(chat, {})

    def block(self, chat: int | str) -> None:
        """Let a person block the bot, or a group throw it out."""
        self._blocked.add(chat)

    def unblock(self, chat: int | str) -> None:
        self._blocked.discard(chat)

    def delete(self, chat: int | str, message_id: int) -> None:
        """Take a message away.

        Raises:
            LookupError: There is none.
        """
        del self._messages[chat][message_id]
        self.news.tell()

    # What a test looks at.

    @property
    def updates(self) -> list[dict[str, Any]]:
        """Those that wait, oldest first."""
        return list(self.queue.waiting)

    def messages(self, chat: int | str) -> list[dict[str, Any]]:
        """All in a chat as they are now, oldest first.

        Beside what the bot sees they have `edits`, and `name` and `content` of a file.
        """
        return [kept.told() for _, kept in sorted(self._messages.get(chat, {}).items())]

    def said(self, chat: int | str) -> list[str]:
        """What the bot says there now, oldest first."""
        return [one.get("text", one.get("caption", "")) for one in self._of_bot(chat)]

    def labels(self, chat: int | str) -> list[str]:
        """The buttons of the newest message there that has some."""
        several = [[one["text"] for one in buttons(message)] for message in self._of_bot(chat)]
        return next((labels for labels in reversed(several) if labels), [])

    def _of_bot(self, chat: int | str) -> list[dict[str, Any]]:
        return [one for one in self.messages(chat) if one["from"]["is_bot"]]

    # What the bot does.

    def reach(self, chat: int | str) -> int | str:
        """Return the chat that an id means.

        Raises:
            RefusedError: The bot may not write there.
        """
        is_number = isinstance(chat, str) and chat.removeprefix("-").isdecimal()
        found = int(chat) if is_number else chat
        if found in self._blocked:
            is_person = isinstance(found, int) and found > 0
            how = "blocked by the user" if is_person else "kicked from the supergroup chat"
            raise RefusedError(403, f"Forbidden: bot was {how}")
        if found not in self._chats:
            raise RefusedError(400, "Bad Request: chat not found")
        return found

    def sent(
        self, chat: int | str, said: Mapping[str, Any], file: File | None = None
    ) -> Mapping[str, Any]:
        """Keep a message of the bot."""
        self.times.append((time.monotonic(), chat))
        return self._keep(chat, self.bot, said, file)

    def found(self, chat: int | str, message_id: int) -> Kept | None:
        return self._messages[chat].get(message_id)

    def change(self, chat: int | str, kept: Kept, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put what a message of the bot says now; None takes a field away."""
        both = {**kept.message, **said, "edit_date": int(time.time())}
        message = {name: value for name, value in both.items() if value is not None}
        new = replace(kept, message=message, edits=kept.edits + 1)
        self._messages[chat][message["message_id"]] = new
        return message

    def store(self, file: File) -> dict[str, Any]:
        """Keep a file; returns what a message tells of it."""
        file_id = f"file{len(self.files) + 1}"
        self.files[file_id] = file
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        about = {"file_name": file.name, "mime_type": kind, "file_size": len(file.content)}
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", **about}

    def answer(self, given: dict[str, Any]) -> bool:
        """Note that somebody who pressed a button waits no more; False if nobody did."""
        if given["callback_query_id"] not in self._callbacks:
            return False
        self._callbacks.discard(given["callback_query_id"])
        self.answers.append(given)
        return True

    def _heard(
        self, user: User, chat: int | None, said: Mapping[str, Any], file: File | None = None
    ) -> int:
        self.know(chat or user.id)
        if not chat or chat == user.id:
            name = {key: value for key, value in user.told().items() if key != "is_bot"}
            self._chats[user.id] = {"type": "private", **name}
        return self.push({"message": self._keep(chat or user.id, user.told(), said, file)})

    def _keep(
        self,
        chat: int | str,
        who: Mapping[str, Any],
        said: Mapping[str, Any],
        file: File | None,
    ) -> dict[str, Any]:
        self._last_message += 1
        head = {"message_id": self._last_message, "from": who, "chat": self._chats[chat]}
        message = {**head, "date": int(time.time()), **said}
        self._messages[chat][self._last_message] = Kept(message, file=file)
        return message


def buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inline buttons of a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return [button for row in rows for button in row]
