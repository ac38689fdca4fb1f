"""`j.exceptions`: the errors of AYS 8, each also one of Cockpit's families.

The family decides what follows: an input error is not tried again, an operations error is, and
anything else counts as a bug of the template.
"""

import builtins
from typing import Any

from cockpit.errors import InputError, OpsError

__all__ = [
    "BUG",
    "JSBUG",
    "OPERATIONS",
    "AYSNotFound",
    "BaseJSException",
    "HaltException",
    "IOError",
    "Input",
    "NotFound",
    "NotImplemented",
    "RuntimeError",
    "SSHError",
    "SSHTimeout",
    "Timeout",
]


class BaseJSException(Exception):
    """Any error of AYS 8.

    Args:
        message: For whoever repairs it.
        level: AYS 8's severity, kept and not read.
        source: What raised it, kept and not read.
        msgpub: For end users.
    """

    def __init__(
        self,
        message: object = "",
        level: int = 1,
        source: str = "",
        actionkey: str = "",
        eco: Any = None,
        tags: str = "",
        msgpub: str = "",
    ) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.level = level
        self.source = source
        self.actionkey = actionkey
        self.eco = eco
        self.tags = tags
        self.msgpub = msgpub

    @property
    def msg(self) -> str:
        """The message, by AYS 8's other name."""
        return self.message


class HaltException(BaseJSException):
    """Stop here."""


class RuntimeError(BaseJSException, builtins.RuntimeError):
    """Something went wrong while it ran."""


class Input(BaseJSException, InputError):
    """The caller is wrong: never tried again."""


class NotFound(BaseJSException, InputError):
    """What was asked for does not exist: never tried again."""


class AYSNotFound(NotFound):
    """A service, template or repository that was asked for does not exist."""


class OPERATIONS(BaseJSException, OpsError):
    """The world is wrong: worth trying again."""


class IOError(OPERATIONS):
    """A disk or a device is wrong."""


class Timeout(OPERATIONS):
    """It took too long."""


class SSHError(OPERATIONS):
    """Another machine refused."""


class SSHTimeout(SSHError):
    """Another machine did not answer in time."""


class BUG(BaseJSException):
    """The code is wrong."""


class JSBUG(BUG):
    """The code of a library is wrong."""


class NotImplemented(BaseJSException):
    """Nobody wrote this yet."""
