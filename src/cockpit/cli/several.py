"""A change of several things by one command: each is tried, and each refusal is told."""

from collections.abc import Callable, Iterable
from typing import Any

from cockpit.cli.terminal import Terminal, one_line
from cockpit.errors import OpsError


def each(
    terminal: Terminal,
    ids: Iterable[str],
    change: Callable[[str], dict[str, Any]],
    told: Callable[[dict[str, Any]], str],
) -> None:
    """Change what is named, one after the other, and say what became of each.

    Raises:
        OpsError: Some were refused; the others are done.
    """
    done, refused = [], []
    for one in dict.fromkeys(ids):
        try:
            done.append(change(one))
        except OpsError as error:
            refused.append(one_line(error))
    if done or not refused:
        terminal.answer(done, "\n".join(map(told, done)) or "none")
    if refused:
        raise OpsError("\n".join(refused))
