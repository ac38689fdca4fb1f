"""Who does something: the person that a request names, else the holder of its token."""

from typing import Annotated

import falcon
from msgspec import Meta

from cockpit.access.directory import Directory
from cockpit.rest.payload import Body

Note = Annotated[str, Meta(max_length=2000)]


class Signed(Body, frozen=True):
    """Who does it.

    Attributes:
        by: The name of a person; empty is whoever holds the token.
    """

    by: str = ""


class Noted(Signed, frozen=True):
    """Who does it, and why.

    Attributes:
        by: The name of a person; empty is whoever holds the token.
        note: For those who look at it later.
    """

    note: Note = ""


def author(req: falcon.Request, directory: Directory, by: str) -> str:
    """Return the name of who does it.

    Args:
        by: The name of a person, with or without `@`; "" is the holder of the token.

    Raises:
        InputError: Nobody is called that.
    """
    if by:
        return directory.get(by.removeprefix("@")).name
    name: str = req.context.identity.name
    return name
