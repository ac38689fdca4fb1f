import io
import json
import logging

import pytest
import structlog

from cockpit.app.logs import configure
from cockpit.app.settings import Logs
from cockpit.errors import OpsError
from cockpit.robot.capture import Output, Stream


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def logs():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    opened = []

    def start(settings, path=None, stream=None):
        opened.append(configure(settings, path, stream))
        return structlog.get_logger(), opened[-1]

    yield start
    for outputs in opened:
        outputs.close()
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def test_elsewhere_than_on_a_terminal_lines_are_json(logs):
    stream = io.StringIO()
    log, _ = logs(Logs(), stream=stream)
    log.info("email_received", event_id="email-1-0", size_bytes=7)

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "email_received",
        "level": "info",
        "event_id": "email-1-0",
        "size_bytes": 7,
    }


def test_terminal_gets_words_and_the_file_json(logs, tmp_path):
    stream = Terminal()
    log, _ = logs(Logs(), tmp_path / "cockpit.log", stream)
    log.warning("redis_died", code=1)

    assert "redis_died" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    assert json.loads((tmp_path / "cockpit.log").read_text())["code"] == 1


def test_below_the_level_nothing_is_written(logs):
    stream = io.StringIO()
    log, _ = logs(Logs(level="warning"), stream=stream)
    log.info("email_received")

    assert not stream.getvalue()


def test_what_is_bound_follows_every_line(logs):
    stream = io.StringIO()
    log, _ = logs(Logs(format="json"), stream=stream)
    with structlog.contextvars.bound_contextvars(run_id="r1"):
        log.info("run_started")

    assert json.loads(stream.getvalue())["run_id"] == "r1"


def test_traceback_stands_in_the_line(logs):
    stream = io.StringIO()
    log, _ = logs(Logs(), stream=stream)
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        log.exception("run_failed")

    assert "ZeroDivisionError" in json.loads(stream.getvalue())["exception"]


@pytest.mark.parametrize("value", [object(), b"\xff", "\udc80", {1: {2}}, float("nan"), 2**70])
def test_any_value_can_be_logged(logs, value):
    stream = io.StringIO()
    log, outputs = logs(Logs(), stream=stream)
    log.info("seen", value=value)

    assert "seen" in json.loads(stream.getvalue())["event"]
    assert outputs.n_dropped == 0


def test_terminal_that_knows_only_ascii_gets_escapes(logs):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    log, _ = logs(Logs(format="console"), stream=stream)
    log.info("seen", subject="café")

    assert b"caf\\xe9" in raw.getvalue()


def test_broken_stream_never_disturbs_the_caller(logs, tmp_path):
    stream = io.StringIO()
    log, outputs = logs(Logs(), tmp_path / "x.log", stream)
    stream.close()
    log.info("seen")

    assert outputs.n_dropped == 1
    assert "seen" in (tmp_path / "x.log").read_text()


def test_file_is_put_aside_at_its_limit(logs, tmp_path):
    log, _ = logs(Logs(max_bytes="100", files=1), tmp_path / "x.log", io.StringIO())
    log.info("first", text="x" * 50)
    log.info("second", text="x" * 50)

    assert "first" in (tmp_path / "x.log.1").read_text()
    assert "second" in (tmp_path / "x.log").read_text()


def test_warning_of_a_library_comes_to_the_same_place(logs):
    stream = io.StringIO()
    logs(Logs(), stream=stream)
    logging.getLogger("redis").warning("lost %s", "connection")

    line = json.loads(stream.getvalue())
    assert (line["event"], line["logger"]) == ("lost connection", "redis")


def test_what_an_action_logs_is_output_of_its_job(logs, monkeypatch):
    stream, errors, output = io.StringIO(), Stream(io.StringIO()), Output()
    monkeypatch.setattr("sys.stderr", errors)
    logs(Logs(), stream=stream)
    output.hide("s3cret")

    errors.begin(output)
    logging.getLogger("mine").error("it is %s", "s3cret", exc_info=ValueError("s3cret"))
    errors.end()
    logging.getLogger("mine").warning("afterwards")

    lines = output.text().splitlines()
    assert lines == ["ERROR:mine:it is ***", "ValueError: ***"]
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["afterwards"]


def test_other_settings_hold_from_the_next_line_on(logs, tmp_path):
    stream = Terminal()
    log, outputs = logs(Logs(level="error"), tmp_path / "x.log", stream)
    log.info("first")
    outputs.follow(Logs(level="debug", format="json", max_bytes="10", files=1))
    log.debug("second")
    log.debug("third")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "second",
        "third",
    ]
    assert "third" in (tmp_path / "x.log").read_text()
    assert "second" in (tmp_path / "x.log.1").read_text()


def test_file_that_cannot_be_opened_is_named(logs, tmp_path):
    with pytest.raises(OpsError, match=r"cannot open .*x\.log"):
        logs(Logs(), tmp_path / "none" / "x.log", io.StringIO())
