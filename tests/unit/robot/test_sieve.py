import itertools

import pytest

from builders import an_alarm
from cockpit.ays.filter import compile_filter
from cockpit.robot.sieve import MOST_TOLD, Listener, Match, Refused, Sieve

LINES = itertools.count(1)


def a_filter(text):
    return compile_filter(text, source=f"service.hrd:{next(LINES)}")


def a_listener(key="web!main", filter_=None, expects_ms=0, template="web"):
    match = Match("desk", key, "act")
    return Listener("desk", key, template, [match], expects_ms, filter_)


def a_sieve(*listeners, data=None):
    return Sieve(listeners, data=data or (lambda _: pytest.fail("nobody asks for data")))


def keys(sifted):
    return [match.service for match in sifted.matches]


def test_without_filters_all_are_called():
    found = a_sieve(a_listener("a!1"), a_listener("b!1")).sift(an_alarm())

    assert (keys(found), found.refused, found.failed) == (["a!1", "b!1"], [], [])


def test_the_order_of_services_stays():
    yes, no = a_filter("event.epoch == 7"), a_filter("event.epoch == 8")
    listeners = [
        a_listener("a!1", yes),
        a_listener("b!1"),
        a_listener("c!1", no),
        a_listener("d!1", a_filter("event.epoch == 7")),
        a_listener("e!1", a_filter("service.key == 'e!1'")),
        a_listener("f!1"),
    ]

    assert keys(a_sieve(*listeners).sift(an_alarm())) == ["a!1", "b!1", "d!1", "e!1", "f!1"]


def test_a_filter_that_says_no_is_told_with_its_place():
    no = a_filter("event.epoch == 8")
    (refused,) = a_sieve(a_listener("a!1", no), a_listener("a!2", no)).sift(an_alarm()).refused

    assert refused == Refused("desk", "web", no.source, "the filter says no: event.epoch == 8")


def test_the_same_text_in_two_templates_is_asked_once_and_told_for_both():
    a, b = a_filter("event.epoch == 8"), a_filter("event.epoch == 8")
    found = a_sieve(a_listener("a!1", a), a_listener("b!1", b, template="other")).sift(an_alarm())

    assert [(one.template, one.line) for one in found.refused] == [
        ("web", a.source),
        ("other", b.source),
    ]


def test_my_own_events_are_mine():
    own = a_filter("event.service == service.key")
    found = a_sieve(*(a_listener(f"web!{n}", own) for n in range(5))).sift(
        an_alarm(service="web!3")
    )
    (refused,) = found.refused

    assert keys(found) == ["web!3"]
    assert refused.why.startswith("the filter says no for 4 of its services")


def test_a_filter_sees_the_data_of_each_service():
    asked = []

    def data(paths):
        asked.append(paths)
        return [{"limit": int(path[-1])} for path in paths]

    listens = a_filter("event.epoch > hrd.limit")
    found = a_sieve(*(a_listener(f"web!{n}", listens) for n in (6, 7, 5)), data=data)

    assert keys(found.sift(an_alarm(epoch=7))) == ["web!6", "web!5"]
    assert asked == [["desk/web!6", "desk/web!7", "desk/web!5"]]


@pytest.mark.parametrize(
    "text", ["event.nope == 1", "event.nope == service.key", "event.nope == service.role"]
)
def test_a_filter_that_fails_refuses_only_its_own_services(text):
    found = a_sieve(a_listener("a!1", a_filter(text)), a_listener("b!1")).sift(an_alarm())
    (failed,) = found.failed

    assert keys(found) == ["b!1"]
    assert "there is no field 'nope'" in failed.why
    assert failed in found.refused


def test_a_filter_that_fails_for_many_services_is_told_once():
    bad = a_filter("event.nope == service.role")
    (failed,) = a_sieve(*(a_listener(f"a!{n}", bad) for n in range(9))).sift(an_alarm()).failed

    assert failed.why.startswith("a!0: event.nope")
    assert failed.why.endswith("(and 8 more services)")


def test_a_filter_that_is_neither_yes_nor_no_fails():
    found = a_sieve(a_listener("a!1", a_filter("event.epoch"))).sift(an_alarm())

    assert "7, not true or false" in found.failed[0].why


def test_only_so_many_that_say_no_are_told():
    several = [a_listener(f"a!{n}", a_filter(f"event.msg == '{n}'")) for n in range(MOST_TOLD + 9)]
    found = a_sieve(*several).sift(an_alarm())

    assert len(found.refused) == MOST_TOLD + 1
    assert found.refused[-1].why == "9 more filters say no"


def test_fields_that_are_empty_can_be_asked_for():
    assert keys(a_sieve(a_listener("a!1", a_filter("event.msg == ''"))).sift(an_alarm())) == ["a!1"]


def test_whoever_expected_it_waits_anew_if_it_got_through():
    yes, no = a_filter("event.epoch == 7"), a_filter("event.epoch == 8")
    listeners = [
        a_listener("a!1", yes, 10),
        a_listener("b!1", no, 20),
        a_listener("c!1", None, 30),
        a_listener("d!1"),
    ]

    assert a_sieve(*listeners).sift(an_alarm()).awaited == [("desk/a!1", 10), ("desk/c!1", 30)]
