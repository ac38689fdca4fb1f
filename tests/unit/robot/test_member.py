import pytest

from builders import Bot, a_repository
from cockpit.errors import InputError
from cockpit.robot.member import Member

TEMPLATES = {
    "key": {"schema.hrd": ""},
    "node": {"schema.hrd": "key = consume:key:1\nssh.port = type:int default:22"},
    "app": {"schema.hrd": "node = parent:node\nkey = consume:key:1"},
}


@pytest.fixture
def member(tmp_path, pipe):
    a_repository(tmp_path, TEMPLATES)
    Bot(pipe, tmp_path).execute()
    return lambda key: Member(pipe, repo="desk", key=key)


def test_relations_are_members_too(member):
    app, node, key = member("app!main"), member("node!main"), member("key!main")

    assert (app.parent, node.parent) == (node, None)
    assert (app.producers, app.parent.producers) == ({"key": [key]}, {"key": [key]})
    assert (key.consumers, key.children) == ([app, node], [])
    assert (node.children, node.consumers) == ([app], [])


def test_state_is_new_until_it_is_set(member):
    node = member("node!main")
    assert node.state.get("install") == "new"
    node.state.set("install", "ok")

    assert member("node!main").state.get("install") == "ok"
    with pytest.raises(InputError, match="'fine' is none of new, "):
        node.state.set("install", "fine")


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("INIT", "new"),
        ("DO", "scheduled"),
        ("RUNNING", "running"),
        ("OK", "ok"),
        ("ERROR", "error"),
        ("CHANGED", "changed"),
        ("CHANGEDHRD", "changed"),
        ("DISABLED", "disabled"),
    ],
)
def test_a_state_is_set_by_its_name_of_80_too(member, former, today):
    state = member("node!main").state
    state.set("install", former)
    state.save()

    assert state.get("install") == today
    assert member("node!main").states() == {"install": today}


@pytest.mark.parametrize("name", ["state", "hrd"])
def test_what_state_and_data_lack_says_so(member, name):
    with pytest.raises(AttributeError, match=rf"service\.{name}\.colour is not provided"):
        _ = getattr(member("node!main"), name).colour


def test_state_of_a_service_that_is_gone_is_not_made(member, pipe):
    node = member("node!main")
    pipe.call("HDEL", "cockpit:services", "desk/node!main")

    with pytest.raises(InputError, match="desk/node!main is gone"):
        node.state.set("install", "ok")
    assert pipe.call("EXISTS", "cockpit:state:desk/node!main") == 0


def test_member_that_is_gone_says_so(member):
    with pytest.raises(InputError, match="service app!gone of desk is gone"):
        _ = member("app!gone").parent


def test_members_are_told_apart(member):
    assert repr(member("app!main")) == "<service app!main of desk>"
    assert len({member("app!main"), member("app!main"), member("key!main")}) == 2
