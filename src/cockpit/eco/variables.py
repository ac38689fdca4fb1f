"""The variables around an error, as text: bounded, and without running code of what they hold."""

import reprlib
from collections.abc import Iterable, Mapping
from itertools import islice
from types import FrameType
from typing import Any

from cockpit.eco.mask import STARS, is_telling

_MOST = 20
_LONG = 200
_MOST_BITS = 4_000
_PLAIN = (str, int, float, bool, type(None), list, tuple, dict, set, frozenset)


def variables(frame: FrameType | None) -> dict[str, str]:
    """Return what somebody needs to see what went wrong; {} where it cannot be had."""
    if frame is None or frame.f_code.co_name == "<module>":
        return {}
    short = _Short()
    try:
        found = list(islice(frame.f_locals.items(), _MOST))
    except Exception:  # noqa: BLE001 - the body of a class may have a mapping of its own
        return {}
    return {
        name: STARS if is_telling(name) else short.repr(value)
        for name, value in found
        if not name.startswith("__")
    }


class _Short(reprlib.Repr):
    """Writes plain values; of anything else only the type, for its code is foreign."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = _LONG

    def repr1(self, x: Any, level: int) -> str:
        if type(x) is int and x.bit_length() > _MOST_BITS:
            # Python refuses to write numbers of more than 4300 digits.
            return f"<int of {x.bit_length()} bits>"
        if type(x) in _PLAIN:
            return super().repr1(x, level)
        if type(x) in (bytes, bytearray):
            return repr(bytes(x[:_LONG]))
        return f"<{type(x).__name__}>"

    # PERF: the library's own sort all of it first, by the comparisons of whatever is in it.
    def repr_dict(self, x: Mapping[Any, Any], level: int) -> str:
        pairs = (
            f"{self.repr1(name, level - 1)}: {self.repr1(one, level - 1)}"
            for name, one in x.items()
        )
        return "{" + self._joined(pairs, len(x), self.maxdict, level) + "}"

    def repr_set(self, x: Iterable[Any], level: int) -> str:
        return f"{{{self._each(x, self.maxset, level)}}}" if x else "set()"

    def repr_frozenset(self, x: Iterable[Any], level: int) -> str:
        return f"frozenset({{{self._each(x, self.maxfrozenset, level)}}})" if x else "frozenset()"

    def _each(self, x: Any, most: int, level: int) -> str:
        return self._joined((self.repr1(one, level - 1) for one in x), len(x), most, level)

    def _joined(self, parts: Iterable[str], count: int, most: int, level: int) -> str:
        if level <= 0:
            return "..." if count else ""
        shown = ", ".join(islice(parts, most))
        return f"{shown}, ..." if count > most else shown
