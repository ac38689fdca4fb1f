import gevent
import pytest
from gevent.event import Event

from builders import an_alarm
from cockpit import events
from cockpit.robot import Defaults
from cockpit.robot.policy import Policy

HRD = "events.alarm = act\n"


@pytest.fixture
def run(bot):
    """Run one attempt of one job of `act`; the outcome, and the robot."""

    def run(body, *, hrd=HRD, event=None, policy=None, **options):
        robot = bot(f"def act(event, service, job):\n    {body}\n", hrd, **options)
        taken = take(robot, event or an_alarm(msg="hi"))
        return robot.runner.run(taken, policy or robot.runner.policy(taken)), robot

    return run


def take(robot, event):
    robot.log.append(event)
    robot.dispatch()
    (taken,) = robot.take()
    return taken


def write(robot, text, file="actions.py"):
    (robot.root / "desk/servicetemplates/desk" / file).write_text(text)
    robot.look()


def test_what_an_action_returns_prints_and_logs_is_kept(run):
    outcome, _ = run("print('out'); service.log('note'); return {'a': [1]}")

    assert outcome.state == "ok"
    assert outcome.fields["result"] == '{"a":[1]}'
    lines = outcome.fields["output"].splitlines()
    assert (lines[0], lines[1].split()[1]) == ("out", "note")


def test_standard_error_is_captured_too(run):
    outcome, _ = run("import sys; print('err', file=sys.stderr)")

    assert outcome.fields["output"] == "err\n"


def test_what_an_action_records_is_an_eco_and_the_action_goes_on(run):
    body = """from JumpScale import j
    j.events.opserror_warning('disk is full', 'disk')
    j.errorconditionhandler.raiseMonitoringError('sda is slow')
    return 'went on'"""
    outcome, robot = run(body)

    warned, monitored = reversed(robot.log.ledger.page().ecos)
    assert outcome.fields["result"] == '"went on"'
    assert (warned.eco.eco_type, warned.eco.line_nbr) == ("OPERATIONS", 3)
    assert monitored.eco.eco_type == "MONITORING"
    assert warned.eco.func_filename.endswith("desk/actions.py")
    assert warned.eco.meta["job"] == robot.only_job().id


def test_an_action_that_only_makes_a_generator_did_nothing(run):
    outcome, _ = run("yield 1")

    assert outcome.state == "dead"
    assert "it returned what still has to be run" in outcome.fields["error"]


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        ("None", None),
        ("event", "alarm"),
        ("object", '"<class '),
        ("'\\ud800'", "ud800"),
        ("b'x'", '"eA=="'),
        ("'x' * 70_000", "not kept: 70002 characters"),
    ],
)
def test_a_result_is_kept_as_json_or_as_its_own_text(run, result, kept):
    outcome, _ = run(f"return {result}")

    assert outcome.state == "ok"
    if kept is None:
        assert "result" not in outcome.fields
    else:
        assert kept in outcome.fields["result"]


def test_an_action_gets_its_event_service_and_job(run):
    outcome, robot = run("return [event.id, event.msg, service.key, service.repo, job.attempt]")
    event_id = robot.only_job().event

    assert outcome.fields["result"] == f'["{event_id}","hi","desk!main","desk",1]'


def test_a_foreign_id_reaches_the_action_in_meta(bot):
    robot = bot("def act(event):\n    return event.meta\n")
    foreign = b'{"type":"alarm","service":"a","method":"m","id":"theirs"}'
    robot.pipe.call("XADD", "ckpt.alarm", "*", "event", foreign)
    robot.work()

    assert robot.only_job().result == {"source_id": "theirs"}


def test_an_error_is_told_with_the_authors_lines_only(run):
    outcome, robot = run("print('before'); raise ValueError('no')")

    assert (outcome.state, outcome.fields["error"]) == ("error", "ValueError: no")
    assert outcome.fields["output"] == "before\n"
    assert 'servicetemplates/desk/actions.py", line 2, in act' in outcome.fields["traceback"]
    assert "runner.py" not in outcome.fields["traceback"]
    assert [(str(error), told.state) for _, error, told in robot.failed] == [("no", "error")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
        ("raise Exception", "Exception: "),
        ("assert not event", "AssertionError: "),
        ("return nothing", "NameError: name 'nothing' is not defined"),
    ],
)
def test_whatever_an_action_raises_is_a_failed_attempt(run, body, error):
    outcome, _ = run(body)

    assert (outcome.state, outcome.fields["error"]) == ("error", error)


def test_an_error_without_a_text_of_its_own_is_a_failed_attempt(bot):
    robot = bot(
        "class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError\n\n\n"
        "def act(event):\n    raise Odd\n"
    )
    robot.publish(an_alarm())

    assert (robot.only_job().state, robot.only_job().error) == ("error", "Odd")


