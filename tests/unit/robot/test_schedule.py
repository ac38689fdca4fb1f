import pytest

from builders import an_alarm
from cockpit import events

ACT = "def check(event, service):\n    return event.args['due']\n\n\ndef act(event):\n    pass\n"
HOURLY = "recurring.check = 1h\n"


@pytest.fixture
def clock(bot):
    """Build a robot whose schedule is known; move its clock and do what is due."""

    class Clock:
        def __init__(self, hrd, actions=ACT):
            self.robot = bot(actions, hrd)
            self.keep()

        def keep(self):
            self.robot.look()
            self.robot.schedule.keep()

        def write(self, name, text):
            (self.robot.root / "desk" / "servicetemplates" / "desk" / name).write_text(text)
            self.keep()

        def planned(self):
            return [(one.name, one.next_epoch) for one in self.robot.schedule.planned()]

        def go(self, seconds, *, work=True):
            self.robot.seconds += seconds
            self.robot.schedule.fall_due()
            if work:
                self.robot.work()
            return self.jobs()

        def begin(self):
            """Let the first time pass; when it was."""
            first = self.robot.schedule.planned()[0].next_epoch
            self.go(first - self.robot.seconds)
            return first

        def jobs(self):
            made = [job for job in self.robot.jobs.newest(1000) if job.event.startswith("due-")]
            return sorted(made, key=lambda job: int(job.event.removeprefix("due-")))

        def alarms(self):
            return self.robot.log.newest(["alarm"], 100)

    return Clock


def test_an_action_recurs(clock):
    time = clock(HOURLY)
    first = time.begin()
    for _ in range(3):
        time.go(3600)

    dues = [time.robot.jobs.get(job.id).result for job in time.jobs()]
    assert dues == [first + n * 3600 for n in range(4)]
    assert {job.state for job in time.jobs()} == {"ok"}


def test_what_begins_together_is_spread_over_a_minute(clock):
    time = clock("".join(f"recurring.check{n} = 1h\n" for n in range(20)))
    firsts = [at for _, at in time.planned()]

    assert len(set(firsts)) > 15
    assert all(1000 <= at <= 1060 for at in firsts)


def test_the_clock_calls_nobody_before_it_is_time(clock):
    time = clock(HOURLY)
    time.begin()

    assert len(time.go(3599)) == 1
    assert time.robot.schedule.fall_due() == pytest.approx(1)


def test_due_times_survive_a_restart(clock):
    time = clock(HOURLY)
    time.begin()
    before = time.planned()
    again = clock(HOURLY)

    assert again.planned() == before


def test_a_saved_line_counts(clock):
    time = clock(HOURLY)
    time.write("service.hrd", "recurring.check = 10s\nrecurring.act = 1h\n")
    assert {name for name, _ in time.planned()} == {"check", "act"}

    time.write("service.hrd", "")
    assert time.planned() == []


def test_a_shorter_period_counts_at_once(clock):
    time = clock(HOURLY)
    time.begin()
    time.write("service.hrd", "recurring.check = 10s\n")

    assert time.planned()[0][1] <= time.robot.seconds + 10


@pytest.mark.parametrize("hours", [1, 24])
def test_another_period_counts_from_the_last_start(clock, hours):
    time = clock("recurring.check = 4h\n")
    first = time.begin()
    time.write("service.hrd", f"recurring.check = {hours}h\n")

    assert time.planned() == [("check", first + hours * 3600)]


def test_another_period_of_what_never_began_leaves_its_first_time(clock):
    time = clock(HOURLY)
    before = time.planned()
    time.write("service.hrd", "recurring.check = 24h\n")

    assert time.planned() == before


def test_another_misfire_policy_moves_no_time(clock):
    time = clock("recurring.check = 24h\n")
    time.begin()
    before = time.planned()
    time.write("service.hrd", "recurring.check = 24h\nmisfire.check = skip\n")

    assert time.planned() == before


@pytest.mark.parametrize(("other_s", "left_s"), [(3600, 3595), (60, 55), (2, 0)])
def test_another_time_of_silence_counts_from_the_last_event(clock, other_s, left_s):
    time = clock("events.alarm = act\nexpects.alarm = 8s\n")
    time.robot.seconds = int(time.robot.pipe.call("TIME")[0])
    time.robot.publish(an_alarm())
    (before,) = time.planned()
    time.robot.seconds = before[1] - 3
    time.write("service.hrd", f"events.alarm = act\nexpects.alarm = {other_s}s\n")

    assert time.planned()[0][1] == pytest.approx(time.robot.seconds + left_s, abs=0.01)


def test_the_times_of_a_broken_template_stay(clock):
    time = clock(HOURLY)
    time.begin()
    before = time.planned()
    time.write("schema.hrd", "x = type:nothing\n")

    assert time.planned() == before


