"""What led to an eco or an alarm, what it called, and what became of it, in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from cockpit.cli.terminal import Terminal, moment, one_line
from cockpit.events import TYPES

_MOST = 10
_SHOW = {"run": "cockpit run show {}"}
"""How something that is no event is looked at; all else by `why`."""

Rows = Sequence[dict[str, Any]]


def causes(title: str, rows: Rows) -> Iterator[str]:
    """Yield events, runs or times of the clock, each with the command that tells more."""
    if rows:
        yield f"  {title}"
    for row in rows:
        told = [row["type"], moment(row["epoch"]), one_line(row["summary"])]
        yield "    " + " ".join(filter(None, told))
        yield f"      {_command(row)}"


def works(terminal: Terminal, rows: Rows) -> Iterator[str]:
    """Yield jobs, each with the command that tells more."""
    if rows:
        yield "  jobs"
    for row in rows:
        attempts = f" after {row['attempts']} attempts" if row["attempts"] > 1 else ""
        state = f"{row['state']}{attempts}"
        shown = terminal.good(state) if row["state"] == "ok" else terminal.bad(state)
        yield f"    {one_line(row['service'])} {one_line(row['action'])} in {row['repo']}  {shown}"
        yield f"      cockpit job show {row['id']}"


def history(rows: Rows) -> Iterator[str]:
    """Yield what became of it, the newest changes, oldest first."""
    if rows:
        yield "  history"
    if len(rows) > _MOST:
        yield f"    … {len(rows) - _MOST} more before"
    for row in rows[-_MOST:]:
        by = f"by {row['who']}" if row["who"] else ""
        told = [moment(row["epoch"]), row["what"], by, row.get("note", ""), row["event"]]
        yield "    " + "  ".join(one_line(word) for word in told if word)


def _command(row: dict[str, Any]) -> str:
    if row["type"] in TYPES and not row["summary"]:
        return f"{row['id']}, gone from the log"
    return _SHOW.get(row["type"], "cockpit why {}").format(row["id"])
