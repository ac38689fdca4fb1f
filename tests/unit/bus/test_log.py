import json

import gevent
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_alarm
from cockpit import events
from cockpit.bus import Log, Made, keys
from cockpit.bus.log import WEEK_S, decode_entry, decode_stored, split_id
from cockpit.bus.pipe import client
from cockpit.errors import InputError, OpsError

ALARM = b'{"type":"alarm","service":"a","method":"m"}'


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def same_moment(pipe):
    """One event of each type, all with one stream id."""
    for type_ in events.TYPES:
        event = events.encode(events.example(type_))
        pipe.call("XADD", keys.topic(type_), "1000-0", "event", event)
    return [f"{type_}-1000-0" for type_ in events.TYPES]


def names(found):
    return [event.id for event in found]


def test_an_id_is_type_and_stream_id_and_reads_back(log, pipe):
    appended = log.append(an_alarm(msg="down"))

    type_, entry = split_id(appended.id)
    assert appended.is_new
    assert type_ == "alarm"
    assert pipe.call("XRANGE", "ckpt.alarm", entry, entry)
    assert log.get(appended.id) == an_alarm(msg="down", id=appended.id)


def test_a_repeated_mark_returns_the_first_id_and_is_counted(log, pipe):
    first = log.append(an_alarm(), mark="github:1")
    second = log.append(an_alarm(msg="again"), mark="github:1")

    assert second == msgspec.structs.replace(first, is_new=False)
    assert pipe.call("XLEN", "ckpt.alarm") == 1
    assert pipe.call("HGET", "cockpit:counts", "repeats") == b"1"


def test_marks_that_are_all_known_tell_what_they_made(log, pipe):
    first = [log.append(an_alarm(), mark=mark) for mark in ("a", "b")]

    assert log.repeats(["a", "b"]) == [msgspec.structs.replace(one, is_new=False) for one in first]
    assert pipe.call("HGET", "cockpit:counts", "repeats") == b"2"


@pytest.mark.parametrize("marks", [[], ["a", "new"], ["a", ""]])
def test_one_mark_that_is_new_makes_no_repeats(log, pipe, marks):
    log.append(an_alarm(), mark="a")

    assert log.repeats(marks) == []
    assert pipe.call("HGET", "cockpit:counts", "repeats") is None


def test_a_mark_is_kept_for_seven_days_or_as_told(log, pipe):
    log.append(an_alarm(), mark="a")
    log.append(an_alarm(), mark="b", keep_mark_s=86400)

    assert WEEK_S - 5 < pipe.call("TTL", "cockpit:mark:a") <= WEEK_S
    assert 86395 < pipe.call("TTL", "cockpit:mark:b") <= 86400


def test_without_a_mark_equal_events_are_two(log):
    assert log.append(an_alarm()).id != log.append(an_alarm()).id


def test_the_same_call_of_a_job_appends_once(log):
    first = log.append(an_alarm(), made=Made("j1", "publish", 1))
    repeat = log.append(an_alarm(msg="else"), made=Made("j1", "publish", 1))
    others = [
        log.append(an_alarm(), made=made)
        for made in (Made("j1", "publish", 2), Made("j1", "tell", 1), Made("j2", "publish", 1))
    ]

    assert repeat == msgspec.structs.replace(first, is_new=False)
    assert len({first.id, *names(others)}) == 4


def test_a_foreign_id_moves_to_meta(log):
    appended = log.append(an_alarm(id="theirs", meta={"a": 1}))

    assert log.get(appended.id).meta == {"a": 1, "source_id": "theirs"}


def test_the_published_json_carries_the_id_first(log, redis_url):
    with client(redis_url).pubsub() as channel:
        channel.subscribe("ckpt.alarm")
        channel.get_message(timeout=5)
        appended = log.append(an_alarm(msg="down"))
        log.append(an_alarm(msg="quiet"), publish=False)
        log.append(an_alarm(msg="end"))
        first, second = channel.get_message(timeout=5), channel.get_message(timeout=5)

    assert first["data"].startswith(b'{"id":"' + appended.id.encode() + b'","type":"alarm"')
    assert events.decode(first["data"]) == log.get(appended.id)
    assert json.loads(second["data"])["msg"] == "end"


def test_references_are_counted_by_new_events_only(log, pipe):
    log.append(an_alarm(), refs=["mail/a", "mail/b"], mark="m")
    log.append(an_alarm(), refs=["mail/a", "mail/b"], mark="m")
    log.append(an_alarm(), refs=["mail/a"])

    assert pipe.call("HMGET", "cockpit:refs", "mail/a", "mail/b") == [b"2", b"1"]


def test_a_refused_admission_appends_nothing(pipe):
    def refuse():
        raise OpsError("full")

    with pytest.raises(OpsError):
        Log(pipe, admit=refuse).append(an_alarm())

    assert Log(pipe).counts()["alarm"] == 0


def test_many_greenlets_append_each_once(log):
    made = [gevent.spawn(log.append, an_alarm(msg=str(n))) for n in range(100)]
    gevent.joinall(made, timeout=20)

    assert len({one.get().id for one in made}) == 100
    assert log.counts() == dict.fromkeys(events.TYPES, 0) | {"alarm": 100}


@pytest.mark.parametrize(
    "event_id",
    ["", "alarm", "alarm-1", "alert-1-0", "alarm-1-0 ", "alarm-18446744073709551616-0", "1-0"],
)
def test_what_is_no_event_id_is_refused_by_name(log, event_id):
    with pytest.raises(InputError, match="is not an event id"):
        log.get(event_id)


def test_an_event_that_is_not_there_is_named(log):
    with pytest.raises(InputError, match="no event alarm-1-0"):
        log.get("alarm-1-0")


