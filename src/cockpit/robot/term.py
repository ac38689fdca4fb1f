"""A term of the schedule: something of one service that the clock decides. Pure."""

from typing import Self

import msgspec


class Term(msgspec.Struct, frozen=True):
    """What happens every so often, or when nothing happened for so long.

    Attributes:
        kind: `recurring`, and `name` is the action; or `expects`, and `name` is the type of event.
        service: `<repo>/<role>!<instance>`.
        period_ms: At least 1.
        misfire: What becomes of times that went by: `skip`, `once` or `all`.
    """

    kind: str
    service: str
    name: str
    period_ms: int
    misfire: str = "once"

    @property
    def member(self) -> str:
        """Its name in the schedule."""
        return f"{self.kind} {self.service} {self.name}"

    @property
    def text(self) -> str:
        """The rest of it."""
        return f"{self.period_ms} {self.misfire}"

    @classmethod
    def read(cls, member: str, text: str) -> Self:
        """Return the term that has these two."""
        kind, service, name = member.split(" ")
        period_ms, misfire = text.split(" ")
        return cls(kind, service, name, int(period_ms), misfire)
