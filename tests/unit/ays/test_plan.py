import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_template
from cockpit.ays import blueprint
from cockpit.ays.plan import plan
from cockpit.ays.service_lines import Refusal
from cockpit.errors import InputError

FIELDS = "size = type:int default:1\nname.full = type:str\ntags = type:str list\nup = type:bool"


def planned(text, existing=(), templates=("node", "node.big", "key")):
    return plan(
        blueprint.parse(text, source="1.yaml"),
        {name: a_template(name, FIELDS) for name in templates},
        {record.key: record for record in existing},
        repo="r",
    )


def test_new_service_is_created_with_its_defaults():
    made = planned("node.big__a:\n  size: '5'\n")

    (record,) = made.created
    assert (record.repo, record.key, record.role) == ("r", "node!a", "node")
    assert (record.instance, record.template) == ("a", "node.big")
    assert record.data == {"size": 5, "name.full": "", "tags": [], "up": True}
    assert made.updated == made.unchanged == []


def test_changed_argument_updates_and_keeps_what_the_service_wrote():
    (record,) = planned("node__a:\n  size: 1\n").created
    record.data["tickets"] = 7
    made = planned("node__a:\n  size: 2\n", [record])

    assert made.updated[0].data == {**record.data, "size": 2}
    assert made.created == made.unchanged == []


def test_argument_taken_out_of_the_blueprint_keeps_its_value():
    (record,) = planned("node__a:\n  size: 5\n").created

    assert planned("node__a:\n", [record]).unchanged == [record]


TEXT = st.text(alphabet="ab1, []'")
ARGS = st.fixed_dictionaries(
    {},
    optional={
        "size": st.integers(-9, 9) | st.just("3"),
        "nameFull": TEXT | st.integers(),
        "tags": st.lists(TEXT, max_size=3) | TEXT,
        "up": st.booleans() | st.sampled_from(["yes", "0", None]),
    },
)


@given(st.dictionaries(st.sampled_from("abc"), ARGS))
def test_blueprint_applied_twice_plans_no_change(services):
    stanzas = [blueprint.Stanza("node", instance, args, 1) for instance, args in services.items()]
    templates = {"node": a_template("node", FIELDS)}
    once = plan(stanzas, templates, {}, repo="r").created
    again = plan(stanzas, templates, {record.key: record for record in once}, repo="r")

    assert again.unchanged == once
    assert again.created == again.updated == []


def test_all_problems_come_at_once():
    (former,) = planned("node__z:\n").created
    text = "nod__a:\nnode__b:\n  sise: 1\n  up: maybe\nnode__c:\nnode.big__c:\nnode.big__z:\n"
    with pytest.raises(InputError) as caught:
        planned(text, [former])

    assert str(caught.value).split("\n") == [
        "1.yaml:1: unknown template nod (did you mean node?)",
        "1.yaml:3: unknown argument sise (did you mean size?)",
        "1.yaml:4: up: 'maybe' is no bool",
        "1.yaml:6: node!c is asked for at 1.yaml:5 already",
        "1.yaml:7: node!z exists, made from template node",
    ]


def test_what_hangs_on_nothing_unread_is_told_though_some_is_unread():
    text = "node__a:\n  size: big\nactions:\n  - action: instal\n  - action: x\n    service: b\n"
    with pytest.raises(InputError) as caught:
        plan(
            (found := blueprint.read(text, source="1.yaml")).stanzas,
            {"node": a_template("node", FIELDS, actions=("install", "x"))},
            {},
            repo="r",
            orders=found.orders,
            is_partial=True,
        )

    assert str(caught.value).split("\n") == [
        "1.yaml:2: size: 'big' is no int",
        "1.yaml:4: t/node/actions.py has no action instal (did you mean install?)",
    ]


def test_refused_line_of_the_template_is_a_warning_of_the_plan():
    bad = a_template(
        "node", FIELDS, refusals=[Refusal("t/service.hrd:2", 2, "unknown event type emai")]
    )
    made = plan(blueprint.parse("node__a:", source="1.yaml"), {"node": bad}, {}, repo="r")

    assert made.warnings == ["1.yaml:1: t/service.hrd:2: unknown event type emai"]


def test_a_value_that_a_schema_asks_for_is_a_problem_of_the_blueprint():
    with pytest.raises(InputError, match=r"^1\.yaml:2: token: no value is given: API token$"):
        plan(
            blueprint.parse("\nnode__a:\n", source="1.yaml"),
            {"node": a_template("node", "token = @ASK descr:'API token'")},
            {},
            repo="r",
        )


def test_a_template_whose_actions_cannot_be_read_is_told_once():
    why = "t/node/actions.py:3: expected ':'"
    made = plan(
        blueprint.parse("node__a:\nnode__b:\n", source="1.yaml"),
        {"node": a_template("node", unread=why)},
        {},
        repo="r",
    )

    assert made.warnings == [why]


def old(text, existing=(), templates=("node", "node.big", "key")):
    return plan(
        blueprint.collect(text, source="1.yaml", is_old=True).stanzas,
        {name: a_template(name, FIELDS) for name in templates},
        {record.key: record for record in existing},
        repo="r",
        is_old=True,
    )


def test_in_ays_8_0_a_service_may_be_asked_for_again():
    made = old(
        "node__a:\n  size: 1\n  up: no\nnode__a:\n  size: 2\nnode__a:\n  size: 2\n  up: no\n"
    )

    (record,) = made.created
    assert (record.data["size"], record.data["up"]) == (2, False)
    assert made.warnings == [
        "1.yaml:4: node!a is asked for at 1.yaml:1 already, these arguments are added"
    ]


def test_in_ays_8_0_the_second_template_of_a_key_is_ignored():
    made = old("node__a:\nnode.big__a:\n  size: 2\n")

    assert [one.template for one in made.created] == ["node"]
    why = "ignored, node!a is asked for at 1.yaml:1 of template node"
    assert made.warnings == [f"1.yaml:2: {why}"]


def test_in_ays_8_0_instances_are_in_lower_case():
    (restored,) = old("key__foo:\n").created

    assert old("key__Foo:\n", [restored]).unchanged == [restored]
    assert [one.key for one in planned("key__Foo:\n", [restored]).created] == ["key!Foo"]


def test_a_role_that_no_template_plays_is_a_warning():
    templates = {"app": a_template("app", "x = consume:ghost auto")}
    made = plan(blueprint.parse("app__a:\napp__b:\n", source="1.yaml"), templates, {}, repo="r")

    assert made.warnings == ["t/app/schema.hrd:1: no template plays the role ghost (there is: app)"]
