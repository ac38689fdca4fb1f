"""What AYS 8 calls an eco: an error that is recorded, and not raised.

condition.process() → the robot's ledger while an action runs, else the log of the program
"""

import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar, Token
from types import FrameType, TracebackType
from typing import Any, Self

from cockpit.events.kinds import EcoType

_log = logging.getLogger("j.errorconditionhandler")
WARNING = 2
"""The level of what one can live with."""

_MOST_FRAMES = 50
_PASSED = ("JumpScale", "cockpit")
_NAMES = {1: "CRITICAL", WARNING: "WARNING", 3: "INFO", 4: "DEBUG"}
_TYPES: dict[str, EcoType] = {
    "BUG": "BUG",
    "INPUT": "INPUT",
    "MONITORING": "MONITORING",
    "OPERATIONS": "OPERATIONS",
    "OPS": "OPERATIONS",
    "PERF": "PERFORMANCE",
    "PERFORMANCE": "PERFORMANCE",
}


def tags_of(category: str, tags: str = "") -> str:
    """Return the tags of an error, its category first among them."""
    return " ".join(filter(None, (category and f"category:{category}", tags)))


class ErrorCondition:
    """An error, and what there is to say about it; its fields may be set until it is processed.

    Args:
        error: What was raised; one that was not has the lines of its caller.
        level: 1 critical, 2 warning, 3 info, 4 debug.
        type: BUG, INPUT, OPERATIONS, PERFORMANCE or MONITORING; of anything else the exception
            decides.
    """

    def __init__(
        self,
        error: BaseException,
        *,
        message: str = "",
        msgpub: str = "",
        category: str = "",
        level: int = 1,
        type: str = "",
        tags: str = "",
        extra: Any = None,
    ) -> None:
        self.exception = error if error.__traceback__ else error.with_traceback(_callers())
        self.errormessage = message
        self.errormessagePub = msgpub
        self.category = category
        self.level = level
        self.type = type
        self.tags = tags
        self.extra = extra

    @property
    def kind(self) -> EcoType | None:
        """The type as today's ecos know it; None when the exception decides."""
        return _TYPES.get(str(self.type).upper())

    @property
    def level_name(self) -> str:
        """The level as a word."""
        return _NAMES.get(self.level, _NAMES[1])

    def process(self) -> Self:
        """Record it, and go on."""
        record = _recorder.get() or _write
        record(self)
        return self

    def __str__(self) -> str:
        return self.errormessage or str(self.exception)


Record = Callable[[ErrorCondition], None]


class Bound:
    """A recorder that holds until the end of its `with`; the one before it holds again."""

    def __init__(self, record: Record) -> None:
        self._token: Token[Record | None] = _recorder.set(record)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        _recorder.reset(self._token)


_recorder: ContextVar[Record | None] = ContextVar("recorder", default=None)


def bind(record: Record) -> Bound:
    """Record the error conditions of this greenlet or thread by the function given."""
    return Bound(record)


def _write(condition: ErrorCondition) -> None:
    """Log it, with all that a `cockpit.eco.Handler` needs to make an eco of it."""
    error = condition.exception
    _log.log(
        logging.WARNING if condition.level >= WARNING else logging.ERROR,
        "%s",
        condition,
        exc_info=(type(error), error, error.__traceback__),
        extra={"condition": condition},
    )


def _callers() -> TracebackType | None:
    """Return the frames that led here as a traceback; without those of the shim and the robot."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to one's caller
    trace: TracebackType | None = None
    for _ in range(_MOST_FRAMES):
        if frame is None:
            break
        passed = frame.f_globals.get("__name__", "").partition(".")[0] in _PASSED
        if passed and trace is not None:
            break
        if not passed:
            trace = TracebackType(trace, frame, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return trace
