import pytest

from cockpit.ays import schema
from cockpit.ays.relation import relations


def the_relation(line):
    (found,) = relations(schema.parse(line, source="schema.hrd"))
    return found


@pytest.mark.parametrize(
    ("line", "role", "target", "limits"),
    [
        ("key = type:str consume:sshkey", "sshkey", "sshkey", (0, 100)),
        ("key = type:str consume:sshkey:1", "sshkey", "sshkey", (1, 100)),
        ("key = type:str consume:sshkey:1:2 auto", "sshkey", "sshkey", (1, 2)),
        ("disk = list type:str consume:'disk':0", "disk", "disk", (0, 100)),
        ("mail.client = type:'str' consume:'mailclient:0' auto", "mailclient", "mailclient", (0, 100)),
        ("node.ovc=type:str consume:node.ovc", "node", "node.ovc", (0, 100)),
        ("nodes = type:list consume:docker:1", "docker", "docker", (1, 100)),
        ("x = consume:'a,b:2'", "b", "b", (2, 100)),
        ("node = type:str parent:'node' auto", "node", "node", (1, 1)),
        ("node = type:str parent:node.docker optional", "node", "node.docker", (0, 1)),
    ],
)  # fmt: skip
def test_field_names_a_role_with_limits(line, role, target, limits):
    found = the_relation(line)

    assert (found.role, found.target) == (role, target)
    assert (found.least, found.most) == limits
    assert found.is_parent == ("parent:" in line)
    assert found.auto == line.endswith("auto")


def test_field_without_a_target_is_no_relation():
    assert relations(schema.parse("size = type:int", source="s")) == []


def test_parent_comes_first():
    found = relations(schema.parse("a = consume:x\nb = parent:y", source="s"))

    assert [one.field for one in found] == ["b", "a"]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("a", ["a"]),
        ("a, b,a", ["a", "b"]),
        (["a", "b, c"], ["a", "b", "c"]),
        ("", []),
        (None, []),
        ([], []),
        ("'a'", ["a"]),
    ],
)
def test_value_names_one_several_or_a_comma_list(value, names):
    assert the_relation("k = consume:x").names(value) == names


def test_name_may_be_a_key_already():
    one = the_relation("k = consume:x")

    assert (one.key("a"), one.key("x!a")) == ("x!a", "x!a")
