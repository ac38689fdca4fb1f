import pytest

from cockpit.telegram.pace import Pace, again_s


def test_thirty_a_second_and_not_one_more():
    pace = Pace()
    for n in range(30):
        assert pace.wait_s(10 + n / 100) == 0
        pace.note(10 + n / 100)

    assert pace.wait_s(10.5) == pytest.approx(0.5)
    assert pace.wait_s(11.001) == 0


def test_in_no_second_there_are_more_than_allowed():
    pace, now, sent = Pace(5), 0.0, []
    for _ in range(50):
        now += pace.wait_s(now)
        pace.note(now)
        sent.append(now)

    assert max(sum(at <= one < at + 0.999 for one in sent) for at in sent) == 5


def test_it_rests_when_telegram_asks_for_it():
    pace = Pace()
    pace.rest(20)
    pace.rest(15)

    assert (pace.wait_s(12), pace.wait_s(20)) == (8, 0)


@pytest.mark.parametrize(("chat", "pause_s"), [(42, 1.0), (-100, 3.0), ("@ops", 3.0)])
def test_a_chat_waits_a_second_and_a_group_three(chat, pause_s):
    assert again_s(chat) == pause_s
