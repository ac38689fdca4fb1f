"""The text of an HRD file that can be changed: comments, order and spelling of keys stay.

Each change is read again before it counts: what HRD cannot say leaves the text as it was.

See: AYS 8, writing; the old engine sorted the keys and lost all comments.
"""

from binascii import b2a_qp
from collections.abc import Iterator
from typing import Any

from cockpit.ays.hrd import Entry, Hrd, parse
from cockpit.ays.hrd_value import cut_comment
from cockpit.errors import InputError

_INDENT = "    "
_BINARY_END = "#BINARYEND#########"


class HrdText:
    """A file of HRD in memory.

    Args:
        source: The file's name for messages.
    """

    def __init__(self, text: str, *, source: str) -> None:
        self.text = text
        self.source = source

    def read(self) -> Hrd:
        """Return what the text says now."""
        return parse(self.text, source=self.source)

    def set(self, key: str, value: object) -> None:
        """Write a value: text, a number, True or False, a list, or a dict of texts and lists.

        A key that is there keeps its place, its spelling and the comments around it.

        Raises:
            InputError: HRD cannot say this value, or the key is none; nothing changed.
        """
        found = self.read()
        wanted = _plain(value)
        entry = next((e for e in found.entries() if e.key.lower() == key.lower()), None)
        if entry and not entry.error and entry.value == wanted:
            return
        expected = found.data() | {entry.key if entry else key: wanted}
        for lines in _spellings(wanted):
            for after in ([], [""]):
                text = self._with(key, entry, [*lines, *after], found)
                if parse(text, source=self.source).data() == expected:
                    self.text = text
                    return
        raise InputError(f"{self.source}: {key} = {value!r:.80} cannot be written in this file")

    def delete(self, key: str) -> None:
        """Remove a key wherever it stands; a missing one is fine."""
        while entry := next(
            (e for e in self.read().entries() if e.key.lower() == key.lower()), None
        ):
            lines = self.text.split("\n")
            lines[entry.line - 1 : entry.last] = _comments(lines[entry.line : entry.last])
            self.text = "\n".join(lines)

    def _with(self, key: str, entry: Entry | None, value: list[str], found: Hrd) -> str:
        lines = self.text.split("\n")
        end = "\r" if lines[0].endswith("\r") else ""
        first, *body = value
        if entry is None:
            at = _place(key, found, lines)
            gap = [""] if at >= len(lines) - 1 and self.text.strip() else []
            new = [*gap, f"{key} = {first}".rstrip(), *body]
            return "\n".join([*lines[:at], *(line + end for line in new), *lines[at:]])
        old = lines[entry.line - 1].rstrip("\r")
        left = old[: old.index("=") + 1]
        note = old[len(cut_comment(old)) :]
        kept = [line.rstrip("\r") for line in _comments(lines[entry.line : entry.last])]
        head = " ".join(part for part in (left, first, note) if part)
        new = [head, *kept, *body] if body else [*kept, head]
        lines[entry.line - 1 : entry.last] = [line + end for line in new]
        return "\n".join(lines)


def _place(key: str, found: Hrd, lines: list[str]) -> int:
    """Return the index where a new key goes: behind those of its group, else at the end."""
    group = key.partition(".")[0].lower()
    ends = [e.last for e in found.entries() if e.key.partition(".")[0].lower() == group]
    if ends:
        return max(ends)
    return len(lines) if lines[-1] else len(lines) - 1


def _comments(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip() and not cut_comment(line).strip()]


def _plain(value: object) -> Any:
    """Return a value as reading gives it back: texts, lists of texts, dicts of both."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [str(_plain(item)) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise InputError(f"{value!r:.80} is no value of HRD: text, number, list or dict")


def _spellings(value: Any) -> Iterator[list[str]]:
    """Yield ways to write a value, the plainest first; not each reads back as the same."""
    if isinstance(value, list):
        for quote in (_bare, _quoted):
            yield ["", *(f"{_INDENT}{quote(item)}," for item in value)] if value else [","]
    elif isinstance(value, dict):
        for quote in (_bare, _quoted):
            yield ["", *(f"{_INDENT}{_pair(name, item, quote)}," for name, item in value.items())]
    else:
        yield [value or "''"]
        yield [_quoted(value)]
        yield ["", *(_INDENT + line for line in value.split("\n"))]
        octets = b2a_qp(value.encode("utf-8", "surrogatepass"), quotetabs=True, istext=False)
        coded = octets.decode().replace("#", "=23")
        yield ["bqp", *coded.split("\n"), _BINARY_END]


def _pair(name: str, item: Any, quote: Any) -> str:
    if isinstance(item, list):
        return f"{name}:[{','.join(quote(one) for one in item)}]"
    return f"{name}:{quote(item)}"


def _bare(text: str) -> str:
    return text


def _quoted(text: str) -> str:
    return f"'{text}'"
