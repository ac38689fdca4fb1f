import contextlib
import fcntl
import io
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios

import pytest
from rich.cells import cell_len

from cockpit.cli.terminal import Terminal
from cockpit.cli.watching import Watch, board, fitted
from cockpit.cli.words import Globals
from cockpit.errors import OpsError


class Screen(io.StringIO):
    def isatty(self):
        return True


def ask(client, count):
    rows = client.get("/ecos", limit=count or 50)
    return rows[:count] if count else rows


def draw(rows, width):
    return ["HEADING", *(f"{row['id']} {'x' * 200}"[: width or 20] for row in rows)]


@pytest.fixture
def watch(home):
    """Give a function that watches until the server refuses."""

    def until_refused(json=False):
        with pytest.raises(OpsError) as refusal:
            Watch(Terminal(Globals(home=str(home), json=json)), ask, draw).run()
        return str(refusal.value)

    return until_refused


@pytest.fixture
def screen(monkeypatch):
    """Give a function that calls something before a terminal of 30 by 6; what was written there."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("LINES", "6")

    def shown(call):
        with contextlib.redirect_stdout(Screen()) as written:
            call()
        return written.getvalue()

    return shown


def rows(*ids):
    return [{"id": one} for one in ids]


def lists(server, *documents):
    return server.on("GET /ecos", *documents).then("GET /ecos", {"detail": "no more"}, status=403)


def test_a_pipe_gets_the_list_when_it_changed_and_no_escape_codes(server, watch, capsys):
    lists(server, rows("a"), rows("a"), rows("a", "b"))

    assert watch() == "no more"
    out = capsys.readouterr().out
    assert out.split("\n\n")[0].splitlines() == ["HEADING", "a " + "x" * 18]
    assert [part.count("x" * 18) for part in out.split("\n\n")] == [1, 2]
    assert "\x1b" not in out


def test_programs_get_a_document_each_time(server, watch, capsys):
    lists(server, rows("a"), [])
    watch(json=True)

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [rows("a"), []]


def test_a_cockpit_that_goes_away_is_waited_for(server, watch, capsys):
    lists(server, rows("a"), rows("b"))
    server._answers["GET /ecos"][1:1] = [(503, {"detail": "away"}, "")] * 2
    watch()

    said = capsys.readouterr()
    assert said.err == "away; waiting for it\n"
    assert "b x" in said.out


def test_one_that_is_away_from_the_beginning_is_not(server, watch):
    server.on("GET /ecos", {"detail": "away"}, status=503)

    assert watch() == "away"


def test_a_screen_shows_what_fits_and_is_left_as_it_was(server, watch, screen):
    lists(server, rows("a"), rows(*"abcdefgh"))
    out = screen(watch)

    assert out.startswith("\x1b[?1049h")
    assert out.endswith("\x1b[?25h\x1b[?1049l")
    assert ", every second; Ctrl-…" in out
    assert "b xxx" in out
    assert "… and more" in out
    assert "d xxx" not in out
    assert [one.query["limit"] for one in server.asked][1] == "5"


def test_a_screen_says_when_the_cockpit_is_away_and_keeps_the_list(server, watch, screen):
    lists(server, rows("a"), rows("a"))
    server._answers["GET /ecos"][2:2] = [(503, {"detail": "gone\x1b[2J away"}, "")]
    out = screen(watch)

    assert "gone\ufffd[2J away" in out
    assert out.count("a xxx") == 2


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_move_its_cursor_is_as_a_pipe(
    server, watch, screen, monkeypatch, term
):
    monkeypatch.setenv("TERM", term)
    lists(server, rows("a"))

    assert "\x1b" not in screen(watch)


def test_a_board_shows_lines_in_the_size_of_the_screen(screen):
    def draw_one():
        with board() as found:
            assert (found.height, found.width) == (5, 30)
            found.draw(["y" * 40])

    assert "y" * 29 + "…" in screen(draw_one)


def test_what_does_not_fit_is_told():
    assert fitted(["a", "b"], 2) == ["a", "b"]
    assert fitted(["a", "b", "c"], 2) == ["a", "… and more"]
    assert fitted(["a", "b"], 0) == ["… and more"]


class Window:
    """A real terminal with a command in it."""

    def __init__(self, cwd, *words, lines, columns):
        self._ours, theirs = os.openpty()
        self.resize(lines, columns)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", "cockpit.cli", *words],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={k: v for k, v in os.environ.items() if k not in {"COLUMNS", "LINES"}}
            | {"TERM": "xterm"},
        )
        os.close(theirs)
        self.shown = ""

    def resize(self, lines, columns):
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read_until(self, text):
        """Read what is shown up to a text."""
        self.shown = ""
        while text not in self.shown:
            assert select.select([self._ours], [], [], 20)[0], self.shown
            self.shown += os.read(self._ours, 65536).decode()

    def type(self, text):
        os.write(self._ours, text.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def window(tmp_path):
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    opened = []

    def open_window(*words, **size):
        opened.append(Window(tmp_path, *words, **size))
        return opened[-1]

    yield open_window
    signal.signal(signal.SIGINT, former)
    for one in opened:
        one.close()


def test_a_real_terminal_is_filled_resized_and_left_by_ctrl_c(server, window, eco):
    rows = [eco(guid=f"{n:08d}-0000", error_msg="漢字" * 90) for n in range(30)]
    server.on("GET /ecos", rows)
    shown = window("eco", "list", "--watch", lines=12, columns=60)
    shown.read_until("… and more")
    assert "00000004" in shown.shown
    assert "00000011" not in shown.shown
    shown.resize(30, 40)
    shown.read_until("00000020")
    lines = [strip(line) for line in shown.shown.split("\x1b[H")[-1].splitlines()]
    assert max(cell_len(line) for line in lines) <= 40
    shown.type("\x03")
    shown.read_until("\x1b[?1049l")

    assert shown.process.wait(20) == 130
    assert "Traceback" not in shown.shown


def strip(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
