from ipaddress import ip_network

import pytest

from builders import an_alarm
from cockpit import events
from cockpit.errors import InputError
from cockpit.robot import Poster, Runs, Selection
from receiver import Receiver

ACTIONS = """
def act(event, service):
    service.mail("ann@there", "hello", "body")
    service.publish({"type": "generic", "tags": ["x"]})


def fail(event):
    raise ValueError("no")
"""


def test_a_trail_shows_event_matches_jobs_and_what_they_made(bot):
    robot = bot(ACTIONS, "events.alarm = act, fail\n")
    event_id = robot.publish(an_alarm(msg="down", meta={"source": "x"}))
    why = robot.trail.why(event_id)

    assert (why.event.id, why.event.type, why.event.epoch) == (event_id, "alarm", 7)
    assert why.event.meta == {"source": "x"}
    assert "down" in why.event.summary
    assert [(m.repo, m.service, m.action) for m in why.matched] == [
        ("desk", "desk!main", "act"),
        ("desk", "desk!main", "fail"),
    ]
    assert [m.job for m in why.matched] == [job.id for job in why.jobs]
    assert [job.state for job in why.jobs] == ["ok", "error"]
    made = {one.kind: one for one in why.made}
    assert set(made) == {"mail", "publish"}
    assert (made["mail"].state, made["mail"].summary) == ("held", "hello to ann@there")
    assert (made["publish"].state, made["publish"].job) == ("stored", why.jobs[0].id)
    assert (why.settled, why.note) == (True, "")


def test_a_trail_shows_whom_a_job_posted_to_and_the_reply(bot):
    poster = Poster([ip_network("127.0.0.0/8")])
    with Receiver((202, {}, b"")) as receiver:
        act = f"def act(service):\n    service.post({receiver.url('/k3y')!r}, [1])\n"
        robot = bot(act, poster=poster)
        (made,) = robot.trail.why(robot.publish(an_alarm())).made

        assert (made.kind, made.id, made.state) == ("post", receiver.ids()[0], "202")
        assert made.summary == f"to {receiver.url('')}"


def test_a_run_has_a_trail_as_an_event_has(bot):
    robot = bot(ACTIONS)
    run = Runs(robot.pipe, robot.catalog).start("desk", "act", Selection())
    before = robot.trail.why(run.id)
    robot.work()
    why = robot.trail.why(run.id)

    assert (before.settled, why.settled) == (False, True)
    assert (why.event.id, why.event.type) == ("run-1", "run")
    assert why.event.epoch == int(run.began)
    assert "cockpit run show run-1" in why.event.summary
    assert [(job.service, job.action, job.state) for job in why.jobs] == [
        ("desk!main", "act", "ok")
    ]
    assert {one.kind for one in why.made} == {"mail", "publish"}


@pytest.mark.parametrize("cause", ["run-7", "due-1000", "change-x"])
def test_what_caused_no_job_has_no_trail(bot, cause):
    with pytest.raises(InputError, match=f"{cause} caused no job"):
        bot().trail.why(cause)


def test_a_refused_line_stands_in_the_trail(bot):
    robot = bot(hrd="events.alarm = act\nevents.alar = act\n")
    (refused,) = robot.trail.why(robot.publish(an_alarm())).refused

    assert (refused.repo, refused.template) == ("desk", "desk")
    assert refused.line == "servicetemplates/desk/service.hrd:2"
    assert "alarm" in refused.why


def test_a_trail_is_settled_once_nothing_moves_by_itself(bot):
    robot = bot()
    event_id = robot.log.append(an_alarm(msg="x")).id
    seen = [robot.trail.why(event_id)]
    robot.dispatch()
    seen.append(robot.trail.why(event_id))
    (taken,) = robot.take()
    seen.append(robot.trail.why(event_id))
    robot.attempt(taken)
    seen.append(robot.trail.why(event_id))

    assert [why.settled for why in seen] == [False, False, False, True]
    assert [[job.state for job in why.jobs] for why in seen] == [
        [],
        ["queued"],
        ["running"],
        ["ok"],
    ]
    assert [why.note for why in seen] == ["stored, not dispatched yet", "", "", ""]


def test_an_event_without_a_time_shows_when_it_was_stored(bot):
    robot = bot()
    event_id = robot.publish(events.Generic())

    assert robot.trail.why(event_id).event.epoch == int(event_id.split("-")[1]) // 1000


def test_what_a_job_made_and_is_gone_is_said(bot):
    robot = bot(ACTIONS)
    event_id = robot.publish(an_alarm())
    robot.pipe.call("DEL", "ckpt.generic", *robot.pipe.call("KEYS", "cockpit:mail:*"))

    assert {one.state for one in robot.trail.why(event_id).made} == {"gone"}


def test_an_event_that_is_not_there_is_named(bot):
    with pytest.raises(InputError, match="no event alarm-1-0"):
        bot().trail.why("alarm-1-0")
