"""The methods of the Bot API, carried out on a world; what comes here is well formed."""

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from bot_api.form import File
from bot_api.rules import formatted
from bot_api.updates import Courier
from bot_api.world import Kept, RefusedError, World

_BIGGEST = 20 * 1024**2
_HUMP = re.compile(r"(?<!^)([A-Z])")


class Methods:
    """Carries out what a bot asks for.

    Attributes:
        webhook: What was given to the last setWebhook, {} while there is none.
        commands: The lists of setMyCommands, by scope and language.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._poll = 0
        self._ended = ""
        self._courier: Courier | None = None
        self.webhook: dict[str, Any] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}

    def call(self, method: str, given: dict[str, Any]) -> Any:
        """Return the result of a method.

        Raises:
            RefusedError: Telegram would not do it, or this stand-in cannot.
        """
        found = getattr(self, "do_" + _HUMP.sub(r"_\1", method).lower(), None)
        if found is None:
            raise RefusedError(501, f"Not Implemented: {method} is not carried out here")
        return found(given)

    def end_polls(self, words: str) -> None:
        """End whoever waits for updates, with a conflict."""
        self._poll += 1
        self._ended = words
        self._world.news.tell()

    def close(self) -> None:
        self.end_polls("the end")
        self._unhook()

    def do_get_me(self, _given: Mapping[str, Any]) -> Any:
        can = {"can_join_groups": True, "can_read_all_group_messages": False}
        return {**self._world.bot, **can, "supports_inline_queries": False}

    # Updates.

    def do_get_updates(self, given: Mapping[str, Any]) -> Any:
        if self.webhook:
            raise RefusedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self.end_polls("other getUpdates request; make sure that only one bot instance is running")
        mine, queue = self._poll, self._world.queue
        queue.allowed = given.get("allowed_updates", queue.allowed)
        queue.confirm(given.get("offset", 0))
        end = time.monotonic() + given.get("timeout", 0)
        while not queue.waiting and (left := end - time.monotonic()) > 0:
            self._world.news.wait(left)
            if mine != self._poll:
                raise RefusedError(409, f"Conflict: terminated by {self._ended}")
        return queue.take(given.get("limit", 100))

    def do_set_webhook(self, given: dict[str, Any]) -> bool:
        self._drop(given)
        self._unhook()
        if not given["url"]:
            return True
        self.end_polls("setWebhook request")
        queue = self._world.queue
        queue.allowed = given.get("allowed_updates", queue.allowed)
        ca = given["certificate"].content.decode() if "certificate" in given else ""
        secret = given.get("secret_token", "")
        self.webhook = given
        self._courier = Courier(queue, self._world.news, given["url"], secret, ca)
        return True

    def do_delete_webhook(self, given: Mapping[str, Any]) -> bool:
        self._drop(given)
        self._unhook()
        return True

    def do_get_webhook_info(self, _given: Mapping[str, Any]) -> Any:
        told = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": "certificate" in self.webhook,
            "pending_update_count": len(self._world.queue.waiting),
        }
        if self.webhook:
            told["max_connections"] = self.webhook.get("max_connections", 40)
        if self._world.queue.allowed:
            told["allowed_updates"] = self._world.queue.allowed
        error = self._courier.error if self._courier else None
        if error:
            told |= {"last_error_date": error[0], "last_error_message": error[1]}
        return told

    def _drop(self, given: Mapping[str, Any]) -> None:
        if given.get("drop_pending_updates"):
            self._world.queue.taken()

    def _unhook(self) -> None:
        if self._courier:
            self._courier.stop()
        self._courier, self.webhook = None, {}

    # Messages.

    def do_send_message(self, given: Mapping[str, Any]) -> Any:
        chat = self._world.reach(given["chat_id"])
        text, marks = formatted(given, "text", "entities")
        said = {"text": text, **({"entities": marks} if marks else {})}
        return self._world.sent(chat, said | self._around(chat, given))

    def do_send_document(self, given: Mapping[str, Any]) -> Any:
        chat = self._world.reach(given["chat_id"])
        document = given["document"]
        file = document if isinstance(document, File) else self._world.files.get(document)
        if file is None:
            raise RefusedError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        text, marks = formatted(given, "caption", "caption_entities")
        said = {"document": self._world.store(file), **({"caption": text} if text else {})}
        said |= {"caption_entities": marks} if marks else {}
        return self._world.sent(chat, said | self._around(chat, given), file)

    def _around(self, chat: int | str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What stands around a text: the keyboard and what it replies to."""
        told: dict[str, Any] = {}
        if any(given.get("reply_markup", {}).get("inline_keyboard", ())):
            told["reply_markup"] = given["reply_markup"]
        reply = given.get("reply_parameters", {})
        if reply:
            kept = self._world.found(chat, reply["message_id"])
            if kept:
                told["reply_to_message"] = dict(kept.message)
            elif not reply.get("allow_sending_without_reply"):
                raise RefusedError(400, "Bad Request: message to be replied not found")
        return told

    def do_edit_message_text(self, given: Mapping[str, Any]) -> Any:
        chat, kept = self._own(given, "edit")
        if "text" not in kept.message:
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        text, marks = formatted(given, "text", "entities")
        markup = given.get("reply_markup")
        return self._change(chat, kept, text=text, entities=marks or None, reply_markup=markup)

    def do_edit_message_reply_markup(self, given: Mapping[str, Any]) -> Any:
        chat, kept = self._own(given, "edit")
        return self._change(chat, kept, reply_markup=given.get("reply_markup"))

    def do_delete_message(self, given: Mapping[str, Any]) -> bool:
        chat = self._world.reach(given["chat_id"])
        if self._world.found(chat, given["message_id"]) is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
        self._world.delete(chat, given["message_id"])
        return True

    def _own(self, given: Mapping[str, Any], verb: str) -> tuple[int | str, Kept]:
        """Return a message that the bot sent, and where."""
        if "chat_id" not in given:
            raise RefusedError(400, "Bad Request: MESSAGE_ID_INVALID")
        chat = self._world.reach(given["chat_id"])
        kept = self._world.found(chat, given["message_id"])
        if kept is None:
            raise RefusedError(400, f"Bad Request: message to {verb} not found")
        if kept.message["from"] != self._world.bot:
            raise RefusedError(400, f"Bad Request: message can't be {verb}ed")
        return chat, kept

    def _change(self, chat: int | str, kept: Kept, **said: Any) -> Any:
        markup = said["reply_markup"]
        if markup is not None and not any(markup["inline_keyboard"]):
            said["reply_markup"] = None
        if all(kept.message.get(name) == value for name, value in said.items()):
            raise RefusedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply"
                " markup are exactly the same as a current content and reply markup of the message",
            )
        return self._world.change(chat, kept, said)

    # The rest.

    def do_answer_callback_query(self, given: dict[str, Any]) -> bool:
        if not self._world.answer(given):
            raise RefusedError(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        return True

    def do_send_chat_action(self, given: dict[str, Any]) -> bool:
        self._world.reach(given["chat_id"])
        self._world.actions.append(given)
        return True

    def do_get_file(self, given: Mapping[str, Any]) -> Any:
        file = self._world.files.get(given["file_id"])
        if file is None:
            raise RefusedError(
                400, "Bad Request: wrong file_id or the file is temporarily unavailable"
            )
        if len(file.content) > _BIGGEST:
            raise RefusedError(400, "Bad Request: file is too big")
        told = {"file_id": given["file_id"], "file_unique_id": f"u{given['file_id']}"}
        return told | {"file_size": len(file.content), "file_path": f"documents/{given['file_id']}"}

    def do_set_my_commands(self, given: Mapping[str, Any]) -> bool:
        self.commands[_scope(given)] = given["commands"]
        return True

    def do_get_my_commands(self, given: Mapping[str, Any]) -> Any:
        return self.commands.get(_scope(given), [])


def _scope(given: Mapping[str, Any]) -> tuple[str, str]:
    scope = given.get("scope", {"type": "default"})
    return json.dumps(scope, sort_keys=True), given.get("language_code", "")
