"""The event that a request carries: JSON or YAML."""

import re
from typing import Any, Literal

import falcon
import gevent
import msgspec

from cockpit import events
from cockpit.errors import InputError
from cockpit.rest.payload import JSON, is_json, media_type, read_octets
from cockpit.rest.repeats import refuse_repeats
from cockpit.stor import parse_path

MAX_EVENT_BYTES = 1024 * 1024
BODIES = {JSON: events.Event, "application/yaml": events.Event}
EXAMPLES = {name: events.to_mapping(events.example(name)) for name in events.TYPES}

_IN_PLACE_BYTES = 16 * 1024  # YAML of this size takes about 20 ms.
_YAML = {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"}
# What programs say of a file that they know nothing of.
_UNKNOWN = {"text/plain", "application/octet-stream"}
_TYPE_LINE = re.compile(r"^[\"']?type[\"']?\s*:", re.MULTILINE)


class Publishing(msgspec.Struct, frozen=True, kw_only=True):
    """What the address says of the body.

    Attributes:
        type: The type of a body that does not say its own.
    """

    type: Literal["", "email", "telegram", "alarm", "eco", "generic"] = ""


def read_event(req: falcon.Request, type_: str) -> events.Event:
    """Read the event that a request carries.

    Args:
        type_: That of an event that does not say its own; "" is none.

    Raises:
        falcon.HTTPError: 413 for more than 1 MiB, 415 for another media type.
        InputError: It is no event.
    """
    kind = media_type(req)
    if not (kind in _YAML or is_json(kind)):
        raise falcon.HTTPUnsupportedMediaType(
            description="an event comes with Content-Type: application/json or application/yaml;"
            " POST /events takes multipart/form-data as well, with files"
        )
    hint = "; POST /stor/SPACE takes more, and an event can link it"
    return decode_event(read_octets(req, MAX_EVENT_BYTES, hint=hint), kind, type_)


def decode_event(octets: bytes, kind: str, type_: str) -> events.Event:
    """Decode an event.

    Args:
        kind: Its media type, in small letters and without parameters; where that tells nothing,
            the text does.

    Raises:
        InputError: It is no event.
    """
    if kind in _UNKNOWN:
        kind = JSON if octets.lstrip().startswith(b"{") else "application/yaml"
    return _from_yaml(octets, type_) if kind in _YAML else _from_json(octets, type_)


def fitting(event: events.Event, type_: str) -> events.Event:
    """Return the event.

    Raises:
        InputError: It is not of the type that is asked for, or lacks what its action needs.
    """
    if type_ not in {"", event.type}:
        raise InputError(f"type: the body is of type {event.type}, the address says {type_}")
    events.check(event)
    return event


def refs(event: events.Event, public_url: str) -> list[str]:
    """Name the stored objects that an event links, so that they live as long as it does."""
    prefix = public_url.rstrip("/") + "/"
    files = event.meta.get("attachments")
    links = [
        *event.get("attachments", {}).values(),
        *(files.values() if isinstance(files, dict) else ()),
        *event.meta.values(),
    ]
    found: dict[str, None] = {}
    for link in links:
        if not isinstance(link, str) or not link.startswith(prefix):
            continue
        try:
            space, digest = parse_path(link.removeprefix(prefix))
        except InputError:
            continue  # A link to something else that begins like ours.
        found[f"{space}/{digest}"] = None
    return list(found)


def _from_json(octets: bytes, type_: str) -> events.Event:
    event = _decoded(octets, type_)
    refuse_repeats(octets)
    return event


def _decoded(octets: bytes, type_: str) -> events.Event:
    if not type_:
        return events.decode(octets)
    try:
        mapping = msgspec.json.decode(octets, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return events.decode(octets)  # It says best what is wrong.
    return events.from_mapping({"type": type_} | mapping)


def _from_yaml(octets: bytes, type_: str) -> events.Event:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"YAML: not UTF-8 at byte {error.start}") from error
    if type_ and not _TYPE_LINE.search(text):
        text += f"\ntype: {type_}\n"  # At the end: errors name the sender's own lines.
    if len(text) <= _IN_PLACE_BYTES:
        return events.load_yaml(text)
    # Told as a value: what a thread raises, gevent prints.
    loaded: events.Event | InputError = gevent.get_hub().threadpool.apply(_loaded, (text,))
    if isinstance(loaded, InputError):
        raise loaded
    return loaded


def _loaded(text: str) -> events.Event | InputError:
    try:
        return events.load_yaml(text)
    except InputError as error:
        return error