@pytest.mark.parametrize("body", ["print('\\ud800')", "raise ValueError('\\ud800')"])
def test_half_characters_are_kept_readable(bot, body):
    robot = bot(f"def act(event):\n    {body}\n")
    robot.publish(an_alarm())
    found = robot.only_job()

    assert found.state in {"ok", "error"}
    assert "\\ud800" in found.output + found.error


def test_what_looks_like_a_credential_is_no_part_of_what_is_told(run):
    outcome, _ = run("raise ValueError('no: password=hunter2')")

    assert outcome.fields["error"] == "ValueError: no: password=***"
    assert "hunter2" not in outcome.fields["traceback"]


def test_a_huge_error_is_cut(run):
    outcome, _ = run("raise ValueError('x' * 10**6)")

    assert len(outcome.fields["error"]) < 5000
    assert len(outcome.fields["traceback"]) <= 16 * 1024


def test_the_output_of_a_former_attempt_does_not_stay(bot):
    robot = bot("def act(event):\n    print('failing')\n    raise ValueError\n")
    robot.publish(an_alarm())
    write(robot, "def act(event):\n    pass\n")
    robot.let_retries_fall_due()
    robot.work()
    found = robot.only_job()

    assert (found.state, found.output, found.error) == ("ok", "", "")
    assert found.tries[0].output == "failing\n"


def test_an_input_error_is_dead_at_once(bot):
    robot = bot(
        "from cockpit.errors import InputError\n\n\ndef act(event):\n    raise InputError('bad')\n"
    )
    robot.publish(an_alarm())

    assert (robot.only_job().state, robot.only_job().attempts) == ("dead", 1)


def test_all_else_is_retried_with_delays_and_then_dead(bot):
    robot = bot("def act(event):\n    raise ValueError\n")
    robot.publish(an_alarm())
    for _ in range(5):
        robot.let_retries_fall_due()
        robot.work()
    found = robot.only_job()

    assert (found.state, found.attempts) == ("dead", 3)
    assert [one.state for one in found.tries] == ["error", "error", "dead"]
    first, second, third = [one.delay_ms for one in found.tries]
    assert 5000 <= first <= 5500
    assert 30_000 <= second <= 33_000
    assert third == 0


def test_a_retry_comes_no_sooner_than_the_action_says(bot):
    robot = bot(
        "from cockpit.errors import OpsError\n\n\n"
        "def act(event):\n    raise OpsError('busy', after_s=60)\n"
    )
    robot.publish(an_alarm())

    assert 60_000 <= robot.only_job().tries[0].delay_ms <= 66_000


def test_an_attempt_that_takes_too_long_is_stopped(run):
    outcome, _ = run(
        "from gevent.event import Event; Event().wait()", hrd=HRD + "timeout.act = 0.05s\n"
    )

    assert (outcome.state, outcome.fields["error"]) == (
        "error",
        "TimeoutError: it took longer than 0.05 s",
    )
    assert "line 2, in act" in outcome.fields["traceback"]
    # What waits below the author's line would push it out of a short view.
    assert "_waiter" not in outcome.fields["traceback"]


def test_a_time_out_passes_an_authors_except_exception(bot):
    robot = bot(
        "from gevent.event import Event\n\n\ndef act(event):\n    try:\n        Event().wait()\n"
        "    except Exception:\n        return 'caught'\n",
        HRD + "timeout.act = 0.05s\n",
    )
    robot.publish(an_alarm())

    assert robot.only_job().state == "error"


def test_reading_the_file_is_timed_and_captured_like_the_action(bot):
    robot = bot(
        "print('reading')\nfrom gevent.event import Event\nEvent().wait()\n",
        HRD + "timeout.act = 0.05s\n",
    )
    robot.publish(an_alarm())
    found = robot.only_job()

    assert (found.state, found.output) == ("error", "reading\n")
    assert "TimeoutError" in found.error


def test_the_template_says_how_often_how_long_and_in_what_order(run):
    hrd = HRD + "retries.act = 7\ntimeout.act = 1m\norder.act = strict\n"
    _, robot = run("pass", hrd=hrd)
    taken = robot.log, robot.only_job()
    policy = robot.runner.policy(take_again(robot, taken))

    assert policy == Policy(retries=7, delays_s=(5, 30), strict=True, timeout_s=60)


def take_again(robot, _):
    robot.inboxes.lose("r1", "again")
    robot.beat()
    (taken,) = robot.take()
    return taken


def test_without_such_lines_the_defaults_hold(bot):
    robot = bot(defaults=Defaults(timeout_s=3, retries=4, delays_s=(1,)))
    policy = robot.runner.policy(take(robot, an_alarm()))

    assert policy == Policy(retries=4, delays_s=(1,), strict=False, timeout_s=3)


