"""Trying again for a moment what the world keeps from being done."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import gevent

from cockpit.errors import OpsError

T = TypeVar("T")


def insist(call: Callable[[], T], pauses_s: Sequence[float]) -> T:
    """Return what a call gives; while the world is wrong for it, after one more try each pause.

    Raises:
        OpsError: The last try failed as well.
    """
    for pause_s in pauses_s:
        try:
            return call()
        except OpsError:
            gevent.sleep(pause_s)
    return call()
