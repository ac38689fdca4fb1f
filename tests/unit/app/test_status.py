import smtplib
import time

import msgspec
import pytest
import structlog

from builders import Bot, a_repository, an_alarm
from cockpit.app.current import Reading
from cockpit.app.engine import Engine
from cockpit.app.hands import hands
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.app.status import status
from cockpit.bus import Log, Outbox, Rejections, keys
from cockpit.robot.job import STATES
from cockpit.smtp import Door, Options
from cockpit.telegram import State

ADDRESSES = {"smtp": "127.0.0.1:2525", "http": "127.0.0.1:8080"}
MB = 2**20
BOT = State(
    is_on=True, username="desk_bot", mode="poll", last_poll_age=2.0, queued=1, sent=0, dead=0,
    error="", token_from="home",
)  # fmt: skip
READING = Reading(epoch=7, needs_restart=["http.listen"])


@pytest.fixture
def home(tmp_path):
    found = Home(tmp_path / "home")
    found.create()
    return found


@pytest.fixture
def found(pipe, home):
    return hands(pipe, home, Settings, structlog.get_logger(), robot="r1")


@pytest.fixture
def engine(pipe, found):
    """An engine at rest."""
    return Engine(
        pipe,
        found,
        Settings,
        structlog.get_logger(),
        node="here",
        forget=pytest.fail,
        on_pressure=lambda *_: None,
    )


@pytest.fixture
def ask(pipe, found, engine):
    """Give a function that asks for the status."""

    def asked(*, door=None, addresses=ADDRESSES):
        return status(
            pipe,
            found,
            engine,
            version="1.2",
            addresses=addresses,
            door=door,
            telegram=BOT,
            reading=READING,
        )

    return asked


@pytest.fixture
def bot(pipe, home):
    """A robot over the repository `desk`, that has said nothing of itself yet."""
    a_repository(home.repos, {"desk": {"service.hrd": "events.alarm = act\n"}})
    one = Bot(pipe, home.repos).execute()
    yield one
    one.group.close()


def test_a_fresh_cockpit_has_nothing_to_tell(ask):
    told = ask()

    assert (told["version"], told["repos"], told["robots"], told["notes"]) == ("1.2", [], [], [])
    assert told["epoch"] == pytest.approx(time.time(), abs=60)
    assert told["counts"] == {
        "jobs": dict.fromkeys(STATES, 0),
        "events": {"email": 0, "telegram": 0, "alarm": 0, "eco": 0, "generic": 0},
        "outbox": 0,
        "held": 0,
        "alarms": {"firing": 0, "resolved": 0},
        "ecos": {
            "states": {"NEW": 0, "ALERT": 0, "CLOSED": 0},
            "hits": 0,
            "bytes": 0,
            "evicted": 0,
            "dropped": {},
        },
        "rejected": 0,
        "repeats": 0,
    }


def test_it_says_how_the_settings_were_read(ask):
    assert ask()["settings"] == {
        "epoch": 7,
        "changed": [],
        "needs_restart": ["http.listen"],
        "problems": [],
    }


def test_what_happened_is_counted(ask, pipe, bot):
    for _ in range(2):
        Log(pipe).append(an_alarm(), mark="once")
    Outbox(pipe).put("m1", sender="a", to=["b"], subject="s", raw=b"", epoch_ms=1000)
    for _ in range(3):
        Rejections(pipe).add("ckpt.eco", b"{", "no JSON")
    bot.dispatch()
    counts = ask()["counts"]

    assert counts["jobs"] == dict.fromkeys(STATES, 0) | {"queued": 1}
    assert counts["events"]["alarm"] == 1
    assert (counts["outbox"], counts["rejected"], counts["repeats"]) == (1, 3, 1)


def test_it_can_be_sent_as_json(ask, bot):
    bot.beat()
    told = ask()

    assert msgspec.json.decode(msgspec.json.encode(told)) == told


def test_doors_that_are_not_open_have_no_address(ask):
    doors = ask(addresses={})["doors"]

    assert doors["smtp"] == {"address": "", "last_receive": 0}
    assert doors["http"] == {"address": ""}
    assert doors["bridge"] == {"listening": False, "absences": 0}
    assert doors["telegram"]["username"] == "desk_bot"


def test_an_open_door_tells_what_went_through(ask):
    door = Door("127.0.0.1:0", lambda _: "250 2.0.0 ok", Options(), report=pytest.fail)
    door.start()
    host, _, port = door.address.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as session:
        session.sendmail("a@example.org", ["b@example.org"], b"Subject: s\r\n\r\nt\r\n")
    told = ask(door=door)["doors"]["smtp"]
    door.stop(0)

    assert told["address"] == ADDRESSES["smtp"]
    assert (told["connections"], told["stored"], told["refused"]) == (1, 1, 0)
    assert told["last_receive"] == pytest.approx(time.time(), abs=60)


def test_memory_is_what_redis_last_said(ask, pipe, engine):
    pipe.call("CONFIG", "SET", "maxmemory", 512 * MB)
    engine.pressure.measure()
    pipe.call("CONFIG", "SET", "maxmemory", 0)
    memory = ask()["memory"]

    assert 0 < memory["used_bytes"] < 400 * MB
    assert memory["used"] == pytest.approx(memory["used_bytes"] / (512 * MB), abs=0.0001)
    assert memory["doors_closed"] is False


def test_closed_doors_are_told(ask, pipe, engine):
    used = int(pipe.call("INFO", "memory").split(b"used_memory:")[1].split()[0])
    pipe.call("CONFIG", "SET", "maxmemory", used * 10 // 9)
    engine.pressure.measure()
    pipe.call("CONFIG", "SET", "maxmemory", 0)

    assert ask()["memory"]["doors_closed"] is True


def test_a_robot_tells_of_itself(ask, found):
    said = {"running": 2, "repos": ["desk"], "seen": 1795456059.5}
    found.inboxes.beat({"r1": msgspec.json.encode(said)})

    assert ask()["robots"] == [{"name": "r1", **said}]


def test_a_robot_whose_words_have_expired_is_left_out(ask, pipe, found):
    found.inboxes.beat({"r1": b"{}", "r2": b"{}"})
    pipe.call("DEL", keys.robot("r1"))

    assert ask()["robots"] == [{"name": "r2"}]


def test_work_that_no_robot_can_take_is_noted(ask, pipe, bot, found):
    Log(pipe).append(an_alarm())
    bot.dispatch()

    assert ask()["notes"] == ["1 services of repository desk wait: no robot has that repository"]
    found.inboxes.beat({"r1": b'{"repos": ["desk"]}'})
    assert ask()["notes"] == []


def test_a_repository_without_work_is_not_noted(ask, bot):
    assert bot.catalog.repos() == ask()["repos"] == ["desk"]
    assert ask()["notes"] == []


def test_what_cannot_be_read_is_noted_with_file_and_line(ask, home):
    a_repository(home.repos, {"desk": {"schema.hrd": "oncall = type:nosuch\n"}})
    (note,) = ask()["notes"]

    assert note.startswith("desk: ")
    assert "schema.hrd:1" in note
