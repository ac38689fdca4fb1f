"""The same over HTTP for another process: `/control/NAME` does or tells what `BotApi.NAME` does."""

import base64
import json
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from bot_api.form import File
from bot_api.world import User

if TYPE_CHECKING:
    from bot_api.server import BotApi

DEEDS = frozenset(
    {
        *("say", "press", "press_newest", "press_data", "document", "push", "redeliver", "flood"),
        *("know", "block", "unblock", "delete", "fail", "lose", "cut", "mend", "slow"),
    }
)
LOOKS = frozenset(
    {
        *("messages", "said", "labels", "updates", "refused", "requests", "answers", "actions"),
        *("commands", "counts", "times", "handed", "webhook"),
    }
)


def control(api: "BotApi", what: str, method: str, query: str, raw: bytes) -> tuple[int, bytes]:
    """Do or tell something; the status, and a JSON document.

    A GET may look only; its arguments are in the query, those of a POST in a JSON object. A file's
    content is `{"base64": …}` both ways, or a text on the way in.
    """
    if what not in DEEDS | LOOKS or (method != "POST" and what in DEEDS):
        return 404, _json({"error": f"there is no {method} {what}"})
    try:
        told = dict(parse_qsl(query)) | json.loads(raw or b"{}")
        found = getattr(api, what)
        result = found(**_arguments(told)) if callable(found) else found
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return 400, _json({"error": f"{what}: {type(error).__name__}: {error}"})
    return 200, _json(result)


def _arguments(told: dict[str, Any]) -> dict[str, Any]:
    found = dict(told)
    if "user" in told:
        found["user"] = User(**told["user"])
    if isinstance(told.get("chat"), str) and not told["chat"].startswith("@"):
        found["chat"] = int(told["chat"])
    if isinstance(told.get("content"), str):
        found["content"] = told["content"].encode()
    elif "content" in told:
        found["content"] = base64.b64decode(told["content"]["base64"])
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, File):
        return {"name": value.name, "content": value.content}
    if isinstance(value, deque):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not told")
