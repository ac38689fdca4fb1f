import pytest

from cockpit.ays import hrd
from cockpit.ays.service_lines import Recurring, ServiceLines


def lines(text):
    found = hrd.parse(text, source="service.hrd")
    made = ServiceLines(found)
    for entry in found.entries():
        made.read(entry)
    return made


def refusals(text):
    return [(one.source, one.why) for one in lines(text).refusals]


@pytest.mark.parametrize("order", [1, -1])
def test_a_filter_belongs_to_its_event_type(order):
    both = ["events.email = notify", 'events.mail.where = event.subject == "x, y # z"'][::order]
    made = lines("\n".join([*both, "events.eco = log"]))

    assert {type_: one.text for type_, one in made.filters.items()} == {
        "email": 'event.subject == "x, y # z"'
    }
    assert list(made.subscriptions) == (["email", "eco"])
    assert made.refusals == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("events.email.where = evnt.x == 1", "unknown name evnt (did you mean event?)"),
        ("events.email.where = event..x", "'event..x' is no CEL: 1:7: Syntax error"),
        ("events.email.wher = true", "events.email.wher means nothing"),
    ],
)
def test_a_filter_that_cannot_be_followed_turns_its_event_type_off(line, why):
    made = lines(f"events.email = notify\n{line}\nevents.eco = log\nexpects.email = 1h\n")
    (refusal,) = made.refusals

    assert refusal.why.startswith(why)
    assert refusal.why.endswith("so events.email is off")
    assert (list(made.subscriptions), made.expects_s) == (["eco"], {})


@pytest.mark.parametrize(
    ("text", "period_s", "written"),
    [
        ("recurring.check = 1m", 60, "1m"),
        ("recurring.check = '15m'", 900, "15m"),
        ('recurring.check = "5m"', 300, "5m"),
        ("recurring.check =\n    period: 1m,\n    log: True,\n", 60, "1m"),
        ("recurring.check =\n    period: 90,\n    log: False,\n", 90, "90s"),
    ],
)
def test_what_recurs_is_read_in_every_shape_of_ays_8(text, period_s, written):
    made = lines(text)

    assert made.refusals == []
    wanted = Recurring("check", period_s, "service.hrd:1", text=written)
    assert made.recurring == {"check": wanted}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("recurring.check = 90", "'90' is not a duration"),
        ("recurring.check = 0s", "'0s' is no time at all"),
        ("recurring.check =\n    period: 0,\n    log: True,\n", "'0s' is no time at all"),
        ("expects.email = 0h", "'0h' is no time at all"),
        ("timeout.check = 0s", "'0s' is no time at all"),
        ("recurring.check = soon", "'soon' is not a duration"),
        ("recurring.check =\n    log: True,\n", "recurring.check has no period"),
        ("recurring.do-it = 1m", "'do-it' cannot be the name of an action"),
        ("misfire.check = never", "misfire is skip or once or all, not 'never'"),
        ("expects.emai = 1h", "unknown event type emai (did you mean email?)"),
        ("expects.email = daily", "'daily' is not a duration"),
    ],
)
def test_a_line_that_cannot_be_followed_is_refused(text, why):
    (found,) = refusals(text)

    assert found[0] == "service.hrd:1"
    assert found[1].startswith(why)


@pytest.mark.parametrize("order", [1, -1])
def test_a_misfire_policy_belongs_to_its_action(order):
    both = ["recurring.Check = 1m", "misfire.check = skip"][::order]

    assert lines("\n".join(both)).recurring["Check"].misfire == "skip"


def test_what_is_expected_is_told_by_event_type():
    assert lines("expects.mail = 24h\nexpects.alarm = 10s").expects_s == {
        "email": 86400,
        "alarm": 10,
    }


def test_the_subscriptions_of_early_8_1_are_told_how_to_be_written():
    made = lines("event.telegram.install =\n    log: True,\n")

    assert made.warnings == ["service.hrd:1: event.telegram.install: write events.<type>, ignored"]


def test_other_lines_are_their_authors():
    made = lines("process.1 =\n    name: x,\n\nrecurring = 1\nowner = ann\n")

    assert (made.refusals, made.warnings, made.recurring) == ([], [], {})


def test_a_variable_stands_for_its_value():
    made = lines(
        "per = 1h\none = b\nhow = skip\nfew = 2\n"
        "recurring.a = $(per)\nrecurring.b =\n    period: $(per),\n    log: True,\n\n"
        "misfire.a = '$(how)'\ntimeout.a = $(per)\nretries.a = $(few)\nexpects.eco = $(per)\n"
        "events.eco = a, $(one)\n"
        "events.eco.where = event.subject == '$(per)'\n"
    )

    assert made.refusals == []
    assert [(one.period_s, one.text) for one in made.recurring.values()] == [(3600, "1h")] * 2
    assert made.recurring["a"].misfire == "skip"
    assert (made.timeouts_s, made.retry_counts) == ({"a": 3600}, {"a": 2})
    assert made.expects_s == {"eco": 3600}
    assert [one.action for one in made.subscriptions["eco"]] == ["a", "b"]
    assert made.filters["eco"].text == "event.subject == '$(per)'"


def test_a_variable_that_leads_nowhere_is_refused_with_its_line():
    first, second = refusals("recurring.a = $(per)\nrecurring.b = $(recurring.b)\n")

    assert (first[0], first[1][:28]) == ("service.hrd:1", "'$(per)' is not a duration: ")
    assert (second[0], second[1][:30]) == ("service.hrd:2", "the variables run in a circle:")
