import smtplib

import pytest
import structlog
from prometheus_client import CollectorRegistry

from cockpit.app.door_figures import DoorFigures
from cockpit.app.engine import Engine
from cockpit.app.hands import hands
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.rest import Server
from cockpit.rest.traffic import Traffic
from cockpit.smtp import Door, Options


@pytest.fixture
def engine(pipe, tmp_path):
    home = Home(tmp_path / "home")
    home.create()
    logger = structlog.get_logger()
    return Engine(
        pipe,
        hands(pipe, home, Settings, logger, robot="r1"),
        Settings,
        logger,
        node="here",
        forget=pytest.fail,
        on_pressure=lambda *_: None,
    )


@pytest.fixture
def figures(engine):
    """Give a function that reads a figure of some doors."""

    def read(name, *, smtp=None, http=None, **labels):
        found = CollectorRegistry()
        found.register(DoorFigures(engine, Traffic(), smtp=lambda: smtp, http=lambda: http))
        return found.get_sample_value(f"cockpit_{name}", labels)

    return read


def test_doors_that_do_not_exist_yet_are_closed_and_empty(figures):
    for door in ("smtp", "http", "bridge"):
        assert figures("door_open", door=door) == 0
        assert figures("door_last_receive_timestamp_seconds", door=door) is None
    assert figures("mails_total", result="stored") == 0
    assert figures("connections", door="http") == 0


def test_a_mail_is_counted_by_what_became_of_it(figures):
    smtp = Door("127.0.0.1:0", lambda _: "250 2.0.0 ok", Options(), report=pytest.fail)
    smtp.start()
    host, _, port = smtp.address.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as session:
        session.sendmail("a@example.org", ["b@example.org"], b"Subject: s\r\n\r\nt\r\n")
        assert figures("connections", smtp=smtp, door="smtp") == 1
    assert figures("door_open", smtp=smtp, door="smtp") == 1
    smtp.stop(0)

    assert figures("door_open", smtp=smtp, door="smtp") == 0
    assert figures("mails_total", smtp=smtp, result="stored") == 1
    assert figures("door_last_receive_timestamp_seconds", smtp=smtp, door="smtp") > 0
    assert figures("connections_cut_total", smtp=smtp, door="smtp", reason="turned_away") == 0


def test_the_http_door_tells_whom_it_cut(figures):
    http = Server("127.0.0.1:0", pytest.fail, report=pytest.fail)

    assert figures("connections_cut_total", http=http, door="http", reason="unreadable") == 0


def test_memory_is_what_redis_last_said(figures, engine):
    engine.pressure.measure()

    assert figures("redis_memory_used_bytes") == engine.pressure.used_bytes > 0
    assert figures("redis_memory_used_ratio") == 0
    assert figures("doors_held_back") == 0
