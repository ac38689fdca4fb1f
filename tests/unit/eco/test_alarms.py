import gevent
import pytest

from cockpit.bus import Log, Pipe
from cockpit.eco.alarms import Alarms
from cockpit.eco.standing import Level, Rules, identity
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


def test_a_silence_beyond_all_clocks_is_refused(alarms, say):
    id_ = say()
    with pytest.raises(InputError, match="within a year"):
        alarms.silence(id_, 1e15, "ann")

    assert alarms.get(id_).silence is None


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


LEVELS = (Level(0, "oncall"), Level(900, "leads"))


@pytest.fixture
def told():
    return []


@pytest.fixture
def escalating(pipe, log, clock, told):
    def tell(_alarm, made, who, text):
        told.append((made, who, text))
        return [who]

    return Alarms(
        pipe,
        log,
        rules=lambda: Rules(levels=LEVELS, severities=("critical",)),
        tell=tell,
        clock=clock,
    )


def fire(escalating, log, clock, status="firing", severity="critical"):
    alarm = Alarm(
        service="web!a",
        method="m",
        severity=severity,
        status=status,
        msg="down",
        epoch=int(clock.now),
    )
    escalating.apply([log.get(log.append(alarm).id)])
    return identity(alarm)


def test_who_is_told_goes_up_until_somebody_takes_it(escalating, log, clock, told):
    id_ = fire(escalating, log, clock)
    escalating.fall_due()
    escalating.fall_due()
    assert [who for _, who, _ in told] == ["oncall"]
    assert told[0][2] == f"critical: web!a m: down (alarm {id_[:8]})"

    clock.now += 899
    escalating.fall_due()
    assert len(told) == 1
    clock.now += 1
    escalating.fall_due()
    assert [who for _, who, _ in told] == ["oncall", "leads"]
    clock.now += 9000
    escalating.fall_due()
    assert len(told) == 2

    found = escalating.get(id_)
    assert (found.level, found.told) == (2, ["oncall", "leads"])
    assert [(one.what, one.who, one.note) for one in found.history[1:]] == [
        ("told", "oncall", "level 1: oncall"),
        ("told", "leads", "level 2: leads"),
    ]


def test_who_was_told_hears_that_it_is_over_once(escalating, log, clock, told):
    fire(escalating, log, clock)
    escalating.fall_due()
    clock.now += 10
    fire(escalating, log, clock, "resolved")
    escalating.fall_due()
    escalating.fall_due()

    assert [(who, text.partition(":")[0]) for _, who, text in told[1:]] == [("oncall", "resolved")]


def test_who_takes_it_or_silences_it_is_left_in_peace(escalating, log, clock, told):
    id_ = fire(escalating, log, clock)
    escalating.ack(id_, "ann")
    clock.now += 9000
    escalating.fall_due()
    assert told == []

    fire(escalating, log, clock, "resolved")
    fire(escalating, log, clock)
    escalating.silence(id_, clock.now + 60, "ann")
    escalating.fall_due()
    assert told == []
    clock.now += 60
    escalating.fall_due()
    escalating.fall_due()
    assert [who for _, who, _ in told] == ["oncall"]


def test_only_alarms_of_the_named_severities_go_up(escalating, log, clock, told):
    fire(escalating, log, clock, severity="warning")
    escalating.fall_due()

    assert told == []


def test_each_time_it_fires_is_told_by_a_name_of_its_own(escalating, log, clock, told):
    for _ in range(2):
        fire(escalating, log, clock)
        escalating.fall_due()
        clock.now += 1
        fire(escalating, log, clock, "resolved")
        escalating.fall_due()
        clock.now += 1

    assert len({made for made, _, _ in told}) == len(told) == 4


def flap(escalating, log, clock, **fields):
    for n in range(6):
        found = fire(escalating, log, clock, ["firing", "resolved"][n % 2], **fields)
        clock.now += 1
    return found


def test_that_it_flaps_is_said_once_and_that_it_is_over_after_the_calm(
    escalating, log, clock, told
):
    id_ = fire(escalating, log, clock)
    escalating.fall_due()
    flap(escalating, log, clock)
    for _ in range(3):
        escalating.fall_due()
        clock.now += 1

    assert [(who, text.partition(":")[0]) for _, who, text in told] == [
        ("oncall", "critical"),
        ("oncall", "flapping"),
    ]
    clock.now += 600
    escalating.fall_due()
    escalating.fall_due()
    assert [text.partition(":")[0] for _, _, text in told[2:]] == ["resolved"]
    assert [one.note for one in escalating.get(id_).history if one.what == "told"] == [
        "level 1: oncall",
        "that it flaps: oncall",
    ]


def test_one_that_flaps_before_anybody_heard_of_it_is_told_to_the_first(
    escalating, log, clock, told
):
    flap(escalating, log, clock)
    escalating.fall_due()

    assert [(who, text.partition(":")[0]) for _, who, text in told] == [("oncall", "flapping")]


def test_one_that_nobody_is_told_of_flaps_in_silence(escalating, log, clock, told):
    id_ = flap(escalating, log, clock, severity="warning")
    escalating.fall_due()

    assert told == []
    assert escalating.get(id_).flapping


@pytest.mark.parametrize("ends", [1e308, pytest.param(10**400, id="10**400")])
def test_one_that_ends_when_no_clock_will_be_fires_like_any_other(alarms, say, ends):
    id_ = say(meta={"ends": ends})

    assert (alarms.get(id_).status, alarms.get(id_).ends) == ("firing", 0)


LONG = [
    {"service": "web!" + "a" * 600},
    {"method": "m" * 501},
    {"labels": {"path": "/x" * 400, "n" * 600: "1"}},
    {"labels": {f"label{n}": "x" for n in range(70)}},
    {"meta": {"repo": "r" * 600}},
]


@pytest.mark.parametrize("fields", LONG, ids=lambda fields: next(iter(fields)))
def test_one_with_a_long_name_is_resolved_as_any_other(alarms, log, say, fields):
    id_ = say(**fields)
    alarms.resolve(id_, "ann")
    apply_all(alarms, log)

    assert (alarms.get(id_).status, alarms.figures()) == ("resolved", {"firing": 0, "resolved": 1})


@pytest.mark.parametrize("fields", LONG, ids=lambda fields: next(iter(fields)))
def test_one_with_a_long_name_that_does_not_come_again_is_resolved(alarms, log, say, clock, fields):
    meta = fields.get("meta", {}) | {"ends": clock.now + 60}
    id_ = say(**(fields | {"meta": meta}))
    clock.now += 60
    alarms.fall_due()
    apply_all(alarms, log)

    assert (alarms.get(id_).status, alarms.figures()) == ("resolved", {"firing": 0, "resolved": 1})
