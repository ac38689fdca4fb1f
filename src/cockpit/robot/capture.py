"""What an action prints: one buffer per greenlet behind `sys.stdout` and `sys.stderr`."""

import json
import time
from collections.abc import Callable, Iterable
from typing import TextIO

from gevent.local import local

_HEAD = 32 * 1024
_TAIL = 32 * 1024


class Output:
    """The captured text of one attempt: its first and last 32 KiB."""

    def __init__(self) -> None:
        self._head = ""
        self._tail = ""
        self._cut = 0
        self._hidden: set[str] = set()

    def hide(self, text: str) -> None:
        """Show this text to nobody: what tells of the attempt has `***` for it."""
        self._hidden.update(line for line in (text, *text.splitlines()) if line.strip())

    def conceal(self, text: str) -> str:
        """Return a text without what is hidden, also as JSON and `repr` write it."""
        if not self._hidden:
            return text
        for hidden in sorted(self._hidden, key=len, reverse=True):
            for form in (hidden, repr(hidden)[1:-1], json.dumps(hidden)[1:-1]):
                text = text.replace(form, "***")
        return text

    def write(self, text: str) -> None:
        """Add text; what stands in the middle of too much is counted and dropped."""
        room = _HEAD - len(self._head)
        self._head += text[:room]
        rest = self._tail + text[room:] if room < len(text) else self._tail
        self._cut += max(0, len(rest) - _TAIL)
        self._tail = rest[-_TAIL:]

    def text(self) -> str:
        """Return what was captured, with a line that says what is missing."""
        gap = f"\n[… {self._cut} characters cut …]\n" if self._cut else ""
        return self.conceal(self._head + gap + self._tail)


class Stream:
    """Stands in for a standard stream: writes of an action go to its output, others through."""

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._outputs = local()

    def begin(self, output: Output) -> None:
        """Capture this greenlet's writes from here on."""
        self._outputs.now = output

    def end(self) -> None:
        """Stop capturing this greenlet's writes."""
        self._outputs.now = None

    def write(self, text: str) -> int:
        """Write to the running attempt, or to the real stream outside of one."""
        output = getattr(self._outputs, "now", None)
        if output is None:
            return self._real.write(text)
        output.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of some texts, as `write` does."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def stamp(text: str, clock: Callable[[], float] = time.time) -> str:
    """Return a log line: local time, then the text."""
    return f"{time.strftime('%H:%M:%S', time.localtime(clock()))} {text}\n"
