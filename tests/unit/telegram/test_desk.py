import gevent
import pytest

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


def test_without_redis_or_disk_it_comes_again(chat, monkeypatch):
    def full(_name):
        raise OpsError("the disk is full")

    publish(chat, "repo.create", name="second")
    monkeypatch.setattr(chat.house.worktrees, "create", full)
    with pytest.raises(OpsError, match="full"):
        chat.step()
    monkeypatch.undo()
    chat.bot.desk.batches(chat.bot.desk._group.pending(10))

    assert chat.robot.catalog.repos() == ["desk", "second"]
    assert pending(chat) == 0


def test_a_bug_holds_up_nothing(chat, monkeypatch):
    def broken(_name):
        raise ValueError("broken")

    publish(chat, "repo.create", name="second")
    monkeypatch.setattr(chat.house.worktrees, "create", broken)
    chat.bot.desk._group.ensure()
    chat.bot.desk.round(block_ms=1)

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
