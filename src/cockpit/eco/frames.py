"""The frames of an exception: which is the user's own, and all of them as text, repeats folded."""

import linecache
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

import msgspec

_AROUND = 3
_WIDE = 500
_MOST_FRAMES = 200
_MOST_CAUSES = 8
_LONGEST_CIRCLE = 8
_OURS = tuple(str(Path(__file__).parents[2] / name) for name in ("cockpit", "JumpScale"))
_LIBRARIES = (
    *_OURS,
    *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")),
    "<frozen",
    "src/gevent/",
)
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


class Place(msgspec.Struct, frozen=True):
    """A line of code; "" and 0 where nothing was raised."""

    filename: str = ""
    line: int = 0
    function: str = ""


def innermost(trace: TracebackType | None) -> tuple[Place, FrameType | None]:
    """Return the innermost frame of the user's own code, else of any code but ours, else of any."""
    found = list(_frames(trace))
    for foreign in (_LIBRARIES, _OURS, ()):
        for frame, line in reversed(found):
            name = frame.f_code.co_filename
            if not (foreign and name.startswith(foreign)):
                return Place(name, line, frame.f_code.co_name), frame
    return Place(), None


def excerpt(place: Place) -> str:
    """Return the lines around one; "" when its file is gone."""
    if not place.line:
        return ""
    first = max(1, place.line - _AROUND)
    lines = (linecache.getline(place.filename, n) for n in range(first, place.line + _AROUND + 1))
    return "".join(line if len(line) <= _WIDE else f"{line[:_WIDE]}…\n" for line in lines)


def words(error: BaseException) -> str:
    """Return type and text of an error; one whose text cannot be had still has its type."""
    name = type(error).__name__
    try:
        text = str(error)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a foreign __str__ raises
        return name
    return f"{name}: {text}" if text else name


def backtrace(error: BaseException, most: int) -> str:
    """Return the traces of an error and its causes, oldest cause first, each text bounded.

    Args:
        most: Characters, of which the last are kept.
    """
    parts: list[str] = []
    for one, link in reversed(list(_chain(error))):
        parts += [*_lines(one.__traceback__), words(one)[: most // 2], *_group(one)]
        if link:
            parts += ["", link, ""]
    return "\n".join(parts)[-most + 1 :] + "\n"


def causes(error: BaseException) -> list[str]:
    """Return the types of what led to an error, nearest first; a circle is followed once."""
    return [type(one).__name__ for one, _ in _chain(error)][1:]


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield an error, then what led to it; each with the words that lead on from it."""
    seen: set[int] = set()
    link, one = "", error
    while id(one) not in seen and len(seen) < _MOST_CAUSES:
        seen.add(id(one))
        yield one, link
        if one.__cause__ is not None:
            link, one = _CAUSE, one.__cause__
        elif one.__context__ is not None and not one.__suppress_context__:
            link, one = _CONTEXT, one.__context__


def _group(error: BaseException) -> list[str]:
    if not isinstance(error, BaseExceptionGroup):
        return []
    return [f"  + {words(one)[:300]}" for one in error.exceptions[:20]]


def _lines(trace: TracebackType | None) -> list[str]:
    if trace is None:
        return []
    places = [
        Place(frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in _frames(trace)
    ]
    lines = ["Traceback (most recent call last):"]
    for place, times, circle in _folded(places):
        if times:
            what = "the frame above" if circle == 1 else f"the {circle} frames above"
            lines.append(f"  [{what} repeated {times} more times]")
            continue
        lines.append(f'  File "{place.filename}", line {place.line}, in {place.function}')
        if text := linecache.getline(place.filename, place.line).strip():
            lines.append(f"    {text[:_WIDE]}")
    return lines


def _folded(places: list[Place]) -> Iterator[tuple[Place, int, int]]:
    """Yield places; where some repeat, once, then how many times more and how many they are."""
    at = yielded = 0
    while at < len(places):
        circle, times = _repeats(places, at)
        for place in places[at : at + circle]:
            if yielded < _MOST_FRAMES or len(places) - at <= _MOST_FRAMES // 2:
                yield place, 0, 0
                yielded += 1
        if times:
            yield places[at], times, circle
        at += circle * (times + 1)


def _repeats(places: list[Place], at: int) -> tuple[int, int]:
    """Return the length of a circle that begins here, and how many times it comes again."""
    for circle in range(1, _LONGEST_CIRCLE + 1):
        first, end, times = places[at : at + circle], at + circle, 0
        while places[end : end + circle] == first:
            end, times = end + circle, times + 1
        if times > 1:
            return circle, times
    return 1, 0
