import msgspec
import pytest

from builders import an_alarm
from cockpit import events
from cockpit.access.directory import Directory
from cockpit.access.person import person
from cockpit.bus import Outbox
from cockpit.eco import Node
from cockpit.eco.alarms import Alarms
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.ledger import Ledger
from cockpit.errors import InputError, OpsError
from cockpit.robot import (
    Announcements,
    Failures,
    Messages,
    Monitoring,
    Outcome,
    Postman,
    Questions,
    Recorder,
)
from cockpit.robot.asking import MAX_HOPS
from cockpit.robot.job import Taken

WAITS = Outcome("error", {"error": "ValueError: no"})
DEAD = Outcome("dead", {"error": "ValueError: no"})
ERROR = ValueError("no")


@pytest.fixture
def log(pipe):
    return CountingLog(pipe, Ledger(pipe))


@pytest.fixture
def noted():
    return []


@pytest.fixture
def postman(pipe):
    told = (Messages(pipe), Questions(pipe), Directory(pipe), Outbox(pipe))
    return Postman(*told, sender="cockpit@here", hostname="here")


@pytest.fixture
def failures(pipe, log, postman, noted):
    return Failures(
        Recorder(log.ledger, node=lambda: Node(7, 12), clock=lambda: 9),
        Announcements(log, postman, clock=lambda: 9),
        Monitoring(Alarms(pipe, log)),
        tell=lambda: "oncall",
        on_failed=lambda *told: noted.append(told),
        on_bug=pytest.fail,
    )


def a_taken(event=None, *, failures=0, fence=1, **fields):
    event = event or an_alarm()
    given = {
        "service": "desk/desk!main",
        "job": "j1",
        "fence": fence,
        "event": f"{event.type}-5-0",
        "action": "act",
        "failures": failures,
        "raw": events.encode(event),
    }
    return Taken(**(given | fields))


def ecos(log):
    return log.after(["eco"], 99, "0")


def messages(log):
    return log.after(["telegram"], 99, "0")


def test_the_first_failure_becomes_an_eco_that_leads_back(log, noted, failures):
    taken = a_taken()
    failures(taken, ERROR, WAITS)

    (eco,) = ecos(log)
    assert (eco.error_msg, eco.category, eco.app_name) == (
        "ValueError: no",
        "robot.action",
        "desk/desk",
    )
    meta = {"source": "robot", "parent": "alarm-5-0", "job": "j1", "hops": 1}
    assert eco.meta == meta | {"reason": "new", "fingerprint": eco.meta["fingerprint"]}
    told = msgspec.json.decode(eco.extra)
    assert (told["job"], told["event"], told["attempt"]) == ("j1", "alarm-5-0", 1)
    assert (told["service"], told["action"]) == ("desk/desk!main", "act")
    assert "service:desk/desk!main" in eco.tags
    assert (eco.gid, eco.nid) == (7, 12)
    assert messages(log) == []
    assert noted == [(taken, ERROR, WAITS)]


def test_later_failures_are_counted_and_lead_back_as_well(log, noted, failures):
    failures(a_taken(), ERROR, WAITS)
    failures(a_taken(failures=1, fence=2, job="j2"), ERROR, WAITS)

    (kept,) = log.ledger.page().ecos
    assert len(ecos(log)) == 1
    assert kept.eco.occurence == len(noted) == 2
    assert log.ledger.get(kept.eco.guid).jobs == ["j2", "j1"]


def test_a_thousand_services_that_fail_alike_are_one_eco_and_four_notices(log, failures):
    for n in range(1000):
        failures(a_taken(job=f"j{n}", service=f"desk/desk!n{n}"), ERROR, DEAD)

    (kept,) = log.ledger.page().ecos
    assert kept.eco.occurence == 1000
    assert [one.occurence for one in ecos(log)] == [1, 10, 100, 1000]


def test_a_monitor_that_fails_raises_an_alarm(log, failures):
    failures(a_taken(action="monitor"), ERROR, WAITS)

    assert [one.status for one in log.after(["alarm"], 9, "0")] == ["firing"]


