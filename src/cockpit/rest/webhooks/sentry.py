"""Sentry's clients (`sentry-sdk` and its relatives): each error event becomes an eco.

See: Sentry's "Event Payloads", "Envelopes", and "Authentication" of its ingestion.
"""

import re
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from cockpit.eco import Node
from cockpit.eco.capture import PUBLIC
from cockpit.eco.fitting import fitting
from cockpit.eco.mask import bounded, mask, masked
from cockpit.errors import InputError
from cockpit.events import Eco
from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError, decode, words
from cockpit.rest.webhooks.envelope import Envelope, parse
from cockpit.rest.webhooks.signature import any_same

_KEY = re.compile(r"\bsentry_key=([^,\s]+)")
_HOLE = re.compile(r"%%|%(?:\((\w+)\))?[sdifrg]")
_BUGS = {"fatal", "error", ""}
_HIDDEN = {"cookies", "authorization", "cookie", "x-api-key"}
_SHORT = 4 * 1024
_KEEP = 16 * 1024
_LOOKED_AT = 64 * 1024


def verify(delivery: Delivery, keys: Iterable[str]) -> None:
    """Let in who names one of the public keys: in the address, a header, or the envelope.

    Raises:
        UnverifiedError: None is named, or one that nobody configured.
    """
    given = delivery.query.get("sentry_key") or _named(delivery) or _of_envelope(delivery.body)
    if not any_same([given], keys):
        raise UnverifiedError("sentry_key: this is none of the keys of this source")


def read_store(delivery: Delivery, project: str, node: Node) -> list[Entry]:
    """Return the eco of an event that was sent alone, to `/store/`.

    Args:
        node: Where it counts as having happened: its sender does not say.

    Raises:
        InputError: It is no event.
    """
    return [_entry(delivery.body, project, node, delivery.epoch)]


def read_envelope(delivery: Delivery, project: str, node: Node) -> list[Entry]:
    """Return the ecos of an envelope; items of other types are passed over.

    Args:
        node: As for `read_store`.

    Raises:
        InputError: It is no envelope, or an event in it is none.
    """
    found = parse(delivery.body)
    return [
        _entry(item.payload, project, node, delivery.epoch)
        for item in found.items
        if item.type == "event"
    ]


def event_id(delivery: Delivery, entries: list[Entry]) -> str:
    """Return the id that the client waits for: 32 hex digits, or "" when it sent none."""
    for entry in entries:
        return entry.mark.removeprefix("sentry:")
    try:
        found = parse(delivery.body).header.get("event_id")
    except InputError:
        return ""
    return found if isinstance(found, str) else ""


def _named(delivery: Delivery) -> str:
    for name in ("x-sentry-auth", "authorization"):
        if found := _KEY.search(delivery.header(name)):
            return found[1]
    return ""


def _of_envelope(body: bytes) -> str:
    try:
        header: Envelope = parse(body[: body.find(b"\n") + 1 or None])
    except InputError:
        return ""
    dsn = header.header.get("dsn")
    return urllib.parse.urlsplit(dsn).username or "" if isinstance(dsn, str) else ""


def _entry(raw: bytes, project: str, node: Node, now: float) -> Entry:
    told = decode(raw, dict[str, Any])
    guid = _guid(told.get("event_id"))
    eco = msgspec.structs.replace(
        _eco(told, project, now), guid=str(guid), gid=node.gid, nid=node.nid
    )
    return Entry(eco, f"sentry:{guid.hex}")


def _guid(given: Any) -> uuid.UUID:
    try:
        return uuid.UUID(given) if isinstance(given, str) else uuid.uuid4()
    except ValueError as error:
        raise InputError(f"event_id: {given!r:.60} is not 32 hex digits") from error


def _eco(told: dict[str, Any], project: str, now: float) -> Eco:
    chain = _exceptions(told)
    frames = _frames(chain[-1]) if chain else []
    frame = next((one for one in reversed(frames) if one.get("in_app")), None)
    frame = frame or (frames[-1] if frames else {})
    level = str(told.get("level") or "error")
    when = _epoch(told.get("timestamp"), now)
    return Eco(
        pid=_pid(told),
        app_name=bounded(_app_name(told), _SHORT) or f"sentry-{project}",
        eco_type="BUG" if level in _BUGS else "UNKNOWN",
        error_msg=bounded(_message(told, chain), _KEEP),
        error_pub=PUBLIC,
        category=bounded(_text(told.get("logger") or told.get("transaction")), _SHORT),
        func_name=bounded(_text(frame.get("function")), _SHORT),
        func_filename=bounded(_text(frame.get("filename") or frame.get("abs_path")), _SHORT),
        line_nbr=_number(frame.get("lineno")),
        code=bounded(_code(frame), _KEEP),
        # The end of a trace says most.
        backtrace=mask("\n".join(_trace(one) for one in chain)[-_LOOKED_AT:])[-_KEEP:],
        extra=_extra(told),
        last_time=when,
        occurence=1,
        tags=bounded(", ".join(_tags(told, level)), _KEEP),
        epoch=when,
        meta={"project": project, "fingerprint": told.get("fingerprint") or []},
    )


