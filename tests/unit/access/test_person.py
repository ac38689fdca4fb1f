import pytest

from cockpit.access.person import clashes, person
from cockpit.errors import InputError


def test_a_person_has_ways_to_be_reached_a_role_and_groups():
    ann = person("ann", mail="a@b", telegram="@ann_b", role="operate", groups=["ops", "ops", "dev"])

    assert (ann.mail, ann.telegram, ann.role, ann.groups) == (
        "a@b",
        "ann_b",
        "operate",
        ("ops", "dev"),
    )
    assert ann.is_reachable


def test_a_person_may_be_out_of_reach():
    assert not person("ann").is_reachable
    # A user name is no address: Telegram writes to ids.
    assert not person("ann", telegram="ann_b").is_reachable


def test_who_has_an_id_of_telegram_can_be_reached():
    assert person("ann", telegram_id=2**52).is_reachable


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("", {}, "name: '' has other than"),
        ("an/n", {}, "name: 'an/n'"),
        ("ann", {"groups": ["a b"]}, "group: 'a b'"),
        ("ann", {"mail": "a"}, "mail: 'a' is no address"),
        ("ann", {"mail": "a@b\n"}, "is no address"),
        ("ann", {"telegram": "a b"}, "telegram: 'a b' is no user name"),
        ("ann", {"telegram_id": -1}, "telegram_id: -1 is no id of a user"),
        ("ann", {"telegram_id": 2**52 + 1}, "is no id of a user"),
        ("ann", {"role": "king"}, "role: 'king' is none of read, operate, admin"),
    ],
)
def test_fields_that_are_not_sound_are_named(name, fields, message):
    with pytest.raises(InputError, match=message):
        person(name, **fields)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(InputError) as told:
        person("a b", mail="x", role="king")

    assert len(str(told.value).splitlines()) == 3


def test_a_name_means_one_thing():
    people = [person("ann", groups=["ops"]), person("ops"), person("oncall")]

    found = clashes(people, ["oncall", "nights"])

    assert found == {
        "ops": "ops would be a person and a group: choose another name",
        "oncall": "oncall would be a person and a calendar: choose another name",
    }
