"""Taking a mail apart into its parts, without reading line by line.

Theory of operation: boundaries are searched in bulk (`bytes.find`), parts are (start, end)
pairs of the one original, and a stack stands in for recursion.

1. A delimiter is CRLF or LF, `--`, the boundary, blanks to the end of the line; the line end
   before it belongs to it (RFC 2046 §5.1.1).
2. Every level searches its own range once, so the time is at most depth times size.
3. Limits cut and warn; nothing raises.
"""

import re
from collections.abc import Iterator

import msgspec

from cockpit.mail.headers import (
    MAX_BLOCK_BYTES,
    MAX_FIELDS,
    Fields,
    first,
    read_fields,
    read_parameters,
)

MAX_DEPTH = 32
MAX_PARTS = 1000
_MAX_PART_FIELDS = 100
_MAX_BOUNDARY_CHARS = 200  # RFC 2046 §5.1.1 allows 70.
_MAX_LINES_REFUSED = 20_000  # Lines that look like a delimiter and are none.

_HEADER_END = re.compile(rb"\n\r?\n")
_EMPTY_LINE = re.compile(rb"\r?\n")


class Part(msgspec.Struct, frozen=True):
    """A leaf of the mail: its fields, type, parameters and undecoded octets.

    Attributes:
        is_alternative: It stands inside a multipart/alternative.
    """

    fields: Fields
    content_type: str
    parameters: dict[str, str]
    body: bytes
    is_alternative: bool


class _Range(msgspec.Struct, frozen=True):
    start: int
    end: int
    depth: int = 0
    default_type: str = "text/plain"
    is_alternative: bool = False


def split_parts(raw: bytes, warnings: list[str]) -> tuple[Fields, list[Part]]:
    """Split a mail into its header fields and its leaves, in order.

    A message/rfc822 stays one leaf. What limits cut is said in `warnings`.
    """
    return _Splitter(raw, warnings).run()


class _Splitter:
    def __init__(self, raw: bytes, warnings: list[str]) -> None:
        self._raw = raw
        self._warnings = warnings
        self._stack = [_Range(0, len(raw))]
        self._n_refused = 0

    def run(self) -> tuple[Fields, list[Part]]:
        top: Fields | None = None
        leaves: list[Part] = []
        n_parts = 0
        while self._stack:
            if n_parts == MAX_PARTS:
                self._warnings.append(f"more than {MAX_PARTS} parts: the rest is left out")
                break
            n_parts += 1
            here = self._stack.pop()
            fields, start = self._read_header(here, MAX_FIELDS if top is None else _MAX_PART_FIELDS)
            top = fields if top is None else top
            leaf = self._open(here, fields, start)
            if leaf is not None:
                leaves.append(leaf)
        return top or {}, leaves

    def _read_header(self, here: _Range, limit: int) -> tuple[Fields, int]:
        empty = _EMPTY_LINE.match(self._raw, here.start, here.end)
        if empty is not None:
            return {}, empty.end()
        found = _HEADER_END.search(self._raw, here.start, here.end)
        stop, start = (found.start(), found.end()) if found else (here.end, here.end)
        kept = min(stop, here.start + MAX_BLOCK_BYTES)
        fields = read_fields(self._raw[here.start : kept], limit)
        if fields and kept < stop:
            self._warnings.append(f"header over {MAX_BLOCK_BYTES} bytes: cut")
        return fields, start if fields else here.start  # Without any field, all of it is body.

    def _open(self, here: _Range, fields: Fields, start: int) -> Part | None:
        """Push the parts of a multipart, or give the leaf."""
        value = first(fields, "content-type")
        kind, parameters = read_parameters(value) if value else (here.default_type, {})
        if "/" not in kind:
            kind = "text/plain"  # RFC 2045 §5.2.
        if kind.startswith("multipart/"):
            if here.depth >= MAX_DEPTH:
                self._warnings.append(f"more than {MAX_DEPTH} levels of parts: not opened")
                kind = "application/octet-stream"
            elif self._push_children(here, start, kind, parameters.get("boundary", "")):
                return None
            else:
                self._warnings.append("multipart without its boundary: read as text")
                kind = "text/plain"
        body = self._raw[start : here.end]
        return Part(fields, kind, parameters, body, here.is_alternative)

    def _push_children(self, here: _Range, start: int, kind: str, boundary: str) -> bool:
        if not boundary or len(boundary) > _MAX_BOUNDARY_CHARS:
            return False
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        is_alternative = here.is_alternative or kind == "multipart/alternative"
        children = [
            _Range(a, z, here.depth + 1, default, is_alternative)
            for a, z in self._between(start, here.end, boundary.encode("utf-8", "replace"))
        ]
        self._stack.extend(reversed(children))
        return bool(children)

    def _between(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Yield the ranges between delimiters; text before the first is no part."""
        opened = -1
        n_parts = 0
        for at, after, is_last in self._delimiters(start, end, b"\n--" + boundary):
            if opened >= 0:
                yield opened, max(opened, at - (self._raw[at - 1 : at] == b"\r"))
                n_parts += 1
            opened = -1 if is_last else after
            if is_last or n_parts > MAX_PARTS:
                break
        if opened >= 0:
            if n_parts <= MAX_PARTS:
                self._warnings.append("the last part has no end")
            yield opened, end

    def _delimiters(self, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int, bool]]:
        """Yield (its line end before, start of the line after, is it the closing one)."""
        raw = self._raw
        at = raw.find(mark, max(0, start - 1), end)
        while at >= 0:
            tail = at + len(mark)
            is_last = raw[tail : tail + 2] == b"--"
            line_end = raw.find(b"\n", tail, end)
            line_end = end if line_end < 0 else line_end
            if not raw[tail + 2 * is_last : line_end].strip():
                yield at, min(end, line_end + 1), is_last
            elif self._refuse_line():
                return
            at = raw.find(mark, line_end, end)

    def _refuse_line(self) -> bool:
        self._n_refused += 1
        if self._n_refused == _MAX_LINES_REFUSED:
            self._warnings.append("too many lines like a boundary: the rest is one part")
        return self._n_refused >= _MAX_LINES_REFUSED
