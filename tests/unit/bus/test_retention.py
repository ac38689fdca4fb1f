import pytest

from builders import an_alarm
from cockpit import events
from cockpit.bus import Group, Log, Retention, keys

LATER = 4_000_000_000
DAY_S = 86_400


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def group(pipe):
    found = Group(pipe, "robot")
    found.ensure()
    yield found
    found.close()


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def trim(pipe, forgotten):
    def trim(now=LATER, *, keep_s=30 * DAY_S, max_bytes=2**30):
        retention = Retention(pipe, keep_s=keep_s, max_bytes=max_bytes, forget=forgotten.append)
        return retention.trim(now)

    return trim


def acknowledge_all(group):
    for topic, entries in group.read(10_000, block_ms=1):
        group.acknowledge(topic, [entry[0] for entry in entries])


def a_job(pipe, event_id, job, state):
    """The record of a job of an event, as dispatch and settle leave it."""
    known = (pipe.call("HGET", keys.trail(event_id), "jobs") or b"").decode()
    pipe.calls(
        [
            ("HSET", keys.trail(event_id), "jobs", f"{known} {job}".strip(), "at", 1),
            ("HSET", keys.job(job), "state", state),
            ("RPUSH", keys.tries(job), "{}"),
            ("HSET", keys.made(job), "mail:1", "m1"),
            ("HSET", keys.posts(job), "msg_1", "{}"),
            ("ZADD", keys.JOBS, 1, job),
            ("HINCRBY", keys.COUNTS, state, 1),
        ]
    )


def test_what_is_old_acknowledged_and_finished_goes_with_all_that_belongs_to_it(
    pipe, log, group, trim
):
    event_id = log.append(an_alarm()).id
    a_job(pipe, event_id, "j1", "ok")
    a_job(pipe, event_id, "j2", "dropped")
    acknowledge_all(group)

    assert trim() == 1
    left = {key for key in pipe.call("KEYS", "*") if b":mark:" not in key and b"ckpt." not in key}
    assert left == {b"cockpit:counts"}
    assert pipe.call("HMGET", keys.COUNTS, "ok", "dropped") == [b"0", b"0"]
    assert log.counts()["alarm"] == 0


def test_what_is_younger_stays(log, group, trim):
    event_id = log.append(an_alarm()).id
    acknowledge_all(group)
    stored_s = int(event_id.split("-")[1]) // 1000

    assert trim(stored_s + 100, keep_s=101) == 0
    assert trim(stored_s + 102, keep_s=101) == 1


def test_what_was_not_read_or_not_acknowledged_stays(log, group, trim):
    pending = log.append(an_alarm()).id
    group.read(9, block_ms=1)
    log.append(an_alarm())

    assert trim() == 0
    acknowledge_all(group)
    assert trim() == 0
    group.acknowledge("ckpt.alarm", [pending.removeprefix("alarm-").encode()])
    assert trim() == 2


def test_every_group_must_have_acknowledged(pipe, log, group, trim):
    log.append(events.example("telegram"))
    door = Group(pipe, "telegram", topics=["ckpt.telegram"])
    door.ensure()
    acknowledge_all(group)

    assert trim() == 0
    door.leave()
    assert trim() == 1


def test_what_no_group_ever_read_stays(log, trim):
    log.append(an_alarm())

    assert trim() == 0


@pytest.mark.parametrize("state", ["queued", "running", "error", "dead"])
def test_an_unfinished_or_dead_job_keeps_its_event(pipe, log, group, trim, state):
    event_id = log.append(an_alarm()).id
    a_job(pipe, event_id, "j1", "ok")
    a_job(pipe, event_id, "j2", state)
    acknowledge_all(group)

    assert trim() == 0
    assert pipe.call("HGET", keys.job("j1"), "state") == b"ok"
    pipe.call("HSET", keys.job("j2"), "state", "ok")
    assert trim() == 1


def test_what_was_buried_keeps_its_event(log, group, trim):
    event_id = log.append(an_alarm()).id
    group.read(9, block_ms=1)
    for _ in range(10):
        group.pending(9)

    assert group.bury_hopeless() == [event_id]
    assert trim() == 0


def test_a_stored_object_goes_with_the_last_event_that_links_it(log, group, trim, forgotten):
    log.append(an_alarm(), refs=["mail/a", "mail/b"])
    log.append(an_alarm(), refs=["mail/a"])
    log.append(events.example("email"), refs=["mail/a"])
    acknowledge_all(group)
    trim()

    assert sorted(forgotten) == ["mail/a", "mail/b"]


def test_a_stored_object_that_another_event_links_stays(log, group, trim, forgotten, pipe):
    log.append(an_alarm(), refs=["mail/a"])
    acknowledge_all(group)
    log.append(an_alarm(), refs=["mail/a"])

    assert trim() == 1
    assert forgotten == []
    assert pipe.call("HGET", keys.REFS, "mail/a") == b"1"


def test_one_step_may_free_thousands_of_stored_objects(log, group, trim, forgotten):
    for n in range(100):
        log.append(an_alarm(), refs=[f"mail/{n}-{m}" for m in range(100)])
    acknowledge_all(group)

    assert trim() == 100
    assert len(set(forgotten)) == 10_000


def test_unfinished_work_does_not_hold_up_what_came_after_it(pipe, log, group, trim):
    kept = log.append(an_alarm()).id
    a_job(pipe, kept, "j1", "dead")
    for _ in range(450):
        log.append(an_alarm())
    acknowledge_all(group)

    assert trim() == 450
    assert [event.id for event in log.after(["alarm"], 9, "0")] == [kept]


def test_a_log_that_is_too_big_loses_its_oldest_finished_events(log, group, trim):
    made = [log.append(an_alarm(msg="x" * 1000)).id for _ in range(400)]
    acknowledge_all(group)
    trimmed = trim(0, max_bytes=200_000)
    left = [event.id for event in log.after(["alarm"], 999, "0")]

    assert 0 < trimmed < 400
    assert left == made[trimmed:]


def test_dead_jobs_do_not_keep_a_log_that_is_too_big_from_shrinking(pipe, log, group, trim):
    made = [log.append(an_alarm(msg="x" * 1000)).id for _ in range(400)]
    for event_id in made[:100]:
        a_job(pipe, event_id, f"job-of-{event_id}", "dead")
    acknowledge_all(group)

    assert trim(0, max_bytes=1) == 300
    assert [event.id for event in log.after(["alarm"], 999, "0")] == made[:100]


@pytest.mark.usefixtures("group")
def test_a_log_that_is_too_big_keeps_unfinished_work(log, trim):
    for _ in range(50):
        log.append(an_alarm(msg="x" * 1000))

    assert trim(0, max_bytes=1) == 0
