import contextlib
import io
import json
import time

import pytest

from cockpit.cli.terminal import Terminal, ago, duration, moment, one_line, stored
from cockpit.cli.words import Globals

PEOPLE = Terminal(Globals())
PROGRAMS = Terminal(Globals(json=True))


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def on_screen(monkeypatch):
    """Give a function that calls something before a terminal and returns what is on it."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def shown(call):
        screen = Screen()
        with contextlib.redirect_stdout(screen):
            call()
        return screen.getvalue()

    return shown


def test_columns_are_as_wide_as_what_is_in_them(capsys):
    long = "x" * 300
    PEOPLE.table([{"id": long, "n": 1}, {"id": "b", "n": 2}], {"id": "ID", "n": "N"})

    head, first, second = capsys.readouterr().out.splitlines()
    assert first == f"{long}  1"
    assert head.index("N") == second.index("2") == 302


def test_a_list_is_one_json_document_with_all_fields(capsys):
    PROGRAMS.table([{"id": "a", "hidden": [1]}], {"id": "ID"})

    assert json.loads(capsys.readouterr().out) == [{"id": "a", "hidden": [1]}]


def test_an_empty_list_is_none_for_people_and_an_empty_array_for_programs(capsys):
    PEOPLE.table([], {"id": "ID"})
    PROGRAMS.table([], {"id": "ID"})

    assert capsys.readouterr().out == "none\n[]\n"


def test_a_cell_is_one_line_and_a_list_is_joined(capsys):
    PEOPLE.table([{"to": ["a", "b"], "subject": "one\n two"}], {"to": "TO", "subject": "S"})

    assert capsys.readouterr().out.splitlines()[1] == "a, b  one two"


@pytest.mark.parametrize("evil", ["\x1b]0;title\x07", "\x1b[2J", "a\rb", "\u202egnp.exe", "\x9b2J"])
def test_control_characters_of_strangers_never_reach_the_terminal(on_screen, evil):
    said = on_screen(lambda: PEOPLE.say(f"re: {evil}"))
    listed = on_screen(lambda: PEOPLE.table([{"subject": f"re: {evil}"}], {"subject": "S"}))

    for text in (said, listed.splitlines()[1]):
        assert text.startswith("re: ")
        assert not set(text) & set("\x1b\x07\r\u202e\x9b")


def test_a_terminal_has_colours(on_screen):
    assert on_screen(lambda: PEOPLE.say(PEOPLE.bad("no"))) == "\x1b[31mno\x1b[0m\n"


def test_no_color_is_respected(on_screen, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    assert on_screen(lambda: PEOPLE.say(PEOPLE.bold("a") + PEOPLE.good("b"))) == "ab\n"


def test_a_pipe_has_no_colours(capsys):
    PEOPLE.say(PEOPLE.bad("no") + "\x1b[31mfake")

    assert capsys.readouterr().out == "no\ufffd[31mfake\n"


def test_the_home_is_the_option_then_the_variable_then_here(tmp_path, monkeypatch):
    here = tmp_path / "home"

    assert PEOPLE.home == here
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path / "b"))
    assert PEOPLE.home == tmp_path / "b"
    assert Terminal(Globals(home="a")).home == tmp_path / "a"


def test_an_address_given_needs_no_home(server, monkeypatch):
    server.on("GET /status", {"version": "9"})
    monkeypatch.setenv("COCKPIT_TOKEN", "t0ken")
    monkeypatch.setenv("COCKPIT_URL", "http://127.0.0.1:1")
    client = Terminal(Globals(url=f"http://{server.address}/")).client()

    assert client.get("/status") == {"version": "9"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.008, "8 ms"), (1.24, "1.2 s"), (119, "119.0 s"), (300, "5 min"), (0, "0 ms")],
)
def test_durations_are_said_as_people_do(seconds, text):
    assert duration(seconds) == text


def test_a_moment_is_local_and_has_its_date_unless_it_is_today():
    now = time.time()

    assert moment(now) == time.strftime("%H:%M:%S", time.localtime(now))
    assert moment(1795456059) == time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(1795456059)) or (
        time.localtime()[:3] == time.localtime(1795456059)[:3]
    )
    assert moment(0) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "now"), (5, "5 s ago"), (119, "119 s ago"), (120, "2 min ago"), (5400, "90 min ago"),
        (7200, "2 h ago"), (86_400, "24 h ago"), (3 * 86_400, "3 d ago"), (-3600, "in 60 min"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_as_people_do(seconds, text):
    assert ago(1_000_000, now=1_000_000 + seconds) == text


def test_what_never_was_is_no_time_ago():
    assert ago(0) == ""


def test_one_line_of_a_stranger_is_harmless():
    assert one_line("a\n b\t\x1b[2J\u202ec") == "a b \ufffd[2J\ufffdc"


def test_progress_replaces_itself_on_a_terminal_and_is_silent_elsewhere(monkeypatch, capsys):
    PEOPLE.progress("10%")
    assert capsys.readouterr().err == ""
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "11")
    PEOPLE.progress("remote: \x1b[2J a long line")
    PROGRAMS.progress("20%")

    assert screen.getvalue() == "\r\033[Kremote: \ufffd["


@pytest.mark.parametrize(
    ("event", "epoch"),
    [("alarm-1795456059789-0", 1795456059.789), ("", 0), ("alarm", 0), ("mine-x-0", 0)],
)
def test_an_id_tells_when_an_event_was_stored(event, epoch):
    assert stored(event) == epoch
