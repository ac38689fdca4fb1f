import random

import pytest

from builders import Bot, an_alarm
from cockpit.robot import Inboxes, Outcome
from cockpit.robot.job import Try

OK = Outcome("ok", {"error": ""})
AGAIN = Outcome("error", {"error": "E"}, delay_s=5, tried=Try(1, "error", 1, error="E"))
STRICT = Outcome("error", {"error": "E"}, delay_s=5, strict=True, tried=Try(1, "error", 1))
DEAD = Outcome("dead", {"error": "E"}, tried=Try(1, "dead", 1))
TWO_SERVICES = "desk__main:\n\ndesk__two:\n"


@pytest.fixture
def robot(bot):
    return bot()


@pytest.fixture
def other(robot):
    found = Bot(robot.pipe, robot.root, name="r2")
    yield found
    found.group.close()


def arrive(robot, n=1):
    """Let n events come in; the text of each is its number."""
    for one in range(n):
        robot.log.append(an_alarm(msg=str(one)))
        robot.dispatch()


def take_one(robot, **options):
    (taken,) = robot.take(1, **options)
    return taken


def settle(robot, taken, outcome, **options):
    return robot.inboxes.settle(robot.name, taken, outcome, **options)


def state(robot, taken):
    return robot.jobs.get(taken.job).state


def lose_lease(robot):
    robot.pipe.call("ZADD", "cockpit:robots", 1, robot.name)


def message(taken):
    return taken.raw.split(b'"msg":"')[1].split(b'"')[0]


def counts(robot):
    return {state: n for state, n in robot.jobs.counts().items() if n}


def test_a_taken_job_runs_and_carries_its_event_and_attempt(robot):
    arrive(robot)
    taken = take_one(robot)

    assert (taken.service, taken.action) == ("desk/desk!main", "act")
    assert (taken.fence, taken.failures, message(taken)) == (1, 0, b"0")
    found = robot.jobs.get(taken.job)
    assert (found.state, found.attempts, found.robot, found.event) == (
        "running",
        1,
        "r1",
        taken.event,
    )
    assert robot.inboxes.working("r1") == [(taken.service, taken.job, 1)]


def test_a_service_runs_one_job_at_a_time_in_order_of_arrival(robot):
    arrive(robot, 3)
    seen = []
    while taken := robot.take():
        seen.append([message(one) for one in taken])
        assert robot.take() == []
        settle(robot, taken[0], OK)

    assert seen == [[b"0"], [b"1"], [b"2"]]
    assert counts(robot) == {"ok": 3}


def test_different_services_run_at_the_same_time(bot):
    robot = bot(blueprint=TWO_SERVICES)
    arrive(robot, 2)

    assert {taken.service for taken in robot.take()} == {"desk/desk!main", "desk/desk!two"}


def test_the_next_job_of_a_service_is_handed_with_the_settling(robot):
    arrive(robot, 2)
    following = settle(robot, take_one(robot), OK, more=True)

    assert message(following) == b"1"
    assert settle(robot, following, OK, more=True) is None
    assert counts(robot) == {"ok": 2}


def test_two_robots_share_the_work_and_never_a_job(bot):
    robot = bot(blueprint=TWO_SERVICES)
    other = Bot(robot.pipe, robot.root, name="r2")
    arrive(robot)
    mine, theirs = robot.take(1), other.take(1)
    other.group.close()

    assert mine[0].service != theirs[0].service
    assert robot.take() == other.take() == []


def test_a_robot_without_the_repository_leaves_the_job_unattempted(robot):
    arrive(robot)

    assert robot.inboxes.take("r1", 9, ["elsewhere"]) == []
    assert robot.only_job().attempts == 0


def test_a_robot_takes_nothing_without_a_lease(robot):
    arrive(robot)
    lose_lease(robot)

    assert robot.take() is None
    robot.beat()
    assert len(robot.take()) == 1


def test_a_job_that_waits_for_its_retry_lets_later_ones_go_on(robot):
    arrive(robot, 2)
    first = take_one(robot)
    settle(robot, first, AGAIN)
    second = take_one(robot)

    assert message(second) == b"1"
    settle(robot, second, OK)
    assert state(robot, first) == "error"
    assert robot.take() == []
    due = robot.let_retries_fall_due()
    again = take_one(robot)
    assert (due.retried, again.job, again.fence, again.failures) == (1, first.job, 2, 1)


def test_in_strict_order_later_ones_wait_for_the_retry(robot):
    arrive(robot, 2)
    first = take_one(robot)

    assert settle(robot, first, STRICT, more=True) is None
    assert robot.take() == []
    arrive(robot)
    assert robot.take() == []
    robot.let_retries_fall_due()
    assert take_one(robot).job == first.job
    assert robot.take() == []


def test_a_retry_is_not_due_before_its_time(robot):
    arrive(robot)
    settle(robot, take_one(robot), AGAIN)
    due = robot.inboxes.due()

    assert due.retried == 0
    assert 0 < due.next_s <= 5
    assert robot.only_job().next_epoch > 0


