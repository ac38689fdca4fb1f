import pytest

from cockpit.bus import Log
from cockpit.eco.alarms import Alarms
from cockpit.eco.standing import Rules, Wanted, identity
from cockpit.errors import InputError
from cockpit.events import Alarm

BEGIN = 1_000_000


class Clock:
    now = BEGIN

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def alarms(pipe, log, clock):
    return Alarms(pipe, log, grace_s=0, clock=clock)


@pytest.fixture
def say(alarms, log, clock):
    """Give a function that publishes an alarm, applies it and returns its id."""

    def said(service="web!a", status="firing", **fields):
        given = {"method": "monitor", "epoch": int(clock.now)} | fields
        alarm = log.get(log.append(Alarm(service=service, status=status, **given)).id)
        alarms.apply([alarm])
        return identity(alarm)

    return said


def test_those_that_fire_stand_first_and_pages_follow_each_other(alarms, say, clock):
    for n in range(5):
        clock.now += 1
        say(f"web!{n}")
    for n in (1, 3):
        clock.now += 1
        say(f"web!{n}", "resolved")

    found, edge = [], ""
    while True:
        page = alarms.page(limit=2, before=edge)
        found += [one.service for one in page.alarms]
        edge = page.edge
        if not edge:
            break

    assert found == ["web!4", "web!2", "web!0", "web!3", "web!1"]
    only = alarms.page(Wanted(status="resolved", text="web!3")).alarms
    assert [one.service for one in only] == ["web!3"]


@pytest.mark.parametrize("before", ["x", "firing", "firing-x-y", "other-5-abc"])
def test_what_is_no_place_is_refused(alarms, before):
    with pytest.raises(InputError, match="before"):
        alarms.page(before=before)


def test_the_beginning_of_an_id_is_enough(alarms, say):
    id_ = say()

    assert alarms.get(id_[:6]).id == id_
    for name in (id_[:5], "ffffff" if id_[0] != "f" else "000000", "a*b?c[d"):
        with pytest.raises(InputError, match="no alarm"):
            alarms.get(name)


def test_no_more_are_kept_than_the_bound(pipe, log, clock):
    alarms = Alarms(pipe, log, rules=lambda: Rules(most=3), clock=clock)
    for n, status in enumerate(("firing", "resolved", "firing", "firing", "firing")):
        clock.now += 1
        alarm = Alarm(service=f"web!{n}", method="m", status=status, epoch=int(clock.now))
        alarms.apply([log.get(log.append(alarm).id)])

    assert sorted(one.service for one in alarms.page().alarms) == ["web!2", "web!3", "web!4"]


def test_old_resolved_ones_go(alarms, pipe, say):
    say()
    say("web!b", "resolved")

    alarms.trim(BEGIN + 31 * 86_400)

    assert [one.service for one in alarms.page().alarms] == ["web!a"]
    assert len(pipe.call("KEYS", "cockpit:alarm:*")) == 1


def test_those_that_moved_are_found_in_that_order(alarms, say):
    first, second = say("web!1"), say("web!2")
    moved, place = alarms.moved("")
    assert moved == [first, second]
    assert alarms.moved(place) == ([], place)
    alarms.ack(first, "ann")

    assert alarms.moved(place)[0] == [first]


def test_many_that_moved_come_in_parts(alarms, say):
    ids = [say(f"web!{n}") for n in range(5)]
    first, place = alarms.moved("", most=3)

    assert first + alarms.moved(place)[0] == ids
