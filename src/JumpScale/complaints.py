"""`j.events`: the older way to complain; raises what `j.exceptions` has, or logs a warning."""

import logging
from typing import NoReturn

from JumpScale import exceptions

__all__ = [
    "bug_critical",
    "bug_raise",
    "bug_warning",
    "inputerror_critical",
    "inputerror_raise",
    "inputerror_warning",
    "opserror",
    "opserror_critical",
    "opserror_raise",
    "opserror_warning",
]

_log = logging.getLogger("j.events")


def inputerror_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.Input`: the caller is wrong."""
    raise exceptions.Input(msg, tags=_tags(category), msgpub=msgpub)


def opserror_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.OPERATIONS`: the world is wrong."""
    raise exceptions.OPERATIONS(msg, tags=_tags(category), msgpub=msgpub)


def bug_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.BUG`: the code is wrong."""
    raise exceptions.BUG(msg, tags=_tags(category), msgpub=msgpub)


inputerror_critical = inputerror_raise
opserror_critical = opserror_raise
opserror = opserror_raise
bug_critical = bug_raise


def inputerror_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Log that the caller is wrong, and go on."""
    _warn("input", msg, category)


def opserror_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Log that the world is wrong, and go on."""
    _warn("operations", msg, category)


def bug_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Log that the code is wrong, and go on."""
    _warn("bug", msg, category)


def _warn(kind: str, msg: str, category: str) -> None:
    _log.warning("%s%s: %s", kind, f" ({category})" if category else "", msg)


def _tags(category: str) -> str:
    return f"category:{category}" if category else ""
