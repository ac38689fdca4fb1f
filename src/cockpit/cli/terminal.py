"""How commands find the cockpit and print: tables for people, one JSON document for programs."""

import os
import re
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cockpit.cli.client import Client, local
from cockpit.cli.columns import columns as laid_out
from cockpit.cli.words import Globals

_MINUTES_FROM_S = 120
_SPANS = (("d", 86_400), ("h", 3600), ("min", 60))
_SPANS_FROM = 2
"""How many of a unit there are before it is spoken of: 90 min, then 2 h."""

# SECURITY: a stranger's subject must not move the cursor, set the title or turn the text around.
_CONTROLS = r"\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(rf"[\x1b{_CONTROLS}]")
_UNSAFE_IN_COLOUR = re.compile(rf"\x1b(?!\[(?:0|1|31|32)m)|[{_CONTROLS}]")


class Terminal:
    """What a command has in hand."""

    def __init__(self, given: Globals) -> None:
        self.given = given
        self.json = given.json

    @property
    def home(self) -> Path:
        """The home: `--home`, `COCKPIT_HOME`, upwards from here, else ./home."""
        # Imported when needed: settings are not what `event example` needs to start quickly.
        from cockpit.app.home import find  # noqa: PLC0415

        return find(self.given.home or None, os.environ, Path.cwd())

    @property
    def url(self) -> str:
        """The cockpit elsewhere that is meant: `--url`, else COCKPIT_URL; "" means the home's."""
        return self.given.url or os.environ.get("COCKPIT_URL", "")

    def client(self) -> Client:
        """Return the client of the cockpit that is meant."""
        if self.url:
            return Client(self.url, os.environ.get("COCKPIT_TOKEN", ""))
        return local(self.home)

    def answer(self, document: Any, text: str) -> None:
        """Print the document with `--json`, else the text."""
        if self.json:
            print(msgspec.json.encode(document).decode(), flush=True)
        else:
            self.say(text)

    def say(self, text: str) -> None:
        """Print text for people at once; control characters in it are shown as `\ufffd`."""
        unsafe = _UNSAFE_IN_COLOUR if self.is_coloured else _UNSAFE
        print(unsafe.sub("\ufffd", text), flush=True)

    def table(self, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Print a list: all of it as JSON, or columns of it.

        Args:
            columns: Field → heading, in order.
        """
        if self.json:
            print(msgspec.json.encode(rows).decode())
            return
        if not rows:
            self.say("none")
            return
        cells = [list(columns.values()), *([_cell(row, name) for name in columns] for row in rows)]
        heading, *lines = laid_out(cells)
        self.say("\n".join([self.bold(heading), *lines]))

    @property
    def shows_progress(self) -> bool:
        """Whether somebody sees how far things are."""
        return sys.stderr.isatty() and not self.json

    def progress(self, text: str) -> None:
        """Show on standard error how far something is, in place of what it showed before."""
        if self.shows_progress:
            width = shutil.get_terminal_size().columns - 1
            line = _UNSAFE.sub("\ufffd", " ".join(text.split()))[:width]
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    def bold(self, text: str) -> str:
        """Return a heading as the terminal shows it."""
        return f"\033[1m{text}\033[0m" if self.is_coloured else text

    def good(self, text: str) -> str:
        """Return good news in green."""
        return f"\033[32m{text}\033[0m" if self.is_coloured else text

    def bad(self, text: str) -> str:
        """Return bad news in red."""
        return f"\033[31m{text}\033[0m" if self.is_coloured else text

    @property
    def is_screen(self) -> bool:
        """Whether somebody looks at what is printed, so that it may be drawn again."""
        return sys.stdout.isatty()

    @property
    def width(self) -> int:
        """How many cells a line of the screen has; 0 is no limit: nobody looks at a screen."""
        return shutil.get_terminal_size().columns if self.is_screen else 0

    @property
    def is_coloured(self) -> bool:
        """Whether colours are wanted: a terminal, and no NO_COLOR."""
        return self.is_screen and not os.environ.get("NO_COLOR")


def confirm(question: str) -> bool:
    """Ask a person; not with typer.confirm, which writes to standard output as well."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def moment(epoch: float) -> str:
    """Return a local time, with the date unless it is today."""
    if not epoch:
        return ""
    local_time = time.localtime(epoch)
    today = local_time[:3] == time.localtime()[:3]
    return time.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S", local_time)


def stored(event: str) -> float:
    """Return when an event was stored, in epoch seconds, as its id says; 0 for what is no id."""
    _, _, rest = event.partition("-")
    ms = rest.partition("-")[0]
    return int(ms) / 1000 if ms.isascii() and ms.isdigit() else 0


def ago(epoch: float, now: float | None = None) -> str:
    """Return how long ago something was, or how soon it is: `3 min ago`, `in 2 h`; "" for 0."""
    if not epoch:
        return ""
    seconds = (time.time() if now is None else now) - epoch
    if abs(seconds) < 1:
        return "now"
    text = _span(abs(seconds))
    return f"{text} ago" if seconds > 0 else f"in {text}"


def one_line(text: object) -> str:
    """Return text as one line that a screen can show: what controls it is shown as `\ufffd`.

    SECURITY: strangers wrote it.
    """
    return _UNSAFE.sub("\ufffd", " ".join(str(text).split()))


def duration(seconds: float) -> str:
    """Return a duration as people say it: `8 ms`, `1.2 s`, `5 min`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < _MINUTES_FROM_S else f"{seconds / 60:.0f} min"


def _span(seconds: float) -> str:
    for unit, length in _SPANS:
        if seconds >= _SPANS_FROM * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    if name in {"epoch", "queued", "asked", "next_epoch"}:
        return moment(float(value or 0))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return " ".join(str(value).split())
