"""`j.errorconditionhandler`: record an error and go on, or raise it.

With `die` it is raised as what `j.exceptions` has, and recorded by whoever finds it; else it is
recorded here: see `JumpScale.error_condition`.
"""

import sys
from types import TracebackType
from typing import Any, NoReturn

from JumpScale import exceptions
from JumpScale.error_condition import WARNING, ErrorCondition, tags_of

__all__ = [
    "excepthook",
    "exceptionHook",
    "getErrorConditionObject",
    "halt",
    "parsePythonErrorObject",
    "parsePythonExceptionObject",
    "processErrorConditionObject",
    "processPythonExceptionObject",
    "raiseBug",
    "raiseCritical",
    "raiseInputError",
    "raiseMonitoringError",
    "raiseOperationalCritical",
    "raiseOperationalWarning",
    "raisePerformanceError",
    "raiseRuntimeErrorWithEco",
    "raiseWarning",
    "reRaiseECO",
    "setExceptHook",
]


def processPythonExceptionObject(
    exceptionObject: BaseException,
    ttype: Any = None,
    tb: TracebackType | None = None,
    level: int = 1,
    message: str = "",
    **_more: Any,
) -> ErrorCondition:
    """Record an exception that was caught, and go on.

    Args:
        tb: Its traceback, where it has none of its own.
        level: 1 critical, 2 and more a warning.
        message: Recorded instead of its own.
    """
    return parsePythonExceptionObject(exceptionObject, ttype, tb, level, message).process()


def parsePythonExceptionObject(
    exceptionObject: BaseException,
    ttype: Any = None,
    tb: TracebackType | None = None,
    level: int = 1,
    message: str = "",
) -> ErrorCondition:
    """Describe an exception that was caught; `process()` of it records it."""
    if tb is not None and exceptionObject.__traceback__ is None:
        exceptionObject = exceptionObject.with_traceback(tb)
    return ErrorCondition(exceptionObject, message=message or "", level=level)


parsePythonErrorObject = parsePythonExceptionObject


def getErrorConditionObject(
    ddict: dict[str, Any] | None = None,
    msg: str = "",
    msgpub: str = "",
    category: str = "",
    level: int = 1,
    type: str = "UNKNOWN",
    tb: TracebackType | None = None,
    tags: str = "",
) -> ErrorCondition:
    """Describe an error that was not raised; `process()` of it records it.

    Args:
        ddict: Fields of it, such as `errormessage`, which hold before the others.
    """
    condition = ErrorCondition(
        _raised_as(type)(msg).with_traceback(tb),
        message=msg,
        msgpub=msgpub,
        category=category,
        level=level,
        type=type,
        tags=tags,
    )
    vars(condition).update(ddict or {})
    return condition


def processErrorConditionObject(eco: ErrorCondition, **_more: Any) -> ErrorCondition:
    """Record an error, and go on."""
    return eco.process()


def raiseBug(
    message: str = "",
    category: str = "",
    pythonExceptionObject: BaseException | None = None,
    pythonTraceBack: TracebackType | None = None,
    msgpub: str = "",
    die: bool = True,
    tags: str = "",
    level: int = 1,
) -> ErrorCondition:
    """Raise `j.exceptions.BUG`, from the exception given; without `die` record it and go on.

    Raises:
        BUG: Unless `die` is false.
    """
    error = exceptions.BUG(message, tags=tags_of(category, tags), msgpub=msgpub)
    if die:
        raise error from pythonExceptionObject
    if pythonExceptionObject is not None:
        message = f"{message}: {pythonExceptionObject}" if message else ""
    found = pythonExceptionObject or error
    if pythonTraceBack is not None and found.__traceback__ is None:
        found = found.with_traceback(pythonTraceBack)
    return ErrorCondition(
        found,
        message=message,
        msgpub=msgpub,
        category=category,
        level=level,
        type="BUG",
        tags=tags,
    ).process()


raiseCritical = raiseBug


