import pytest

from builders import a_template
from cockpit.ays.filter import compile_filter, context
from cockpit.ays.order import hopeless, obey, read_order, without
from cockpit.ays.service import Listening, ServiceRecord
from cockpit.errors import InputError

RECORDS = {
    key: ServiceRecord("desk", key, key.split("!")[0], key.split("!")[1], template, {})
    for key, template in [("node!a", "node.ovc"), ("node!b", "node.docker"), ("web!a", "web")]
}
TEMPLATES = {
    name: a_template(name, actions=("install", *more))
    for name, more in [("node.ovc", ["probe"]), ("node.docker", []), ("web", [])]
}


def order(block="actions", **fields):
    return read_order(block, {"action": "install"} | fields, "1.yaml:7")


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, ["node!a", "node!b", "web!a"]),
        ({"actor": "node.ovc"}, ["node!a"]),
        ({"actor": "node.*"}, ["node!a", "node!b"]),
        ({"service": "a"}, ["node!a", "web!a"]),
        ({"service": "web!a"}, ["web!a"]),
        ({"actor": "node.*", "service": "b"}, ["node!b"]),
    ],
)
def test_services_are_selected_by_template_and_instance(fields, keys):
    _, scheduled = obey([order(**fields)], RECORDS, TEMPLATES)

    assert scheduled == [(key, "install") for key in keys]


def test_an_order_that_selects_nothing_is_told_with_its_place():
    orders = [order(actor="nod"), order(actor="web", service="b"), order(service="c")]

    with pytest.raises(InputError) as told:
        obey(orders, RECORDS, TEMPLATES)
    assert str(told.value).splitlines() == [
        "1.yaml:7: there is no service of a template nod",
        "1.yaml:7: there is no service b of a template web",
        "1.yaml:7: there is no service c",
    ]


def test_a_period_is_set_and_ended():
    every, never = order(recurring="5m", service="web!a"), order(recurring="never", service="web!a")
    changed, _ = obey([every], RECORDS, TEMPLATES)

    assert changed["web!a"].recurring == {"install": 300}
    ended = obey([never], changed, TEMPLATES)[0]
    # It is kept as an end: service.hrd may say otherwise.
    assert ended["web!a"].recurring == {"install": 0}
    assert without(ended, ())["web!a"].recurring == {}


def test_obeying_twice_changes_nothing():
    orders = [order("eventfilters", channel="all", cmd="x"), order(recurring="5m")]
    once, _ = obey(orders, RECORDS, TEMPLATES)

    assert obey(orders, RECORDS | once, TEMPLATES)[0] == once


def test_a_channel_means_event_types():
    changed, scheduled = obey([order("eventfilters", channel="webservice")], RECORDS, TEMPLATES)

    assert changed["web!a"].listens == [Listening("generic", "install", "", "1.yaml")]
    assert scheduled == []


@pytest.mark.parametrize(
    ("event", "passes"),
    [
        ({"type": "telegram", "action": "go", "args": {"secret": 's"3'}}, True),
        ({"type": "telegram", "action": "go", "args": {}}, False),
        ({"type": "telegram", "action": "stop", "args": {"secret": 's"3'}}, False),
        ({"type": "generic", "args": {"cmd": "go", "secret": 's"3'}}, True),
        ({"type": "generic", "args": {"secret": 's"3'}}, False),
        ({"type": "email", "subject": "go"}, False),
    ],
)
def test_command_and_secret_become_a_filter(event, passes):
    where = order("eventfilters", cmd="go", secret='s"3').where

    assert compile_filter(where, source="").holds(context(event=event)) is passes


@pytest.mark.parametrize(
    ("block", "item", "why"),
    [
        ("actions", "install", "write `- action: NAME`"),
        ("actions", {}, "action: '' names no action"),
        ("actions", {"action": "a-b"}, "action: 'a-b' names no action"),
        ("actions", {"action": "a", "actr": "x"}, r"unknown key actr \(did you mean actor\?\)"),
        ("actions", {"action": "a", "recurring": "0s"}, "'0s' is no time at all"),
        ("actions", {"action": "a", "recurring": "soon"}, "'soon' is not a duration"),
        ("actions", {"action": "a", "actor": "("}, "unterminated subpattern"),
        ("eventfilters", {"action": "a", "channel": "emai"}, r"unknown channel emai \(did"),
    ],
)
def test_what_is_no_order_is_told(block, item, why):
    with pytest.raises(InputError, match=f"^1.yaml:7: {block}: .*{why}"):
        read_order(block, item, "1.yaml:7")


def test_an_order_is_for_the_services_that_have_its_action():
    changed, scheduled = obey([order(action="probe")], RECORDS, TEMPLATES)

    assert scheduled == [("node!a", "probe")]
    assert list(changed) == ["node!a"]


@pytest.mark.parametrize("recurring", ["5m", "never"])
def test_what_the_clock_does_is_not_scheduled_for_a_run(recurring):
    assert obey([order(recurring=recurring)], RECORDS, TEMPLATES)[1] == []


@pytest.mark.parametrize("block", ["actions", "eventfilters"])
def test_an_action_that_none_of_them_has_is_told_with_the_nearest(block):
    with pytest.raises(InputError) as told:
        obey([order(block, action="instal", actor="web")], RECORDS, TEMPLATES)

    wanted = "1.yaml:7: t/web/actions.py has no action instal (did you mean install?)"
    assert str(told.value) == wanted


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"action": "instal"}, ["t/web/actions.py has no action instal (did you mean install?)"]),
        ({"actor": "nod"}, ["there is no service of a template nod"]),
        ({"action": "probe"}, []),
        ({"actor": "node.docker", "service": "c"}, []),
    ],
)
def test_an_order_without_hope_is_told_though_not_all_services_are_known(fields, why):
    known = {"web!a": RECORDS["web!a"]}

    assert hopeless([order(**fields)], known, TEMPLATES) == [f"1.yaml:7: {one}" for one in why]


def test_a_standard_action_that_is_not_written_is_fine_and_not_scheduled():
    changed, scheduled = obey([order(action="monitor", actor="web")], RECORDS, TEMPLATES)

    assert scheduled == []
    assert list(changed) == ["web!a"]


def test_a_service_whose_template_is_gone_is_not_meant():
    with pytest.raises(InputError, match="there is no service of a template web"):
        obey([order(actor="web")], RECORDS, {})


def test_what_the_same_blueprints_ordered_before_is_taken_back():
    orders = [order("eventfilters", channel="alarm"), order(recurring="5m")]
    changed, _ = obey(orders, RECORDS, TEMPLATES)

    assert without(changed, ["1.yaml"]) == {}
    assert without(changed, ["2.yaml"]) == RECORDS
    assert without(RECORDS, []) == {}


def test_what_other_blueprints_ordered_stays_in_their_order():
    second = read_order("eventfilters", {"action": "install", "channel": "eco"}, "2.yaml:1")
    first = order("eventfilters", channel="alarm")
    both, _ = obey([first, second], RECORDS, TEMPLATES)
    again, _ = obey([first], without(both, ["2.yaml"]), TEMPLATES)

    assert [one.source for one in both["web!a"].listens] == ["1.yaml", "2.yaml"]
    assert again == both
