import pytest

from builders import Bot, a_repository, an_alarm
from cockpit.robot.member import Member

SCHEMA = "ssh.port = type:int default:22\nowner = type:str default:ann\n"


@pytest.fixture
def node(tmp_path, pipe):
    a_repository(tmp_path, {"node": {"schema.hrd": SCHEMA}})
    Bot(pipe, tmp_path).execute()
    return lambda: Member(pipe, repo="desk", key="node!main")


def test_data_is_read_by_attribute_in_any_spelling_and_written(node):
    node().model.data.sshPort += 1

    assert node().hrd.get("ssh.port") == 23
    assert node().model.data.ssh_port == 23
    with pytest.raises(AttributeError, match="node!main has no data port; known: owner, sshPort"):
        _ = node().model.data.port


def test_data_is_json_in_camel_case(node):
    assert node().model.dataJSON == '{"owner":"ann","sshPort":22}'


def test_states_are_read_and_written(node):
    model = node().model
    assert model.actionsState["install"] == model.dbobj.state == "new"
    node().state.set("install", "ok")
    assert (model.actionsState["install"], model.actions["install"].state) == ("ok", "ok")
    model.actions["install"].state = "error"

    assert node().states() == {"install": "error"}
    assert (model.dbobj.state, model.dbobj.name, model.dbobj.actorName) == ("error", "main", "node")


@pytest.mark.parametrize(("ordered", "period"), [("5m", 300), ("never", 0)])
def test_the_period_of_a_blueprint_goes_before_that_of_service_hrd(bot, ordered, period):
    blueprint = f"desk__main:\nactions:\n  - action: act\n    recurring: {ordered}\n"
    robot = bot(
        "def act(service):\n    return service.model.actions['act'].period\n",
        "events.alarm = act\nrecurring.act = 1h\n",
        blueprint=blueprint,
    )
    robot.log.append(an_alarm())
    robot.work()

    assert robot.only_job().result == period


def test_an_action_that_does_not_recur_has_no_period(node):
    node().state.set("install", "ok")

    assert node().model.actions["install"].period == 0


def test_what_is_not_provided_says_so(node):
    node().state.set("install", "ok")
    with pytest.raises(AttributeError, match=r"service\.model\.colour is not provided"):
        _ = node().model.colour
    with pytest.raises(AttributeError, match=r"service\.model = … of AYS 8.0 is not provided"):
        node().model = {}
    with pytest.raises(AttributeError, match=r"actions\[…\]\.lastRun is not provided"):
        _ = node().model.actions["install"].lastRun
