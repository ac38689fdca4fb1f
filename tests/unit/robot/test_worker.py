import builtins
import sys
import time

import gevent
import pytest
from gevent.event import Event

from builders import Thief, an_alarm
from cockpit.bus import Pipe, Script
from cockpit.robot import Outcome

WAIT_S = 20
MODULE = "actions!desk!desk"
TWO_SERVICES = "desk__one:\n\ndesk__two:\n"
NOTES = "def act(event, service):\n    service.redis.call('RPUSH', 'order', service.key)\n"
WAITS = """
from gevent.event import Event

gate = Event()
inside = []


def act(event, service, job):
    inside.append(service.key)
    gate.wait(20)
"""
STUBBORN = """
from gevent.event import Event

gate = Event()
inside = []


def act(event, service):
    inside.append(service.key)
    try:
        Event().wait(20)
    except BaseException:
        gate.wait(20)
"""


@pytest.fixture
def work(monkeypatch):
    """Let a worker run in the background."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    running = []

    def work(worker):
        running.append((worker, gevent.spawn(worker.run)))
        return running[-1][1]

    yield work
    for worker, greenlet in running:
        worker.stop(0)
        greenlet.join(timeout=WAIT_S)


@pytest.fixture
def thief(redis_url, tmp_path_factory):
    found = Thief(redis_url, tmp_path_factory.mktemp("t"))
    yield found
    found.close()


def until(true):
    with gevent.Timeout(WAIT_S):
        while not true():
            gevent.idle()


def put(robot, n=1):
    for _ in range(n):
        robot.log.append(an_alarm(msg="x"))
    robot.dispatch()


def all_are(robot, *states):
    return {job.state for job in robot.jobs.newest(999)} == set(states)


def inside():
    """Keys of the services whose action waits at the gate."""
    module = sys.modules.get(MODULE)
    return getattr(module, "inside", [])


def lose_twice(robot, n=1):
    """Make n services ones that must run alone."""
    for _ in range(2):
        robot.take(n)
        robot.inboxes.lose(robot.name, "killed")
        robot.beat()


def known(robot, name):
    """Make a script known to Redis, so that one call of it carries the name that this returns."""
    script = Script("cockpit.robot", name)
    robot.pipe.call("SCRIPT", "LOAD", script.text)
    return script.sha


def test_an_action_that_ends_its_own_greenlet_failed(bot, work):
    robot = bot("import gevent\n\ndef act(event):\n    raise gevent.GreenletExit\n")
    put(robot)
    work(robot.worker())
    until(lambda: all_are(robot, "error"))

    assert "ended its own greenlet" in robot.only_job().error


def test_it_runs_what_waits_and_what_comes(bot, work):
    robot = bot()
    put(robot, 3)
    work(robot.worker())
    until(lambda: all_are(robot, "ok"))
    put(robot, 2)

    until(lambda: robot.jobs.counts()["ok"] == 5)
    assert {job.attempts for job in robot.jobs.newest(9)} == {1}


def test_different_services_run_at_once_and_one_service_one_job(bot, work):
    robot = bot(WAITS, blueprint=TWO_SERVICES)
    put(robot, 2)
    worker = robot.worker()
    work(worker)
    until(lambda: len(inside()) == 2)

    assert sorted(inside()) == ["desk!one", "desk!two"]
    assert worker.running == 2
    sys.modules[MODULE].gate.set()
    until(lambda: robot.jobs.counts()["ok"] == 4)


def test_no_more_run_at_once_than_allowed(bot, work):
    robot = bot(WAITS, blueprint=TWO_SERVICES)
    put(robot)
    work(robot.worker(concurrency=1))
    until(inside)

    assert robot.jobs.counts()["queued"] == 1
    sys.modules[MODULE].gate.set()
    until(lambda: all_are(robot, "ok"))


def test_a_busy_service_lets_others_have_their_turn(bot, work):
    robot = bot(NOTES, blueprint=TWO_SERVICES)
    put(robot, 20)
    work(robot.worker(concurrency=1))
    until(lambda: all_are(robot, "ok"))
    order = [key.decode() for key in robot.pipe.call("LRANGE", "order", 0, -1)]

    assert order == ["desk!one"] * 16 + ["desk!two"] * 16 + ["desk!one"] * 4 + ["desk!two"] * 4


def test_one_that_stops_lets_running_attempts_end_and_takes_no_more(bot, work):
    robot = bot(WAITS)
    put(robot, 2)
    worker = robot.worker()
    running = work(worker)
    until(inside)
    stopping = gevent.spawn(worker.stop, WAIT_S)
    gevent.idle()
    sys.modules[MODULE].gate.set()
    stopping.join(timeout=WAIT_S)
    running.join(timeout=WAIT_S)

    assert running.successful()
    assert sorted(job.state for job in robot.jobs.newest(9)) == ["ok", "queued"]


def test_one_that_stops_while_all_hands_are_full_takes_no_more(bot, work):
    robot = bot(WAITS, blueprint=TWO_SERVICES)
    put(robot)
    worker = robot.worker(concurrency=1)
    running = work(worker)
    until(inside)
    stopping = gevent.spawn(worker.stop, WAIT_S)
    gevent.idle()
    sys.modules[MODULE].gate.set()
    gevent.joinall([stopping, running], timeout=WAIT_S)

    assert sorted((job.state, job.attempts) for job in robot.jobs.newest(9)) == [
        ("ok", 1),
        ("queued", 0),
    ]


def test_a_job_whose_record_cannot_be_read_now_is_given_back_and_runs(bot, work, thief):
    robot = bot(NOTES)
    put(robot)
    thief.steals_after = b"cockpit:services"
    pipe = Pipe(thief.url)
    robot.catalog._pipe = pipe
    work(robot.worker())
    until(lambda: all_are(robot, "ok"))
    pipe.close()

    assert thief.stolen == 1
    assert robot.only_job().tries == []
    assert robot.pipe.call("LLEN", "order") == 1


def test_what_does_not_end_in_time_is_left_to_run_again(bot, work):
    robot = bot(WAITS)
    put(robot)
    worker = robot.worker()
    running = work(worker)
    until(inside)
    worker.stop(0)
    running.join(timeout=WAIT_S)

    assert robot.only_job().state == "running"
    assert len(robot.inboxes.lose("r1", "it ended")) == 1
    assert robot.only_job().state == "queued"


def test_one_whose_lease_is_over_is_told_and_gets_nothing(bot, work):
    robot = bot()
    fenced = Event()
    put(robot)
    robot.pipe.call("ZADD", "cockpit:robots", 1, "r1")
    work(robot.worker(on_fenced=fenced.set))

    assert fenced.wait(WAIT_S)
    assert robot.only_job().attempts == 0


def test_one_in_company_leaves_a_job_that_was_lost_twice(bot, work):
    robot = bot(NOTES, blueprint=TWO_SERVICES)
    put(robot)
    lose_twice(robot)
    work(robot.worker())
    until(lambda: robot.jobs.counts()["ok"] == 1)

    assert robot.pipe.call("LRANGE", "order", 0, -1) == [b"desk!two"]
    assert robot.inboxes.solo_waiting(["desk"]) == 1


def test_one_for_solo_jobs_runs_one_and_ends(bot, work):
    robot = bot(NOTES, blueprint=TWO_SERVICES)
    put(robot)
    lose_twice(robot, 2)
    running = work(robot.worker(solo="only"))
    running.join(timeout=WAIT_S)

    assert running.successful()
    assert robot.pipe.call("LLEN", "order") == 1
    assert robot.inboxes.solo_waiting(["desk"]) == 1


def test_one_that_takes_solo_jobs_also_does_so_only_while_nothing_else_runs(bot, work):
    robot = bot(WAITS, blueprint=TWO_SERVICES)
    put(robot)
    lose_twice(robot)
    work(robot.worker(solo="also"))
    until(inside)
    put(robot)

    assert len(inside()) == 1
    assert robot.inboxes.solo_waiting(["desk"]) == 1
    sys.modules[MODULE].gate.set()
    until(lambda: all_are(robot, "ok"))


def test_a_job_handed_in_a_reply_that_got_lost_is_given_back_and_runs_once(bot, work, thief):
    robot = bot(NOTES)
    put(robot)
    thief.steals_after = known(robot, "take")
    pipe = Pipe(thief.url)
    work(robot.worker(pipe))
    until(lambda: all_are(robot, "ok"))
    found = robot.only_job()
    pipe.close()

    assert thief.stolen == 1
    assert (found.attempts, found.lost, found.tries) == (2, 0, [])
    assert robot.pipe.call("LLEN", "order") == 1


def test_what_runs_here_is_not_given_back_after_a_lost_reply(bot, work, thief):
    robot = bot(WAITS, blueprint="desk__one:\n")
    put(robot)
    pipe = Pipe(thief.url)
    work(robot.worker(pipe))
    until(inside)
    (robot.root / "desk/blueprints/2_more.yaml").write_text("desk__two:\n")
    robot.execute()
    # Not the reply to an idle look.
    thief.steals_only = b"desk!two"
    thief.steals_after = known(robot, "take")
    put(robot)
    until(lambda: "desk!two" in inside())

    assert thief.stolen == 1
    assert inside() == ["desk!one", "desk!two"]
    sys.modules[MODULE].gate.set()
    until(lambda: all_are(robot, "ok"))
    assert sorted(job.attempts for job in robot.jobs.newest(9)) == [1, 1, 2]
    pipe.close()


def test_a_settling_whose_reply_got_lost_counts_once_and_the_next_job_runs(bot, work, thief):
    robot = bot(NOTES)
    put(robot, 3)
    thief.steals_after = known(robot, "settle")
    pipe = Pipe(thief.url)
    work(robot.worker(pipe))
    until(lambda: all_are(robot, "ok"))
    pipe.close()

    assert thief.stolen == 1
    assert robot.pipe.call("LLEN", "order") == 3
    assert sorted(job.attempts for job in robot.jobs.newest(9)) == [1, 1, 2]
    assert {job.lost for job in robot.jobs.newest(9)} == {0}


def test_without_redis_it_waits_and_stops(bot, work, tmp_path):
    robot = bot()
    worker = robot.worker(Pipe(f"unix://{tmp_path}/none"))
    running = work(worker)
    gevent.idle()

    assert not running.dead
    worker.stop(1)
    running.join(timeout=WAIT_S)
    assert running.successful()


def test_an_attempt_far_over_its_time_is_listed_and_given_up(bot, work):
    robot = bot(STUBBORN, "events.alarm = act\ntimeout.act = 0.05s\n")
    put(robot)
    worker = robot.worker()
    work(worker)
    until(inside)

    assert worker.overrun() == []
    ((service, (_, taken, policy, runs)),) = worker._deadlines.items()
    worker._deadlines[service] = (time.monotonic() - 6, taken, policy, runs)
    assert worker.overrun() == [(taken, policy)]
    worker.give_up(taken, policy)
    found = robot.only_job()
    assert (found.state, found.error) == (
        "error",
        "RuntimeError: it took longer than 0.05 s and would not stop: killed",
    )
    robot.inboxes.settle("r1", taken, Outcome("ok"))
    assert robot.only_job().state == "error"
    sys.modules[MODULE].gate.set()


def test_an_attempt_is_known_by_its_greenlet(bot, work):
    robot = bot("def act():\n    tell()\n")
    worker = robot.worker()
    seen = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(builtins, "tell", lambda: seen.append(worker.current()), raising=False)
        robot.log.append(an_alarm())
        robot.dispatch()
        work(worker)
        until(lambda: robot.only_job().state == "ok")

    assert [taken.job for taken in seen] == [robot.only_job().id]
    assert worker.current() is None


ASKS = """
ran = []


