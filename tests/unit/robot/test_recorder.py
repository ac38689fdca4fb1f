import msgspec
import pytest

from builders import an_alarm
from cockpit import events
from cockpit.eco import Node
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.frames import Place
from cockpit.eco.ledger import Ledger
from cockpit.robot import Outcome, Recorder
from cockpit.robot.asking import MAX_HOPS
from cockpit.robot.job import Taken
from JumpScale.error_condition import ErrorCondition


@pytest.fixture
def log(pipe):
    return CountingLog(pipe, Ledger(pipe))


@pytest.fixture
def recorder(log):
    return Recorder(log.ledger, node=lambda: Node(7, 12), clock=lambda: 9)


def a_taken(caused_by=None, **fields):
    event = caused_by or an_alarm()
    given = {
        "service": "desk/desk!main",
        "job": "j1",
        "fence": 1,
        "event": f"{event.type}-5-0",
        "action": "act",
        "failures": 0,
        "raw": events.encode(event),
    }
    return Taken(**(given | fields))


def a_condition(text="disk is full"):
    return ErrorCondition(ValueError("no"), message=text, level=2)


def test_a_failed_attempt_leads_back_to_its_job_and_event(log, recorder):
    recorder.failed(a_taken(), ValueError("no"), Outcome("error", {}))

    (eco,) = log.after(["eco"], 9, "0")
    assert (eco.error_msg, eco.app_name, eco.epoch) == ("ValueError: no", "desk/desk", 9)
    assert (eco.meta["job"], eco.meta["parent"], eco.gid) == ("j1", "alarm-5-0", 7)


def test_an_attempt_that_left_no_traceback_stands_where_its_action_does(log, tmp_path):
    path = tmp_path / "actions.py"
    path.write_text("def act(event):\n    token = 'hunter2'\n")
    found = Recorder(log.ledger, where_is=lambda _service, action: Place(str(path), 1, action))
    found.failed(a_taken(), RuntimeError("killed by SIGKILL"), Outcome("error", {}))

    (eco,) = log.after(["eco"], 9, "0")
    assert (eco.func_name, eco.func_filename, eco.line_nbr) == ("act", str(path), 1)
    assert eco.code == "def act(event):\n    token = ***\n"


def test_a_monitor_that_fails_is_one_of_monitoring(log, recorder):
    recorder.failed(a_taken(action="monitor"), ValueError("no"), Outcome("error", {}))

    assert log.after(["eco"], 9, "0")[0].eco_type == "MONITORING"


def test_what_an_action_records_leads_back_as_well(log, recorder):
    recorder.condition(a_taken(), 1, a_condition(), str)

    (eco,) = log.after(["eco"], 9, "0")
    assert (eco.error_msg, eco.category, eco.app_name) == (
        "disk is full",
        "robot.action",
        "desk/desk",
    )
    assert (eco.meta["job"], eco.meta["parent"], eco.meta["hops"]) == ("j1", "alarm-5-0", 1)
    told = msgspec.json.decode(eco.extra)
    assert (told["service"], told["action"], told["level"]) == ("desk/desk!main", "act", "WARNING")


def test_each_of_an_attempt_counts_once(log, recorder):
    for number in (1, 2, 2):
        recorder.condition(a_taken(), number, a_condition(), str)
    recorder.condition(a_taken(fence=2), 1, a_condition(), str)

    assert log.ledger.page().ecos[0].eco.occurence == 3


def test_secrets_of_the_action_are_concealed(log, recorder):
    recorder.condition(a_taken(), 1, a_condition("hunter2"), lambda text: text.replace("2", "*"))

    assert log.ledger.page().ecos[0].eco.error_msg == "hunter*"


@pytest.mark.parametrize(
    "taken",
    [a_taken(event="eco-5-0"), a_taken(an_alarm(meta={"hops": MAX_HOPS + 1}))],
    ids=["while an eco is handled", "where a chain is cut"],
)
def test_what_would_go_in_circles_is_counted_and_not_published(taken, log, recorder):
    recorder.failed(taken, ValueError("no"), Outcome("error", {}))
    recorder.condition(taken, 1, a_condition(), str)

    assert log.after(["eco"], 9, "0") == []
    assert len(log.ledger.page().ecos) == 2
