import pytest

from builders import a_template
from cockpit.ays import blueprint
from cockpit.ays.plan import plan
from cockpit.errors import InputError

CHAIN = {
    "key": "",
    "vdc": "",
    "node.docker": "vdc = parent:vdc\nkey = consume:key:1:1",
    "app": "node = parent:node\ndisks = type:list consume:disk:1:2\nkeys = consume:key:1",
    "disk": "",
}


def templates(fields):
    return {name: a_template(name, text) for name, text in fields.items()}


def planned(text, existing=(), fields=CHAIN, **options):
    made = plan(
        blueprint.parse(text, source="1.yaml"),
        templates(fields),
        {record.key: record for record in existing},
        repo="r",
        **options,
    )
    return {record.key: record for record in (*made.created, *made.updated, *made.unchanged)}


def refused(text, **options):
    with pytest.raises(InputError) as error:
        planned(text, **options)
    return str(error.value).split("\n")


def test_named_parent_and_producers_are_linked_whatever_their_order():
    found = planned(
        "app__a:\n  node: web\n  disks: [d1, disk!d2]\n  keys: k1\n"
        "node.docker__web:\n  vdc: demo\n  key: k1\n"
        "vdc__demo:\nkey__k1:\nkey__k2:\ndisk__d1:\ndisk__d2:\n"
    )

    assert (found["node!web"].parent, found["node!web"].producers) == (
        "vdc!demo",
        {"key": ["key!k1"]},
    )
    assert found["app!a"].parent == "node!web"
    assert found["app!a"].producers == {"disk": ["disk!d1", "disk!d2"], "key": ["key!k1"]}
    assert found["app!a"].needs() == ["node!web", "disk!d1", "disk!d2", "key!k1"]


def test_the_only_one_of_a_role_needs_no_name():
    found = planned("vdc__demo:\nkey__k1:\nnode.docker__web:\n")

    assert (found["node!web"].parent, found["node!web"].producers) == (
        "vdc!demo",
        {"key": ["key!k1"]},
    )


def test_argument_may_be_called_like_the_role():
    found = planned(
        "vdc__a:\nvdc__b:\nnode__w:\n  vdc: b\n", fields={"vdc": "", "node": "where = parent:vdc"}
    )

    assert found["node!w"].parent == "vdc!b"


def test_unnamed_producers_are_as_few_as_will_do():
    fields = {"key": "", "app": "keys = consume:key:2"}
    found = planned("key__a:\nkey__b:\nkey__c:\napp__x:\n", fields=fields)

    assert found["app!x"].producers == {"key": ["key!a", "key!b"]}


@pytest.mark.parametrize(
    ("line", "options"),
    [("keys = type:list consume:key:1", {}), ("keys = consume:key", {"is_old": True})],
)
def test_list_and_old_repositories_take_all_of_a_role(line, options):
    found = planned("key__a:\nkey__b:\napp__x:\n", fields={"key": "", "app": line}, **options)

    assert found["app!x"].producers == {"key": ["key!a", "key!b"]}


def test_auto_makes_what_is_missing_under_the_same_parent():
    fields = {
        "vdc": "",
        "disk": "where = parent:vdc",
        "app": "vdc = parent:vdc auto\ndisks = consume:disk:2 auto",
    }
    found = planned("app__x:\n", fields=fields)

    assert list(found) == ["vdc!main", "disk!auto_1", "disk!auto_2", "app!x"]
    assert found["app!x"].producers == {"disk": ["disk!auto_1", "disk!auto_2"]}
    assert found["disk!auto_1"].parent == "vdc!main"


def test_auto_makes_the_one_that_is_named_by_its_dotted_template():
    fields = {"node.docker": "", "node.ovc": "", "app": "node = consume:node.docker auto"}
    found = planned("app__x:\n  node: n1\n", fields=fields)

    assert found["node!n1"].template == "node.docker"


def test_links_stay_when_a_second_candidate_appears():
    text = "vdc__demo:\nkey__k1:\nnode.docker__web:\n"
    found = planned("vdc__a:\nkey__a:\n" + text, existing=planned(text).values())

    assert (found["node!web"].parent, found["node!web"].producers) == (
        "vdc!demo",
        {"key": ["key!k1"]},
    )


def test_role_is_exact():
    (why,) = refused(
        "vdcfarm__f:\nnode__w:\n", fields={"vdcfarm": "", "vdc": "", "node": "p = parent:vdc"}
    )

    assert why == "1.yaml:2: node!w: p needs 1 parent, there are 0"


