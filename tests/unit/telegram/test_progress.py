import gevent
import pytest

from cockpit.telegram.asked import Watch
from cockpit.telegram.text import plain
from unit.telegram.conftest import ANN


def test_a_job_is_told_of_until_it_is_over(chat):
    chat.say("/service execute act desk!main")
    assert chat.bot.progress.round() == 1
    chat.robot.dispatch()
    chat.bot.progress.round()
    assert "desk!main: act queued" in chat.texts()[-1]
    chat.robot.work()

    assert chat.bot.progress.round() == 0
    assert "desk!main: act ok" in chat.texts()[-1]


def test_one_that_fails_goes_on_being_told_of_until_it_is_given_up(chat):
    chat.say("/service execute fail desk!main")
    chat.robot.work()
    assert chat.bot.progress.round() == 1
    assert "attempt 1, tried again by itself" in chat.texts()[-1]
    while chat.robot.only_job().state != "dead":
        chat.robot.let_retries_fall_due()
        chat.robot.work()

    assert chat.bot.progress.round() == 0
    assert "desk!main: fail dead" in chat.texts()[-1]


def test_what_is_refused_says_why(chat):
    chat.say("/service execute act desk!main")
    chat.robot.catalog.delete("desk", "desk!main")
    chat.robot.work()
    chat.bot.progress.round()

    assert "no service 'desk!main'" in chat.texts()[-1]


def test_nothing_changes_while_nothing_happens(chat):
    chat.say("/service execute act desk!main")
    chat.robot.dispatch()
    chat.bot.progress.round()
    version = chat.all(ANN.id)[-1].version
    chat.bot.progress.round()

    assert chat.all(ANN.id)[-1].version == version


@pytest.mark.parametrize("kind", ["event", "run", "question"])
def test_what_is_gone_is_told_of_no_more(chat, kind):
    gone = {"event": "email-1-0", "run": "run-9", "question": "q"}[kind]
    chat.outgoing.put("m", ANN.id, plain("x"))
    chat.bot.progress.watch("m", Watch(kind, gone, "t", ANN.id))

    assert chat.bot.progress.round() == 0
    assert chat.pipe.call("HLEN", "cockpit:telegram:watched") == 0


def test_it_runs(chat):
    chat.say("/service execute act desk!main")
    working = gevent.spawn(chat.bot.progress.run)
    chat.robot.work()
    try:
        chat.api.wait(lambda: "act ok" in chat.texts()[-1])
    finally:
        working.kill()