def test_a_saved_file_mends_the_next_attempt(bot):
    robot = bot("def act(event:\n")
    robot.publish(an_alarm(msg="x"))

    assert "SyntaxError" in robot.only_job().error
    write(robot, "def act(event):\n    return event.msg\n")
    robot.let_retries_fall_due()
    robot.work()
    assert (robot.only_job().state, robot.only_job().result) == ("ok", "x")


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (
            lambda folder: (folder / "actions.py").unlink(),
            "template desk of desk has no actions.py",
        ),
        (lambda folder: (folder / "actions.py").write_text(""), "has no action named act"),
        (lambda folder: folder.rename(folder.with_name("gone")), "has no template desk"),
    ],
)
def test_what_is_missing_is_told_and_tried_again(bot, harm, error):
    robot = bot()
    robot.log.append(an_alarm())
    robot.dispatch()
    harm(robot.root / "desk/servicetemplates/desk")
    robot.look()
    (taken,) = robot.take()
    outcome = robot.attempt(taken)

    assert outcome.state == "error"
    assert error in outcome.fields["error"]


def test_a_service_that_is_gone_is_told_and_tried_again(bot):
    robot = bot()
    taken = take(robot, an_alarm())
    robot.pipe.call("DEL", "cockpit:services")
    outcome = robot.attempt(taken)

    assert (outcome.state, outcome.fields["error"]) == (
        "error",
        "LookupError: there is no service desk/desk!main any more",
    )


def test_an_event_that_is_gone_cannot_come_back(bot):
    robot = bot()
    robot.log.append(an_alarm())
    robot.dispatch()
    robot.pipe.call("DEL", "ckpt.alarm")
    (taken,) = robot.take()

    assert robot.attempt(taken).state == "dead"


def test_a_bug_in_telling_stands_in_the_record_and_loses_no_job(bot):
    def tell(*_):
        raise RuntimeError("bug")

    robot = bot("def act(event):\n    raise ValueError('no')\n", on_error=tell)
    robot.publish(an_alarm())
    found = robot.only_job()

    assert (found.state, found.error) == ("error", "ValueError: no")
    assert "while this was told: RuntimeError('bug')" in found.traceback


def test_an_attempt_that_is_killed_has_no_outcome(bot):
    robot = bot("def act(event, service):\n    event.meta['begun'].set()\n")
    began = Event()
    write(
        robot,
        "import gevent\n\n\ndef act(event, service):\n    service.log('begun')\n"
        "    gevent.event.Event().wait()\n",
    )
    taken = take(robot, an_alarm())
    running = gevent.spawn(robot.runner.run, taken, robot.runner.policy(taken))
    gevent.idle()
    running.kill()

    assert isinstance(running.value, gevent.GreenletExit)
    assert not began.is_set()
    assert robot.failed == []


def test_each_type_of_event_reaches_its_action(bot):
    robot = bot(
        "def act(event):\n    return event.type\n",
        "".join(f"events.{type_} = act\n" for type_ in events.TYPES),
    )
    for type_ in events.TYPES:
        robot.publish(events.example(type_))

    assert sorted(job.result for job in map(robot.jobs.get, ids(robot))) == sorted(events.TYPES)


def ids(robot):
    return [job.id for job in robot.jobs.newest(99)]


def test_a_standard_action_that_is_not_written_does_nothing(bot):
    robot = bot(hrd="events.alarm = monitor\n")
    outcome = robot.runner.run(taken := take(robot, an_alarm()), robot.runner.policy(taken))

    assert (outcome.state, outcome.fields) == ("ok", {})


WEB = """
def restart(service):
    service.hrd.set("restarted", "yes")
    return service.key


def act(event, service):
    origin = event.origin
    return [origin.key, origin.run("restart"), origin.hrd.get("restarted")] if origin else None
"""


@pytest.mark.parametrize(("named", "result"), [("desk!main", "desk!main"), ("web!none", "")])
def test_the_service_that_an_alarm_names_is_at_hand(bot, named, result):
    robot = bot(WEB, HRD)
    taken = take(robot, an_alarm(service=named))
    outcome = robot.runner.run(taken, robot.runner.policy(taken))

    told = f'["{result}","{result}","yes"]' if result else ""
    assert (outcome.state, outcome.fields.get("result", "")) == ("ok", told)


def test_methods_of_a_class_have_it_at_hand_too(bot):
    body = "class Actions:\n    def act(self, service, event):\n        return event.origin.key\n"
    robot = bot(body, HRD)
    taken = take(robot, an_alarm(service="desk!main"))

    assert robot.runner.run(taken, robot.runner.policy(taken)).fields["result"] == '"desk!main"'
