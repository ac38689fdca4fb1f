import pytest

from cockpit import events
from cockpit.errors import InputError
from cockpit.events.telegram_args import ACTIONS, check

GIVEN = {"text": "x", "number": 1, "mapping": {}, "any": True}


def event(io, kind, /, **args):
    return events.Telegram(io=io, action=kind, args=args)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: f"{one.io} {one.name}")
def test_each_action_takes_what_the_table_says_and_misses_what_is_required(action):
    whole = {arg.name: GIVEN[arg.kind] for arg in action.args}
    check(event(action.io, action.name, **whole))
    for arg in action.args:
        less = {name: value for name, value in whole.items() if name != arg.name}
        if not arg.is_required:
            check(event(action.io, action.name, **less))
            continue
        with pytest.raises(InputError, match=rf"args\.{arg.name}: missing"):
            check(event(action.io, action.name, **less))


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"name": 7, "action": "x"}, r"args\.name: it is no text"),
        ({"name": "x", "action": ["x"]}, r"args\.action: it is no text"),
        ({"action": "x"}, r"args\.name: missing"),
        ({"instance": "main", "action": "x"}, r"args\.name: missing"),
    ],
)
def test_what_does_not_fit_is_named(args, why):
    with pytest.raises(InputError, match=why):
        check(event("input", "service.execute", **args))


@pytest.mark.parametrize(
    "given",
    [
        event("input", "service.execute", service="node!cpu1", action="monitor"),
        event("input", "repo.create", repo_path="/x"),
        event("output", "message", text="hi"),
        event("output", "anything", x=1),
        event("input", "dance"),
        events.Alarm(service="a", method="b"),
    ],
)
def test_older_names_and_other_actions_are_taken(given):
    check(given)


def test_the_examples_of_the_specification_are_taken():
    check(event("input", "repo.create", name="env du-conv2"))
    check(event("input", "bp.create", name="1_nodes.yaml", content="here the content"))
    check(event("input", "service.execute", name="node!cpu1", action="monitor"))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"name": "a"}, "a"),
        ({"repo_path": "b"}, "b"),
        ({"name": "a", "repo_path": "b"}, "a"),
        ({}, ""),
    ],
)
def test_an_argument_has_several_names(args, told):
    event = events.Telegram(io="input", action="repo.create", args=args)

    assert events.argument(event, "name") == told
    assert events.argument(event, "what") == ""
