import pytest
import structlog

from cockpit.app.engine import Engine
from cockpit.app.hands import hands
from cockpit.app.home import Home
from cockpit.app.probe import probe
from cockpit.app.settings import Settings
from cockpit.bus import Pipe, keys
from cockpit.rest import Server
from cockpit.rest.traffic import Traffic
from cockpit.smtp import Door, Options
from cockpit.telegram import State


def off():
    """No bot."""
    return a_bot(is_on=False)


def a_bot(**fields):
    given = {
        "is_on": True,
        "username": "bot",
        "mode": "poll",
        "last_poll_age": 2.5,
        "queued": 0,
        "sent": 0,
        "dead": 0,
        "error": "Telegram cannot be reached",
        "token_from": "home",
    }
    return State(**(given | fields))


@pytest.fixture
def engine(pipe, tmp_path):
    """An engine at rest."""
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
def opened():
    """An open door for mail and one for HTTP."""
    door = Door("127.0.0.1:0", lambda _: "250 ok", Options(), report=pytest.fail)
    server = Server("127.0.0.1:0", pytest.fail, report=pytest.fail)
    door.start()
    server.start()
    yield {"door": door, "server": server, "telegram": off}
    door.stop(0)
    server.stop(0)


@pytest.fixture
def elsewhere(pipe):
    """Another machine of the same cockpit: it dispatches, listens and runs actions."""
    for name in ("dispatcher", "bridge"):
        pipe.call("SET", keys.lease(name), "there:1")
    pipe.call("ZADD", keys.ROBOTS, 2**45, "r9")


@pytest.mark.usefixtures("elsewhere")
def test_what_runs_on_another_machine_of_the_cockpit_runs(pipe, engine, opened):
    found = probe(pipe, engine, traffic=Traffic(), **opened)

    assert (found.ready, found.reasons, found.robots) == (True, [], 1)
    assert {name: door.state for name, door in found.doors.items()} == {
        "smtp": "open",
        "http": "open",
        "bridge": "elsewhere",
    }


def test_what_is_not_started_is_said(pipe, engine):
    found = probe(pipe, engine, server=None, door=None, traffic=Traffic(), telegram=off)

    assert found.reasons == [
        "the door smtp is closed",
        "the door http is closed",
        "the door bridge is closed",
        "no dispatcher runs: events are stored and wait",
        "no robot is alive: jobs wait",
    ]


@pytest.mark.usefixtures("elsewhere")
def test_a_robot_whose_lease_is_over_is_not_alive(pipe, engine, opened):
    pipe.call("ZADD", keys.ROBOTS, 1000, "r9")

    assert probe(pipe, engine, traffic=Traffic(), **opened).robots == 0


@pytest.mark.usefixtures("elsewhere")
def test_a_door_tells_how_long_ago_it_received(pipe, engine, opened):
    traffic = Traffic()
    traffic.last_receive_epoch = 1.0
    doors = probe(pipe, engine, traffic=traffic, **opened).doors

    assert doors["http"].last_receive_age_s > 10**9
    assert doors["smtp"].last_receive_age_s is None


def test_a_redis_that_is_away_is_said(engine, opened, tmp_path):
    gone = Pipe(f"unix://{tmp_path}/gone.sock")
    found = probe(gone, engine, traffic=Traffic(), **opened)

    assert not found.redis
    assert any("Redis is away" in reason for reason in found.reasons)


def test_a_redis_that_says_nothing_is_not_waited_for(engine, opened, silent):
    pipe = Pipe(silent)
    found = probe(pipe, engine, traffic=Traffic(), **opened)
    pipe.close()

    assert "Redis is away: no answer within 1.5 s" in found.reasons


@pytest.mark.usefixtures("elsewhere")
def test_memory_that_is_short_is_said(pipe, engine, opened):
    used = int(pipe.call("INFO", "memory").split(b"used_memory:")[1].split()[0])
    pipe.call("CONFIG", "SET", "maxmemory", used * 10 // 9)
    engine.pressure.measure()
    pipe.call("CONFIG", "SET", "maxmemory", 0)
    (reason,) = probe(pipe, engine, traffic=Traffic(), **opened).reasons

    assert reason.endswith("% of its memory: the doors answer later")


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("age_s", "told"), [(2.5, 2.5), (-1.0, None)])
def test_a_bot_tells_when_it_polled_last_and_makes_nothing_unready(
    pipe, engine, opened, age_s, told
):
    bot = {"telegram": lambda: a_bot(last_poll_age=age_s)}
    found = probe(pipe, engine, traffic=Traffic(), **(opened | bot))

    assert found.ready
    assert found.doors["telegram"].last_receive_age_s == told
