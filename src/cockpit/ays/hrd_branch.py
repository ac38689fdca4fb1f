"""The keys of an HRD below a common start: `process.1`, `process.2` are the branch `process`.

See: AYS 8, HRD access by prefix.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cockpit.ays.hrd_reader import Entry
from cockpit.ays.hrd_type import to_bool, to_dict, to_int, to_list
from cockpit.errors import InputError

_NUMBERED = re.compile(r"(.*?)\.([0-9]+)(?:\.(.+))?")


class Branches(ABC):
    """The part of a store that looks at many keys at once."""

    @abstractmethod
    def entries(self) -> list[Entry]:
        """Return all entries in file order."""

    @abstractmethod
    def get(self, key: str) -> Any:
        """Return the value of a key."""

    @abstractmethod
    def where(self, key: str) -> str:
        """Return the place of a key as `file:line`."""

    def prefix(self, start: str, depth: int = 0) -> list[str]:
        """Return the keys that begin with `start`, cut to `depth` dotted parts (0: whole)."""
        low = start.lower()
        keys = (entry.key for entry in self.entries() if entry.key.lower().startswith(low))
        return list(dict.fromkeys(_cut(key, depth) for key in keys))

    def list_from_prefix(self, start: str) -> list[Any]:
        """Return the values of the keys that begin with `start`, in file order."""
        return [self.get(key) for key in self.prefix(start)]

    def dict_from_prefix(self, start: str) -> dict[str, Any]:
        """Return the values of the keys that begin with `start`, `start.` taken off the keys.

        A key that goes on without a dot, or is `start` itself, keeps its whole name.
        """
        dotted = f"{start.lower()}."
        keys = self.prefix(start)
        return {
            key[len(dotted) :] if key.lower().startswith(dotted) else key: self.get(key)
            for key in keys
        }

    def as_dict(self) -> dict[str, Any]:
        """Return all values: `a.1`, `a.2` as the list `a`, `x.1.k` as the list of dicts `x`.

        Lists are in the order of the numbers. Numbered keys stay as they are where a key of the
        list's name is there too, or where items and dicts would be mixed.
        """
        found = {entry.key: _NUMBERED.fullmatch(entry.key) for entry in self.entries()}
        rows: dict[str, dict[int, dict[str, Any]]] = {}
        for key, match in found.items():
            if match:
                row = rows.setdefault(match[1], {}).setdefault(int(match[2]), {})
                row[match[3] or ""] = self.get(key)
        mixed = {name for name, by_number in rows.items() if name in found or _is_mixed(by_number)}
        whole: dict[str, Any] = {}
        for key, match in found.items():
            if match is None or match[1] in mixed:
                whole[key] = self.get(key)
            elif match[1] not in whole:
                by_number = rows[match[1]]
                whole[match[1]] = [by_number[n].get("", by_number[n]) for n in sorted(by_number)]
        return whole

    def items_from_prefix(  # noqa: PLR0917 - the order of AYS 8
        self,
        prefix: str,
        musthave: Sequence[str] = (),
        defaults: Mapping[str, Any] | None = None,
        aredict: Sequence[str] = (),
        arelist: Sequence[str] = (),
        areint: Sequence[str] = (),
        arebool: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Return the dicts `prefix.1`, `prefix.2`, … with the types of their entries.

        Args:
            musthave: The entries that each dict must have.
            defaults: What a dict has when it does not say it.
            aredict: Entries that become dicts, as `arelist`, `areint` and `arebool` say for theirs.

        Raises:
            InputError: A value is no dict, an entry is missing or does not fit its type.
        """
        readers: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(aredict, to_dict),
            **dict.fromkeys(arelist, to_list),
            **dict.fromkeys(areint, to_int),
            **dict.fromkeys(arebool, to_bool),
        }
        found = []
        for key in self.prefix(prefix):
            place = f"{self.where(key)}: {key}"
            item = self.get(key) or {}
            if not isinstance(item, dict):
                raise InputError(f"{place} is not a dict")
            missing = [name for name in musthave if name not in item]
            if missing:
                raise InputError(f"{place} has no {', '.join(missing)}")
            item = {**(defaults or {}), **item}
            found.append({name: _typed(place, name, item[name], readers) for name in item})
        return found


def _cut(key: str, depth: int) -> str:
    return ".".join(key.split(".")[:depth]) if depth else key


def _is_mixed(row_by_number: Mapping[int, Mapping[str, Any]]) -> bool:
    """Tell whether a list would hold items and dicts, or one item twice."""
    kinds = {tuple(sorted(row))[:1] == ("",) for row in row_by_number.values()}
    return len(kinds) > 1 or any("" in row and len(row) > 1 for row in row_by_number.values())


def _typed(place: str, name: str, value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> Any:
    try:
        return readers[name](value) if name in readers else value
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{place}: {name} = {value!r} does not fit: {error}") from error