def act(service):
    ran.append(1)
    first = service.ask("ops", "one?", timeout="1m")
    second = service.ask("ops", "two?", timeout="1m")
    return [first, second, len(ran)]
"""


def test_an_action_goes_on_where_it_asked(bot, work):
    robot = bot(ASKS)
    put(robot)
    worker = robot.worker(concurrency=1)
    work(worker)
    for n, answer in enumerate(("yes", "no")):
        until(lambda: len(robot.questions.newest(9, "waiting")) == 1)
        until(lambda: worker.running == 0)
        (question,) = robot.questions.newest(9, "waiting")
        assert len(robot.questions.newest(9)) == n + 1
        robot.questions.answer(question.id, answer)
    until(lambda: all_are(robot, "ok"))

    assert robot.jobs.get(robot.only_job().id).result == ["yes", "no", 1]


def test_data_that_changed_while_it_waited_is_read_anew(bot, work):
    robot = bot(
        "def act(event, service):\n    service.hrd.get('n', '')\n    service.hrd.set('n', event.msg)\n"
        "    if event.msg == 'asks':\n        service.ask('ops', '?')\n"
        "    return service.hrd.get('n')\n"
    )
    robot.log.append(an_alarm(msg="asks"))
    robot.dispatch()
    work(robot.worker())
    until(lambda: all_are(robot, "waiting"))
    robot.log.append(an_alarm(msg="other"))
    robot.dispatch()
    until(lambda: len(robot.jobs.newest(9, "ok")) == 1)
    robot.questions.answer(robot.questions.newest(1)[0].id, "go on")
    until(lambda: all_are(robot, "ok"))

    assert {robot.jobs.get(job.id).result for job in robot.jobs.newest(9)} == {"other"}


def test_what_waits_for_an_answer_holds_nobody_up(bot, work):
    robot = bot(ASKS)
    put(robot, 3)
    work(robot.worker(concurrency=1))
    until(lambda: all_are(robot, "waiting"))

    assert len(robot.questions.newest(9, "waiting")) == 3


def test_another_process_takes_the_job_over_that_was_answered(bot, work):
    robot = bot(ASKS)
    put(robot)
    first = robot.worker()
    work(first)
    until(lambda: all_are(robot, "waiting"))
    first.stop(0)
    (question,) = robot.questions.newest(9)
    robot.questions.answer(question.id, "yes")
    work(robot.worker())
    until(lambda: len(robot.questions.newest(9)) == 2)

    assert sys.modules[MODULE].ran == [1, 1]