def raiseWarning(
    message: str,
    category: str = "",
    pythonExceptionObject: BaseException | None = None,
    pythonTraceBack: TracebackType | None = None,
    msgpub: str = "",
    tags: str = "",
) -> ErrorCondition:
    """Record a bug that one can live with, and go on."""
    return raiseBug(
        message,
        category,
        pythonExceptionObject,
        pythonTraceBack,
        msgpub,
        die=False,
        tags=tags,
        level=WARNING,
    )


def raiseOperationalCritical(
    message: str = "",
    category: str = "",
    msgpub: str = "",
    die: bool = True,
    tags: str = "",
    eco: ErrorCondition | None = None,
    extra: Any = None,
) -> ErrorCondition:
    """Raise `j.exceptions.OPERATIONS`: the world is wrong; without `die` record it and go on.

    Raises:
        OPERATIONS: Unless `die` is false.
    """
    message = message or (str(eco) if eco else "")
    return _raised("OPERATIONS", message, category, msgpub, tags, die=die, extra=extra)


def raiseOperationalWarning(
    message: str = "",
    category: str = "",
    msgpub: str = "",
    tags: str = "",
    eco: ErrorCondition | None = None,
) -> ErrorCondition:
    """Record trouble that one can live with, and go on."""
    message = message or (str(eco) if eco else "")
    return _raised("OPERATIONS", message, category, msgpub, tags, die=False, level=WARNING)


def raiseInputError(
    message: str = "",
    category: str = "input",
    msgpub: str = "",
    die: bool = True,
    backtrace: str = "",
    tags: str = "",
) -> ErrorCondition:
    """Raise `j.exceptions.Input`: the caller is wrong; without `die` record it and go on.

    Raises:
        Input: Unless `die` is false.
    """
    return _raised("INPUT", message, category, msgpub, tags, die=die)


def raiseMonitoringError(
    message: str = "", category: str = "", msgpub: str = "", die: bool = False, tags: str = ""
) -> ErrorCondition:
    """Record what a check found, and go on; with `die` raise it.

    Raises:
        OPERATIONS: With `die`.
    """
    return _raised("MONITORING", message, category, msgpub, tags, die=die)


def raisePerformanceError(
    message: str = "", category: str = "", msgpub: str = "", tags: str = ""
) -> ErrorCondition:
    """Record that something is too slow, and go on."""
    return _raised("PERFORMANCE", message, category, msgpub, tags, die=False)


def raiseRuntimeErrorWithEco(eco: ErrorCondition, tostdout: bool = False) -> NoReturn:
    """Raise the error that was described."""
    raise eco.exception


reRaiseECO = raiseRuntimeErrorWithEco


def halt(msg: str = "", eco: ErrorCondition | None = None) -> NoReturn:
    """Raise `j.exceptions.HaltException`.

    Raises:
        HaltException: Always.
    """
    raise exceptions.HaltException(msg) from (eco.exception if eco else None)


def excepthook(
    ttype: type[BaseException], exceptionObject: BaseException, tb: TracebackType | None
) -> None:
    """Record what nobody caught, and print it as Python does."""
    if isinstance(exceptionObject, Exception):
        processPythonExceptionObject(exceptionObject, tb=tb)
    sys.__excepthook__(ttype, exceptionObject, tb)


exceptionHook = excepthook


def setExceptHook() -> None:
    """Record what ends this program because nobody caught it."""
    sys.excepthook = excepthook


def _raised(
    kind: str,
    message: str,
    category: str,
    msgpub: str,
    tags: str,
    *,
    die: bool,
    level: int = 1,
    extra: Any = None,
) -> ErrorCondition:
    error = _raised_as(kind)(message, tags=tags_of(category, tags), msgpub=msgpub)
    if die:
        raise error
    return ErrorCondition(
        error,
        message=message,
        msgpub=msgpub,
        category=category,
        level=level,
        type=kind,
        tags=tags,
        extra=extra,
    ).process()


def _raised_as(kind: str) -> type[exceptions.BaseJSException]:
    """Return the exception for a type of error condition."""
    if kind == "INPUT":
        return exceptions.Input
    if kind in ("OPERATIONS", "OPS", "MONITORING", "PERFORMANCE", "PERF"):
        return exceptions.OPERATIONS
    return exceptions.BUG