def test_a_replay_is_a_new_event_without_a_mark(log):
    first = log.append(an_alarm(id="theirs"), mark="m").id
    replayed = [log.replay(first).id, log.replay(first).id]

    assert len({first, *replayed}) == 3
    assert log.get(replayed[0]).meta == {"replay_of": first}
    assert log.get(replayed[0]).service == log.get(first).service


def test_a_replay_keeps_the_stored_objects_of_the_first(pipe, log):
    first = log.append(events.example("email"), refs=["mail/a", "mail/b"]).id
    again = log.replay(log.replay(first).id).id
    (entry,) = pipe.call("XRANGE", "ckpt.email", again[6:], again[6:])

    assert entry[1][2:] == [b"refs", b"mail/a mail/b"]
    assert pipe.call("HMGET", keys.REFS, "mail/a", "mail/b") == [b"3", b"3"]


def test_newest_mixes_topics_in_order_of_arrival(log):
    made = [log.append(events.example(t)).id for t in ("email", "alarm", "email", "generic")]
    # Within a millisecond the order of types decides; between entries of one type, arrival.
    found = names(log.newest(events.TYPES, 10))

    assert sorted(found) == sorted(made)
    assert found.index(made[2]) < found.index(made[0])
    assert names(log.newest(["email"], 10)) == [made[2], made[0]]


def test_pages_miss_no_event_of_the_same_moment(log, same_moment):
    backwards, before = [], ""
    while page := log.newest(events.TYPES, 2, before):
        backwards += names(page)
        before = backwards[-1]
    forwards, after = [], "0"
    while page := log.after(events.TYPES, 2, after):
        forwards += names(page)
        after = forwards[-1]

    assert forwards == same_moment
    assert backwards == same_moment[::-1]


def test_after_a_stream_id_come_later_entries_of_all_topics(log, same_moment):
    assert names(log.after(events.TYPES, 9, "999")) == same_moment
    assert log.after(events.TYPES, 9, "1000-0") == []


@pytest.mark.parametrize("after", ["", "x", "email-1", "99999999999999999999"])
def test_a_wrong_place_to_begin_is_refused(log, after):
    with pytest.raises(InputError):
        log.after(events.TYPES, 9, after)


def test_lists_leave_out_what_does_not_decode(log, pipe):
    pipe.call("XADD", "ckpt.alarm", "*", "event", "rubbish")
    good = log.append(an_alarm()).id

    assert names(log.newest(["alarm"], 9)) == [good]
    assert names(log.after(["alarm"], 9, "0")) == [good]


def test_a_page_tells_where_to_go_on_and_whether_there_is_more(log, pipe):
    one = log.append(an_alarm()).id
    entry = pipe.call("XADD", "ckpt.alarm", "*", "event", "rubbish").decode()
    page = log.page(["alarm"], 2, after="0")
    rest = log.page(["alarm"], 2, after=page.edge)

    assert (names(page.events), page.edge) == ([one], f"alarm-{entry}")
    assert (page.looked, page.is_last) == (2, False)
    assert (rest.events, rest.edge, rest.looked, rest.is_last) == ([], "", 0, True)


def test_a_page_may_be_of_some_time(log, pipe):
    for ms in (1000, 2000, 3000):
        pipe.call("XADD", "ckpt.alarm", f"{ms}-0", "event", ALARM)

    def found(**told):
        return [name.split("-")[1] for name in names(log.page(["alarm"], 9, **told).events)]

    assert found(since_ms=2000) == ["3000", "2000"]
    assert found(until_ms=2000) == ["1000"]
    assert found(since_ms=2000, until_ms=3000) == ["2000"]
    assert found(since_ms=2000, after="0") == ["2000", "3000"]
    assert found(after="alarm-1000-0", since_ms=1, until_ms=3000) == ["2000"]
    assert found(before="alarm-2000-0", until_ms=3000) == ["1000"]
    assert found(before="alarm-3000-0", until_ms=2000) == ["1000"]
    assert found(since_ms=3000, until_ms=2000) == []


@pytest.mark.parametrize("number", ["0", "00", str(2**64 - 1)])
def test_the_ends_of_all_places_are_places(log, number):
    made = log.append(an_alarm()).id
    name = f"alarm-{number}-{number}"
    is_first = int(number) == 0

    assert names(log.newest(["alarm"], 9, name)) == ([] if is_first else [made])
    assert names(log.after(["alarm"], 9, name)) == ([made] if is_first else [])
    with pytest.raises(InputError, match="no event"):
        log.get(name)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([], "no field named event"),
        ([b"other", ALARM], "no field named event"),
        ([b"event", b"{"], "the event"),
        ([b"event", b'{"type":"alarm","service":1,"method":"m"}'], "service"),
        ([b"event", b'{"type":"generic"}'], "generic event does not belong on ckpt.alarm"),
    ],
)
def test_an_entry_that_is_no_event_of_its_topic_says_why(fields, why):
    with pytest.raises(InputError, match=why):
        decode_entry("alarm", [b"1-0", fields])


def test_an_entry_by_plain_xadd_reads_as_an_event(log, pipe):
    entry = pipe.call("XADD", "ckpt.alarm", "*", "event", ALARM[:-1] + b',"id":"x"}').decode()

    found = log.get(f"alarm-{entry}")
    assert found.meta == {"source_id": "x"}
    assert found == decode_stored(found.id, ALARM[:-1] + b',"id":"x"}')


@given(st.sampled_from(events.TYPES), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_an_id_splits_into_what_it_was_made_of(type_, ms, n):
    assert split_id(f"{type_}-{ms}-{n}") == (type_, f"{ms}-{n}")