def test_nothing_waits_when_nothing_failed(robot):
    assert robot.inboxes.due().next_s is None


def test_a_dead_job_stands_among_the_dead_with_its_try(robot):
    arrive(robot, 2)
    taken = take_one(robot)
    following = settle(robot, taken, DEAD, more=True)

    assert message(following) == b"1"
    assert [job.id for job in robot.jobs.newest(9, "dead")] == [taken.job]
    assert [one.state for one in robot.jobs.get(taken.job).tries] == ["dead"]


def test_a_stale_result_is_refused(robot, other):
    arrive(robot)
    taken = take_one(robot)
    lose_lease(robot)
    other.inboxes.due()
    again = take_one(other)
    settle(robot, taken, DEAD)

    assert (again.job, again.fence) == (taken.job, 2)
    assert state(other, again) == "running"
    settle(other, again, OK)
    settle(robot, taken, DEAD)
    settle(other, again, DEAD)
    assert state(other, again) == "ok"
    assert counts(other) == {"ok": 1}


def test_an_ended_lease_returns_jobs_to_the_head_as_lost(robot, other):
    arrive(robot, 2)
    taken = take_one(robot)
    lose_lease(robot)
    due = other.inboxes.due()

    assert due.lost == [f"r1 desk/desk!main {taken.job}"]
    found = robot.jobs.get(taken.job)
    assert (found.state, found.lost, [one.state for one in found.tries]) == ("queued", 1, ["lost"])
    assert found.error == "the lease of its robot ended"
    again = take_one(other)
    assert (again.job, again.failures) == (taken.job, 0)
    assert other.inboxes.due().lost == []


def test_a_job_lost_twice_runs_alone(robot):
    arrive(robot)
    for _ in range(2):
        taken = take_one(robot)
        robot.inboxes.lose("r1", "killed")
        robot.beat()

    assert robot.take() == []
    assert robot.inboxes.solo_waiting(["desk", "none"]) == 1
    alone = take_one(robot, alone=True)
    assert (alone.job, alone.fence) == (taken.job, 3)
    settle(robot, alone, OK)
    assert robot.inboxes.solo_waiting(["desk"]) == 0


def test_after_the_one_that_ran_alone_the_service_goes_on_in_company(robot):
    arrive(robot, 2)
    for _ in range(2):
        take_one(robot)
        robot.inboxes.lose("r1", "killed")
        robot.beat()

    assert robot.take() == []
    settle(robot, take_one(robot, alone=True), OK)
    assert message(take_one(robot)) == b"1"


def test_one_lost_twice_is_not_handed_with_a_settling(robot):
    arrive(robot, 2)
    first = take_one(robot)
    robot.pipe.call("HSET", f"cockpit:job:{second_of(robot)}", "lost", 2)

    assert settle(robot, first, OK, more=True) is None
    assert robot.take() == []
    assert message(take_one(robot, alone=True)) == b"1"


def second_of(robot):
    return robot.pipe.call("LINDEX", "cockpit:inbox:desk/desk!main", 1).decode()


def test_a_job_given_back_runs_again_with_a_new_fence(robot):
    arrive(robot, 2)
    taken = take_one(robot)
    robot.inboxes.give_back("r1", taken.service, taken.job, taken.fence + 1)

    assert robot.take() == []
    robot.inboxes.give_back("r1", taken.service, taken.job, taken.fence)
    assert counts(robot) == {"queued": 2}
    again = take_one(robot)
    assert (again.job, again.fence) == (taken.job, 2)


def test_a_robot_that_beats_is_known_with_what_it_says(robot):
    robot.inboxes.beat({"r1": b'{"a":1}', "r2": b"{}"})

    assert robot.pipe.call("ZRANGE", "cockpit:robots", 0, -1) == [b"r1", b"r2"]
    assert robot.pipe.call("GET", "cockpit:robot:r1") == b'{"a":1}'
    assert 0 < robot.pipe.call("TTL", "cockpit:robot:r1") <= 30


def test_a_lost_robot_leaves_nothing_behind(robot):
    arrive(robot)
    take_one(robot)
    robot.inboxes.lose("r1", "killed")

    assert robot.pipe.call("EXISTS", "cockpit:working:r1", "cockpit:robot:r1") == 0
    assert robot.pipe.call("ZSCORE", "cockpit:robots", "r1") is None
    assert robot.inboxes.lose("r1", "killed") == []


def test_a_job_whose_event_is_gone_is_handed_without_it(robot):
    arrive(robot)
    robot.pipe.call("DEL", "ckpt.alarm")

    assert take_one(robot).raw == b""


@pytest.mark.parametrize("outcome", [AGAIN, STRICT, DEAD])
def test_a_retry_by_hand_runs_at_once_with_fresh_failures(robot, outcome):
    arrive(robot, 2)
    taken = take_one(robot)
    settle(robot, taken, outcome)

    assert robot.inboxes.retry(taken.job) == outcome.state
    assert robot.pipe.call("ZCARD", "cockpit:retry") == 0
    jobs = []
    while found := robot.take():
        jobs.append((found[0].job, found[0].failures))
        settle(robot, found[0], OK)
    assert (taken.job, 0) in jobs
    assert counts(robot) == {"ok": 2}


