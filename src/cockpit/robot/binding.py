"""Which argument of an action gets what: the three styles of action files.

A function takes `event`, `service` and `job` by name; an only or first parameter of any other name
receives the payload, as the specification asks. A method of `class Actions` takes the service
first and then the event, as its JSON, whatever they are called.

See: the specification, "Pub/Sub mechanism"; AYS 8, action file styles.
"""

import inspect
from collections.abc import Callable
from typing import Any

import msgspec

from cockpit.robot.event_text import EventText

_KNOWN = ("event", "service", "job")
_OF_METHOD = ("service", "event")
_OF_CHANGES = {
    "change_hrd_instance": ("service", "originalhrd"),
    "change_hrd_template": ("service", "originalhrd"),
    "change_method": ("service", "methodname"),
}


class Action(msgspec.Struct, frozen=True):
    """A function ready to be called with what its parameters ask for.

    Attributes:
        first: What its parameters without a name get, in order (`def f(event, /)`).
        named: What each other parameter gets.
    """

    function: Callable[..., Any]
    first: tuple[str, ...]
    named: dict[str, str]

    def __call__(self, **given: Any) -> Any:
        """Call with `event`, `service` and `job`, of which it gets what it takes."""
        named = {parameter: given[name] for parameter, name in self.named.items()}
        return self.function(*[given[name] for name in self.first], **named)


class Method(msgspec.Struct, frozen=True):
    """A method of `class Actions`, called on an object of its own each time."""

    owner: type
    name: str
    takes: tuple[str, ...]

    def __call__(self, **given: Any) -> Any:
        """Call with `event`, `service` and `job`, of which it gets what it takes."""
        made = self.owner()
        made.service = given["service"]
        given["event"] = EventText(given["event"])
        return getattr(made, self.name)(*[given[name] for name in self.takes])


def bind_function(function: Callable[..., Any], action: str) -> Action:
    """Return a function as an action.

    Raises:
        LookupError: A parameter asks for what nobody knows.
    """
    first: list[str] = []
    named: dict[str, str] = {}
    for index, parameter in enumerate(_parameters(function)):
        gets = parameter.name if parameter.name in _KNOWN else "event"
        if gets == parameter.name or index == 0:
            if parameter.kind is parameter.POSITIONAL_ONLY:
                first.append(gets)
            else:
                named[parameter.name] = gets
        elif parameter.default is parameter.empty:
            raise _unknown(action, parameter.name)
    return Action(function, tuple(first), named)


def bind_method(owner: type, name: str) -> Method:
    """Return a method of `class Actions` as an action.

    Raises:
        LookupError: A parameter asks for what nobody knows.
    """
    method = inspect.getattr_static(owner, name)
    # `self` goes first; what a class gives bound has none.
    skip = 0 if isinstance(method, staticmethod | classmethod) else 1
    takes: list[str] = []
    usual = _OF_CHANGES.get(name, _OF_METHOD)
    for index, parameter in enumerate(_parameters(getattr(owner, name))[skip:]):
        if parameter.name in _KNOWN:
            takes.append(parameter.name)
        elif index < len(usual):
            takes.append(usual[index])
        elif parameter.default is parameter.empty:
            raise _unknown(name, parameter.name)
        else:
            break
    return Method(owner, name, tuple(takes))


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    several = inspect.signature(function).parameters.values()
    return [one for one in several if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def _unknown(action: str, parameter: str) -> LookupError:
    return LookupError(
        f"action {action}: nothing is known to give for {parameter!r};"
        " actions take event, service and job"
    )
