"""Ecos in words: a list of them, one whole, one notice in a line. Pure but for the clock."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from cockpit.cli.columns import columns, cut
from cockpit.cli.excerpt import excerpt
from cockpit.cli.linked_view import causes, history, works
from cockpit.cli.terminal import Terminal, ago, moment, one_line, stored

SHORT = 8
"""How many characters of an id lists show; commands take them for the whole."""

_HEADING = ("ID", "SEEN", "STATE", "COUNT", "TYPE", "APP", "WHERE", "MESSAGE")
_DROPS = (4, 5, 3, 6, 1)
_LONGEST = 200
_LINE = 500
_MESSAGE_LINES = 10


def listed(terminal: Terminal, ecos: list[dict[str, Any]], width: int) -> list[str]:
    """Return a list as lines of so many cells, the heading first; 0 is no limit."""
    if not ecos:
        return ["none"]
    heading, *lines = columns([_HEADING, *map(_row, ecos)], width=width, drops=_DROPS)
    shown = [_painted(terminal, eco, line) for eco, line in zip(ecos, lines, strict=True)]
    return [terminal.bold(heading), *shown]


def whole(terminal: Terminal, found: dict[str, Any], *, is_long: bool) -> Iterator[str]:
    """Yield an eco: what, where in the code, how often, what led to it, what became of it.

    Args:
        is_long: The backtrace and the details as well.
    """
    eco, guid = found["eco"], found["guid"]
    yield f"{terminal.bold(guid)}  {_state(terminal, found)}"
    yield from (terminal.bad(f"  {line}") for line in _message(eco["error_msg"], is_long=is_long))
    yield f"  {found['eco_type']} of {one_line(found['app_name'])} in {one_line(found['category'])}"
    yield f"  {one_line(found['func_name'])} in {place(found)}"
    yield from _code(terminal, eco)
    yield from _times(found)
    if is_long:
        yield from _details(eco)
    yield from causes("what led to it", found["parents"])
    yield from works(terminal, found["jobs"])
    yield from history(found["history"])
    yield from _next(found)


def notice(terminal: Terminal, event: dict[str, Any]) -> str:
    """Return a notice, an event of type eco, as one line."""
    reason = str(event.get("meta", {}).get("reason") or event["state"])
    text = f"{event['eco_type']} {event['app_name']}: {event['error_msg']}"
    count = f"  {event['occurence']} times" if event["occurence"] > 1 else ""
    at = moment(event["last_time"] or event.get("epoch") or stored(event["id"]))
    head = [at, terminal.bad(one_line(reason)), one_line(event["guid"][:SHORT])]
    return "  ".join([*head, one_line(text[:_LONGEST])]) + count


def place(found: dict[str, Any]) -> str:
    """Return file and line of an eco."""
    return one_line(f"{found['func_filename']}:{found['line_nbr']}")


def _row(eco: dict[str, Any]) -> list[str]:
    file = os.path.basename(eco["func_filename"])  # noqa: PTH119 - text of any system
    told = (
        eco["guid"][:SHORT],
        ago(eco["last_time"]),
        eco["state"],
        eco["occurence"],
        eco["eco_type"],
        eco["app_name"],
        f"{file}:{eco['line_nbr']}" if file else "",
        eco["error_msg"][:_LONGEST],
    )
    return [one_line(cell) for cell in told]


def _painted(terminal: Terminal, eco: dict[str, Any], line: str) -> str:
    if eco["state"] == "NEW":
        return line
    return terminal.good(line) if eco["state"] == "CLOSED" else terminal.bad(line)


def _state(terminal: Terminal, found: dict[str, Any]) -> str:
    if found["state"] != "CLOSED":
        return terminal.bad(found["state"])
    by = f" by {one_line(found['by'])}" if found["by"] else ""
    return terminal.good(f"CLOSED{by} {moment(found['close_time'])} ({ago(found['close_time'])})")


def _message(text: str, *, is_long: bool) -> list[str]:
    lines = [one_line(line) for line in text.splitlines()]
    if is_long:
        return lines
    more = [f"… {len(lines) - _MESSAGE_LINES} more lines"] if len(lines) > _MESSAGE_LINES else []
    return [cut(line, _LINE) for line in lines[:_MESSAGE_LINES]] + more


def _code(terminal: Terminal, eco: dict[str, Any]) -> Iterator[str]:
    lines = list(excerpt(eco["code"], eco["line_nbr"], eco["backtrace"]))
    width = len(str(max((line.number for line in lines), default=0)))
    for line in lines:
        text = f"{line.number or '':>{width}} | {line.text}".rstrip()
        yield terminal.bold(f"  > {text}") if line.is_it else f"    {text}"


def _times(found: dict[str, Any]) -> Iterator[str]:
    times = "once" if found["occurence"] == 1 else f"{found['occurence']:,} times"
    first, last = found["epoch"], found["last_time"]
    since = f"first {moment(first)} ({ago(first)}), " if first and first != last else ""
    yield f"  seen {times}, {since}last {moment(last)} ({ago(last)})"
    count = found["notices"]
    newest = f", the newest {found['event']}" if found["event"] else ""
    yield f"  {count} event{'' if count == 1 else 's'} told of it{newest}"


def _details(eco: dict[str, Any]) -> Iterator[str]:
    yield f"  process {eco['pid']} on node {eco['nid']} of grid {eco['gid']}"
    for name in ("error_pub", "tags"):
        if eco[name]:
            yield f"  {name}: {one_line(eco[name])}"
    yield from _block("extra", eco["extra"].splitlines())
    yield from _block("backtrace", eco["backtrace"].splitlines())


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = [f"    {line}" for line in lines]
    if told:
        yield f"  {title}"
        yield from told


def _next(found: dict[str, Any]) -> Iterator[str]:
    short = found["guid"][:SHORT]
    yield "  next"
    if found["event"]:
        yield f"    cockpit why {found['event']}"
    verb = "reopen" if found["state"] == "CLOSED" else "close"
    yield f"    cockpit eco {verb} {short}"
    yield f"    cockpit eco show {short} --long"
