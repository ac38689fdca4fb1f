import pytest

from cockpit.app.config import load
from cockpit.app.current import Current
from cockpit.app.fields import fields
from cockpit.errors import InputError, OpsError

LIVE = '[webhooks.github]\nsecret = "new"\n'
FIXED = '[http]\nlisten = "127.0.0.1:81"\n'


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cockpit.toml"
    path.write_text('[robot]\nretries = 1\n[people.ann]\nmail = "ann@example.org"\n')
    return path


@pytest.fixture
def current(path):
    return Current(lambda: load(path, {}), clock=lambda: 9)


def test_what_can_change_follows_the_file_and_the_rest_is_named(path, current):
    path.write_text(path.read_text() + LIVE + FIXED)
    taken = []
    reading = current.reread(taken.append)

    assert (reading.changed, reading.needs_restart) == (
        ["webhooks.github.secret"],
        ["http.listen"],
    )
    assert (reading.epoch, reading.problems) == (9, [])
    assert current.settings.webhooks.github.secret == "new"
    assert current.settings.http.listen == "127.0.0.1:8080"
    assert taken == [current.config]


def test_a_key_waits_until_it_is_as_it_was(path, current):
    before = path.read_text()
    path.write_text(before + FIXED)
    for _ in range(2):
        assert current.reread(lambda _: None).needs_restart == ["http.listen"]
    path.write_text(before)

    assert current.reread(lambda _: None).needs_restart == []


def test_people_and_calendars_follow(path, current):
    path.write_text('[people.bob]\n[calendars.oncall]\nshifts = [{who = ["bob"]}]\n')

    assert current.reread(lambda _: None).changed == ["robot.retries", "people", "calendars"]
    assert [person.name for person in current.config.declared.people] == ["bob"]


def test_a_broken_file_changes_nothing_and_says_where(path, current):
    path.write_text('[robot]\nretires = 3\nretries = "x"\n')
    reading = current.reread(pytest.fail)

    assert [problem.split(": ")[:2] for problem in reading.problems] == [
        ["cockpit.toml:2", "robot.retires"],
        ["cockpit.toml:3", "robot.retries"],
    ]
    assert (current.settings.robot.retries, current.reading) == (1, reading)


@pytest.mark.parametrize("error", [InputError("jwt.key: none"), OpsError("Redis is away")])
def test_what_cannot_be_taken_over_changes_nothing(path, current, error):
    def refuse(_):
        raise error

    path.write_text("[robot]\nretries = 2\n")

    assert current.reread(refuse).problems == [str(error)]
    assert current.settings.robot.retries == 1


def test_nothing_that_decides_what_a_process_is_changes_while_it_runs():
    fixed = {field.key for field in fields() if not field.is_live}

    assert {"smtp.listen", "http.listen", "redis.url", "robot.processes"} <= fixed
    assert not any(key.startswith("webhooks.") for key in fixed)
