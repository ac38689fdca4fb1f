import gevent
import pytest
from gevent.event import Event

from cockpit import events
from cockpit.errors import OpsError
from unit.telegram.conftest import ANN, BOB


def publish(chat, action, **args):
    return chat.robot.log.append(events.Telegram(io="input", action=action, args=args)).id


def pending(chat):
    return chat.pipe.call("XPENDING", "ckpt.telegram", "telegram")[0]


def test_an_order_of_anybody_who_may_publish_is_carried_out_once(chat):
    event = publish(chat, "repo.create", name="second")
    chat.step()
    assert chat.robot.catalog.repos() == ["desk", "second"]
    (line,) = [told for name, told in chat.logger.lines if name == "order_carried_out"]
    assert (line["event_id"], line["told"]) == (event, "repository second is made")

    chat.house.worktrees.delete("second")
    chat.bot.desk._take(chat.robot.log.get(event))
    assert chat.robot.catalog.repos() == ["desk"]


def test_one_that_cannot_be_done_says_so_and_is_not_tried_again(chat):
    event = publish(chat, "bp.create", name="x.yaml", content="nothing__x:\n")
    chat.step()

    (told,) = chat.house.trail.why(event).made
    assert told.summary.startswith("not done: x.yaml:1: unknown template nothing")
    assert pending(chat) == 0


def test_what_does_not_decode_is_passed_over(chat):
    chat.step()
    chat.pipe.call("XADD", "ckpt.telegram", "*", "event", "rubbish")
    chat.pipe.call("XADD", "ckpt.alarm", "*", "other", "x")
    publish(chat, "repo.create", name="second")
    chat.step()

    assert chat.robot.catalog.repos() == ["desk", "second"]
    assert pending(chat) == 0


@pytest.mark.parametrize("failures", [2, 3])
def test_an_order_that_fails_is_tried_again_and_holds_up_nothing_for_ever(
    chat, monkeypatch, failures
):
    tries = []
    create = chat.house.worktrees.create

    def full(name):
        tries.append(name)
        if len(tries) <= failures:
            raise OpsError("the disk is full")
        create(name)

    monkeypatch.setattr("cockpit.telegram.desk._PAUSES_S", (0.001, 0.001))
    monkeypatch.setattr(chat.house.worktrees, "create", full)
    event = publish(chat, "repo.create", name="second")
    chat.step()

    (told,) = chat.house.trail.why(event).made
    done = "repository second is made" if failures == 2 else "not done: the disk is full"
    assert (told.summary, len(tries), pending(chat)) == (done, 3, 0)


def test_what_was_answered_is_not_done_again(chat):
    assert "is made" in chat.say("/repo create second")
    (event,) = chat.robot.log.newest(["telegram"], 1)
    chat.house.worktrees.delete("second")
    chat.bot.desk._take(event)

    assert chat.robot.catalog.repos() == ["desk"]


def test_what_was_begun_and_cut_off_is_not_done_by_two(chat, monkeypatch):
    begun = []
    going = Event()

    def slow(event):
        begun.append(event.id)
        going.wait(0.5)
        return ""

    monkeypatch.setattr(chat.bot.desk._orders, "carry_out", slow)
    publish(chat, "repo.create", name="second")
    working = gevent.spawn(chat.look)
    chat.api.wait(lambda: begun)
    working.kill()
    going.set()
    gevent.sleep(0)

    assert len(begun) == 1
    assert pending(chat) == 1


def test_a_bug_holds_up_nothing(chat, monkeypatch):
    def broken(_name):
        raise ValueError("broken")

    publish(chat, "repo.create", name="second")
    monkeypatch.setattr(chat.house.worktrees, "create", broken)
    chat.look()

    assert [type(one) for one in chat.reported] == [ValueError]
    assert pending(chat) == 0


def test_a_chat_that_takes_long_holds_up_no_other(chat, monkeypatch):
    gate = gevent.event.Event()
    monkeypatch.setattr(chat.house.worktrees, "rows", lambda: gate.wait(10) and [])
    chat.api.say("/repo list", user=ANN)
    chat.api.say("/status", user=BOB)
    working = gevent.spawn(chat.take)
    chat.api.wait(lambda: chat.texts(BOB.id))
    assert chat.texts(ANN.id) == []
    gate.set()
    working.get(timeout=5)

    assert len(chat.texts(ANN.id)) == 1


def test_it_runs_and_takes_up_what_was_left(chat):
    chat.step()
    publish(chat, "repo.create", name="second")
    chat.bot.desk._group.read(10, block_ms=1)
    working = gevent.spawn(chat.bot.desk.run)
    try:
        chat.api.wait(lambda: "second" in chat.robot.catalog.repos())
    finally:
        working.kill()


def test_a_chat_that_takes_long_holds_up_none_that_comes_later(chat, monkeypatch):
    going = Event()
    answer = chat.bot.desk._chat.conversation.hear

    def slow(event):
        if event.args.get("text") == "slow":
            going.wait(10)
        answer(event)

    monkeypatch.setattr(chat.bot.desk._chat.conversation, "hear", slow)
    working = gevent.spawn(chat.bot.desk.run)
    for user, text in ((ANN, "/help slow"), (BOB, "/status")):
        chat.api.say(text, user=user)
        chat.bot.intake.take(chat.api.queue.taken())
    chat.api.wait(lambda: chat.texts(BOB.id))
    assert chat.texts(ANN.id) == []
    going.set()
    chat.api.wait(lambda: chat.texts(ANN.id))
    working.kill()
