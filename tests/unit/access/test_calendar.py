from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.access.calendar import calendar
from cockpit.errors import InputError

THREE = {
    "timezone": "Europe/Brussels",
    "shifts": [
        {"from": "06:00", "to": "14:00", "who": ["ann", "bob"]},
        {"from": "14:00", "to": "22:00", "who": ["bob", "eve"]},
        {"from": "22:00", "to": "06:00", "who": ["eve", "ann"]},
    ],
}


def on_duty(found, text):
    return calendar(found).duty(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("at", "people"),
    [
        ("2026-11-24T05:59+01:00", ("eve", "ann")),
        ("2026-11-24T06:00+01:00", ("ann", "bob")),
        ("2026-11-24T13:59+01:00", ("ann", "bob")),
        ("2026-11-24T14:00+01:00", ("bob", "eve")),
        ("2026-11-24T22:00+01:00", ("eve", "ann")),
        ("2026-07-24T05:59+02:00", ("eve", "ann")),
        ("2026-07-24T06:00+02:00", ("ann", "bob")),
    ],
)
def test_three_shifts_a_day_with_a_backup(at, people):
    assert on_duty(THREE, at) == people


@given(st.integers(0, 2**32))
def test_somebody_is_always_on_duty_in_three_shifts(epoch):
    assert len(calendar(THREE).duty(epoch)) == 2


@pytest.mark.parametrize("at", ["2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00"])
def test_the_hour_that_comes_twice_belongs_to_the_night(at):
    assert on_duty(THREE, at) == ("eve", "ann")


def test_a_night_belongs_to_the_day_on_which_it_began():
    night = {"shifts": [{"from": "22:00", "to": "06:00", "who": ["ann"], "days": ["mon"]}]}

    assert on_duty(night, "2026-11-23T23:00+00:00") == ("ann",)
    assert on_duty(night, "2026-11-24T05:00+00:00") == ("ann",)
    assert on_duty(night, "2026-11-24T23:00+00:00") == ()
    assert on_duty(night, "2026-11-23T05:00+00:00") == ()


@pytest.mark.parametrize(("rotate", "days"), [("day", 1), ("week", 7)])
def test_the_list_moves_on(rotate, days):
    found = calendar({"rotate": rotate, "shifts": [{"who": ["a", "b", "c"]}]})
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
    firsts = [found.duty(monday + n * days * 86400)[0] for n in range(4)]

    assert sorted(firsts[:3]) == ["a", "b", "c"]
    assert firsts[0] == firsts[3]
    assert found.duty(monday + (days - 1) * 86400) == found.duty(monday)


def test_somebody_stands_in_on_a_date():
    found = THREE | {"instead": {"2026-12-25": ["zoe"]}}

    assert on_duty(found, "2026-12-25T12:00+01:00") == ("zoe",)
    assert on_duty(found, "2026-12-26T12:00+01:00") == ("ann", "bob")


def test_it_tells_whom_it_names():
    found = calendar(THREE | {"instead": {"2026-12-25": ["zoe"]}})

    assert found.names() == {"ann", "bob", "eve", "zoe"}


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"timezone": "Mars/Base"}, "there is no time zone 'Mars/Base'"),
        ({"timezone": 1}, "there is no time zone 1"),
        ({"timezone": "Europe/Brussel"}, r"'Europe/Brussel' \(did you mean Europe/Brussels\?\)"),
        ({"shift": []}, r"^shift: unknown key \(did you mean shifts\?\)"),
        ({"rotate": "day"}, "shifts: expected a list such as"),
        ({"shifts": [1]}, "shift 1: expected a table such as"),
        (
            {"shifts": [{"who": ["a"]}, {"who": ["a"], "day": ["mon"]}]},
            r"shift 2: day: unknown.*days\?",
        ),
        (
            {"shifts": [{"who": ["a"], "form": "06:00"}]},
            r"form: unknown key \(did you mean from\?\)",
        ),
        ({"shifts": [{"from": "6", "who": ["a"]}]}, "from: '6' is no time of day"),
        ({"shifts": [{"to": "25:00", "who": ["a"]}]}, "to: '25:00' is no time of day"),
        ({"shifts": [{"who": []}]}, "shift 1: who: expected a list of names"),
        ({"shifts": [{"who": ["a"], "days": ["funday"]}]}, "days: 'funday' is none of mon, tue"),
        ({"rotate": "year"}, "rotate: 'year' is none of day, week"),
        ({"instead": {"christmas": ["a"]}}, r"instead.christmas: 'christmas' is no date"),
    ],
)
def test_what_is_no_calendar_is_refused(found, message):
    with pytest.raises(InputError, match=message):
        calendar(found)


def test_all_mistakes_are_told_at_once():
    shifts = [{"who": ["a"], "form": "06:00", "day": ["mon"]}, {}]
    with pytest.raises(InputError) as told:
        calendar({"rotate": "month", "shifts": shifts, "instead": {"x": 1}})

    keys = [line.split(": ")[0] for line in str(told.value).splitlines()]
    assert keys == ["shifts", "shifts", "shifts", "rotate", "instead.x", "instead.x"]
