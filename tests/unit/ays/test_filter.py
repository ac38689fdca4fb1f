import pytest

from cockpit.ays.filter import compile_filter, context
from cockpit.errors import InputError

EVENT = {
    "from": "ann@there",
    "subject": "Disk full",
    "to": ["a", "b"],
    "args": {"n": 3},
    "epoch": 5,
}
SERVICE = {"key": "web!main", "role": "web", "instance": "main", "repo": "desk"}


def holds(text, **event):
    found = compile_filter(text, source="service.hrd:1")
    return found.holds(context(event=EVENT | event, service=SERVICE, hrd={"ssh.port": 22}))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("true", True),
        ("event.subject == 'Disk full'", True),
        ('event.subject == "disk"', False),
        ("event.from.endsWith('@there')", True),
        ("event['from'] == 'ann@there'", True),
        ("event.subject.matches('(?i)disk')", True),
        ("'a' in event.to && size(event.to) == 2", True),
        ("event.to.exists(one, one == 'c')", False),
        ("event.to.map( x , x + '!').exists_one(y, event.to.all(z, z + '!' != y))", False),
        ("event.to.filter(x, x == 'a').size() == 1", True),
        ("event.args.n > 2", True),
        ("has(event.args.m)", False),
        ("has(event.args.m) && event.args.m == 1", False),
        ("service.role == 'web' && service.key == 'web!main'", True),
        ("hrd['ssh.port'] == 22", True),
        ("  event.epoch == 5  ", True),
        ("'event.epoch == 5'", True),
        ("\"event.subject == 'Disk full'\"", True),
    ],
)
def test_a_filter_is_an_expression(text, result):
    assert holds(text) is result


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("event.", "is no CEL: 1:7: Syntax error"),
        ("", "is no CEL"),
        ("evnt.subject == 'x'", r"unknown name evnt \(did you mean event\?\)"),
        ("event.cc.exists(c, c == owner)", "unknown name owner"),
        ("event.cc.exists(c, event.to.all(t, t == c && d))", "unknown name d"),
        ("event.subject.contain('x')", r"unknown function contain \(did you mean contains\?\)"),
    ],
)
def test_what_is_no_filter_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        compile_filter(text, source="service.hrd:1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("event.nope == 1", "event.nope == 1: there is no field 'nope'"),
        ("event.epoch + 'x' == 'y'", "No such overload"),
        ("event.subject", "'Disk full', not true or false"),
        ("1", "1, not true or false"),
    ],
)
def test_a_filter_that_cannot_answer_says_why(text, message):
    with pytest.raises(InputError, match=message):
        holds(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("true", set()),
        ("event.epoch == 1", {"event"}),
        ("event.epoch == hrd.x", {"event", "hrd"}),
        ("event.to.all(x, x == service.key)", {"event", "service"}),
    ],
)
def test_it_tells_what_it_asks_for(text, names):
    assert compile_filter(text, source="").names == names


@pytest.mark.parametrize(
    "text",
    ["event.service == service.key", "service.key == event.service", "event.service==service.key"],
)
def test_my_own_events_are_looked_up(text):
    found = compile_filter(text, source="")

    assert found.key(context(event={"service": "web!main"})) == "web!main"
    assert found.holds(context(event={"service": "web!main"}, service=SERVICE))


def test_no_other_filter_is_looked_up():
    assert compile_filter("event.service == service.role", source="").own is None


def test_a_missing_field_of_my_own_events_is_told():
    with pytest.raises(InputError, match="there is no field 'service'"):
        compile_filter("event.service == service.key", source="").key(context(event={}))
