import pytest

from cockpit.errors import ConflictError, InputError
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.text import bold, plain


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def outgoing(pipe, clock):
    return Outgoing(pipe, clock=clock)


def put(outgoing, name="m1", chat=42, text="hi", **options):
    return outgoing.put(name, chat, plain(text), **options)


def test_a_message_is_put_once(outgoing):
    assert put(outgoing, rows=[[{"text": "Go", "callback_data": "x"}]], event="email-1-0")
    assert not put(outgoing, text="other")

    (found,) = outgoing.newest(9)
    assert (found.text.plain, found.state, found.event) == ("hi", "queued", "email-1-0")
    assert found.rows == [[{"text": "Go", "callback_data": "x"}]]
    assert outgoing.figures() == {"queued": 1, "sent": 0, "dead": 0}


def test_messages_to_a_chat_keep_their_order_and_chats_do_not_wait_for_each_other(outgoing, clock):
    for name, chat in (("a1", 1), ("a2", 1), ("b1", 2)):
        put(outgoing, name, chat)
    first = outgoing.head(1)
    outgoing.settle(first, "sent", again_s=1, numbers=[5])

    assert (first.id, outgoing.head(1).id) == ("a1", "a2")
    assert outgoing.due()[0] == [2]
    clock.now += 1
    assert sorted(outgoing.due()[0]) == [1, 2]


def test_the_pause_of_a_chat_holds_for_what_comes_later(outgoing, clock):
    put(outgoing, "a1")
    outgoing.settle(outgoing.head(42), "sent", again_s=1, numbers=[5])
    put(outgoing, "a2")

    assert outgoing.due() == ([], pytest.approx(1.0))
    clock.now += 1
    assert outgoing.due()[0] == [42]


def test_it_holds_for_a_change_as_well(outgoing):
    put(outgoing, "a1")
    outgoing.settle(outgoing.head(42), "sent", again_s=1, numbers=[5])
    outgoing.change("a1", plain("new"))

    assert outgoing.due() == ([], pytest.approx(1.0))


def test_what_was_not_sent_yet_says_the_new_and_what_was_is_edited(outgoing):
    put(outgoing)
    assert outgoing.change("m1", bold("new"))
    message = outgoing.head(42)
    assert (message.text.plain, message.text.marks[0].kind) == ("new", "bold")
    outgoing.settle(message, "sent", again_s=0, numbers=[5])

    assert outgoing.change("m1", plain("newer"))
    again = outgoing.head(42)
    assert (again.text.plain, again.numbers, again.version) == ("newer", [5], 3)


def test_a_change_while_it_is_sent_is_not_lost(outgoing):
    put(outgoing)
    message = outgoing.head(42)
    outgoing.change("m1", plain("new"))
    outgoing.settle(message, "sent", again_s=0, numbers=[5])

    assert outgoing.head(42).text.plain == "new"
    assert outgoing.head(42).numbers == [5]


def test_one_that_cannot_be_sent_now_stays_first(outgoing, clock):
    put(outgoing, "a1")
    put(outgoing, "a2")
    message = outgoing.head(42)
    outgoing.settle(message, "queued", again_s=30, tries=1, error="away")

    assert outgoing.due()[0] == []
    clock.now += 30
    assert (outgoing.head(42).id, outgoing.head(42).tries, outgoing.head(42).error) == (
        "a1",
        1,
        "away",
    )


def test_one_that_is_given_up_is_seen_tried_again_or_dropped(outgoing):
    for name in ("a1", "a2"):
        put(outgoing, name)
        outgoing.settle(outgoing.head(42), "dead", again_s=0, error="blocked")
    assert [one.id for one in outgoing.newest(9, "dead")] == ["a2", "a1"]
    outgoing.retry("a1")
    outgoing.drop("a2")

    assert outgoing.figures() == {"queued": 1, "sent": 0, "dead": 0}
    assert [(one.id, one.state) for one in outgoing.newest(9)] == [("a1", "queued")]
    with pytest.raises(ConflictError):
        outgoing.retry("a1")
    with pytest.raises(ConflictError, match="a2 is dropped"):
        outgoing.drop("a2")
    with pytest.raises(InputError, match="no message"):
        outgoing.drop("a3")
    assert not outgoing.change("a2", plain("x"))
    assert not put(outgoing, "a2")


def test_it_is_found_by_its_number_in_the_chat(outgoing):
    put(outgoing)
    outgoing.settle(outgoing.head(42), "sent", again_s=0, numbers=[5, 6])

    assert (outgoing.by_number(42, 6), outgoing.by_number(43, 6)) == ("m1", "")


def test_old_ones_go_unless_they_wait(outgoing, clock):
    put(outgoing, "a1")
    outgoing.settle(outgoing.head(42), "sent", again_s=0, numbers=[5])
    put(outgoing, "a2")
    outgoing.settle(outgoing.head(42), "dead", again_s=0, error="x")
    put(outgoing, "a3")
    outgoing.trim(clock.now + 1)

    assert [one.id for one in outgoing.newest(9)] == ["a3"]
    assert outgoing.figures()["dead"] == 0


def test_many_that_wait_keep_none_that_is_over(outgoing, clock, monkeypatch):
    monkeypatch.setattr("cockpit.telegram.outgoing._BATCH", 2)
    for n in range(5):
        put(outgoing, f"a{n}", chat=n)
    clock.now += 1
    put(outgoing, "over", chat=9)
    outgoing.settle(outgoing.head(9), "sent", again_s=0)
    outgoing.trim(clock.now + 1)

    assert sorted(one.id for one in outgoing.newest(9)) == [f"a{n}" for n in range(5)]


def test_whoever_sends_is_woken(pipe):
    woken = []
    outgoing = Outgoing(pipe, wake=lambda: woken.append(1))
    put(outgoing)
    outgoing.change("m1", plain("x"))

    assert len(woken) == 2
