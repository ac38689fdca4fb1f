import pytest

from cockpit.events import kinds, spelling


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [(kind, old, new) for kind, names in spelling.OLD_NAMES.items() for old, new in names.items()],
)
def test_an_old_name_becomes_todays(kind, old, new):
    assert new in kinds.attributes(kinds.BY_TYPE[kind])
    assert spelling.today({"type": kind, old: 5})[new] == 5
    assert spelling.may_be_old(kind, f'{{"{old}": 5}}'.encode())


def test_todays_name_wins_in_any_order():
    old_last = spelling.today({"type": "email", "from": "new", "sender": "old"})
    old_first = spelling.today({"type": "email", "sender": "old", "from": "new"})

    assert old_last["from"] == old_first["from"] == "new"
    assert "sender" not in old_last


@pytest.mark.parametrize(
    ("given", "kind"),
    [("Generic", "generic"), ("mail", "email"), ("Mail", "email"), ("ECO", "eco"), ("x", "x")],
)
def test_types_of_other_days(given, kind):
    assert spelling.today({"type": given})["type"] == kind


def test_a_number_without_a_fraction_is_whole():
    found = spelling.today({"type": "alarm", "epoch": 7.0, "gid": 7.5, "nid": 1e300})

    assert [type(found[name]) for name in ("epoch", "gid", "nid")] == [int, float, float]


def test_null_counts_as_left_out():
    assert spelling.today({"type": "email", "subject": None, "sender": None}) == {"type": "email"}


def test_a_missing_type_stays_missing_and_an_odd_one_stays_odd():
    assert spelling.today({"sender": "a"}) == {"sender": "a"}
    assert spelling.today({"type": 3}) == {"type": 3}


def test_text_of_many_becomes_a_list():
    assert spelling.today({"type": "email", "to": "a, b,", "cc": ""}) == {
        "type": "email",
        "to": ["a", "b"],
        "cc": [],
    }
    assert spelling.today({"type": "generic", "tags": "a,b"})["tags"] == ["a", "b"]


def test_eco_lists_and_mappings_become_text():
    eco = spelling.today(
        {"type": "eco", "tags": ["a", 1], "extra": {"k": [1]}, "eco_type": "perf", "state": "new"}
    )

    assert eco["tags"] == "a, 1"
    assert eco["extra"] == '{"k":[1]}'
    assert eco["eco_type"] == "PERFORMANCE"
    assert eco["state"] == "NEW"


def test_what_has_no_old_name_is_never_suspected():
    assert not spelling.may_be_old("email", b'{"type":"email","from":"a sender","meta":{"a":1}}')
    assert not spelling.may_be_old("generic", b'{"sender":1,"occurrences":2}')


@pytest.mark.parametrize("name", ["eco_type", "state", "tags", "extra"])
@pytest.mark.parametrize("odd", [{}, [], 3, True])
def test_what_is_no_word_passes_or_becomes_text(name, odd):
    assert spelling.today({"type": "eco", name: odd})[name] in (odd, "", "{}")
