"""Alarms in words: a list of them, one whole, one event in a line. Pure but for the clock."""

import time
from collections.abc import Iterator
from typing import Any

from cockpit.cli.columns import columns
from cockpit.cli.linked_view import causes, history, works
from cockpit.cli.terminal import Terminal, ago, moment, one_line, stored

SHORT = 8
"""How many characters of an id lists show; commands take them for the whole."""

_HEADING = ("ID", "SINCE", "STATUS", "SEVERITY", "SERVICE", "METHOD", "TAKEN", "MESSAGE")
_DROPS = (5, 3, 6, 1)
_LONGEST = 200


def listed(terminal: Terminal, alarms: list[dict[str, Any]], width: int) -> list[str]:
    """Return a list as lines of so many cells, the heading first; 0 is no limit."""
    if not alarms:
        return ["none"]
    heading, *lines = columns([_HEADING, *map(_row, alarms)], width=width, drops=_DROPS)
    shown = [_painted(terminal, alarm, line) for alarm, line in zip(alarms, lines, strict=True)]
    return [terminal.bold(heading), *shown]


def whole(terminal: Terminal, found: dict[str, Any]) -> Iterator[str]:
    """Yield an alarm: what, since when, who has it, what it called, what became of it."""
    yield f"{terminal.bold(found['id'])}  {_state(terminal, found)}"
    yield f"  {one_line(found['service'])} {one_line(found['method'])}: {one_line(found['msg'])}"
    yield from _about(found)
    count = f"{found['count']:,} event{'' if found['count'] == 1 else 's'}"
    yield f"  {found['status']} since {_at(found['since'])}, first {_at(found['first'])}; {count}"
    yield from _people(found)
    yield from causes("its newest event", found["causes"][:1])
    yield from causes("what led to that", found["causes"][1:])
    yield from works(terminal, found["jobs"])
    yield from history(found["history"])
    yield from _next(found)


def told(terminal: Terminal, event: dict[str, Any]) -> str:
    """Return an event of type alarm as one line."""
    at = moment(event["epoch"] or stored(event["id"]))
    status = event.get("status") or "firing"
    shown = (
        terminal.good(one_line(status)) if status == "resolved" else terminal.bad(one_line(status))
    )
    words = (event.get("severity", ""), event["service"], f"{event['method']}:", event["msg"])
    return f"{at}  {shown}  {one_line(' '.join(filter(None, words)))[: 2 * _LONGEST]}"


def is_silenced(alarm: dict[str, Any]) -> bool:
    """Tell whether an alarm calls nobody now because somebody said so."""
    return bool(alarm["silence"]) and alarm["silence"]["until"] > time.time()


def _row(alarm: dict[str, Any]) -> list[str]:
    flags = [
        alarm["status"],
        *(["silenced"] if is_silenced(alarm) else []),
        *(["flapping"] if alarm["flapping"] else []),
    ]
    told_of = (
        alarm["id"][:SHORT],
        ago(alarm["since"]),
        ", ".join(flags),
        alarm["severity"],
        alarm["service"],
        alarm["method"],
        alarm["ack"]["by"] if alarm["ack"] else "",
        alarm["msg"][:_LONGEST],
    )
    return [one_line(cell) for cell in told_of]


def _painted(terminal: Terminal, alarm: dict[str, Any], line: str) -> str:
    if alarm["status"] == "resolved":
        return terminal.good(line)
    return line if alarm["ack"] or is_silenced(alarm) else terminal.bad(line)


def _state(terminal: Terminal, found: dict[str, Any]) -> str:
    text = " ".join(filter(None, [found["status"], one_line(found["severity"])]))
    shown = terminal.good(text) if found["status"] == "resolved" else terminal.bad(text)
    return f"{shown}, flapping" if found["flapping"] else shown


def _about(found: dict[str, Any]) -> Iterator[str]:
    if found["repo"]:
        yield f"  in the repository {found['repo']}"
    if found["labels"]:
        pairs = (f"{name}={value}" for name, value in sorted(found["labels"].items()))
        yield f"  {one_line(', '.join(pairs))}"
    if found["url"]:
        yield f"  {one_line(found['url'])}"


def _people(found: dict[str, Any]) -> Iterator[str]:
    if ack := found["ack"]:
        yield f"  taken by {one_line(ack['by'])} {_at(ack['epoch'])}{_noted(ack)}"
    if is_silenced(found):
        silence = found["silence"]
        until = f"{moment(silence['until'])} ({ago(silence['until'])})"
        yield f"  silenced until {until} by {one_line(silence['by'])}{_noted(silence)}"
    if found["told"]:
        yield f"  told at level {found['level']}: {one_line(', '.join(found['told']))}"
    if found["ends"]:
        yield f"  counts as resolved {ago(found['ends'])} unless it comes again"


def _noted(told_by: dict[str, Any]) -> str:
    return f": {one_line(told_by['note'])}" if told_by["note"] else ""


def _at(epoch: float) -> str:
    return f"{moment(epoch)} ({ago(epoch)})" if epoch else "nobody knows when"


def _next(found: dict[str, Any]) -> Iterator[str]:
    short = found["id"][:SHORT]
    if found["status"] == "resolved":
        return
    yield "  next"
    if not found["ack"]:
        yield f"    cockpit alarm ack {short} --note TEXT"
    yield f"    cockpit alarm silence {short} --for {'0' if is_silenced(found) else '2h'}"
    yield f"    cockpit alarm resolve {short}"
