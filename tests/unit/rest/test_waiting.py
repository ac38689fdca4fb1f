import falcon
import falcon.testing
from gevent.event import Event

from cockpit.rest.waiting import STOPPING, ask_again


def asked(answers, *, stopping=None, **limits):
    env = falcon.testing.create_environ("/")
    if stopping is not None:
        env[STOPPING] = stopping
    left = list(answers)
    answer = ask_again(falcon.Request(env), lambda: left.pop(0), bool, **limits)
    return answer, len(answers) - len(left)


def test_without_waiting_it_asks_once():
    assert asked([0, 1], wait_s=0) == (0, 1)


def test_the_first_answer_that_is_enough_ends_the_wait():
    assert asked([0, 0, 7, 8], wait_s=20) == (7, 3)


def test_when_the_time_is_over_the_last_answer_counts():
    answer, times = asked([0] * 100, wait_s=0.03)

    assert answer == 0
    assert times >= 2


def test_a_server_that_stops_lets_nobody_wait():
    stopping = Event()
    stopping.set()

    assert asked([0, 1], wait_s=20, stopping=stopping) == (0, 1)


def test_no_wait_is_longer_than_the_longest():
    answer, times = asked([0] * 100, wait_s=float("inf"), most_s=0.03)

    assert (answer, times < 100) == (0, True)
