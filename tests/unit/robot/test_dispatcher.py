import gevent
import pytest

from builders import Bot, an_alarm
from cockpit import events
from cockpit.bus import Log, keys
from cockpit.bus.pipe import client
from cockpit.errors import OpsError
from cockpit.robot.job import job_id

TWO = "events.alarm = first, second\n"


def states(robot):
    return {job.id: job.state for job in robot.jobs.newest(99)}


def queued(robot, instance="main"):
    return robot.pipe.call("LRANGE", f"cockpit:inbox:desk/desk!{instance}", 0, -1)


def test_an_event_becomes_one_job_per_subscription_in_the_order_listed(bot):
    robot = bot(hrd=TWO)
    event_id = robot.log.append(an_alarm()).id
    robot.dispatch()
    names = [job_id(event_id, "desk/desk!main", action) for action in ("first", "second")]

    assert queued(robot) == [name.encode() for name in names]
    assert states(robot) == dict.fromkeys(names, "queued")
    assert robot.jobs.counts()["queued"] == 2
    assert robot.dispatched == [("alarm", 1, 2)]
    assert robot.group.pending(9) == []


def test_an_event_that_nobody_wants_has_a_trail_and_is_acknowledged(bot):
    robot = bot()
    event_id = robot.publish(events.example("eco"))

    assert robot.jobs.newest(9) == []
    assert robot.trail.why(event_id).note == "nobody subscribes to this type of event"
    assert robot.group.pending(9) == []


def test_a_redelivered_event_makes_no_second_job(bot):
    robot = bot(hrd=TWO)
    robot.log.append(an_alarm())
    batches = robot.group.read(9, block_ms=1)
    robot.dispatcher.batches(batches)
    robot.dispatcher.batches(batches)

    assert len(queued(robot)) == 2
    assert robot.jobs.counts()["queued"] == 2
    assert robot.dispatched == [("alarm", 1, 2), ("alarm", 1, 0)]


def test_a_job_that_is_there_already_is_not_made_again_though_its_trail_was_not_written(bot):
    robot = bot()
    event_id = robot.publish(an_alarm(msg="x"))
    robot.pipe.call("DEL", f"cockpit:trail:{event_id}")
    robot.pipe.call("XGROUP", "SETID", "ckpt.alarm", "robot", "0")

    assert robot.work() == 0
    assert robot.trail.why(event_id).jobs == [robot.only_job()]


def test_what_became_ready_rings_the_bell_of_its_repository(bot):
    robot = bot()
    with client(robot.pipe.url).pubsub(ignore_subscribe_messages=True) as bell:
        bell.subscribe(keys.BELL)
        bell.get_message(timeout=10)
        robot.log.append(an_alarm())
        robot.dispatch()

        assert bell.get_message(timeout=10)["data"] == b"desk"


def test_a_finished_job_does_not_run_again_when_its_event_comes_again(bot):
    robot = bot()
    robot.publish(an_alarm(msg="x"))
    robot.pipe.call("XGROUP", "SETID", "ckpt.alarm", "robot", "0")

    assert robot.work() == 0
    assert robot.only_job().attempts == 1


def test_a_group_that_begins_anew_calls_nobody_who_subscribed_since(bot):
    robot = bot()
    event_id = robot.publish(an_alarm(msg="old"))
    (robot.root / "desk/blueprints/2_new.yaml").write_text("desk__new:\n")
    robot.execute()
    robot.pipe.call("XGROUP", "DESTROY", "ckpt.alarm", "robot")
    robot.group.read(9, block_ms=1)

    assert robot.work() == 0
    assert [job.service for job in robot.trail.why(event_id).jobs] == ["desk!main"]
    robot.publish(an_alarm(msg="new"))
    assert len(robot.jobs.newest(9)) == 3


def test_it_matches_again_when_services_changed_meanwhile(bot):
    robot = bot()
    stale = robot.catalog.index()
    (robot.root / "desk/blueprints/2_new.yaml").write_text("desk__new:\n")
    other = Bot(robot.pipe, robot.root).execute()
    other.group.close()
    assert robot.catalog.index() is stale
    robot.log.append(an_alarm())
    robot.dispatch()

    assert len(queued(robot, "main")) == len(queued(robot, "new")) == 1


def test_what_is_no_event_is_moved_to_rejected_and_the_rest_goes_on(bot):
    robot = bot()
    robot.pipe.call("XADD", "ckpt.alarm", "*", "event", "rubbish")
    robot.pipe.call("XADD", "ckpt.alarm", "*", "other", "field")
    robot.pipe.call("XADD", "ckpt.alarm", "*", "event", events.encode(events.example("email")))
    robot.log.append(an_alarm())
    robot.dispatch()

    reasons = [kept.reason for kept in robot.rejections.newest(9)]
    assert len(queued(robot)) == 1
    assert robot.log.counts()["alarm"] == 1
    assert ["ckpt.alarm" in reasons[0], "field named event" in reasons[1], len(reasons)] == [
        True,
        True,
        3,
    ]


