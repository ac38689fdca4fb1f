"""`j.events`: the older way to complain; raises what `j.exceptions` has, or records a warning."""

from typing import NoReturn

from JumpScale import errorconditionhandler as handler
from JumpScale import exceptions
from JumpScale.error_condition import WARNING, tags_of

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


def inputerror_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.Input`: the caller is wrong."""
    raise exceptions.Input(msg, tags=tags_of(category), msgpub=msgpub)


def opserror_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.OPERATIONS`: the world is wrong."""
    raise exceptions.OPERATIONS(msg, tags=tags_of(category), msgpub=msgpub)


def bug_raise(msg: str, category: str = "", msgpub: str = "") -> NoReturn:
    """Raise `j.exceptions.BUG`: the code is wrong."""
    raise exceptions.BUG(msg, tags=tags_of(category), msgpub=msgpub)


inputerror_critical = inputerror_raise
opserror_critical = opserror_raise
opserror = opserror_raise
bug_critical = bug_raise


def inputerror_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Record that the caller is wrong, and go on."""
    _warn("INPUT", msg, category, msgpub)


def opserror_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Record that the world is wrong, and go on."""
    _warn("OPERATIONS", msg, category, msgpub)


def bug_warning(msg: str, category: str = "", msgpub: str = "", level: int = 5) -> None:
    """Record that the code is wrong, and go on."""
    _warn("BUG", msg, category, msgpub)


def _warn(kind: str, msg: str, category: str, msgpub: str) -> None:
    handler.getErrorConditionObject(
        msg=msg, msgpub=msgpub, category=category, level=WARNING, type=kind
    ).process()
