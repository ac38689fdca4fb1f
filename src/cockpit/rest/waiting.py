"""How a request waits for news: it asks again, with growing pauses."""

import time
from collections.abc import Callable
from typing import TypeVar

import falcon
from gevent.event import Event

STOPPING = "cockpit.stopping"
"""Where the server puts the Event that it sets when it stops, in the environment of requests."""

MAX_WAIT_S = 30.0
_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 0.2
_GROWTH = 1.5

T = TypeVar("T")


def ask_again(
    req: falcon.Request,
    ask: Callable[[], T],
    is_enough: Callable[[T], bool],
    *,
    wait_s: float,
    most_s: float = MAX_WAIT_S,
) -> T:
    """Return the first answer that is enough, or the last one when the time is over.

    Asking again, and not XREAD BLOCK: a blocking read needs a Redis connection of its own, and a
    waiting client would hold it; what is asked here rides on the shared pipeline, at most five
    times a second. It blocks the greenlet at most `most_s`, and not while the server stops.
    """
    stopping = req.env.get(STOPPING) or Event()
    end = time.monotonic() + min(wait_s, most_s)
    pause = _FIRST_PAUSE_S
    while True:
        answer = ask()
        left = end - time.monotonic()
        if is_enough(answer) or left <= 0 or stopping.wait(min(pause, left)):
            return answer
        pause = min(pause * _GROWTH, _LONGEST_PAUSE_S)
