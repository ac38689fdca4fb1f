import gevent
import pytest

from cockpit import events
from cockpit.bus import Log, Made, Pipe
from cockpit.eco.kept import Change, Limits, Noted, Wanted
from cockpit.eco.ledger import Ledger
from cockpit.errors import InputError, OpsError
from cockpit.events import Eco

BEGIN = 1_000_000


class Clock:
    now = BEGIN

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(pipe, clock):
    return Ledger(pipe, clock=clock)


@pytest.fixture
def log(pipe):
    return Log(pipe)


def an_eco(message="ValueError: no", **fields):
    given = {"guid": "guid-of-" + message, "app_name": "shop", "epoch": BEGIN, "last_time": BEGIN}
    return Eco(error_msg=message, **(given | fields))


def notices(log):
    return log.after(["eco"], 1000, "0")


def test_the_first_hit_is_a_new_eco_and_is_told_of(ledger, log):
    noted = ledger.note(an_eco(guid="the-first-guid"))

    (notice,) = notices(log)
    assert noted == Noted("the-first-guid", "NEW", 1, "new", notice.id, True)
    assert (notice.guid, notice.state, notice.occurence) == ("the-first-guid", "NEW", 1)
    assert (notice.epoch, notice.last_time, notice.close_time) == (BEGIN, BEGIN, 0)
    assert notice.meta["reason"] == "new"


def test_a_thousand_hits_are_one_eco_and_four_notices(ledger, log):
    for _ in range(1000):
        last = ledger.note(an_eco())

    assert [one.occurence for one in notices(log)] == [1, 10, 100, 1000]
    assert {one.guid for one in notices(log)} == {last.guid}
    assert (last.occurence, last.state, last.event) == (1000, "ALERT", notices(log)[-1].id)


def test_what_goes_on_is_told_of_each_300_s(ledger, log, clock):
    for clock.now in (BEGIN, BEGIN + 299, BEGIN + 300, BEGIN + 301, BEGIN + 599, BEGIN + 600):
        ledger.note(an_eco(last_time=clock.now))

    assert [one.occurence for one in notices(log)] == [1, 3, 6]
    assert notices(log)[-1].last_time == BEGIN + 600
    assert notices(log)[-1].epoch == BEGIN


def test_a_closed_one_that_comes_again_opens_and_says_so(ledger, log, clock):
    guid = ledger.note(an_eco()).guid
    clock.now += 50
    closed = ledger.close(guid, "ann")
    noted = ledger.note(an_eco(last_time=BEGIN + 60))

    assert (closed.eco.state, closed.eco.close_time, closed.by) == ("CLOSED", BEGIN + 50, "ann")
    assert (noted.guid, noted.state, noted.outcome, noted.is_published) == (
        guid,
        "ALERT",
        "reopened",
        True,
    )
    notice = notices(log)[-1]
    assert (notice.meta["reason"], notice.close_time, notice.occurence) == ("reopened", 0, 2)
    assert ledger.get(guid).history == [
        Change(BEGIN, "new", "", notices(log)[0].id),
        Change(BEGIN + 50, "closed", "ann"),
        Change(BEGIN + 60, "reopened", "", notice.id),
    ]


def test_people_open_one_again(ledger):
    guid = ledger.note(an_eco()).guid
    ledger.close(guid, "ann")

    found = ledger.reopen(guid, "bob")

    assert (found.eco.state, found.by, found.eco.close_time) == ("ALERT", "bob", 0)
    assert [one.what for one in found.history] == ["new", "closed", "reopened"]


def test_closing_twice_changes_nothing(ledger):
    guid = ledger.note(an_eco()).guid

    assert ledger.close(guid, "ann") == ledger.close(guid, "bob")


def test_the_newest_hit_tells_the_details_and_the_first_the_guid(ledger):
    ledger.note(an_eco("at 1", guid="guid-of-1", pid=1, meta={"parent": "email-1-0", "job": "j1"}))
    guid = ledger.note(
        an_eco("at 2", guid="guid-of-2", pid=2, meta={"parent": "email-2-0", "job": "j2"})
    ).guid

    kept = ledger.get(guid)
    assert (kept.eco.guid, kept.eco.error_msg, kept.eco.pid) == ("guid-of-1", "at 2", 2)
    assert (kept.parents, kept.jobs) == (["email-2-0", "email-1-0"], ["j2", "j1"])


