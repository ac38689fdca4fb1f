"""An event that comes as a form, with files: each is stored as it comes, and linked in the event.

request → parts → files to stor, the event to memory → event with links
"""

from collections.abc import Callable, Sequence
from typing import Any

import falcon
import msgspec

from cockpit import events
from cockpit.mail.names import Names, nameless, safe_name
from cockpit.rest.multipart import Part, parts
from cockpit.rest.payload import is_json
from cockpit.rest.problem import UnreadableError
from cockpit.rest.publishing import MAX_EVENT_BYTES, decode_event
from cockpit.stor import Stor, link

SPACE = "mail"
KINDS = tuple(events.BY_TYPE.values())
SCHEMA = {
    "type": "object",
    "required": ["event"],
    "properties": {
        "event": {
            "anyOf": [{"$ref": f"#/components/schemas/{kind.__name__}"} for kind in KINDS],
            "description": "The event, JSON or YAML.",
        },
        "file": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "Files; their parts may have any names.",
        },
    },
    "additionalProperties": False,
}


class Form:
    """Reads events from forms.

    SECURITY: files go to the space whose links open without a token, as attachments of mails do:
    whoever reads an event in a browser, or in a mail that an action sends, has none. A link holds
    the hash of the content, which nobody guesses.

    Args:
        public_url: Gives what links to stored files begin with.
    """

    def __init__(self, stor: Stor, public_url: Callable[[], str]) -> None:
        self._stor = stor
        self._public_url = public_url

    def read(self, req: falcon.Request, type_: str) -> events.Event:
        """Read an event; its files are durable when this returns.

        Files that came before a mistake stay in the store, and nothing links them.

        Args:
            type_: That of an event that does not say its own; "" is none.

        Raises:
            UnreadableError: It is no form, a part has no name, or the event comes twice.
            falcon.HTTPError: 413, the event is too large or the parts are too many.
            InputError: It is no event.
            OpsError: The disk is in trouble.
        """
        told: events.Event | None = None
        fields = Fields()
        files: list[tuple[str, str]] = []
        for part in parts(req):
            if part.name == "event":
                if told is not None:
                    raise UnreadableError("event: the form has it twice")
                told = decode_event(part.octets(MAX_EVENT_BYTES), part.kind, type_)
            elif part.filename is None:
                fields.add(part)
            elif part.filename:  # A browser sends an empty one when no file was chosen.
                name = safe_name(part.filename) or nameless(len(files) + 1, part.kind)
                files.append((name, self._store(part)))
        return attached(_one(told, fields, type_), files)

    def _store(self, part: Part) -> str:
        return link(self._public_url(), SPACE, self._stor.put(SPACE, part.pieces()))


class Fields:
    """The fields of an event that has no part of its own."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._bytes_left = MAX_EVENT_BYTES

    def add(self, part: Part) -> None:
        """Take a field; one that comes again makes a list.

        Raises:
            UnreadableError: It is no text, or no JSON though it says so.
            falcon.HTTPError: 413, all of them have more than 1 MiB.
        """
        octets = part.octets(self._bytes_left)
        self._bytes_left -= len(octets)
        try:
            found = msgspec.json.decode(octets) if is_json(part.kind) else octets.decode()
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise UnreadableError(f"{part.name:.80}: not {part.kind:.80}: {error}") from error
        known = self.values.setdefault(part.name, found)
        if isinstance(known, list) and known is not found:
            known.append(found)
        elif known is not found:
            self.values[part.name] = [known, found]

    def event(self, type_: str) -> events.Event:
        """Return the event; what is no text in it is JSON.

        Raises:
            InputError: It is none.
        """
        mapping = ({"type": type_} if type_ else {}) | self.values
        kind = mapping.get("type")
        known = events.BY_TYPE.get(kind) if isinstance(kind, str) else None
        for field in msgspec.structs.fields(known) if known else ():
            text = mapping.get(field.encode_name)
            if isinstance(text, str) and field.type.__origin__ in _NO_TEXTS:
                mapping[field.encode_name] = _value(text)
        return events.from_mapping(mapping)


_NO_TEXTS = (int, list[str], dict[str, Any], dict[str, str])


def attached(event: events.Event, files: Sequence[tuple[str, str]]) -> events.Event:
    """Link files in an event: an email has a place for them, the others have `meta.attachments`.

    Args:
        files: Name and link of each; equal names are told apart.
    """
    if not files:
        return event
    is_mail = isinstance(event, events.Email)
    known = event["attachments"] if is_mail else event.meta.get("attachments")
    links = dict(known) if isinstance(known, dict) else {}
    names = Names()
    for name in links:
        names.take(name)
    links |= {names.take(name): url for name, url in files}
    if is_mail:
        return msgspec.structs.replace(event, attachments=links)
    return msgspec.structs.replace(event, meta=event.meta | {"attachments": links})


def _one(told: events.Event | None, fields: Fields, type_: str) -> events.Event:
    if told is None:
        return fields.event(type_)
    if fields.values:
        raise UnreadableError(f"{next(iter(fields.values)):.80}: there is a part event as well")
    return told


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return text  # `a, b` is a list to the event, and the rest it refuses by its name.
