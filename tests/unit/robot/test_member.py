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


def test_data_is_read_by_attribute_in_any_spelling_and_written(member):
    node = member("node!main")
    node.model.data.sshPort += 1

    assert member("node!main").hrd.get("ssh.port") == 23
    assert member("node!main").model.data.ssh_port == 23
    with pytest.raises(AttributeError, match="node!main has no data port; known: key, sshPort"):
        _ = node.model.data.port


def test_state_is_new_until_it_is_set(member):
    node = member("node!main")
    assert node.state.get("install") == "new"
    node.state.set("install", "ok")

    assert member("node!main").state.get("install") == "ok"
    with pytest.raises(InputError, match="'fine' is none of new, "):
        node.state.set("install", "fine")


def test_member_that_is_gone_says_so(member):
    with pytest.raises(InputError, match="service app!gone of desk is gone"):
        _ = member("app!gone").parent


def test_members_are_told_apart(member):
    assert repr(member("app!main")) == "<service app!main of desk>"
    assert len({member("app!main"), member("app!main"), member("key!main")}) == 2