def test_a_clock_that_goes_backwards_moves_no_time_back(ledger):
    ledger.note(an_eco(last_time=BEGIN + 9))
    guid = ledger.note(an_eco(last_time=BEGIN)).guid

    assert ledger.get(guid).eco.last_time == BEGIN + 9


def test_one_without_a_time_happened_now(ledger):
    guid = ledger.note(Eco(error_msg="x")).guid

    assert ledger.get(guid).eco.last_time == BEGIN


def test_a_guid_that_no_address_holds_becomes_another(ledger):
    guid = ledger.note(an_eco(guid="../a b")).guid

    assert ledger.get(guid).eco.error_msg == "ValueError: no"
    assert "/" not in guid


def test_the_same_hit_by_its_mark_or_its_job_counts_once(ledger, log):
    for _ in range(2):
        ledger.note(an_eco(), mark="sentry:1")
        ledger.note(an_eco(), made=Made("j1", "publish", 1))

    assert ledger.note(an_eco()).occurence == 3
    assert len(notices(log)) == 1


def test_a_quiet_hit_is_kept_and_told_of_by_the_next(ledger, log):
    noted = ledger.note(an_eco(), is_quiet=True)
    assert (noted.occurence, noted.event, noted.is_published) == (1, "", False)
    assert notices(log) == []

    assert ledger.note(an_eco()).is_published
    assert notices(log)[0].meta["reason"] == "new"


def test_quiet_hits_of_a_closed_one_open_it(ledger, log):
    guid = ledger.note(an_eco()).guid
    ledger.close(guid, "ann")

    assert ledger.note(an_eco(), is_quiet=True).state == "ALERT"
    assert len(notices(log)) == 1
    assert ledger.note(an_eco()).is_published


def test_new_ones_over_the_quota_are_counted_and_repeats_count_always(pipe, clock):
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_5m=2), clock=clock)
    outcomes = [ledger.note(an_eco(text)).outcome for text in ("a", "b", "c", "a", "d")]
    other = ledger.note(an_eco("a", app_name="desk")).outcome

    assert outcomes == ["new", "new", "dropped", "repeat", "dropped"]
    assert other == "new"
    assert ledger.figures()["dropped"] == {"shop": 2}


def test_over_an_hour_there_is_a_quota_too(pipe, clock):
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_hour=1), clock=clock)

    assert [ledger.note(an_eco(text)).outcome for text in ("a", "b")] == ["new", "dropped"]


def test_ecos_that_come_with_the_same_guid_in_one_moment_stay_apart(pipe, clock):
    ledger = Ledger(pipe, clock=clock)
    guids = {ledger.note(an_eco(word, guid="the-same-guid")).guid for word in "abc"}

    assert len(guids) == len(ledger.page().ecos) == 3


@pytest.mark.parametrize("more_s", [299, 301])
def test_a_quota_is_for_a_while(pipe, clock, more_s):
    clock.now = 1_000_200  # Five minutes begin here.
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_5m=1), clock=clock)
    ledger.note(an_eco("a"))
    clock.now += more_s

    assert ledger.note(an_eco("b")).outcome == ("new" if more_s > 300 else "dropped")


def test_a_flood_of_applications_shares_one_quota_and_fills_no_memory(pipe, clock):
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_5m=3, most=50), clock=clock)
    outcomes = [ledger.note(an_eco(app_name=f"app{n}")).outcome for n in range(1_010)]

    assert outcomes == ["new"] * 1_003 + ["dropped"] * 7
    assert ledger.note(an_eco("b", app_name="app7")).outcome == "new"
    (window,) = pipe.call("KEYS", "cockpit:ecos:quota:5m:*")
    assert pipe.call("HLEN", window) == 1_001
    assert ledger.figures()["evicted"] == 954


def test_the_oldest_closed_go_first_then_the_longest_unseen(pipe, clock):
    ledger = Ledger(pipe, limits=lambda: Limits(most=3), clock=clock)
    guids = {}
    for clock.now, text in enumerate(("a", "b", "c"), BEGIN):
        guids[text] = ledger.note(an_eco(text)).guid
    ledger.close(guids["b"], "ann")
    for clock.now, text in enumerate(("d", "e"), BEGIN + 10):
        ledger.note(an_eco(text))

    kept = [one.eco.error_msg for one in ledger.page().ecos]
    assert kept == ["e", "d", "c"]
    assert ledger.figures()["evicted"] == 2


