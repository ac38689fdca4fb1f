import copy

import pytest

from JumpScale import j, namespace
from JumpScale.namespace import PROVIDED, Namespace


def reach(dotted):
    found = j
    for part in dotted.split(".")[1:]:
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("dotted", PROVIDED)
def test_all_that_is_promised_is_there(dotted):
    assert reach(dotted) is not None


@pytest.mark.parametrize("dotted", PROVIDED)
def test_every_name_that_a_module_offers_is_there(dotted):
    found = reach(dotted)
    if isinstance(found, Namespace):
        assert [name for name in dir(found) if getattr(found, name) is None] == []
    else:
        assert found is reach(dotted)


@pytest.mark.parametrize(
    "dotted",
    [
        "j.clients",
        "j.clients.ssh",
        "j.tools.cuisine",
        "j.sal.nettools",
        "j.sal.fs.walker",
        "j.data.models.nothing",
        "j.do.pullGitRepo",
        "j.dirs.nothing",
        "j.application.start",
        "j.core.db.pubsub",
    ],
)
def test_what_is_not_provided_says_so_by_its_full_name(dotted):
    with pytest.raises(AttributeError, match=r"is not provided by Cockpit") as refused:
        reach(dotted)

    missing = str(refused.value).partition(" ")[0]
    assert dotted.startswith(missing)
    assert missing.count(".") >= 1
    assert "docs/migrating.md" in str(refused.value)


def test_a_module_offers_only_its_public_names():
    with pytest.raises(AttributeError, match=r"j\.sal\.fs\.shutil is not provided"):
        _ = j.sal.fs.shutil


def test_asking_whether_it_is_there_is_answered_with_no():
    assert not hasattr(j, "clients")
    assert hasattr(j, "sal")


def test_a_branch_lists_what_it_has():
    assert dir(j.sal) == ["fs", "process"]
    assert repr(j.sal) == "<j.sal: fs, process>"
    assert "loads" in dir(j.data.serializer.json)


def test_a_name_is_loaded_once():
    assert j.sal.fs is j.sal.fs


def test_a_branch_can_be_copied():
    assert copy.copy(j).sal.fs.exists("/")


def test_the_table_names_modules_of_this_package_only():
    assert all("." not in place for place in namespace.PROVIDED.values())
