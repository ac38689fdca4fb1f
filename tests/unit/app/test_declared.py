import tomllib

import pytest

from cockpit.access.person import person
from cockpit.app.declared import declared

FILE = """
[people.ann]
mail = "ann@there"
role = "admin"
groups = ["ops"]
[people.bob]
telegram = "@bobby"
telegram_id = 77
[calendars.oncall]
timezone = "Europe/Brussels"
shifts = [{from = "08:00", to = "20:00", who = ["ann", "bob"]}]
[calendars.oncall.instead]
2026-12-25 = ["bob"]
"""


def read(text):
    problems = []
    return declared(tomllib.loads(text), len, problems), problems


def test_people_and_calendars_are_read():
    found, problems = read(FILE)

    assert problems == []
    assert found.people == [
        person("ann", mail="ann@there", role="admin", groups=["ops"], origin="cockpit.toml"),
        person("bob", telegram="bobby", telegram_id=77, origin="cockpit.toml"),
    ]
    assert found.calendars["oncall"].names() == {"ann", "bob"}


def test_without_sections_nobody_is_there():
    found, problems = read("")

    assert (found.people, found.calendars, problems) == ([], {}, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("people = 1", "cockpit.toml:1: people: expected [people.NAME]"),
        ("people.ann = 1", "cockpit.toml:2: people.ann: expected a section [people.ann]"),
        ("[people.ann]\nmial = 'x'", "people.ann: mial: unknown key (did you mean mail?)"),
        ("[people.ann]\nmail = 1", "people.ann: mail: expected a text"),
        ("[people.ann]\ntelegram_id = '7'", "people.ann: telegram_id: expected a whole number"),
        ("[people.ann]\ntelegram_id = true", "people.ann: telegram_id: expected a whole number"),
        ("[people.ann]\ntelegram_id = -7", "people.ann: telegram_id: -7 is no id of a user"),
        (
            "[people.ann]\ntelegram_id = 7\n[people.bob]\ntelegram_id = 7",
            "people.bob: telegram_id: 7 is that of ann",
        ),
        ("[people.ann]\ngroups = 'ops'", "people.ann: groups: expected a list of texts"),
        ("[people.ann]\nrole = 'king'", "people.ann: role: 'king' is none of"),
        (
            "[calendars.x]\nrotate = 'year'\nshifts = [{who = ['ann']}]",
            "calendars.x: rotate: 'year' is none of day, week",
        ),
        ("[people.ann]\ngroups = ['x']\n[people.x]", "x would be a person and a group"),
    ],
)
def test_every_mistake_is_named_with_its_place(text, problem):
    _, (told,) = read(text)

    assert told.startswith("cockpit.toml:")
    assert problem in told


def test_all_mistakes_are_told_at_once():
    _, problems = read(
        "[people.a]\nmail = 'x'\nrole = 'y'\ntelegramm = 'ann'\n[people.b]\ntelegram = 'a b'\n"
        "[calendars.c]\nshifts = [{who = ['b', 'a']}]\n"
    )

    assert [one.split(": ")[1:3] for one in problems] == [
        ["people.a", "telegramm"],
        ["people.a", "mail"],
        ["people.a", "role"],
        ["people.b", "telegram"],
    ]


def test_a_calendar_may_name_whom_the_file_does_not():
    found, problems = read("[people.ann]\n[calendars.x]\nshifts = [{who = ['anna']}]")
    (warning,) = found.warnings

    assert (problems, list(found.calendars)) == ([], ["x"])
    assert "calendars.x: there is no [people.anna] (did you mean ann?)" in warning
