"""What an action prints: one buffer per greenlet behind `sys.stdout` and `sys.stderr`."""

import json
import re
import time
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from gevent.local import local

_HEAD = 32 * 1024
_TAIL = 32 * 1024
_SHORT = 4
# A shorter text stands in others by chance: a password `admin` must not forbid `administrator`.
_TELLING = 6
_STARS = "***"


class Output:
    """The captured text of one attempt: its first and last 32 KiB."""

    def __init__(self) -> None:
        self._head = ""
        self._tail = ""
        self._cut = 0
        self._hidden: set[str] = set()

    def hide(self, text: str) -> None:
        """Show this text to nobody: what tells of the attempt has `***` for it."""
        lines = [line for line in text.splitlines() if len(line.strip()) >= _SHORT]
        self._hidden.update([text, *lines] if text.strip() else lines)

    def conceal(self, text: str) -> str:
        """Return a text without what is hidden, also as JSON and `repr` write it.

        What has less than 4 characters is hidden as a whole word only: it stands in other words.
        """
        for hidden in sorted(self._hidden, key=len, reverse=True):
            for form in {hidden, repr(hidden)[1:-1], json.dumps(hidden)[1:-1]}:
                if len(hidden) >= _SHORT:
                    text = text.replace(form, _STARS)
                else:
                    text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", _STARS, text)
        return text

    def concealed(self, value: Any) -> Any:
        """Return a value that JSON can hold, its texts and numbers without what is hidden."""
        if not self._hidden:
            return value
        match value:
            case str():
                return self.conceal(value)
            case list() | tuple():
                return [self.concealed(item) for item in value]
            case dict():
                return {self.concealed(name): self.concealed(one) for name, one in value.items()}
            case int() | float() if len(str(value)) >= _SHORT and str(value) in self._hidden:
                return _STARS
        return value

    def holds(self, value: object) -> bool:
        """Tell whether a text of the value holds what is hidden and has 6 characters or more."""
        match value:
            case str():
                return any(len(one) >= _TELLING and one in value for one in self._hidden)
            case list() | tuple():
                return any(map(self.holds, value))
            case dict():
                return any(self.holds(one) for pair in value.items() for one in pair)
        return False

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

    @property
    def output(self) -> Output | None:
        """The output of the attempt that runs in this greenlet."""
        return getattr(self._outputs, "now", None)

    def write(self, text: str) -> int:
        """Write to the running attempt, or to the real stream outside of one."""
        output = self.output
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
