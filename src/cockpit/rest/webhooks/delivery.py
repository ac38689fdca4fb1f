"""One request of a sender, and what its adapter makes of it."""

import urllib.parse
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from cockpit.errors import InputError
from cockpit.events import Event

T = TypeVar("T")


class UnverifiedError(InputError):
    """The request does not prove that it comes from the sender: nothing of it is read."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One request.

    Attributes:
        headers: By name in lower case.
        query: What stands behind the question mark.
        body: Its octets, without a Content-Encoding.
        epoch: Now, in seconds.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str] = {}
    body: bytes = b""
    epoch: float = 0

    def header(self, name: str) -> str:
        """Return a header, or "" without it."""
        return self.headers.get(name.lower(), "").strip()

    def needed(self, name: str) -> str:
        """Return a header that must be there.

        Raises:
            InputError: It is missing or empty.
        """
        found = self.header(name)
        if not found:
            raise InputError(f"{name}: this header is missing")
        return found

    @property
    def media_type(self) -> str:
        """The type of the body, without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def json(self, kind: type[T], *, form_field: str = "") -> T:
        """Decode the body as JSON.

        Args:
            kind: What it must be.
            form_field: The field that holds it when the body is a form; "" takes no form.

        Raises:
            InputError: It is no JSON, or not of this kind; the message names where.
        """
        body: bytes | str = self.body
        if form_field and self.media_type == "application/x-www-form-urlencoded":
            body = self._field(form_field)
        return decode(body, kind)

    def _field(self, name: str) -> str:
        text = self.body.decode("utf-8", "replace")
        fields = urllib.parse.parse_qs(text, max_num_fields=100)
        if name not in fields:
            # Programs such as curl call everything a form unless they are told otherwise.
            raise InputError(
                f"the form has no field {name}; JSON is sent with Content-Type: application/json"
            )
        return fields[name][0]


class Entry(msgspec.Struct, frozen=True):
    """An event to append.

    Attributes:
        mark: The sender's own name of what happened: a repeat makes no second event.
            "" when the sender names nothing.
    """

    event: Event
    mark: str = ""


def decode(body: bytes | str, kind: type[T]) -> T:
    """Decode JSON of a sender.

    Raises:
        InputError: It is no JSON, or not of this kind; the message names where.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except RecursionError as error:
        raise InputError("the body: nested too deep") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise InputError(f"the body: {error}"[:300]) from error


def words(*several: Any) -> list[str]:
    """Return the texts among some values, each once, without those that are empty."""
    found = (str(one).strip() for one in several if isinstance(one, str | int))
    return list(dict.fromkeys(one for one in found if one))
