import pytest

import builders
from cockpit import events
from cockpit.bus import Log
from cockpit.errors import InputError
from cockpit.robot import Search, Wanted, event_filter, split_types, wants
from cockpit.robot.search import MOST_BYTES


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def alarms(log):
    """Ten alarms: every third is critical."""
    severities = ["critical" if number % 3 == 0 else "" for number in range(10)]
    return [log.append(builders.an_alarm(severity=one)).id for one in severities]


CRITICAL = Wanted(where='event.severity == "critical"')


def ids(found):
    return [event.id for event in found.events]


def test_a_page_ends_at_its_limit_and_tells_where_to_go_on(log, alarms):
    search = Search(log, Wanted())
    first = search.page(4)
    second = search.page(4, before=first.edge)
    third = search.page(4, before=second.edge)

    assert ids(first) + ids(second) + ids(third) == alarms[::-1]
    assert (second.edge, third.edge) == (alarms[2], "")


@pytest.mark.usefixtures("alarms")
def test_a_page_that_is_just_full_is_the_last(log):
    assert Search(log, Wanted()).page(10).edge == ""
    assert Search(log, CRITICAL).page(4).edge == ""


@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_pages_of_what_a_filter_lets_through_miss_nothing(log, alarms, step):
    search = Search(log, CRITICAL, step=step)
    backwards, forwards = [], []
    before, after = "", "0"
    while True:
        page = search.page(2, before=before)
        backwards += ids(page)
        if not (before := page.edge):
            break
    while True:
        page = search.page(2, after=after)
        forwards += ids(page)
        if not (after := page.edge):
            break

    assert forwards == alarms[::3]
    assert backwards == forwards[::-1]


def test_new_events_do_not_move_the_pages(log, alarms):
    search = Search(log, Wanted())
    first = search.page(5)
    log.append(builders.an_alarm())

    assert ids(first) + ids(search.page(9, before=first.edge)) == alarms[::-1]


def test_it_looks_at_so_many_and_goes_on_from_there(log, alarms):
    search = Search(log, Wanted(where="false"), step=2)
    page = search.page(5, most_looked=4)

    assert (page.events, page.edge) == ([], alarms[6])


def test_when_time_is_over_it_tells_where_it_is(log, alarms):
    page = Search(log, Wanted(where="false"), step=2).page(5, patience_s=0)

    assert page.edge == alarms[8]


def test_pages_of_large_events_are_short(log):
    ids_ = [log.append(builders.an_alarm(msg="x" * (MOST_BYTES // 3))).id for _ in range(5)]
    page = Search(log, Wanted(), step=2).page(5)

    assert (ids(page), page.edge) == (ids_[:1:-1], ids_[2])


def test_types_and_time_choose(log, pipe):
    for ms, type_ in ((1000, "alarm"), (2000, "eco"), (3000, "generic"), (4000, "alarm")):
        raw = events.encode(events.example(type_))
        pipe.call("XADD", f"ckpt.{type_}", f"{ms}-0", "event", raw)

    found = Search(log, Wanted(type="alarm, eco", since=2, until=4)).page(9)
    assert ids(found) == ["eco-2000-0"]


def test_an_event_that_lacks_a_field_is_not_meant():
    wanted = event_filter('event.subject == "x"')

    assert wants(wanted, events.Email(subject="x"))
    assert not wants(wanted, builders.an_alarm())
    assert wants(event_filter(""), builders.an_alarm())


def test_fields_may_be_named_without_their_event():
    wanted = event_filter('severity == "critical" && event.service == service')

    assert wants(wanted, builders.an_alarm(severity="critical"))
    assert not wants(wanted, builders.an_alarm(severity="warning"))
    assert not wants(wanted, events.Email(subject="x"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("event.", "where: 'event.' is no CEL"),
        ("hrd.owner == service.key", "where: hrd is not known here"),
        ("nothing == 1", "where: unknown name nothing"),
        ("[1].all(a, [2].all(b, true))", "where: a list within a list"),
        (f"event.msg == '{'x' * 2000}'", "where: a filter may have 2000 characters"),
    ],
)
def test_a_filter_that_asks_for_more_than_the_event_is_refused(text, what):
    with pytest.raises(InputError, match=what):
        event_filter(text)


def test_types_are_named_with_commas():
    assert split_types("eco, alarm,eco") == ("eco", "alarm")
    assert split_types("") == split_types(" , ") == events.TYPES
    with pytest.raises(InputError, match="type: 'emai' is no type"):
        split_types("alarm,emai")
