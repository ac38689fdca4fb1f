"""A run in words: whole for paper, or as much of it as a screen holds while it goes on."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cockpit.cli.terminal import Terminal, duration

PENDING = "what is pending"
"""What a run does that has no action."""

_WIDTH = 20
# What a screen shows first; the rest of it is counted.
_ORDER = ("running", "error", "queued", "waiting", "blocked", "cancelled", "ok")
_DONE = ("error", "blocked", "cancelled", "ok")


def lines(terminal: Terminal, run: dict[str, Any]) -> Iterator[str]:
    """Yield all of a run: a head, then each service below its step."""
    yield _head(terminal, run)
    if not run["parts"]:
        yield f"  nothing to do: {'all of it is ok' if run['action'] else 'nothing is pending'}"
    step = 0
    for part in run["parts"]:
        if part["step"] != step:
            step = part["step"]
            yield f"  step {step}"
        yield _line(terminal, part)


def screen(terminal: Terminal, run: dict[str, Any], height: int) -> list[str]:
    """Return a run that goes on, in so many lines: first what runs and what failed."""
    parts = sorted(run["parts"], key=lambda part: _ORDER.index(part["state"]))
    made = [_head(terminal, run), _bar(parts)]
    room = max(1, height - len(made))
    if len(parts) <= room:
        return made + [_line(terminal, part) for part in parts]
    shown, rest = parts[: room - 1], parts[room - 1 :]
    return [*made, *(_line(terminal, part) for part in shown), f"    … {_counted(rest)} more"]


def _head(terminal: Terminal, run: dict[str, Any]) -> str:
    name = terminal.bold(run.get("id") or "simulation")
    return f"{name}  {run['action'] or PENDING} in {run['repo']}: {_state(terminal, run)}"


def _bar(parts: list[dict[str, Any]]) -> str:
    done = sum(part["state"] in _DONE for part in parts)
    full = _WIDTH * done // max(1, len(parts))
    return f"  [{'#' * full}{'.' * (_WIDTH - full)}] {done} of {len(parts)}: {_counted(parts)}"


def _counted(parts: list[dict[str, Any]]) -> str:
    found = Counter(part["state"] for part in parts)
    return ", ".join(f"{found[state]} {state}" for state in _ORDER if found[state])


def _state(terminal: Terminal, run: dict[str, Any]) -> str:
    if run["state"] == "simulated":
        return f"{run['services']} services, nothing is changed"
    took = run["ended"] - run["began"] - run["idle"]
    text = f"{run['state']} in {duration(took)}" if run["ended"] else run["state"]
    if run["state"] == "ok":
        return terminal.good(text)
    if run["state"] == "error":
        return terminal.bad(f"{text}; `cockpit run retry {run['id']}` takes it up again")
    return f"{text}, {run['left']} left"


def _line(terminal: Terminal, part: dict[str, Any]) -> str:
    text = f"{', '.join(part['actions'])}  {part['state']}".rstrip()
    if part["state"] == "error":
        text = terminal.bad(f"{text}; cockpit job show {part['jobs'][part['at']]}")
    return f"    {part['service']}  {terminal.good(text) if part['state'] == 'ok' else text}"