def test_optional_parent_may_be_absent():
    found = planned("node__w:\n", fields={"vdc": "", "node": "p = parent:vdc optional"})

    assert found["node!w"].parent == ""


def test_every_problem_is_told_at_once():
    found = refused(
        "vdc__a:\nvdc__b:\nkey__k:\nkey__l:\n"
        "node.docker__one:\n  vdc: c\n"
        "node.docker__two:\n  vdc: 'a,b'\n"
        "node.docker__three:\n"
        "node.docker__four:\n  vdc: a\n  key: [k, l]\n"
    )

    assert found == [
        "1.yaml:6: node!one: vdc: there is no service vdc!c (there is: vdc!a, vdc!b)",
        "1.yaml:8: node!two: vdc takes 1 parent, not 2",
        "1.yaml:9: node!three: vdc must name one of 2 parents: vdc!a, vdc!b",
        "1.yaml:12: node!four: key takes 1 producers of role key, not 2",
    ]


def test_service_cannot_be_its_own_producer():
    assert refused("n__a:\n  n: a\n", fields={"n": "n = consume:n"}) == [
        "1.yaml:2: n!a: n names the service itself"
    ]


def test_circle_is_refused_with_its_steps():
    fields = {"a": "b = consume:b", "b": "a = consume:a"}
    (why,) = refused("a__x:\n  b: y\nb__y:\n  a: x\n", fields=fields)

    assert why == "1.yaml:1: these services need each other: a!x → b!y → a!x"


def test_role_that_no_template_plays_is_told():
    why, _ = refused("a__x:\n", fields={"a": "b = consume:b:1 auto"})

    assert why == "1.yaml:1: a!x: b: no one template plays b (none does)"


@pytest.mark.parametrize("none", ["[]", "''"])
def test_a_field_that_is_given_and_empty_consumes_nobody(none):
    fields = {"key": "", "app": "keys = type:list consume:key"}
    found = planned("key__k1:\napp__a:\n  keys: [k1]\n", fields=fields)
    again = planned(f"app__a:\n  keys: {none}\n", found.values(), fields)

    assert found["app!a"].producers == {"key": ["key!k1"]}
    assert again["app!a"].producers == {}
    assert planned("app__a:\n", found.values(), fields)["app!a"].producers == {"key": ["key!k1"]}


def test_a_field_that_is_given_and_empty_must_still_have_enough():
    fields = {"key": "", "app": "keys = type:list consume:key:1"}

    assert refused("key__k1:\napp__a:\n  keys: []\n", fields=fields) == [
        "1.yaml:3: app!a: keys needs 1 producers of role key, there are 0"
    ]


def test_a_name_that_does_not_exist_is_told_the_nearest_one_only_when_it_is_near():
    fields = {"node": "", "app": "node = parent:node"}

    assert refused("node__first:\napp__a:\n  node: frist\n", fields=fields) == [
        "1.yaml:3: app!a: node: there is no service node!frist (did you mean node!first?)"
    ]
    assert refused("node__f:\napp__a:\n  node: zz\n", fields=fields) == [
        "1.yaml:3: app!a: node: there is no service node!zz (there is: node!f)"
    ]


def test_in_ays_8_0_what_is_named_with_capitals_is_found():
    fields = {"node": "", "app": "node = parent:node"}
    found = planned("node__web:\napp__a:\n  node: Web\n", fields=fields, is_old=True)

    assert found["app!a"].parent == "node!web"


def test_a_role_that_no_template_plays_is_told_where_the_schema_says_it():
    fields = {"host": "", "app": "# first\nx = consume:hst:1"}

    assert refused("app__a:\n", fields=fields) == [
        "1.yaml:1: app!a: x needs 1 producers of role hst, there are 0",
        "t/app/schema.hrd:2: no template plays the role hst (did you mean host?)",
    ]


def test_what_is_wrong_with_a_service_made_by_auto_names_the_field_that_asks_for_it():
    fields = {"w": "\nd = consume:node:1 auto", "node": "d = @ASK descr:'how many'\ne = @ASK"}
    why = "d: no value is given: how many; e: no value is given: the schema asks for one"

    assert refused("w__a:\n", fields=fields) == [
        f"1.yaml:1: w!a: d (t/w/schema.hrd:2) makes node!auto_1: {why}"
    ]
    assert refused("w__a:\n  d: x\n", fields=fields) == [
        f"1.yaml:2: w!a: d (t/w/schema.hrd:2) makes node!x: {why}"
    ]
