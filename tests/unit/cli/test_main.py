import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit import __version__

COMMAND = [sys.executable, "-m", "cockpit.cli"]
GROUPS = [
    "event",
    "job",
    "outbox",
    "service",
    "blueprint",
    "config",
    "hrd",
    "schema",
    "try",
    "why",
    "status",
    "start",
]


def test_the_version_is_printed(run):
    assert run("--version").out == f"{__version__}\n"
    assert run("--version", "--json").document == {"version": __version__}


def test_help_names_every_group(run):
    out = run("--help").out

    for name in [*GROUPS, "init", "robot"]:
        assert name in out.split()


@pytest.mark.parametrize("words", [(), ("event",), ("event", "list"), ("start",), ("try", "mail")])
def test_the_options_of_every_command_stand_in_its_help(run, words):
    out = run(*words, "--help").out

    for option in ("--home", "--json", "--url"):
        assert option in out


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("evnt", "event"),
        ("event lst", "list"),
        ("job rety", "retry"),
        ("event list --limt 3", "--limit"),
    ],
)
def test_a_slip_is_wrong_usage_in_one_line_that_names_the_nearest(run, line, wanted):
    ended = run(*line.split())

    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert re.search(rf"(Did you mean|Possible options:) '?{wanted}\b", ended.err)


@pytest.mark.parametrize("line", ["event show", "event list --limit many", "event list --limit 0"])
def test_wrong_usage_tells_where_help_is(run, line):
    ended = run(*line.split())

    assert ended.code == 2
    assert "(see `cockpit event " in ended.err


@pytest.mark.parametrize(
    "words", [("nosuch",), ("why", "x"), ("event", "example", "x"), ("--home",)]
)
def test_errors_are_one_json_line_on_standard_error_for_programs(run, words):
    ended = run("--json", *words)

    assert ended.code in {1, 2}
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1
    assert json.loads(ended.err)["error"]


def test_a_cockpit_that_does_not_run_is_a_failure_in_one_line(run, tmp_path):
    ended = run("status")

    assert ended.code == 1
    assert (
        ended.err == f"no cockpit is running in {tmp_path / 'home'}: `cockpit start` starts one\n"
    )


def test_what_the_server_refuses_is_a_failure_and_no_wrong_usage(server, run):
    server.on("GET /status", {"detail": "repo: which one?"}, status=400)

    assert (run("status").code, run("status").err) == (1, "repo: which one?\n")


@pytest.mark.parametrize("line", ["", "run", "run start", "job show", "status"])
def test_help_has_a_short_name_everywhere(run, line):
    long, short = (run(*line.split(), option) for option in ("--help", "-h"))

    assert (short.code, short.out) == (0, long.out)
    assert "Usage: cockpit" in short.out


def test_an_answer_of_a_shape_nobody_expects_is_one_line_too(server, run):
    server.on("GET /status", [1])
    ended = run("status")

    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert "bug" in ended.err
    assert "status.py:" in ended.err


@pytest.mark.parametrize("words", ["event example email", "--help", "event list"])
def test_nothing_heavy_is_imported_by_the_command_line(tmp_path, words):
    program = (
        "import sys; from cockpit.cli import main; main(sys.argv[1:]);"
        "print([m for m in ('gevent', 'falcon', 'redis', 'asyncio', 'rich.table')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["event", "example", "email"], ["--help"], ["--version"]])
def test_a_closed_pipe_is_quiet(words):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*COMMAND, *words], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "event", "example", "email"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (1, "failed: No space left on device\n")


def test_a_terminal_without_utf_8_shows_what_it_can(server, tmp_path):
    server.on("GET /events", [{"id": "email-1-0", "type": "email", "epoch": 1, "summary": "käse"}])
    done = subprocess.run(
        [*COMMAND, "event", "list"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "k\\xe4se" in done.stdout


@pytest.fixture
def _interruptible():
    """Let children be interrupted though whoever runs the tests in the background may not be."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_exits_130_and_says_nothing(server, tmp_path):
    server.on("GET /events", [], server.SILENCE)
    process = subprocess.Popen(
        [*COMMAND, "event", "tail"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        while len(server.asked) < 2:
            assert process.poll() is None
            try:
                process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
        process.send_signal(2)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, b"", b"")
