"""Which argument of an action gets what: the three styles of action files.

A function takes `event`, `service` and `job` by name; an only or first parameter of any other name
receives the payload, as the specification asks. A method of `class Actions` takes the service
first and then the event, as its JSON, whatever they are called.

Who calls an action with arguments of its own says what is what: then only `event`, `service` and
`job` are filled in by name, and the first parameter of a method by the service.

See: the specification, "Pub/Sub mechanism"; AYS 8, action file styles.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.robot.event_text import EventText

_KNOWN = ("event", "service", "job")
_OF_METHOD = ("service", "event")
_OF_CHANGES = {
    "change_hrd_instance": ("service", "originalhrd"),
    "change_hrd_template": ("service", "originalhrd"),
    "change_method": ("service", "methodname"),
}


class Action(msgspec.Struct, frozen=True):
    """A function, or a method of `class Actions`, and what its parameters get.

    Attributes:
        where: What errors call it: its file and its name.
        function: What is called; of a method its name, called on an object of its own each time.
        gets: What each parameter gets.
        named: The same without guesses, for callers that pass arguments.
        owner: The class of a method.
        order: What its parameters get, one after the other; None when they are not so simple.
    """

    where: str
    function: Callable[..., Any] | str
    signature: inspect.Signature
    gets: dict[str, str]
    named: dict[str, str]
    owner: type | None = None
    order: tuple[str, ...] | None = None

    def __call__(self, **given: Any) -> Any:
        """Call with `event`, `service` and `job`, of which it gets what it takes.

        Raises:
            InputError: It takes something else as well.
            Exception: Whatever it raises.
        """
        return self.call(given)

    def call(
        self,
        given: Mapping[str, Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call with arguments, and fill in the rest from `event`, `service` and `job`.

        Raises:
            InputError: It takes none of these arguments, or something else as well.
            Exception: Whatever it raises.
        """
        if self.order is not None and not args and not kwargs:
            # PERF: what the robot itself calls is as good as always of this kind.
            function = self._function(given["service"])
            return function(*[self._one(given, what) for what in self.order])
        try:
            bound = self.signature.bind_partial(*args, **kwargs or {})
        except TypeError as error:
            raise InputError(f"{self.where}: {error}") from error
        wanted = self.named if args or kwargs else self.gets
        filled = {name: self._one(given, what) for name, what in wanted.items() if what in given}
        bound.arguments = filled | bound.arguments
        for name, one in self.signature.parameters.items():
            if name not in bound.arguments and _is_needed(one):
                raise InputError(
                    f"{self.where}: nothing is known to give for {name!r};"
                    " actions take event, service and job"
                )
        return self._function(given["service"])(*bound.args, **bound.kwargs)

    @property
    def is_method(self) -> bool:
        """Whether it is written as AYS 8.0 did."""
        return self.owner is not None

    def _one(self, given: Mapping[str, Any], what: str) -> Any:
        return EventText(given[what]) if self.owner and what == "event" else given[what]

    def _function(self, service: Any) -> Callable[..., Any]:
        if not isinstance(self.function, str):
            return self.function
        made: Any = self.owner() if self.owner else None
        made.service = service
        method: Callable[..., Any] = getattr(made, self.function)
        return method


def bind_function(function: Callable[..., Any], where: str) -> Action:
    """Return a function as an action.

    Args:
        where: What errors call it.
    """
    signature = inspect.signature(function)
    named = {name: name for name in signature.parameters if name in _KNOWN}
    first = next((one.name for one in _fillable(signature)), None)
    gets = {first: "event"} | named if first else named
    return Action(where, function, signature, gets, named, order=_order(signature, gets))


def bind_method(owner: type, name: str, where: str) -> Action:
    """Return a method of `class Actions` as an action.

    Args:
        where: What errors call it.
    """
    signature = inspect.signature(getattr(owner, name))
    # `self` goes first; what a class gives bound has none.
    if not isinstance(inspect.getattr_static(owner, name), staticmethod | classmethod):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    fillable = [one.name for one in _fillable(signature)]
    usual = dict(zip(fillable, _OF_CHANGES.get(name, _OF_METHOD), strict=False))
    named = {one: one for one in fillable if one in _KNOWN}
    first = dict.fromkeys(fillable[:1], "service")
    gets = usual | named
    return Action(where, name, signature, gets, first | named, owner, _order(signature, gets))


def _order(signature: inspect.Signature, gets: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what the parameters get, when all of them get one of what is always there."""
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    order = [
        gets[name]
        for name, one in signature.parameters.items()
        if one.kind in plain and gets.get(name) in _KNOWN
    ]
    return tuple(order) if len(order) == len(signature.parameters) else None


def _fillable(signature: inspect.Signature) -> list[inspect.Parameter]:
    several = signature.parameters.values()
    return [one for one in several if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def _is_needed(one: inspect.Parameter) -> bool:
    return one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
