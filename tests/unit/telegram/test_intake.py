import pytest

from cockpit.bus import Log
from cockpit.errors import OpsError
from cockpit.telegram.intake import Intake


def update(number, text="hi"):
    chat = {"id": 42, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "chat": chat, "text": text}}


@pytest.fixture
def refused():
    return []


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def intake(log, refused):
    return Intake(
        log, bot="1234", username=lambda: "bot", refused=lambda *told: refused.append(told)
    )


def texts(log):
    return [one.args["text"] for one in log.after(["telegram"], 10_000, "0")]


def test_updates_are_stored_in_order(intake, log):
    intake.take([update(n, str(n)) for n in range(300)])

    assert texts(log) == [str(n) for n in range(300)]
    assert intake.taken == 300


def test_one_that_comes_again_is_no_second_event(intake, log):
    intake.take([update(1), update(2)])
    intake.take([update(2), update(3)])

    assert len(texts(log)) == intake.taken == 3


def test_what_is_no_update_is_told_and_holds_up_nothing(intake, log, refused):
    intake.take([{}, update(1), 7, None, {"update_id": "x"}])

    assert len(texts(log)) == 1
    assert len(refused) == 4
    assert "update_id" in refused[0][1]


def test_without_redis_none_is_promised(pipe, refused):
    def full():
        raise OpsError("full")

    intake = Intake(Log(pipe, admit=full), bot="1", username=lambda: "b", refused=lambda *_: None)
    with pytest.raises(OpsError, match="full"):
        intake.take([update(1)])
    assert refused == []


def test_two_bots_have_numbers_of_their_own(intake, log):
    other = Intake(log, bot="99", username=lambda: "b", refused=lambda *_: None)
    intake.take([update(1)])
    other.take([update(1)])

    assert len(texts(log)) == 2