def test_an_entry_deleted_while_pending_is_acknowledged(bot):
    robot = bot()
    event_id = robot.log.append(an_alarm()).id
    robot.group.read(9, block_ms=1)
    robot.pipe.call("XDEL", "ckpt.alarm", event_id.removeprefix("alarm-"))
    robot.dispatcher._recover()

    assert robot.group.pending(9) == []
    assert states(robot) == {}


def test_what_a_former_dispatcher_left_is_dispatched_first(bot):
    robot = bot()
    robot.log.append(an_alarm())
    robot.group.read(9, block_ms=1)
    robot.dispatcher._recover()

    assert len(queued(robot)) == 1


@pytest.fixture
def poisoned(bot):
    """Three events, of which the second cannot be dispatched: its job's name is taken."""
    robot = bot()
    made = [robot.log.append(an_alarm(msg=str(n))).id for n in range(3)]
    robot.pipe.call("SET", f"cockpit:job:{job_id(made[1], 'desk/desk!main', 'act')}", "x")
    return robot, made


def test_one_that_cannot_be_dispatched_holds_up_no_other(poisoned):
    robot, made = poisoned
    with pytest.raises(Exception, match="WRONGTYPE"):
        robot.dispatch()

    assert len(queued(robot)) == 2
    assert [entry[0] for _, rows in robot.group.pending(9) for entry in rows] == [
        made[1].removeprefix("alarm-").encode()
    ]


def test_one_that_fails_again_and_again_is_buried_alone_and_told(poisoned):
    robot, made = poisoned
    with pytest.raises(Exception, match="WRONGTYPE"):
        robot.dispatch()
    for _ in range(20):
        if robot.buried:
            break
        with pytest.raises(Exception, match="WRONGTYPE"):
            robot.dispatcher._recover()

    assert robot.buried == [[made[1]]]
    assert robot.group.pending(9) == []
    why = robot.trail.why(made[1])
    assert "given up: not dispatched after" in why.note
    assert why.settled


def test_what_is_new_does_not_wait_until_one_that_fails_is_buried(poisoned):
    robot, _ = poisoned
    with pytest.raises(Exception, match="WRONGTYPE"):
        robot.dispatch()
    event_id = robot.log.append(an_alarm(msg="new")).id
    running = gevent.spawn(robot.dispatcher.run)
    with gevent.Timeout(20):
        while not (is_there := robot.pipe.call("EXISTS", f"cockpit:trail:{event_id}")):
            if running.ready():
                break
            gevent.idle()
    running.kill()

    assert is_there
    assert robot.buried == []


def test_what_waited_long_for_redis_is_dispatched_and_not_buried(bot):
    robot = bot()
    robot.log.append(an_alarm())
    robot.group.read(9, block_ms=1)
    robot.pipe.call("CONFIG", "SET", "maxmemory", 1)
    try:
        for _ in range(20):
            with pytest.raises(OpsError):
                robot.dispatcher._recover()
    finally:
        robot.pipe.call("CONFIG", "SET", "maxmemory", 0)
    robot.dispatcher._recover()

    assert robot.buried == []
    assert len(queued(robot)) == 1


def test_it_runs_until_killed(bot):
    robot = bot()
    running = gevent.spawn(robot.dispatcher.run)
    event_id = Log(robot.pipe).append(an_alarm()).id
    with gevent.Timeout(20):
        while not robot.pipe.call("EXISTS", f"cockpit:trail:{event_id}"):
            gevent.idle()
    running.kill()

    assert len(queued(robot)) == 1


def test_an_order_runs_the_action_of_the_service_that_it_names(bot):
    robot = bot("def act(event):\n    pass\n", "")
    args = {"name": "desk!main", "action": "act"}
    ordered = events.Telegram(io="input", action="service.execute", args=args)
    event = robot.publish(ordered)

    (job,) = robot.trail.why(event).jobs
    assert (job.service, job.action, job.state) == ("desk!main", "act", "ok")


def test_one_that_names_nobody_makes_no_job_and_says_why(bot):
    robot = bot()
    args = {"name": "desk!nobody", "action": "act"}
    event = robot.publish(events.Telegram(io="input", action="service.execute", args=args))

    why = robot.trail.why(event)
    assert why.jobs == []
    assert "no service 'desk!nobody'" in why.refused[0].why


def test_one_that_lacks_its_arguments_is_rejected(bot):
    robot = bot()
    robot.publish(events.Telegram(io="input", action="service.execute", args={"name": "desk!main"}))

    (found,) = robot.rejections.newest(9)
    assert found.reason == "args.action: missing"