def test_the_texts_together_are_bounded(pipe):
    ledger = Ledger(pipe, limits=lambda: Limits(most_bytes=30_000))
    for word in "abcdefghij":
        ledger.note(an_eco(word, backtrace=word * 10_000))

    assert ledger.figures()["bytes"] <= 30_000
    assert len(ledger.page().ecos) == 2


def test_an_eco_that_goes_leaves_nothing_behind(pipe, clock):
    ledger = Ledger(pipe, limits=lambda: Limits(keep_s=100), clock=clock)
    guid = ledger.note(an_eco(meta={"parent": "email-1-0", "job": "j"})).guid
    ledger.close(guid, "ann")
    ledger.trim(BEGIN + 99)
    assert ledger.get(guid)

    ledger.trim(BEGIN + 101)

    left = [key for key in pipe.call("KEYS", "cockpit:eco*") if b"quota" not in key]
    assert left == [b"cockpit:ecos:figures"]
    assert ledger.figures()["bytes"] == 0


def test_open_ones_stay_however_old(ledger):
    guid = ledger.note(an_eco()).guid
    ledger.trim(BEGIN * 2)

    assert ledger.get(guid).eco.state == "NEW"


def test_pages_follow_each_other(ledger, clock):
    for clock.now, word in enumerate("abcdefg", BEGIN):
        ledger.note(an_eco(word))
    clock.now = BEGIN
    for word in "hij":
        ledger.note(an_eco(word))

    found, edge = [], ""
    while True:
        page = ledger.page(limit=2, before=edge)
        found += [one.eco.error_msg for one in page.ecos]
        edge = page.edge
        if not edge:
            break
    assert found[:6] == ["g", "f", "e", "d", "c", "b"]
    assert sorted(found) == list("abcdefghij")


def test_filters(ledger, clock):
    one = ledger.note(an_eco("Disk full", category="a.b")).guid
    clock.now += 10
    ledger.note(an_eco("other", app_name="desk", eco_type="BUG", last_time=BEGIN + 10))
    ledger.close(one, "ann")

    def found(**wanted):
        return [kept.eco.error_msg for kept in ledger.page(Wanted(**wanted)).ecos]

    assert found() == ["other", "Disk full"]
    assert found(state="CLOSED") == found(app="shop") == found(text="disk") == ["Disk full"]
    assert found(type="BUG") == found(since=BEGIN + 10) == ["other"]
    assert found(text="nothing") == []


@pytest.mark.parametrize("before", ["x", "5", "-", "a-b"])
def test_what_is_no_place_is_refused(ledger, before):
    with pytest.raises(InputError, match="before"):
        ledger.page(before=before)


def test_the_beginning_of_a_guid_is_enough_when_it_is_the_only_one(ledger):
    ledger.note(an_eco("a", guid="12345678-aa"))
    ledger.note(an_eco("b", guid="12345678-bb"))

    assert ledger.get("12345678-a").eco.error_msg == "a"
    with pytest.raises(InputError, match="12345678-aa, 12345678-bb"):
        ledger.get("12345678")
    with pytest.raises(InputError, match="no eco"):
        ledger.get("87654321")
    with pytest.raises(InputError, match="8 characters"):
        ledger.get("1234")
    with pytest.raises(InputError, match="no eco"):
        ledger.get("12345*78")


def test_hits_from_many_at_once_are_counted_exactly(pipe, ledger):
    others = [Ledger(Pipe(pipe.url)) for _ in range(3)]

    def hit(which):
        for _ in range(100):
            which.note(an_eco())

    gevent.joinall([gevent.spawn(hit, one) for one in [*others, ledger] * 2], raise_error=True)

    assert ledger.page().ecos[0].eco.occurence == 800


def test_an_entry_that_somebody_added_is_counted_and_told_of_by_itself(ledger, log):
    def entered(text):
        return log.get(log.append(Eco(error_msg=text)).id)

    first, again, other = entered("a"), entered("a"), entered("b")

    why = ledger.enter([first, again, other])

    assert [bool(one) for one in why] == [False, True, False]
    assert "a repeat of eco" in why[1]
    kept = ledger.page(Wanted(text="a")).ecos[0]
    assert (kept.eco.occurence, kept.event) == (2, first.id)
    assert len(notices(log)) == 3
    # A redelivered batch counts nothing and says the same.
    assert ledger.enter([first, again, other]) == why
    assert ledger.get(kept.eco.guid).eco.occurence == 2


