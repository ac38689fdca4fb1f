import msgspec
import pytest

from cockpit.eco.standing import (
    MOST_HISTORY,
    Ack,
    Rules,
    Silence,
    Wanted,
    heard,
    identity,
    passed,
    status_of,
)
from cockpit.events import Alarm

RULES = Rules(flap_changes=4, flap_window_s=100)


def an_alarm(n, status="firing", **fields):
    given = {"service": "web!a", "method": "monitor", "status": status, "id": f"alarm-{n}-0"}
    return Alarm(**(given | fields))


def after(*alarms, begin=None, now=1000.0):
    found = begin
    for alarm in alarms:
        found = heard(found, alarm, now, RULES)
    return found


def whats(found):
    return [one.what for one in found.history]


def test_service_method_labels_and_repository_make_an_alarm():
    one = identity(an_alarm(1, labels={"a": "1", "b": "2"}))

    assert one == identity(an_alarm(2, "resolved", labels={"b": "2", "a": "1"}, msg="other"))
    others = [
        an_alarm(1, service="web!b"),
        an_alarm(1, method="ping"),
        an_alarm(1, labels={"a": "1"}),
        an_alarm(1, labels={"a": "1", "b": "2"}, meta={"repo": "desk"}),
    ]
    assert len({one, *map(identity, others)}) == 5


@pytest.mark.parametrize(
    ("word", "status"),
    [("", "firing"), ("firing", "firing"), ("Resolved", "resolved"), ("odd", "firing")],
)
def test_only_one_word_resolves(word, status):
    assert status_of(an_alarm(1, word)) == status


def test_an_alarm_fires_and_is_resolved():
    fires = after(an_alarm(1, epoch=900, severity="critical", msg="down"))
    assert (fires.status, fires.since, fires.count, fires.severity) == (
        "firing",
        900,
        1,
        "critical",
    )

    over = after(an_alarm(2, "resolved", epoch=950), begin=fires)
    assert (over.status, over.since, over.first, over.count) == ("resolved", 950, 900, 2)
    assert (whats(over), over.msg) == (["firing", "resolved"], "down")


def test_one_that_only_repeats_keeps_when_it_began():
    found = after(an_alarm(1, epoch=900), an_alarm(2, epoch=950))

    assert (found.since, found.last, found.count, whats(found)) == (900, 950, 2, ["firing"])


def test_one_resolved_before_it_fired_is_kept_and_said():
    found = after(an_alarm(1, "resolved"))

    assert found.status == "resolved"
    assert found.history[0].note == "before it fired"


def test_an_older_event_moves_nothing():
    found = after(an_alarm(5, "resolved"))

    assert after(an_alarm(5, "resolved"), an_alarm(4), begin=found) == found


def test_ids_are_compared_as_numbers():
    assert after(an_alarm(9), an_alarm(10, "resolved")).status == "resolved"


def test_a_clock_that_goes_backwards_moves_the_last_time_not_back():
    assert after(an_alarm(1, epoch=900), an_alarm(2, epoch=100)).last == 900


def test_an_acknowledgement_ends_when_it_is_resolved_and_a_silence_does_not():
    begin = msgspec.structs.replace(
        after(an_alarm(1)), ack=Ack("ann", 1), silence=Silence(2000, "ann"), level=2, told=["bob"]
    )
    over = after(an_alarm(2, "resolved"), begin=begin)
    assert (over.ack, over.silence, over.told) == (None, Silence(2000, "ann"), ["bob"])

    again = after(an_alarm(3), begin=over)
    assert (again.level, again.told) == (0, [])


def test_flapping_is_said_once_and_ends_by_calm():
    words = ["firing", "resolved", "firing", "resolved", "firing"]
    found = after(*[an_alarm(n, word) for n, word in enumerate(words, 1)])

    assert found.flapping
    assert whats(found).count("flapping") == 1
    assert found.due(RULES) == 1000  # Somebody should hear of it at once.
    found = msgspec.structs.replace(found, unsaid=False)
    assert found.due(RULES) == 1100
    assert passed(found, 1099, RULES).flapping
    calm = passed(found, 1100, RULES)
    assert (calm.flapping, whats(calm)[-1], calm.due(RULES)) == (False, "calm", 0)


def test_while_it_flaps_nobody_is_told_anew():
    words = ["firing", "resolved", "firing", "resolved"]
    found = after(*[an_alarm(n, word) for n, word in enumerate(words, 1)])
    begin = msgspec.structs.replace(found, level=1, told=["ann"])

    assert after(an_alarm(9), begin=begin).told == ["ann"]


@pytest.mark.parametrize(("last", "awaits"), [("resolved", ["ann"]), ("firing", [])])
def test_once_it_is_calm_those_who_were_told_hear_that_it_is_over(last, awaits):
    words = ["firing", "resolved", "firing", "resolved", last]
    found = after(*[an_alarm(n, word) for n, word in enumerate(words, 1)])
    calm = passed(msgspec.structs.replace(found, told=["ann"]), 1100, RULES)

    assert calm.awaits == awaits


