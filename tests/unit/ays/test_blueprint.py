import pytest

from cockpit.ays import blueprint
from cockpit.errors import InputError


def read(text):
    return blueprint.read(text, source="1_x.yaml")


def test_stanzas_come_in_file_order_with_their_lines():
    text = """\
# two services
sshkey__main:

node.ovc__web__1:
  sshkey: main
  bootdisk.size: 50
  ports:
    - '80:80'
"""
    first, second = blueprint.parse(text, source="1_x.yaml")

    assert (first.template, first.instance, first.args, first.line) == ("sshkey", "main", {}, 2)
    assert (second.template, second.instance, second.where) == ("node.ovc", "web__1", "1_x.yaml:4")
    assert second.args == {"sshkey": "main", "bootdisk.size": 50, "ports": ["80:80"]}


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n---\n"])
def test_blueprint_that_says_nothing_asks_for_nothing(text):
    assert read(text).stanzas == []


def test_several_documents_count_as_one():
    assert [one.line for one in read("a__1:\n---\nb__2:\n").stanzas] == [1, 3]


def test_orders_are_read_with_their_places():
    made = read("a__1:\nactions:\n  - action: install, start\neventfilters: []\n")
    (order,) = made.orders

    assert [one.instance for one in made.stanzas] == ["1"]
    assert (order.actions, order.place) == (("install", "start"), "1_x.yaml:3")


def test_every_order_that_is_wrong_is_told():
    text = "actions: install\neventfilters:\n  - action: a-b\n  - install\n"

    with pytest.raises(InputError) as told:
        read(text)
    assert [line.split(": ")[0] for line in str(told.value).splitlines()] == [
        "1_x.yaml:1",
        "1_x.yaml:3",
        "1_x.yaml:4",
    ]


def test_anchors_merge_and_dates_become_text():
    made = read("a__1: &one\n  x: 1\n  on: 2016-05-04\na__2:\n  <<: *one\n  x: 2\n")

    assert made.stanzas[0].args == {"x": 1, "True": "2016-05-04"}
    assert made.stanzas[1].args == {"x": 2, "True": "2016-05-04"}


def test_all_problems_come_at_once_with_their_lines():
    text = "a__1:\nnode_x:\n__y:\nb__:\na__1:\nc__1: 5\nd__1:\n  x: 1\n  x: 2\ne__a/b:\n"
    with pytest.raises(InputError) as caught:
        read(text)

    problems = str(caught.value).split("\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        f"1_x.yaml:{line}" for line in (2, 3, 4, 5, 6, 9, 10)
    ]
    assert problems[3] == "1_x.yaml:5: a__1 stands in line 1 already"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a__1:\n  x: [1\nb: 2\n", 3),
        ("a__1:\n\tx: 1\n", 2),
        ("- a__1\n", 1),
        ("just text", 1),
        ("a__1:\n  x: 1\n\x01\n", 3),
        ("a__1:\n  x: *nobody\n", 2),
        ("a__1:\n  x: !!python/object/apply:os.system ['true']\n", 2),
        ("a__1:\n  when: 2016-99-99\n", 2),
        ("a__1:\n  n: !!bool perhaps\n", 2),
        ("a__1:\n  ? [1]\n  : 2\n", 2),
        ("a__1: &a\n  x: *a\n", 2),
        ('a__1:\n  x: "\\ud800"\n', 2),
        ("[" * 5000, 1),
    ],
)
def test_bad_yaml_is_refused_with_file_and_line(text, line):
    with pytest.raises(InputError) as caught:
        read(text)

    assert str(caught.value).startswith(f"1_x.yaml:{line}: ")


def test_a_name_that_is_too_long_says_how_long_it_may_be():
    with pytest.raises(InputError, match=r"is no TEMPLATE__INSTANCE .*, 100 of each at most"):
        read(f"node__{'a' * 101}:\n")


def test_aliases_that_stand_for_too_much_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]

    with pytest.raises(InputError, match=r"^1_x.yaml:1: its aliases stand for \d+ values, 250000"):
        read("a__1:\n" + "".join(f"  {line}\n" for line in lines))


def test_aliases_of_many_services_are_fine():
    shared = "x__0: &all\n" + "".join(f"  f{n}: {n}\n" for n in range(10))
    made = read(shared + "".join(f"x__{n}:\n  <<: *all\n" for n in range(1, 500)))

    assert made.stanzas[-1].args == {f"f{n}": n for n in range(10)}


def test_each_argument_has_its_place():
    (made,) = read("\na__1:\n  x: 1\n\n  y.z:\n    - 2\n  7: 8\n").stanzas

    assert [made.place(name) for name in ("x", "y.z", "7", "other")] == [
        f"1_x.yaml:{line}" for line in (3, 5, 7, 2)
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("node_web1:\n", "node__web1:"),
        ("node_web_1:\n  x: 1\n", "node__web_1:"),
        ("node:\n  web1:\n    x: 1\n", "node__web1:"),
        ("action:\n  - action: install\n", "actions:"),
        ("eventfilter:\n  - action: install\n", "eventfilters:"),
    ],
)
def test_a_key_that_is_nearly_right_is_told_the_right_one(text, hint):
    with pytest.raises(InputError, match=rf"\(did you mean {hint}\?\)$"):
        read(text)


def test_in_ays_8_0_tabs_are_spaces_and_blocks_may_stand_twice():
    text = "a__1:\n\tx: 1\n\tx: 2\na__1:\n\tx: 2\n"
    made = blueprint.collect(text, source="1_x.yaml", is_old=True)

    assert made.problems == []
    assert made.warnings == ["1_x.yaml:3: x stands in line 2 already"]
    assert [one.args for one in made.stanzas] == [{"x": 2}, {"x": 2}]


@pytest.mark.parametrize(
    ("role", "instance", "instances"),
    [
        ("", "", ["a", "b", "a"]),
        ("node", "", ["a", "b"]),
        ("", "a", ["a", "a"]),
        ("disk", "a", ["a"]),
        ("node.x", "", []),
    ],
)
def test_it_is_narrowed_to_exactly_a_role_and_an_instance(role, instance, instances):
    whole = blueprint.read("node.x__a:\nnode__b:\ndisk__a:\n", source="1.yaml")

    found = blueprint.narrowed(whole, role, instance)
    assert [one.instance for one in found.stanzas] == instances


def test_orders_may_be_about_what_was_left_out():
    whole = blueprint.read("node__a:\nactions:\n  - action: install\n", source="1.yaml")

    assert len(blueprint.narrowed(whole, "", "").orders) == 1
    assert blueprint.narrowed(whole, "node", "").orders == []
