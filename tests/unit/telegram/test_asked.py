import pytest

from cockpit.access.person import person
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.talks import Talk
from cockpit.telegram.text import plain
from cockpit.telegram.update import Origin


def asked(role="read", **fields):
    given = {"name": "x", "origin": Origin(), "person": person("ann", role=role), "event": "e"}
    return Asked(**({"talk": Talk("desk")} | given | fields))


@pytest.mark.parametrize(("role", "may"), [("read", 1), ("operate", 2), ("admin", 3)])
def test_each_role_may_what_those_before_it_may(role, may):
    found = [asked(role).may(needed) for needed in ("read", "operate", "admin")]

    assert found == [True] * may + [False] * (3 - may)


def test_the_repository_is_the_one_given_else_the_one_chosen():
    assert asked().repo == "desk"
    assert asked(args={"repo": "other"}).repo == "other"
    assert asked(text=" a  b ").words == ["a", "b"]


def test_a_command_has_the_group_of_its_first_word():
    command = Command("repo list", "read", "", lambda _asked: Reply(text=plain("")))

    assert command.group == "repo"
