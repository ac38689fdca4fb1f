"""Prints events as they come, and goes on where it was when the cockpit was away."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from cockpit.cli.client import AwayError
from cockpit.cli.stream import frames
from cockpit.cli.terminal import Terminal, one_line
from cockpit.errors import OpsError

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_GROWTH = 2
_REFUSALS = 2
"""How often in a row it may refuse: one that just started again has another token."""


def tail(terminal: Terminal, type_: str, where: str, line: Callable[[dict[str, Any]], str]) -> None:
    """Print events of a type, from now on, until Ctrl-C; with --json one document a line.

    Args:
        where: A CEL expression over `event`; "" is all.
        line: Says an event in one line.

    Raises:
        OpsError: None answers at the beginning, or it refuses.
    """
    newest = terminal.client().get("/events", type=type_, limit=1)
    stream = _Stream(terminal, newest[0]["id"] if newest else "0", type=type_, where=where)
    while True:
        for event in stream.read():
            terminal.answer(event, line(event))
        time.sleep(stream.pause_s)


class _Stream:
    """The live stream, over as many connections as it takes.

    Attributes:
        pause_s: How long to wait before the next one.
    """

    def __init__(self, terminal: Terminal, last: str, **query: str) -> None:
        self._terminal = terminal
        self._last = last
        self._query = query
        self._refusals = _REFUSALS  # Until it was open once, the first refusal counts.
        self._is_away = False
        self.pause_s = _FIRST_PAUSE_S

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield what comes until the connection ends."""
        self.pause_s = min(self.pause_s * _GROWTH, _LONGEST_PAUSE_S)
        try:
            for event_id, data in frames(self._pieces()):
                self._last = event_id or self._last
                yield msgspec.json.decode(data)
        except AwayError as error:
            if not self._is_away:
                print(f"{one_line(error)}; waiting for it", file=sys.stderr, flush=True)
            self._is_away = True
        except OpsError:
            self._refusals += 1
            if self._refusals >= _REFUSALS:
                raise

    def _pieces(self) -> Iterator[bytes]:
        # A cockpit that started again has another token, and maybe another port.
        client = self._terminal.client()
        for piece in client.stream("/events/live", last=self._last, **self._query):
            self._refusals, self._is_away, self.pause_s = 0, False, _FIRST_PAUSE_S
            yield piece