def test_a_retry_of_one_that_waits_in_its_place_keeps_its_place(robot):
    arrive(robot, 2)
    taken = take_one(robot)
    settle(robot, taken, STRICT)
    robot.inboxes.retry(taken.job)

    assert take_one(robot).job == taken.job


def test_the_head_of_an_inbox_can_be_dropped(robot):
    arrive(robot, 2)
    head = robot.pipe.call("LINDEX", "cockpit:inbox:desk/desk!main", 0).decode()

    assert robot.inboxes.drop(head) == "queued"
    assert message(take_one(robot)) == b"1"
    assert robot.take() == []


def test_the_only_job_can_be_dropped_and_the_next_to_come_runs(robot):
    arrive(robot)
    robot.inboxes.drop(robot.only_job().id)

    assert robot.take() == []
    arrive(robot)
    assert len(robot.take()) == 1
    assert robot.take() == []


@pytest.mark.parametrize("outcome", [AGAIN, STRICT, DEAD])
def test_one_that_waits_or_died_can_be_dropped(robot, outcome):
    arrive(robot, 2)
    taken = take_one(robot)
    settle(robot, taken, outcome)

    assert robot.inboxes.drop(taken.job) == outcome.state
    found = robot.jobs.get(taken.job)
    assert (found.state, found.next_epoch) == ("dropped", 0)
    assert robot.let_retries_fall_due().retried == 0
    assert robot.pipe.call("ZCARD", "cockpit:jobs:dead") == 0
    assert message(take_one(robot)) == b"1"
    assert counts(robot) == {"dropped": 1, "running": 1}


def test_one_that_must_run_alone_can_be_dropped(robot):
    arrive(robot, 2)
    for _ in range(2):
        taken = take_one(robot)
        robot.inboxes.lose("r1", "killed")
        robot.beat()
    robot.inboxes.drop(taken.job)

    assert robot.inboxes.solo_waiting(["desk"]) == 0
    assert message(take_one(robot)) == b"1"


def test_one_behind_the_running_one_can_be_dropped(robot):
    arrive(robot, 2)
    taken = take_one(robot)
    robot.inboxes.drop(second_of(robot))

    assert settle(robot, taken, OK, more=True) is None
    assert robot.take() == []


def test_what_runs_or_ended_is_neither_dropped_nor_retried(robot):
    arrive(robot)
    taken = take_one(robot)

    assert robot.inboxes.drop(taken.job) == robot.inboxes.retry(taken.job) == "running"
    settle(robot, taken, OK)
    assert robot.inboxes.drop(taken.job) == robot.inboxes.retry(taken.job) == "ok"
    assert robot.inboxes.drop("none") == robot.inboxes.retry("none") == ""
    assert counts(robot) == {"ok": 1}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_each_job_ends_once_and_the_counts_agree(bot, seed):
    rng = random.Random(seed)
    robot = bot(blueprint=TWO_SERVICES, hrd="events.alarm = one, two\n")
    inboxes = Inboxes(robot.pipe)
    running = []
    for _ in range(80):
        step = rng.choice(["arrive", "take", "take", "settle", "settle", "lose", "due", "hand"])
        if step == "arrive":
            arrive(robot)
        elif step == "take":
            running += robot.take(rng.randint(1, 3), alone=rng.random() < 0.3)
        elif step == "settle" and running:
            taken = running.pop(rng.randrange(len(running)))
            following = settle(
                robot, taken, rng.choice([OK, AGAIN, STRICT, DEAD]), more=rng.random() < 0.5
            )
            running += [following] if following else []
        elif step == "lose":
            inboxes.lose("r1", "killed")
            robot.beat()
            running = []
        elif step == "due":
            robot.let_retries_fall_due()
        elif step == "hand":
            for job in robot.jobs.newest(3):
                rng.choice([inboxes.retry, inboxes.drop])(job.id)
        assert len({taken.service for taken in running}) == len(running)
    finish(robot, running)

    every = robot.jobs.newest(9999)
    assert {job.state for job in every} <= {"ok", "dead", "dropped"}
    assert counts(robot) == {
        state: n
        for state in ("ok", "dead", "dropped")
        if (n := sum(job.state == state for job in every))
    }
    assert robot.pipe.call("KEYS", "cockpit:inbox:*") == []
    assert robot.pipe.call("KEYS", "cockpit:ready:*") == []
    assert robot.pipe.call("KEYS", "cockpit:solo:*") == []


def finish(robot, running):
    while running:
        settle(robot, running.pop(), OK)
        robot.let_retries_fall_due()
        running += robot.take() + robot.take(alone=True)
    robot.let_retries_fall_due()
    running += robot.take() + robot.take(alone=True)
    if running:
        finish(robot, running)
