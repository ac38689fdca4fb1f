"""Rows of text in columns: as wide as what is in them, or as a screen is. Pure.

Widths are cells of a screen: a letter of Chinese takes two, an accent on another letter none.
"""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

_GAP = "  "
_ROOM = 24
"""What the last column should have at least, in cells, before a column in front of it goes."""

_ELLIPSIS = "…"


def columns(
    rows: Sequence[Sequence[str]], *, width: int = 0, drops: Sequence[int] = ()
) -> list[str]:
    """Lay rows out, the first one being the heading; the last column takes what is left.

    Args:
        rows: Each with as many cells, of one line without control characters.
        width: Cells of a line at most: the last column is cut; 0 is no limit.
        drops: Which columns a narrow screen goes without, those that go first at the front.
    """
    kept = list(range(len(rows[0])))
    widths = [max(cell_len(row[n]) for row in rows) for n in kept]
    for n in drops:
        if not width or _needed(widths, kept) <= width:
            break
        kept.remove(n)
    lines = [_GAP.join([*(_padded(row[n], widths[n]) for n in kept[:-1]), row[-1]]) for row in rows]
    return [cut(line.rstrip(), width) for line in lines]


def cut(text: str, width: int) -> str:
    """Return a line that takes so many cells at most; 0 is no limit."""
    if not width or cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + _ELLIPSIS


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _needed(widths: Sequence[int], kept: Sequence[int]) -> int:
    """Return the cells of a line whose last column has room enough, or is shown whole."""
    *others, last = (widths[n] for n in kept)
    return sum(others) + len(_GAP) * len(others) + min(last, _ROOM)
