"""What a schema field allows besides its type: smallest and largest value, expression, choices.

A regular expression must fit the whole text; it is matched in linear time, by the engine of CEL.

See: AYS 8, schema.hrd tags `minval`, `maxval`, `regex`, `singlechoice`, `multichoice`.
"""

import functools
from collections.abc import Mapping
from typing import Any

import msgspec

from cockpit.ays.field_type import shown
from cockpit.errors import InputError, nearest

_NUMBERS = ("int", "float", "ipport")
_SAMPLE = ""


class Limits(msgspec.Struct, frozen=True):
    """The limits of one field; what is None or empty limits nothing."""

    low: float | None = None
    high: float | None = None
    regex: str = ""
    choices: tuple[str, ...] = ()

    def check(self, value: Any, *, is_shown: bool = True) -> None:
        """Check a value, or each of a list; text that is empty is not set, and passes.

        Args:
            is_shown: Whether the error may show the value.

        Raises:
            InputError: It does not fit, and what would.
        """
        for item in value if isinstance(value, list) else [value]:
            if item != "":
                self._check(item, shown(item) if is_shown else "the value")

    def _check(self, item: Any, told: str) -> None:
        if isinstance(item, int | float):
            if self.low is not None and item < self.low:
                raise InputError(f"{item} is less than {self.low:g}")
            if self.high is not None and item > self.high:
                raise InputError(f"{item} is more than {self.high:g}")
        if self.regex and not _fits(self.regex, str(item)):
            raise InputError(f"{told} does not match {self.regex}")
        text = str(item).lower() if isinstance(item, bool) else str(item)
        if self.choices and text not in self.choices:
            hint = nearest(text, self.choices) if told != "the value" else ""
            raise InputError(f"{told} is no choice{hint}")


def limits(tags: Mapping[str, str], type_: str) -> Limits:
    """Read the tags of a field.

    Raises:
        InputError: A limit is no number, the expression is none, a tag does not go with the type.
    """
    numbers = {}
    for name, tag in (("low", "minval"), ("high", "maxval")):
        text = tags.get(tag, tags.get(tag.removesuffix("val"), ""))
        if text:
            numbers[name] = _number(tag, text, type_)
    low, high = numbers.get("low"), numbers.get("high")
    if low is not None and high is not None and low > high:
        raise InputError(f"minval:{low:g} is more than maxval:{high:g}")
    regex = tags.get("regex", "")
    if regex:
        _fits(regex, _SAMPLE)
    listed = tags.get("singlechoice") or tags.get("multichoice") or tags.get("choices") or ""
    choices = tuple(one.strip() for one in listed.split(",") if one.strip())
    return Limits(low, high, regex, choices)


def _number(tag: str, text: str, type_: str) -> float:
    if type_ not in _NUMBERS:
        raise InputError(f"{tag} goes with a number, not with {type_}")
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{tag}:{text} is no number") from error


def _fits(regex: str, text: str) -> bool:
    import cel  # noqa: PLC0415 - see filter.compile_filter

    context = cel.Context()
    context.add_variable("text", text)
    context.add_variable("regex", f"^(?:{regex})$")
    try:
        return bool(_matcher().execute(context))
    except Exception as error:
        why = " ".join(str(error).split())
        raise InputError(f"regex {regex!r} is none that can be matched: {why:.200}") from error


@functools.cache
def _matcher() -> Any:
    import cel  # noqa: PLC0415 - see filter.compile_filter

    return cel.compile("text.matches(regex)")
