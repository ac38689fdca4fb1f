from types import SimpleNamespace

import pytest

from builders import an_alarm
from cockpit import events
from cockpit.robot.running import Running


@pytest.fixture
def running():
    def running(event):
        made = Running("job-1", 1, "e", "act", event)
        made.service = SimpleNamespace(key="desk!main")
        return made

    return running


def test_the_payload_of_a_generic_event_is_its_arguments(running):
    assert running(events.Generic(args={"size": 3})).model.args == {"size": 3}


def test_the_payload_of_another_event_is_all_of_it(running):
    assert running(an_alarm(msg="hot")).model.args["msg"] == "hot"


def test_the_payload_can_be_taken_apart(running):
    job = running(events.Generic(args={"category": "config"}))

    assert job.model.args.pop("category") == "config"
    assert job.model.args == {}


def test_it_knows_whose_action_it_is(running):
    found = running(an_alarm()).model.dbobj

    assert (found.actorName, found.serviceName, found.actionName) == ("desk", "main", "act")


def test_what_is_not_provided_says_so(running):
    with pytest.raises(AttributeError, match=r"job\.executeInProcess is not provided by Cockpit"):
        running(an_alarm()).executeInProcess()


def test_new_values_of_a_change_are_found_in_every_spelling(running):
    event = events.Generic(args={"ssh.port": 22})
    job = Running("job-1", 1, "e", "processChange", event, is_change=True).of(None, "x", event)

    assert (job.model.args["sshPort"], job.model.args["ssh.port"]) == (22, 22)
    assert running(event).model.args == {"ssh.port": 22}