def _app_name(told: dict[str, Any]) -> str:
    """Return the application in `shop@1.2`; "" for a bare version or a commit: they change."""
    name, at, _ = _text(told.get("release")).partition("@")
    return name if at else ""


def _exceptions(told: dict[str, Any]) -> list[dict[str, Any]]:
    found = told.get("exception")
    if isinstance(found, dict):
        found = found.get("values")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _frames(exception: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the frames of an exception, oldest first."""
    trace = exception.get("stacktrace")
    found = trace.get("frames") if isinstance(trace, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _message(told: dict[str, Any], chain: list[dict[str, Any]]) -> str:
    if chain:
        last = chain[-1]
        return f"{_text(last.get('type')) or 'Error'}: {_text(last.get('value'))}"
    entry = told.get("logentry") or told.get("message")
    if isinstance(entry, dict):
        entry = entry.get("formatted") or _filled(entry.get("message"), entry.get("params"))
    return _text(entry) or "an event without a message"


def _filled(text: Any, params: Any) -> str:
    """Fill in what an old client left apart; a text and values that do not fit stay as they are.

    SECURITY: not by Python's own `%`, which a width of a billion makes fill the memory.
    """
    plain, left = _text(text), list(params) if isinstance(params, list) else []
    named = params if isinstance(params, dict) else {}

    def value(hole: re.Match[str]) -> str:
        if hole[0] == "%%":
            return "%"
        return str(named[hole[1]] if hole[1] else left.pop(0))

    try:
        return _HOLE.sub(value, plain) if params else plain
    except LookupError:
        return plain


def _code(frame: dict[str, Any]) -> str:
    lines: list[Any] = []
    for name in ("pre_context", "context_line", "post_context"):
        found = frame.get(name)
        lines += found if isinstance(found, list) else [found] if found is not None else []
    return "".join(f"{line}\n" for line in lines)


def _trace(exception: dict[str, Any]) -> str:
    lines = ["Traceback (most recent call last):"]
    for frame in _frames(exception):
        name = _text(frame.get("filename") or frame.get("abs_path"))
        function = _text(frame.get("function"))
        lines.append(f'  File "{name}", line {_number(frame.get("lineno"))}, in {function}')
        if line := _text(frame.get("context_line")).strip():
            lines.append(f"    {line}")
    return "\n".join([*lines, _message({}, [exception])])


def _extra(told: dict[str, Any]) -> str:
    request = told.get("request")
    kept = {
        "extra": told.get("extra"),
        "contexts": told.get("contexts"),
        "request": _without_secrets(request) if isinstance(request, dict) else None,
        "user": told.get("user"),
    }
    # Fitted twice: only so much is looked at, and stars may be longer than what they hide.
    return fitting(masked(msgspec.json.decode(fitting(kept, _LOOKED_AT))), _KEEP)


def _without_secrets(request: Mapping[str, Any]) -> dict[str, Any]:
    headers = request.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else []
    kept = {name: value for name, value in pairs if str(name).lower() not in _HIDDEN}
    return {name: one for name, one in request.items() if name not in _HIDDEN} | {"headers": kept}


def _tags(told: dict[str, Any], level: str) -> list[str]:
    tags = told.get("tags")
    pairs: list[Any] = list(tags.items()) if isinstance(tags, dict) else []
    if isinstance(tags, list):
        pairs = [pair for pair in tags if isinstance(pair, list) and len(pair) == 2]  # noqa: PLR2004 - a pair
    names = ("environment", "release", "server_name")
    about = [f"{name}:{told[name]}" for name in names if told.get(name)]
    return words(f"level:{level}", *[f"{name}:{value}" for name, value in pairs], *about)


def _pid(told: dict[str, Any]) -> int:
    extra = told.get("extra")
    found = extra.get("sys.pid") or extra.get("pid") if isinstance(extra, dict) else 0
    return _number(found)


def _epoch(given: Any, now: float) -> int:
    try:
        if isinstance(given, str):
            return int(datetime.fromisoformat(given).timestamp())
        return int(given)
    except (TypeError, ValueError, OverflowError):
        return int(now)


def _number(given: Any) -> int:
    return given if isinstance(given, int) and 0 <= given < 1 << 53 else 0


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
