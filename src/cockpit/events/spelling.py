"""Spellings of other days: the stored documents of 2016, and forms that people write.

Refuses nothing: what it does not know passes unchanged, and the types decide.
"""

from typing import Any

import msgspec

# Today's name wins when both are there.
OLD_NAMES: dict[str, dict[str, str]] = {
    "email": {"sender": "from", "body_type": "bodytype", "recipient": "to"},
    "telegram": {},
    "alarm": {},
    "eco": {
        "appname": "app_name",
        "errormessage": "error_msg",
        "errormessagePub": "error_pub",
        "errormessagepub": "error_pub",
        "funcname": "func_name",
        "funcfilename": "func_filename",
        "funclinenr": "line_nbr",
        "linenr": "line_nbr",
        "lasttime": "last_time",
        "closetime": "close_time",
        "occurrences": "occurence",
        "occurrence": "occurence",
    },
    "generic": {},
}
_EXACT = 2**53  # Beyond it not every integer is a float.
OLD_TYPES = {"mail": "email"}
OLD_ECO_TYPES = {"PERF": "PERFORMANCE", "OPS": "OPERATIONS"}

_OLD_IN_JSON = {
    kind: tuple(f'"{old}"'.encode() for old in names) for kind, names in OLD_NAMES.items()
}


def may_be_old(kind: str, raw: bytes) -> bool:
    """Tell whether JSON of this type may hold an old name; never wrong when it says no."""
    # PERF: a plain search for each is faster than one expression for all.
    for old in _OLD_IN_JSON[kind]:  # noqa: SIM110
        if old in raw:
            return True
    return False


def today(found: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping in today's spelling; null counts as left out."""
    kind = found.get("type")
    if isinstance(kind, str):
        kind = OLD_TYPES.get(kind.lower(), kind.lower())
    names = OLD_NAMES.get(kind, {}) if isinstance(kind, str) else {}
    event = {names[name]: value for name, value in found.items() if name in names}
    event |= {name: value for name, value in found.items() if name not in names}
    event = {name: _whole(value) for name, value in event.items() if value is not None}
    if kind is not None:
        event["type"] = kind
    for name in ("to", "cc"):
        if isinstance(event.get(name), str):
            event[name] = _split(event[name])
    if kind == "eco":
        _respell_eco(event)
    elif kind == "generic" and isinstance(event.get("tags"), str):
        event["tags"] = _split(event["tags"])
    return event


def _respell_eco(event: dict[str, Any]) -> None:
    for name, old in (("eco_type", OLD_ECO_TYPES), ("state", {})):
        if isinstance(word := event.get(name), str):
            event[name] = old.get(word.upper(), word.upper())
    if isinstance(event.get("tags"), list):
        event["tags"] = ", ".join(str(tag) for tag in event["tags"])
    if isinstance(event.get("extra"), dict):
        event["extra"] = msgspec.json.encode(event["extra"]).decode()


def _whole(value: Any) -> Any:
    """Make an integer of `7.0`, which is one to JSON Schema and what a clock in Python may give."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT
    return int(value) if is_whole else value


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