@pytest.mark.parametrize(
    ("misfire", "made"), [("", 1), ("misfire.check = once\n", 1), ("misfire.check = skip\n", 0)]
)
def test_times_that_went_by_are_made_up_for_as_the_policy_says(clock, misfire, made):
    time = clock(HOURLY + misfire)
    first = time.begin()
    had = len(time.jobs())
    time.go(5 * 3600 + 1800)

    assert len(time.jobs()) - had == made
    assert time.planned() == [("check", first + 6 * 3600)]


def test_every_time_is_made_up_for_when_the_policy_says_all(clock):
    time = clock(HOURLY + "misfire.check = all\n")
    time.begin()
    time.robot.seconds += 3 * 3600
    for _ in range(5):
        time.go(0)

    assert len(time.jobs()) == 4


@pytest.mark.parametrize(("misfire", "later"), [("", 1), ("misfire.check = all\n", 2)])
def test_a_job_that_is_not_over_holds_the_next_one_off(clock, misfire, later):
    time = clock(HOURLY + misfire)
    first = time.planned()[0][1]
    time.go(first - 1000, work=False)
    assert len(time.go(3600, work=False)) == 1

    time.robot.work()
    assert len(time.go(0)) == later


def test_a_disabled_action_does_not_recur(clock):
    time = clock(HOURLY)
    time.robot.pipe.call("HSET", "cockpit:state:desk/desk!main", "check", "disabled")
    time.begin()

    assert time.jobs() == []


def test_only_the_newest_jobs_are_kept(clock):
    time = clock("recurring.check = 10s\n")
    time.begin()
    for _ in range(30):
        time.go(10)

    assert len(time.jobs()) == 20
    assert time.robot.jobs.counts()["ok"] == 20


def test_jobs_go_with_what_made_them(clock):
    time = clock(HOURLY)
    time.begin()
    time.write("service.hrd", "")

    assert time.jobs() == []


def test_silence_raises_an_alarm_again_and_again(clock):
    time = clock("events.email = act\nexpects.email = 1h\n")
    time.go(3599)
    assert time.alarms() == []

    time.go(1)
    (alarm,) = time.alarms()
    assert (alarm.service, alarm.method, alarm.status) == ("desk!main", "expects.email", "firing")
    assert alarm.msg == "no email for 3600 s"
    time.go(1800)
    assert len(time.alarms()) == 1
    time.go(1800)
    assert len(time.alarms()) == 2


def test_the_event_that_was_missed_resolves_the_alarm_once(clock):
    time = clock("events.email = act\nexpects.email = 1h\n")
    time.go(3600)
    time.go(1)
    event = time.robot.publish(events.Email(subject="backup"))
    for _ in range(3):
        time.go(1)

    resolved, fired = time.alarms()
    assert (fired.status, resolved.status, resolved.msg) == ("firing", "resolved", "email came")
    assert (resolved.service, resolved.method) == (fired.service, fired.method)
    assert resolved.meta == {"source": "robot", "repo": "desk", "parent": event}


def test_each_silence_has_an_end_of_its_own(clock):
    time = clock("events.email = act\nexpects.email = 1h\n")
    time.robot.seconds = int(time.robot.pipe.call("TIME")[0])
    for _ in range(2):
        time.go(time.planned()[0][1] - time.robot.seconds)
        time.robot.publish(events.Email(subject="backup"))
        time.go(0)

    told = [alarm.status for alarm in time.alarms()]
    assert told == ["resolved", "firing", "resolved", "firing"]


def test_an_event_that_was_not_missed_resolves_nothing(clock):
    time = clock("events.email = act\nexpects.email = 1h\n")
    time.robot.publish(events.Email(subject="backup"))
    time.go(1)

    assert time.alarms() == []


def test_what_is_expected_no_more_is_not_missed(clock):
    time = clock("events.email = act\nexpects.email = 1h\n")
    time.go(3600)
    time.write("service.hrd", "events.email = act\n")
    time.go(1)

    last = time.alarms()[0]
    assert (last.status, last.msg) == ("resolved", "it is not expected now")


def test_an_event_puts_the_alarm_off(clock):
    time = clock("events.alarm = act\nexpects.alarm = 1h\nevents.alarm.where = event.msg == 'ok'\n")
    now = time.robot.pipe.call("TIME")
    time.robot.seconds = int(now[0])
    time.robot.publish(an_alarm(msg="no"))
    assert time.planned() == [("alarm", 1000 + 3600)]

    time.robot.publish(an_alarm(msg="ok"))
    assert time.planned()[0][1] == pytest.approx(time.robot.seconds + 3600, abs=60)


def test_it_is_told_what_will_happen(clock):
    (planned,) = clock("recurring.check = 1h\nmisfire.check = skip\n").robot.schedule.planned()

    assert (planned.kind, planned.repo, planned.service) == ("recurring", "desk", "desk!main")
    assert (planned.period_s, planned.misfire) == (3600, "skip")
