from datetime import datetime

import pytest

from cockpit.access.calendar import calendar
from cockpit.access.directory import Directory
from cockpit.access.person import DECLARED, person
from cockpit.errors import InputError

NOON = datetime.fromisoformat("2026-11-24T12:00+00:00").timestamp()
ANN = person("ann", mail="ann@there", groups=["ops"])
BOB = person("bob", telegram="bobby", groups=["ops", "dev"])


@pytest.fixture
def directory(pipe):
    made = Directory(pipe, clock=lambda: NOON)
    made.put(BOB)
    made.put(ANN)
    return made


def names(found):
    return [one.name for one in found]


def test_people_are_listed_by_name(directory):
    assert directory.people() == [ANN, BOB]
    assert directory.get("ann") == ANN


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("ann, bob", ["ann", "bob"]),
        (["bob", "ops", "zoe"], ["bob", "ann"]),
        ("ann", ["ann"]),
        ("@ann", ["ann"]),
        ("ops", ["ann", "bob"]),
        ("dev", ["bob"]),
        ("ann@there", ["ann"]),
        ("@bobby", ["bob"]),
        ("oncall", []),
        ("", []),
    ],
)
def test_a_name_a_group_and_an_address_mean_people(directory, who, found):
    assert names(directory.audience(who).to) == found


def test_a_calendar_means_who_is_on_duty_and_can_be_reached(directory):
    oncall = calendar(
        {"shifts": [{"from": "08:00", "to": "16:00", "who": ["bob", "zoe", "eve", "ann"]}]}
    )
    eve = person("eve", mail="eve@there")
    directory.declare([eve], {"oncall": oncall})

    audience = directory.audience("oncall")
    assert (names(audience.to), names(audience.backup)) == (["eve"], ["ann"])
    assert names(directory.audience("ann, oncall").backup) == []
    assert directory.duties()[0].people == ("bob", "zoe", "eve", "ann")
    assert directory.duties(NOON + 12 * 3600)[0].people == ()


def test_a_person_who_goes_is_gone(directory):
    directory.remove("ann")

    with pytest.raises(InputError, match=r"nobody called ann"):
        directory.get("ann")
    with pytest.raises(InputError, match=r"nobody called bobb \(did you mean bob\?\)"):
        directory.remove("bobb")


def test_those_of_the_file_are_replaced_and_others_stay(directory):
    for name in ("eve", "zoe"):
        directory.declare([person(name, origin=DECLARED)], {})

    assert names(directory.people()) == ["ann", "bob", "zoe"]


def test_those_of_the_file_are_changed_there(directory):
    directory.declare([person("eve", origin=DECLARED)], {})

    for act in (lambda: directory.remove("eve"), lambda: directory.put(person("eve"))):
        with pytest.raises(InputError, match=r"eve stands in cockpit.toml: change \[people.eve\]"):
            act()


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (person("ops"), "ops would be a person and a group"),
        (person("oncall"), "oncall would be a person and a calendar"),
        (person("eve", groups=["ann"]), "ann would be a person and a group"),
        (person("eve", groups=["oncall"]), "oncall would be a group and a calendar"),
    ],
)
def test_a_name_means_one_thing(directory, made, what):
    directory.declare([], {"oncall": calendar({"shifts": [{"who": ["ann"]}]})})

    with pytest.raises(InputError, match=what):
        directory.put(made)
    directory.put(person("ann", mail="new@there", groups=["ops"]))


def test_calendars_may_name_whom_nobody_knows_yet(directory):
    directory.declare([], {"oncall": calendar({"shifts": [{"who": ["ann", "late"]}]})})
    assert directory.strangers() == ["calendar oncall names late, and nobody is called so"]
    directory.put(person("late"))

    assert directory.strangers() == []
