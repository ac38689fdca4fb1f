"""A list that is shown again and again: drawn anew on a screen, else printed when it changed."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from cockpit.cli.client import AwayError, Client
from cockpit.cli.terminal import Terminal, one_line

_PERIOD_S = 1.0
_PLAIN = ("", "dumb")

Rows = list[dict[str, Any]]


class Board:
    """A part of the screen that is drawn again and again."""

    def __init__(self, console: Console, live: Live) -> None:
        self._console = console
        self._live = live

    @property
    def height(self) -> int:
        """How many lines there is room for now."""
        return self._console.height - 1

    @property
    def width(self) -> int:
        """How many cells a line has now."""
        return self._console.width

    def draw(self, lines: Iterable[str]) -> None:
        """Show lines in place of those before; a longer one is cut."""
        text = Text.from_ansi("\n".join(lines), no_wrap=True, overflow="ellipsis")
        self._live.update(text, refresh=True)


@contextmanager
def board(*, takes_all: bool = False) -> Iterator[Board]:
    """Open a board below what is on the screen, which is gone afterwards.

    Args:
        takes_all: It has the screen alone; what was on it comes back.
    """
    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False, transient=True, screen=takes_all) as live:
        yield Board(console, live)


class Watch:
    """A list that is asked for every second, until Ctrl-C.

    Args:
        ask: Asks for so many rows; 0 is as many as there should be.
        draw: Says them in lines of so many cells, the heading first; 0 is no limit.
    """

    def __init__(
        self,
        terminal: Terminal,
        ask: Callable[[Client, int], Rows],
        draw: Callable[[Rows, int], list[str]],
    ) -> None:
        self._terminal = terminal
        self._ask = ask
        self._draw = draw

    def run(self) -> None:
        """Draw it anew every second on a screen, else print it when it changed.

        Raises:
            OpsError: None answers at the beginning, or it refuses.
        """
        is_plain = os.environ.get("TERM", "") in _PLAIN
        if self._terminal.json or not self._terminal.is_screen or is_plain:
            self._print_changes()
        else:
            self._redraw()

    def _redraw(self) -> None:
        rows = self._ask(self._terminal.client(), 1)
        with board(takes_all=True) as screen:
            while True:
                state = f"{time.strftime('%H:%M:%S')}, every second; Ctrl-C ends"
                try:
                    rows = self._ask(self._terminal.client(), screen.height)
                except AwayError as error:
                    state = self._terminal.bad(one_line(error))
                screen.draw([state, *fitted(self._draw(rows, screen.width), screen.height - 1)])
                time.sleep(_PERIOD_S)

    def _print_changes(self) -> None:
        shown: Rows | None = None
        is_away = False
        while True:
            try:
                rows = self._ask(self._terminal.client(), 0)
                is_away = False
            except AwayError as error:
                if shown is None:
                    raise
                if not is_away:
                    print(f"{one_line(error)}; waiting for it", file=sys.stderr, flush=True)
                rows, is_away = shown, True
            if rows != shown:
                gap = "" if shown is None else "\n"
                self._terminal.answer(rows, gap + "\n".join(self._draw(rows, 0)))
                shown = rows
            time.sleep(_PERIOD_S)


def present(
    terminal: Terminal,
    path: str,
    chosen: Mapping[str, object],
    draw: Callable[[Terminal, Rows, int], list[str]],
    *,
    limit: int,
    is_watched: bool,
) -> None:
    """Show the list at an address once, or again and again until Ctrl-C.

    Args:
        chosen: Which rows; what is empty is left out.
        draw: Says them in lines of so many cells, the heading first; 0 is no limit.
        limit: How many rows at most.
    """

    def ask(client: Client, count: int) -> Rows:
        return client.list(path, min(count or limit, limit), **chosen)

    def drawn(rows: Rows, width: int) -> list[str]:
        return draw(terminal, rows, width)

    if is_watched:
        Watch(terminal, ask, drawn).run()
        return
    rows = ask(terminal.client(), limit)
    terminal.answer(rows, "\n".join(drawn(rows, terminal.width)))


def fitted(lines: Sequence[str], height: int) -> list[str]:
    """Return as many lines as there is room for; the last one says when there are more."""
    if len(lines) <= height:
        return list(lines)
    return [*lines[: max(0, height - 1)], "… and more"]