def test_the_ledgers_own_notices_are_not_counted_again(ledger, log):
    ledger.note(an_eco())
    replayed = log.get(log.replay(notices(log)[0].id).id)

    assert ledger.enter([*notices(log), replayed]) == ["", "", ""]
    assert ledger.page().ecos[0].eco.occurence == 1
    assert ledger.enter([]) == []


def test_one_over_the_quota_calls_nobody(pipe, log):
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_5m=1))
    ledger.note(an_eco("a"))

    (why,) = ledger.enter([log.get(log.append(an_eco("b")).id)])

    assert "quota" in why


def test_while_memory_is_short_nothing_is_promised(pipe):
    def short():
        raise OpsError("short")

    with pytest.raises(OpsError):
        Ledger(pipe, admit=short).note(an_eco())
    assert Ledger(pipe).page().ecos == []


@pytest.mark.parametrize(
    "message", ['quote " and \\', "line\nbreak", "é 漢 \x00 \u2028", "{}", "%d %s"]
)
def test_any_text_comes_back_as_it_was(ledger, log, message):
    guid = ledger.note(
        an_eco(message, guid="some-guid", meta={"a": [], "b": {}, "c": message})
    ).guid

    assert ledger.get(guid).eco.error_msg == message
    assert notices(log)[0].error_msg == message
    assert notices(log)[0].meta["c"] == message
    assert (notices(log)[0].meta["a"], notices(log)[0].meta["b"]) == ([], {})


def test_every_field_is_told_of(ledger, log, clock):
    given = events.example("eco")
    clock.now = given.last_time
    ledger.note(given)

    (notice,) = notices(log)
    own = {"id", "meta", "state", "occurence", "close_time", "epoch"}
    for name in set(Eco.__struct_fields__) - own:
        assert getattr(notice, name) == getattr(given, name), name


DAY_S = 86_400


@pytest.mark.parametrize("told", [1_795_724_000_000_000, BEGIN + DAY_S + 1, 2**53 - 1, -5])
def test_a_time_that_is_none_in_seconds_is_now(ledger, log, told):
    guid = ledger.note(an_eco(last_time=told)).guid
    ledger.note(an_eco(last_time=told))
    ledger.close(guid, "ann")

    kept = ledger.get(guid)
    assert (kept.eco.epoch, kept.eco.last_time) == (BEGIN, BEGIN)
    assert {one.epoch for one in kept.history} == {BEGIN}
    assert notices(log)[0].last_time == BEGIN


def test_a_clock_that_is_a_little_ahead_is_believed(ledger):
    guid = ledger.note(an_eco(last_time=BEGIN + DAY_S)).guid

    assert ledger.get(guid).eco.last_time == BEGIN + DAY_S


def test_a_clock_that_is_set_back_keeps_nothing_from_being_told(ledger, log, clock):
    for clock.now in (BEGIN, BEGIN - 5_000, BEGIN - 4_999, BEGIN - 4_700):
        ledger.note(an_eco())

    assert [one.occurence for one in notices(log)] == [1, 2, 4]


def test_after_a_clock_was_set_back_the_last_time_is_one_that_was(ledger, clock):
    for clock.now in (BEGIN + 10 * DAY_S, BEGIN):
        guid = ledger.note(an_eco(last_time=clock.now)).guid

    assert ledger.get(guid).eco.last_time == BEGIN


def test_nobody_writes_over_the_eco_of_another_application(ledger, log):
    guid = ledger.note(an_eco()).guid
    print_ = ledger.get(guid).fingerprint
    forged = an_eco("ours", app_name="other", meta={"fingerprint": print_})
    entry = log.append(forged).id

    assert ledger.note(forged).guid != guid
    assert ledger.enter([log.get(entry)]) != [""]
    kept = ledger.get(guid).eco
    assert (kept.app_name, kept.error_msg, kept.occurence) == ("shop", "ValueError: no", 1)


def test_of_what_stands_in_the_log_already_no_password_is_kept(ledger, log):
    entry = log.append(an_eco("login with password=hunter2"))
    ledger.enter([log.get(entry.id)])

    assert ledger.page().ecos[0].eco.error_msg == "login with password=***"
