"""The Bot API over HTTP: thin, typed, one method for each request that the robot makes.

call → urllib3 → result, or an error that says what to do about it

See: https://core.telegram.org/bots/api, "Making requests".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import urllib3

from cockpit.errors import InputError, OpsError

_CONNECT_S = 10.0
_REPLY_S = 30.0
_MOST_FILE = 20 * 1024**2
_MOST_REPLY = 32 * 1024**2
_PIECE = 64 * 1024


class RefusedError(InputError):
    """Telegram refuses the request, and would do so again.

    Attributes:
        code: The status, such as 400 or 403.
    """

    def __init__(self, method: str, code: int, description: str) -> None:
        super().__init__(f"{method}: Telegram refuses: {description}")
        self.code = code
        self.description = description


class BusyError(OpsError):
    """Too much was asked of Telegram at once; `after_s` says when it may be asked again."""


class ConflictingError(OpsError):
    """Somebody else asks for the updates of this bot, or a webhook is set."""


class Client:
    """One bot.

    Args:
        token: As @BotFather gives it.
        api_url: Where the Bot API answers, `https://api.telegram.org`.

    Attributes:
        bot_id: The numeric id of the bot, which its token begins with.
    """

    def __init__(self, token: str, api_url: str) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}"
        self._token = token
        number, colon, _ = token.partition(":")
        # SECURITY: of a token that has no number before its colon nothing may be shown.
        self.bot_id = (
            number if colon else hashlib.blake2b(token.encode(), digest_size=8).hexdigest()
        )
        self._pool = urllib3.PoolManager(
            maxsize=16,
            block=False,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_S, read=_REPLY_S),
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def get_me(self) -> dict[str, Any]:
        """Return the bot itself: `id`, `username`.

        Raises:
            RefusedError: The token is none.
            OpsError: Telegram cannot be reached; so with every method.
        """
        return dict(self.call("getMe"))

    def get_updates(self, offset: int, *, wait_s: int, most: int = 100) -> list[dict[str, Any]]:
        """Wait for updates from an id on; those before it are done with.

        Raises:
            ConflictingError: Somebody else asks for them.
        """
        asked = {"offset": offset, "timeout": wait_s, "limit": most, "allowed_updates": []}
        return list(self.call("getUpdates", asked, wait_s=wait_s + _REPLY_S))

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to an address."""
        asked = {"url": url, "secret_token": secret, "allowed_updates": []}
        self.call("setWebhook", asked)

    def delete_webhook(self) -> None:
        """Have updates kept until they are asked for."""
        self.call("deleteWebhook")

    def send_message(self, chat: int | str, text: str, **options: Any) -> int:
        """Send a message and return its id.

        Raises:
            RefusedError: The chat is gone, or the bot may not write there.
            BusyError: Too many messages.
        """
        return int(
            self.call("sendMessage", {"chat_id": chat, "text": text, **options})["message_id"]
        )

    def edit_message(self, chat: int | str, message: int, text: str, **options: Any) -> None:
        """Change a message."""
        asked = {"chat_id": chat, "message_id": message, "text": text, **options}
        self.call("editMessageText", asked)

    def delete_message(self, chat: int | str, message: int) -> None:
        """Take a message away."""
        self.call("deleteMessage", {"chat_id": chat, "message_id": message})

    def answer_callback(self, callback: str, text: str = "", *, is_alert: bool = False) -> None:
        """End the waiting of whoever pressed a button."""
        asked = {"callback_query_id": callback, "text": text, "show_alert": is_alert}
        self.call("answerCallbackQuery", asked)

    def send_action(self, chat: int, action: str = "typing") -> None:
        """Show that the bot does something."""
        self.call("sendChatAction", {"chat_id": chat, "action": action})

    def send_document(
        self, chat: int | str, name: str, content: bytes, *, caption: str = "", **options: Any
    ) -> int:
        """Send a file and return the id of its message."""
        asked = {"chat_id": chat, **({"caption": caption} if caption else {}), **options}
        files = {"document": (name, content)}
        return int(self.call("sendDocument", asked, files=files)["message_id"])

    def set_commands(self, commands: Sequence[tuple[str, str]]) -> None:
        """Tell Telegram the commands that it shows to people."""
        listed = [{"command": name, "description": about} for name, about in commands]
        self.call("setMyCommands", {"commands": listed})

    def download(self, file_id: str) -> bytes:
        """Return what somebody sent.

        Raises:
            InputError: It is larger than a bot may get, 20 MB.
        """
        path = str(self.call("getFile", {"file_id": file_id}).get("file_path", ""))
        try:
            answer = self._pool.request("GET", f"{self._files}/{path}", preload_content=False)
            try:
                if answer.status != 200:  # noqa: PLR2004 - the status of a file
                    raise OpsError(f"download: Telegram answers {answer.status}")
                found = bytearray()
                for piece in answer.stream(_PIECE):
                    found += piece
                    if len(found) > _MOST_FILE:
                        raise InputError("the file is larger than 20 MB")
                return bytes(found)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._away("download", error) from None

    def call(
        self,
        method: str,
        asked: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        wait_s: float = _REPLY_S,
    ) -> Any:
        """Make any request and return its result.

        Raises:
            RefusedError: It is refused, and will be.
            BusyError: It may come again later.
            ConflictingError: Another poller or a webhook is there.
            OpsError: Telegram cannot be reached, or is in trouble.
        """
        given: dict[str, Any] = {}
        if files:
            told = {name: _field(value) for name, value in (asked or {}).items()}
            given["fields"] = told | dict(files)
        else:
            given["body"] = msgspec.json.encode(asked or {})
            given["headers"] = {"Content-Type": "application/json"}
        try:
            answer = self._pool.request(
                "POST",
                f"{self._base}/{method}",
                timeout=urllib3.Timeout(connect=_CONNECT_S, read=wait_s),
                preload_content=False,
                **given,
            )
            try:
                raw = answer.read(_MOST_REPLY)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._away(method, error) from None
        return _result(method, answer.status, raw)

    def _away(self, method: str, error: Exception) -> OpsError:
        # SECURITY: what libraries say of an address holds the token.
        said = str(error).replace(self._token, "***")
        return OpsError(
            f"{method}: Telegram cannot be reached: {type(error).__name__}: {said:.200}"
        )


def _field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def decoded(raw: bytes) -> Any:
    """Return what JSON says, half characters as `?`; None for what is no JSON."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # One text that no UTF-8 holds must not keep all updates from being read.
    try:
        text = json.dumps(json.loads(raw.decode(errors="replace")), ensure_ascii=False)
        return json.loads(text.encode(errors="replace"))
    except (ValueError, RecursionError):
        return None


def _result(method: str, status: int, raw: bytes) -> Any:
    told = decoded(raw)
    if not isinstance(told, dict):
        raise OpsError(f"{method}: what answers with {status} is not Telegram")
    if told.get("ok") is True:
        return told.get("result")
    code = told.get("error_code", status)
    description = str(told.get("description", ""))
    if code == 429:  # noqa: PLR2004 - Too Many Requests
        after = (told.get("parameters") or {}).get("retry_after", 1)
        raise BusyError(f"{method}: Telegram wants a pause of {after} s", after_s=float(after))
    if code == 409:  # noqa: PLR2004 - Conflict
        raise ConflictingError(f"{method}: {description}")
    if not isinstance(code, int) or code >= 500:  # noqa: PLR2004 - the server's fault
        raise OpsError(f"{method}: Telegram is in trouble: {code} {description:.200}")
    raise RefusedError(method, code, description)
