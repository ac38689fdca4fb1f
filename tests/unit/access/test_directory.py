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


def ids(directory):
    return {one.name: one.telegram_id for one in directory.people() if one.telegram_id}


def test_a_person_is_tied_to_a_user_of_telegram(directory):
    directory.link("bob", 7)

    assert directory.by_telegram(7) == directory.get("bob") == directory.find("bob")
    assert directory.get("bob").telegram_id == 7
    assert names(directory.audience("dev").to) == ["bob"]
    assert directory.audience("dev").to[0].is_reachable
    assert (directory.by_telegram(8), directory.by_telegram(0)) == (None, None)


def test_a_person_has_one_id_and_an_id_one_person(directory):
    directory.link("ann", 7)
    directory.link("ann", 8)
    assert ids(directory) == {"ann": 8}
    directory.link("bob", 8)

    assert ids(directory) == {"bob": 8}


def test_a_person_is_tied_to_nobody_any_more(directory):
    directory.link("ann", 7)
    directory.unlink("ann")
    directory.unlink("ann")

    assert ids(directory) == {}


def test_who_is_changed_stays_tied_and_who_is_new_is_not(directory):
    directory.link("ann", 7)
    directory.put(person("ann", mail="new@there"))
    assert (ids(directory), directory.get("ann").mail) == ({"ann": 7}, "new@there")
    directory.remove("ann")
    directory.put(person("ann"))

    assert ids(directory) == {}


def test_a_person_may_be_added_with_an_id(directory):
    directory.put(person("eve", telegram_id=7))
    directory.link("eve", 8)
    directory.put(person("eve"))

    assert ids(directory) == {"eve": 8}


def test_who_stands_in_the_file_stays_tied_until_they_do_not(directory):
    eve = person("eve", origin=DECLARED)
    directory.declare([eve], {})
    directory.link("eve", 7)
    directory.declare([eve], {})
    assert ids(directory) == {"eve": 7}
    directory.declare([], {})
    directory.declare([eve], {})

    assert ids(directory) == {}


def test_what_the_file_says_counts_first(directory):
    directory.link("ann", 7)
    directory.link("bob", 8)
    directory.declare([person("eve", telegram_id=7, origin=DECLARED)], {})

    assert ids(directory) == {"bob": 8, "eve": 7}


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda d: d.link("ann", 7), r"ties eve to the Telegram id 7: change \[people.eve\]"),
        (lambda d: d.put(person("zoe", telegram_id=7)), "ties eve to the Telegram id 7"),
        (lambda d: d.link("eve", 8), "ties eve to the Telegram id 7"),
        (lambda d: d.unlink("eve"), "ties eve to the Telegram id 7"),
        (lambda d: d.link("zoe", 9), "nobody called zoe"),
        (lambda d: d.unlink("zoe"), "nobody called zoe"),
        (lambda d: d.link("ann", 0), "0 is no id"),
        (lambda d: d.link("ann", 2**52 + 1), "is no id"),
    ],
)
def test_who_cannot_be_tied_is_told_why(directory, act, what):
    directory.declare([person("eve", telegram_id=7, origin=DECLARED)], {})

    with pytest.raises(InputError, match=what):
        act(directory)
    assert ids(directory) == {"eve": 7}
    directory.link("eve", 7)
    assert directory.find("zoe") is None
