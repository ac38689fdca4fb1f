import pytest

from builders import Bot, a_repository
from cockpit.robot.former_repo import FormerRepo
from cockpit.robot.member import Member
from JumpScale.exceptions import Input, NotFound

TEMPLATES = {
    "vdc": {"schema.hrd": ""},
    "vdcfarm": {"schema.hrd": ""},
    "node.kvm": {"schema.hrd": "vdc = type:str parent:vdc\nfarm = type:str consume:vdcfarm:0:1\n"},
    "node": {"schema.hrd": "vdc = type:str parent:vdc\n"},
}
BLUEPRINT = """\
vdc__main:
vdc__other:
vdcfarm__main:
node.kvm__a:
  vdc: main
  farm: main
node__b:
  vdc: other
"""


@pytest.fixture
def repo(pipe, tmp_path):
    a_repository(tmp_path / "repos", TEMPLATES, BLUEPRINT)
    Bot(pipe, tmp_path / "repos").execute()
    return FormerRepo(Member(pipe, repo="desk", key="vdc!main"), tmp_path / "repos/desk")


def keys(found):
    return [one.key for one in found]


def test_a_service_is_found_by_role_and_instance(repo):
    assert repo.getService("node", "a").key == repo.serviceGet("node", "a").key == "node!a"
    assert repo.getServiceFromKey("node!a").key == "node!a"
    assert repo.getServiceFromKey("desk!node!a").key == "node!a"
    assert repo.getServiceFromKey("ovc|node.kvm!a@node").key == "node!a"
    assert repo.getService("node", "z", die=False) is None
    with pytest.raises(NotFound, match="there is no service node!z in desk"):
        repo.getService("node", "z")
    with pytest.raises(NotFound, match="no service with key disk!a in desk"):
        repo.getServiceFromKey("disk!a")


def test_services_are_found_as_in_80(repo):
    parent = repo.getService("vdc", "main")

    assert keys(repo.findServices(role="node")) == ["node!a", "node!b"]
    assert keys(repo.findServices(instance="main")) == ["vdc!main", "vdcfarm!main"]
    assert keys(repo.findServices(parent=parent)) == ["node!a"]
    assert keys(repo.findServices(templatename="node")) == ["node!b"]
    assert repo.findServices(role="node", first=True).key == "node!a"
    with pytest.raises(NotFound, match="no service with role disk in desk"):
        repo.findServices(role="disk", first=True)


def test_services_are_found_as_in_81_and_roles_are_exact(repo):
    assert keys(repo.servicesFind(actor="vdc")) == ["vdc!main", "vdc!other"]
    assert keys(repo.servicesFind(actor="node.*")) == ["node!a", "node!b"]
    assert keys(repo.servicesFind(actor="node.kvm")) == ["node!a"]
    assert keys(repo.servicesFind(parent="vdc!other")) == ["node!b"]
    assert keys(repo.servicesFind(producer="vdcfarm!main")) == ["node!a"]
    assert repo.servicesFind(name="b", first=True).key == "node!b"
    assert len(repo.servicesFind()) == 5


def test_instances_and_states_are_expressions(repo):
    repo.getService("node", "b").state.set("install", "ok")

    assert keys(repo.servicesFind(name="(a|m.*)", actor="node")) == ["node!a"]
    assert keys(repo.servicesFind(name="mai")) == []
    assert keys(repo.servicesFind(state="ok|error", includeDisabled=False)) == ["node!b"]
    with pytest.raises(Input, match=r"servicesFind: '\(' is no expression"):
        repo.servicesFind(name="(")
    with pytest.raises(NotFound, match="no service with role node, state error in desk"):
        repo.servicesFind(actor="node", state="error", first=True)


def test_it_says_where_it_is_and_what_it_is_called(repo):
    assert (repo.name, repo.path == repo.basepath, repo.path[-5:]) == ("desk", True, "/desk")


def test_what_is_not_provided_says_so(repo):
    with pytest.raises(AttributeError, match=r"service\.aysrepo\.new is not provided"):
        repo.new("node", "c")
