"""Events on the wire: JSON in and out, and every refusal an InputError that names the field."""

import re
from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.events import spelling
from cockpit.events.kinds import BY_TYPE, TYPES, Event, choices

_decode_typed = msgspec.json.Decoder(Event).decode
_encode = msgspec.json.Encoder().encode

# What foreign bytes and values make msgspec raise: no text, no JSON, out of range, too deep.
_REFUSED = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
LONGEST_REASON = 300
_AT = re.compile(r"(?P<what>.+) - at (?P<path>\$.*)", re.DOTALL)
_MISSING = re.compile(r"Object missing required field (?P<name>\w+)")


def decode(data: bytes | str) -> Event:
    """Decode and validate the JSON of one event; old spellings are accepted.

    Raises:
        InputError: It is not JSON, or not one of the five events; names the field.
    """
    try:
        raw = data.encode() if isinstance(data, str) else data
        event = _decode_typed(raw)
    except msgspec.ValidationError as e:
        return _decode_respelled(raw, e)
    except _REFUSED as e:
        raise InputError(_explain(e)) from e
    # PERF: only what may hold an old name is decoded a second time.
    return _decode_respelled(raw) if spelling.may_be_old(event.type, raw) else event


def encode(event: Event) -> bytes:
    """Encode an event as compact JSON; an id stands first, as in the log's own messages.

    Raises:
        InputError: It holds a value that JSON does not know, or text that is not Unicode.
    """
    try:
        if not event.id:
            return _encode(event)
        rest = _encode(msgspec.structs.replace(event, id=""))
        return b'{"id":' + _encode(event.id) + b"," + rest[1:]
    except _REFUSED as e:
        raise InputError(f"the event cannot be written as JSON: {e}") from e


def from_mapping(mapping: dict[str, Any]) -> Event:
    """Build an event from a mapping of wire names.

    Raises:
        InputError: As `decode` and `encode`.
    """
    try:
        raw = _encode(mapping)
    except _REFUSED as e:
        raise InputError(f"the event cannot be written as JSON: {e}") from e
    return decode(raw)


def to_mapping(event: Event) -> dict[str, Any]:
    """Return the event as it is on the wire, in plain values; an id stands first."""
    mapping: dict[str, Any] = msgspec.to_builtins(event)
    return {"id": event.id} | mapping if event.id else mapping


def _decode_respelled(raw: bytes, first: Exception | None = None) -> Event:
    try:
        found = msgspec.json.decode(raw)
    except _REFUSED as e:
        raise InputError(_explain(first or e)) from e
    if not isinstance(found, dict):
        raise InputError("the event: expected a JSON object")
    event = spelling.today(found)
    kind = event.get("type")
    if kind not in TYPES:
        given = f"{kind!r:.80} is no type" if kind is not None else "missing"
        raise InputError(f"type: {given} (one of {', '.join(TYPES)})")
    try:
        return msgspec.convert(event, BY_TYPE[kind])
    except msgspec.ValidationError as e:
        raise InputError(_explain(e, BY_TYPE[kind])) from e


def _explain(error: Exception, kind: type[Event] | None = None) -> str:
    """Say a refusal with the field's wire name in front."""
    if isinstance(error, RecursionError):
        return "the event: nested too deep"
    text = str(error).replace("`", "")
    if missing := _MISSING.match(text):
        return f"{missing['name']}: missing"
    at = _AT.match(text)
    if at is None:
        return f"the event: {text[:LONGEST_REASON]}"
    path = at["path"].removeprefix("$").removeprefix(".")
    what = at["what"][0].lower() + at["what"][1:LONGEST_REASON]
    return f"{path or 'the event'}: {what}{_choices(kind, path)}"


def _choices(kind: type[Event] | None, path: str) -> str:
    for known in msgspec.structs.fields(kind) if kind else ():
        if known.encode_name == path and (words := choices(known)):
            return f" (one of {', '.join(words)})"
    return ""
