import random

import gevent
import pytest

from bot_api import User
from cockpit.bus import Log
from cockpit.errors import OpsError
from cockpit.telegram.intake import Intake
from cockpit.telegram.poller import Poller

ANN = User(42, "Ann")


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def told():
    return []


@pytest.fixture
def slept():
    return []


@pytest.fixture
def poller(client, log, told, slept):
    intake = Intake(log, bot="1234", username=lambda: "bot", refused=lambda *_: None)
    return Poller(
        client, intake, on_trouble=told.append, clock=lambda: 1000.0, sleep=slept.append,
        rng=random.Random(1), wait_s=0,
    )  # fmt: skip


def texts(log):
    return [one.args["text"] for one in log.after(["telegram"], 100, "0")]


def test_what_was_stored_is_confirmed_with_the_next_request(poller, log, api):
    api.say("one", user=ANN)
    poller.poll()
    assert (texts(log), len(api.updates)) == (["one"], 1)
    poller.poll()

    assert api.updates == []
    assert poller.last_epoch == 1000


def test_what_could_not_be_stored_is_asked_for_again(poller, log, api, monkeypatch):
    api.say("one", user=ANN)

    def full():
        raise OpsError("full")

    monkeypatch.setattr(log, "_admit", full)
    poller.poll()
    poller.poll()
    monkeypatch.setattr(log, "_admit", lambda: None)
    poller.poll()

    assert texts(log) == ["one"]


@pytest.mark.parametrize("code", [401, 409, 500])
def test_whatever_telegram_says_it_asks_again_later(poller, log, api, told, slept, code):
    api.fail("getUpdates", code, "trouble", times=3)
    api.say("one", user=ANN)
    for _ in range(4):
        poller.poll()

    assert texts(log) == ["one"]
    assert len(slept) == 3  # The fourth brought something.
    assert 0 < min(slept) < max(slept) <= 45
    assert told[-1] == ""


def test_a_pause_that_telegram_wants_is_kept_and_one_that_never_waits_is_not_hurried(
    poller, api, slept
):
    api.fail("getUpdates", 429, retry_after=9)
    poller.poll()
    poller.poll()
    poller.poll()

    assert slept == [9, 0.3]


def test_a_network_that_is_gone_for_long_comes_back(poller, log, api, slept):
    api.cut()
    for _ in range(20):
        poller.poll()
    assert max(slept) <= 45
    api.mend()
    api.say("one", user=ANN)
    poller.poll()

    assert texts(log) == ["one"]


def test_a_webhook_that_somebody_set_is_taken_away(poller, api, client):
    client.set_webhook("http://127.0.0.1:1/x", "s")
    poller.poll()
    poller.poll()

    assert api.webhook == {}
    assert poller.last_epoch == 1000


def test_after_a_long_silence_numbers_may_begin_anew(poller, log, api):
    api.say("one", user=ANN)
    poller.poll()
    poller._clock = lambda: 1000.0 + 8 * 86_400
    poller.poll()
    api.queue.newest = 3
    api.say("two", user=ANN)
    poller.poll()

    assert texts(log) == ["one", "two"]


def test_it_runs_until_it_is_ended(client, log, api):
    intake = Intake(log, bot="1234", username=lambda: "bot", refused=lambda *_: None)
    poller = Poller(client, intake, on_trouble=lambda _: None, wait_s=5)
    working = gevent.spawn(poller.run)
    try:
        api.say("one", user=ANN)
        api.wait(lambda: texts(log) == ["one"])
    finally:
        working.kill()