def test_death_becomes_an_eco_and_a_message_to_people(log, failures):
    failures(a_taken(failures=2, fence=3), ERROR, DEAD)

    (message,) = messages(log)
    assert len(ecos(log)) == 1
    assert (message.io, message.action, message.args["who"]) == ("output", "message", "oncall")
    assert message.args["service"] == "desk!main"
    assert message.args["msg"] == (
        "desk/desk!main: act failed for good on alarm-5-0: ValueError: no"
    )


def test_the_message_is_mailed_to_whom_it_concerns(pipe, failures):
    Directory(pipe).put(person("ann", mail="ann@there", groups=["oncall"]))
    failures(a_taken(failures=2, fence=3), ERROR, DEAD)

    (mail,) = Outbox(pipe).newest(10)
    assert (mail.to, mail.subject.startswith("desk/desk!main: act failed")) == (["ann@there"], True)


def test_one_attempt_is_told_once(log, failures):
    for _ in range(2):
        failures(a_taken(), ERROR, DEAD)
    failures(a_taken(fence=2), ERROR, DEAD)

    assert log.ledger.page().ecos[0].eco.occurence == len(messages(log)) == 2


def test_an_error_while_an_eco_is_handled_is_never_published(log, noted, failures):
    for outcome in (WAITS, DEAD):
        failures(a_taken(events.example("eco")), ERROR, outcome)

    assert log.counts() == dict.fromkeys(events.TYPES, 0)
    assert len(noted) == 2
    assert log.ledger.page().ecos[0].eco.occurence == 1


def test_nobody_to_tell_is_fine(pipe, log, postman):
    watch = Monitoring(Alarms(pipe, log))
    recorder = Recorder(log.ledger)
    announcements = Announcements(log, postman)
    Failures(
        recorder, announcements, watch, tell=str, on_failed=lambda *_: None, on_bug=pytest.fail
    )(a_taken(), ERROR, DEAD)

    assert (len(ecos(log)), messages(log)) == (1, [])


@pytest.mark.parametrize(
    ("hops", "published"), [(0, 1), (MAX_HOPS, 1), (MAX_HOPS + 1, 0), (10**9, 0)]
)
def test_where_a_chain_is_cut_an_eco_tells_of_it_and_nothing_more(log, failures, hops, published):
    failures(a_taken(an_alarm(meta={"hops": hops})), InputError("circles"), DEAD)

    assert (len(ecos(log)), len(messages(log))) == (published, published)


@pytest.mark.parametrize("raw", [b"", b"rubbish", b'{"type":"generic","meta":{"hops":"many"}}'])
def test_an_event_without_a_readable_past_begins_a_chain(log, failures, raw):
    failures(a_taken(raw=raw), ERROR, WAITS)

    assert ecos(log)[0].meta["hops"] == 1


def test_without_redis_only_the_record_tells(pipe, postman, noted):
    def away():
        raise OpsError("away")

    log = CountingLog(pipe, Ledger(pipe, admit=away), admit=away)
    watch = Monitoring(Alarms(pipe, log))
    failures = Failures(
        Recorder(log.ledger),
        Announcements(log, postman),
        watch,
        tell=lambda: "a",
        on_failed=lambda *told: noted.append(told),
        on_bug=pytest.fail,
    )
    failures(a_taken(), ERROR, DEAD)

    assert len(noted) == 1


def test_what_goes_wrong_with_one_keeps_nothing_from_the_others(pipe, log, postman):
    def nowhere():
        raise ZeroDivisionError

    bugs = []
    alarms = Alarms(pipe, log)
    failures = Failures(
        Recorder(log.ledger, node=nowhere),
        Announcements(log, postman, clock=lambda: 9),
        Monitoring(alarms),
        tell=lambda: "oncall",
        on_failed=lambda *_: None,
        on_bug=bugs.append,
    )
    with pytest.raises(ZeroDivisionError):
        failures(a_taken(action="monitor"), ERROR, DEAD)

    assert [type(bug) for bug in bugs] == [ZeroDivisionError]
    assert len(messages(log)) == 1
    assert [one.status for one in alarms.page().alarms] == ["firing"]
