"""A text with marks, as Telegram takes it: plain characters, and entities beside them. Pure.

No markup language is written, so nothing in a name can break one, and a cut leaves none open.

See: Bot API, MessageEntity: offsets and lengths count UTF-16 code units.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

MOST_UNITS = 4096
_LEFT_OUT = "\n…\n"
"""What one message may hold, in UTF-16 code units."""

Kind = Literal["bold", "italic", "code", "pre"]
_MOST_ENTITIES = 100
# Controls that reorder or hide what follows, and what no message may hold.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HALVES = re.compile("[\ud800-\udfff]")


class Mark(msgspec.Struct, frozen=True):
    """A part of a text that is shown in a way of its own; places count characters."""

    kind: Kind
    start: int
    end: int


class Text(msgspec.Struct, frozen=True):
    """Characters and marks; made by `plain`, `bold` and so on, and by adding."""

    plain: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Text | str") -> "Text":
        more = plain(other) if isinstance(other, str) else other
        shift = len(self.plain)
        moved = (Mark(one.kind, one.start + shift, one.end + shift) for one in more.marks)
        return Text(self.plain + more.plain, (*self.marks, *moved))

    def __radd__(self, other: str) -> "Text":
        return plain(other) + self

    def __bool__(self) -> bool:
        return bool(self.plain.strip())

    @property
    def units(self) -> int:
        """Its length as Telegram counts it."""
        return units(self.plain)

    def entities(self) -> list[dict[str, Any]]:
        """Return the marks as the Bot API takes them; 100 at most, as it takes."""
        return [
            {
                "type": one.kind,
                "offset": units(self.plain[: one.start]),
                "length": units(self.plain[one.start : one.end]),
            }
            for one in self.marks[:_MOST_ENTITIES]
        ]

    def split(self, most: int = MOST_UNITS) -> list["Text"]:
        """Cut it into messages, at an end of line or a space where one is near."""
        rest, pieces = self.stripped(), []
        while rest.units > most:
            at = _place(rest.plain, most)
            pieces.append(rest.part(0, at).stripped())
            rest = rest.part(at, len(rest.plain)).stripped()
        return [*pieces, rest] if rest else pieces

    def short(self, most: int) -> "Text":
        """Return its beginning, with `…` when something is left out."""
        if self.units <= most:
            return self
        return self.part(0, _fitting(self.plain, most - 1)) + "…"

    def ends(self, most: int) -> "Text":
        """Return its beginning and its end, with `…` between them when it is longer."""
        if self.units <= most:
            return self
        head = self.part(0, _fitting(self.plain, most // 4))
        room = most - head.units - len(_LEFT_OUT)
        start = len(self.plain) - _fitting(self.plain[::-1], room)
        return head + _LEFT_OUT + self.part(start, len(self.plain))

    def part(self, start: int, end: int) -> "Text":
        """Return some of its characters, with the marks over them."""
        kept = (
            Mark(one.kind, max(one.start, start) - start, min(one.end, end) - start)
            for one in self.marks
            if one.start < end and one.end > start
        )
        return Text(self.plain[start:end], tuple(kept))

    def stripped(self) -> "Text":
        """Return it without spaces around, which Telegram takes away and moves the marks by."""
        start = len(self.plain) - len(self.plain.lstrip())
        return self.part(start, max(start, len(self.plain.rstrip())))


def plain(text: object) -> Text:
    """Return a text without marks; what no message may hold, or would turn it around, is gone."""
    return Text(clean(str(text)))


def bold(text: object) -> Text:
    """Return a text in bold."""
    return _marked("bold", text)


def italic(text: object) -> Text:
    """Return a text in italics."""
    return _marked("italic", text)


def code(text: object) -> Text:
    """Return a word of code, which a tap copies."""
    return _marked("code", text)


def pre(text: object) -> Text:
    """Return lines of output."""
    return _marked("pre", text)


def lines(parts: Iterable[Text | str]) -> Text:
    """Return parts, each in a line of its own; empty texts are empty lines."""
    found = Text()
    for number, part in enumerate(parts):
        found = found + ("\n" if number else "") + part
    return found


def clean(text: str) -> str:
    """Return a text that any message may hold and that reads in the order it is written."""
    return _HALVES.sub("\ufffd", _UNFIT.sub("", text))


def units(text: str) -> int:
    """Return how many UTF-16 code units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _marked(kind: Kind, text: object) -> Text:
    fit = clean(str(text))
    # A mark over nothing, or over spaces alone, is refused.
    return Text(fit, (Mark(kind, 0, len(fit)),) if fit.strip() else ())


def _fitting(text: str, most: int) -> int:
    """Return how many characters fit into so many units."""
    left = most
    for number, letter in enumerate(text):
        left -= 2 if letter > "\uffff" else 1
        if left < 0:
            return number
    return len(text)


def _place(text: str, most: int) -> int:
    end = _fitting(text, most)
    for sign in ("\n", " "):
        at = text.rfind(sign, end // 2, end)
        if at > 0:
            return at
    return end