def test_a_silenced_one_that_flaps_is_said_after_its_silence():
    words = ["firing", "resolved", "firing", "resolved"]
    found = after(*[an_alarm(n, word) for n, word in enumerate(words, 1)])
    silenced = msgspec.structs.replace(found, silence=Silence(1050, "ann"))

    assert (silenced.due(RULES), found.due(RULES)) == (1050, 1000)


def test_slow_changes_are_no_flapping():
    found = None
    for n in range(10):
        found = after(an_alarm(n, ["firing", "resolved"][n % 2]), begin=found, now=n * 100.0)

    assert not found.flapping


def test_a_silence_that_is_over_goes():
    found = msgspec.structs.replace(after(an_alarm(1)), silence=Silence(1500, "ann"))

    assert found.is_silenced(1499)
    assert found.due(RULES) == 1500
    over = passed(found, 1500, RULES)
    assert (over.silence, whats(over)[-1]) == (None, "silence over")


def test_the_resolve_timer_runs_while_it_fires():
    found = after(an_alarm(1, meta={"ends": 1300}))

    assert found.due(RULES) == 1300
    assert after(an_alarm(2, "resolved"), begin=found).due(RULES) == 0


@pytest.mark.parametrize("ends", ["soon", -1, None, [1], 0])
def test_an_end_that_is_none_is_never(ends):
    assert after(an_alarm(1, meta={"ends": ends})).due(RULES) == 0


def test_the_history_and_all_texts_are_bounded():
    labels = {f"l{n}": "x" * 1000 for n in range(1000)}
    found = after(an_alarm(1, msg="x" * 10**6, service="s" * 10**6, labels=labels))
    for n in range(2, 400):
        found = after(an_alarm(n, ["firing", "resolved"][n % 2], labels=labels), begin=found)

    assert len(found.history) == MOST_HISTORY
    assert len(msgspec.json.encode(found)) < 100_000


def test_what_is_wanted():
    found = msgspec.structs.replace(
        after(an_alarm(1, severity="critical", msg="Disk full", labels={"host": "db7"})),
        ack=Ack("ann", 1),
    )
    fits = [
        Wanted(),
        Wanted(severity="critical", service="web!a", method="monitor"),
        Wanted(acked=True, silenced=False),
        Wanted(text="disk"),
        Wanted(text="DB7"),
    ]
    fits_not = [
        Wanted(severity="warning"),
        Wanted(service="web!b"),
        Wanted(method="ping"),
        Wanted(acked=False),
        Wanted(silenced=True),
        Wanted(text="memory"),
    ]

    assert all(wanted.means(found, 1000) for wanted in fits)
    assert not any(wanted.means(found, 1000) for wanted in fits_not)


@pytest.mark.parametrize(
    "ends", [1e308, float("inf"), pytest.param(10**400, id="10**400"), 2**33 + 1, -5, True, "soon"]
)
def test_what_is_no_time_that_will_come_ends_nothing(ends):
    found = after(an_alarm(1, meta={"ends": ends}))

    assert (found.ends, found.due(RULES)) == (0, 0)


@pytest.mark.parametrize("epoch", [0, -5, 1_795_724_000_000, 1000 + 86_402])
def test_a_time_that_is_none_in_seconds_is_now(epoch):
    found = after(an_alarm(1, epoch=epoch))
    again = after(an_alarm(2, "resolved", epoch=epoch), begin=found, now=1001.0)

    assert (found.since, found.first, found.last) == (1000, 1000, 1000)
    assert (again.since, again.last) == (1001, 1001)


def test_a_clock_that_is_a_little_ahead_is_believed():
    assert after(an_alarm(1, epoch=1000 + 86_400)).since == 1000 + 86_400


def test_after_a_clock_was_set_back_the_last_time_is_one_that_was():
    found = after(an_alarm(1), now=10 * 86_400.0)

    assert after(an_alarm(2, epoch=900), begin=found).last == 900


def test_names_that_differ_far_behind_are_two_alarms():
    long = "x" * 600
    told = [
        {},
        {"service": long + "a"},
        {"service": long + "b"},
        {"method": long},
        {"labels": {"path": long + "a"}},
        {"labels": {"path": long + "b"}},
        {"labels": {long + "a": "x"}},
        {"labels": {long + "b": "x"}},
        {"labels": {f"{n:03}": "x" for n in range(70)}},
        {"labels": {f"{n:03}": "x" for n in range(71)}},
    ]

    assert len({identity(an_alarm(1, **fields)) for fields in told}) == len(told)


def test_what_is_kept_of_long_names_is_bounded():
    labels = {f"{n}{'x' * 600}": "y" * 600 for n in range(100)}
    found = after(an_alarm(1, service="s" * 600, method="m" * 600, labels=labels))

    told = [found.service, found.method, *found.labels, *found.labels.values()]
    assert len(found.labels) == 64
    assert max(map(len, told)) == 500
    assert found.service.startswith("s" * 400)
