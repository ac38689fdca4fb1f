import gevent
import pytest

from cockpit.bus import Log, Pipe
from cockpit.eco.alarms import Alarms
from cockpit.eco.standing import Rules, Wanted, identity
from cockpit.errors import ConflictError, InputError
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
        event = log.append(Alarm(service=service, status=status, **given))
        alarm = log.get(event.id)
        alarms.apply([alarm])
        return identity(alarm)

    return said


def events(log):
    return log.after(["alarm"], 1000, "0")


def apply_all(alarms, log):
    return alarms.apply(events(log))


def test_an_alarm_stands_as_its_events_say(alarms, say):
    id_ = say(severity="critical", msg="down")
    assert (alarms.get(id_).status, alarms.figures()) == ("firing", {"firing": 1, "resolved": 0})

    say(status="resolved")
    assert (alarms.get(id_).status, alarms.figures()) == ("resolved", {"firing": 0, "resolved": 1})


def test_a_batch_that_comes_again_moves_nothing(alarms, log, say):
    id_ = say()
    say(status="resolved")
    before = alarms.get(id_)

    assert apply_all(alarms, log) == ["", ""]
    assert alarms.get(id_) == before
    assert alarms.apply([]) == []


def test_a_replay_moves_nothing_and_calls_its_actions(alarms, log, say):
    id_ = say()
    say(status="resolved")
    again = log.get(log.replay(events(log)[0].id).id)

    assert alarms.apply([again]) == [""]
    assert (alarms.get(id_).status, alarms.get(id_).count) == ("resolved", 2)


def test_who_takes_an_alarm_is_known_until_it_is_resolved(alarms, say):
    id_ = say()
    found = alarms.ack(id_, "ann", "on my way")

    assert (found.ack.by, found.ack.note) == ("ann", "on my way")
    assert (found.history[-1].what, found.history[-1].who) == ("acknowledged", "ann")
    say(status="resolved")
    assert alarms.get(id_).ack is None
    with pytest.raises(ConflictError):
        alarms.ack(id_, "ann")


def test_a_silenced_alarm_says_why_it_calls_nobody(alarms, log, say, clock):
    id_ = say()
    alarms.silence(id_, BEGIN + 60, "ann", "deploy")
    say()

    (*_, why) = apply_all(alarms, log)
    assert why == f"alarm {id_} is silenced until 1970-01-12T13:47:40Z by ann"
    clock.now += 60
    assert apply_all(alarms, log)[-1] == ""


def test_when_a_silence_is_over_what_fires_still_is_said_once(alarms, log, say, clock):
    id_ = say(msg="down")
    alarms.silence(id_, BEGIN + 60, "ann")
    alarms.fall_due()
    assert len(events(log)) == 1

    clock.now += 60
    for _ in range(2):
        alarms.fall_due()
    apply_all(alarms, log)

    assert [one.meta.get("reason") for one in events(log)] == [None, "silence over"]
    assert events(log)[-1].msg == "down"
    found = alarms.get(id_)
    assert (found.silence, found.status, found.count) == (None, "firing", 2)
    assert [one.what for one in found.history] == ["firing", "silenced", "silence over"]


def test_when_a_silence_is_over_what_is_resolved_stays_quiet(alarms, log, say, clock):
    id_ = say()
    alarms.silence(id_, BEGIN + 60, "ann")
    say(status="resolved")
    clock.now += 60
    alarms.fall_due()

    assert len(events(log)) == 2
    assert alarms.get(id_).silence is None


def test_a_silence_is_ended_by_hand(alarms, log, say):
    id_ = say()
    alarms.silence(id_, BEGIN + 60, "ann")
    found = alarms.silence(id_, 0, "bob")

    assert (found.silence, found.history[-1].what, found.history[-1].who) == (
        None,
        "silence ended",
        "bob",
    )
    assert events(log)[-1].meta["reason"] == "silence over"


def test_people_resolve_as_the_sender_would(alarms, log, say):
    id_ = say(severity="critical", labels={"a": "b"})
    event = alarms.resolve(id_, "ann", "mended")

    told = log.get(event)
    assert (told.status, told.service, told.labels) == ("resolved", "web!a", {"a": "b"})
    assert (told.meta["by"], told.meta["note"], told.meta["source"]) == ("ann", "mended", "people")
    found = alarms.get(id_)
    assert (found.status, found.history[-1].who, found.event) == ("resolved", "ann", event)
    assert apply_all(alarms, log) == ["", ""]
    with pytest.raises(ConflictError, match="already"):
        alarms.resolve(id_, "ann")


def test_an_alarm_that_does_not_come_again_is_resolved(alarms, log, say, clock):
    id_ = say(meta={"ends": BEGIN + 240})
    clock.now += 239
    alarms.fall_due()
    assert len(events(log)) == 1

    clock.now += 1
    for _ in range(2):
        alarms.fall_due()
    apply_all(alarms, log)

    assert [one.status for one in events(log)] == ["firing", "resolved"]
    assert events(log)[-1].meta["source"] == "resolve timer"
    assert alarms.get(id_).status == "resolved"


def test_each_repeat_moves_the_time_on(alarms, log, say, clock):
    say(meta={"ends": BEGIN + 240})
    repeat = events(log)[0]
    assert alarms.prolong(repeat, BEGIN + 500) == ""
    assert alarms.prolong(repeat, BEGIN + 400) == ""

    clock.now = BEGIN + 499
    alarms.fall_due()
    assert len(events(log)) == 1
    clock.now = BEGIN + 500
    alarms.fall_due()
    assert len(events(log)) == 2


def test_one_that_comes_again_after_its_time_ran_out_is_told_to_fire_again(alarms, log, say, clock):
    say(meta={"ends": BEGIN + 240})
    first = events(log)[0]
    clock.now += 240
    alarms.fall_due()
    apply_all(alarms, log)

    assert alarms.prolong(first, BEGIN + 900) == events(log)[-1].id


def test_who_was_away_gives_news_time_to_come(pipe, log, say, clock):
    say(meta={"ends": BEGIN + 240})
    clock.now += 3600
    late = Alarms(pipe, log, grace_s=300, clock=clock)
    late.fall_due()
    assert len(events(log)) == 1

    clock.now += 300
    late.fall_due()
    assert events(log)[-1].status == "resolved"


def test_what_was_resolved_otherwise_is_not(alarms, log, say):
    say(meta={"ends": BEGIN + 240})
    say(status="resolved")

    assert alarms.prolong(events(log)[0], BEGIN + 900) == ""
    assert alarms.prolong(Alarm(service="new!a", method="m"), BEGIN + 900) == ""


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


def test_people_and_events_at_once_lose_nothing(pipe, alarms, log, say, clock):
    id_ = say()
    other = Alarms(Pipe(pipe.url), log, clock=clock)

    def hear():
        for _ in range(20):
            say()

    def take():
        for n in range(20):
            other.ack(id_, f"p{n}")

    gevent.joinall([gevent.spawn(hear), gevent.spawn(take)], raise_error=True)

    found = alarms.get(id_)
    assert (found.count, found.ack.by) == (21, "p19")
    assert len([one for one in found.history if one.what == "acknowledged"]) == 20
