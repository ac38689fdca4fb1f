"""Action files: `actions.py` of a template as a real module, read again when it was saved.

Arguments are bound by name: `event`, `service` and `job`. An only or first parameter of any other
name receives the payload, as the specification asks.
"""

import inspect
import linecache
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

_LOOK_AGAIN_S = 0.2
_KNOWN = ("event", "service", "job")


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


class _Module(msgspec.Struct):
    stamp: tuple[int, int]
    looked: float
    actions: dict[str, Action]
    module: ModuleType


class Actions:
    """The action files that this process has read.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._modules: dict[Path, _Module] = {}

    def find(self, path: Path, name: str, action: str) -> Action:
        """Return an action of a file, as the file is now (at most 0.2 s old).

        Args:
            name: Of the module, for tracebacks and imports.

        Raises:
            LookupError: The file or the function is missing; saving it makes a retry succeed.
            Exception: Whatever running the file raises.
        """
        module = self._read(path, name)
        found = module.actions.get(action)
        if found is None:
            function = getattr(module.module, action, None)
            if not callable(function) or action.startswith("_"):
                raise LookupError(f"{path} has no action named {action}")
            found = module.actions[action] = _bound(function, action)
        return found

    def _read(self, path: Path, name: str) -> _Module:
        now = self._clock()
        known = self._modules.get(path)
        if known is not None and now - known.looked < _LOOK_AGAIN_S:
            return known
        try:
            status = path.stat()
        except OSError as error:
            raise LookupError(f"{path} cannot be read: {error.strerror}") from error
        stamp = (status.st_mtime_ns, status.st_size)
        if known is not None and known.stamp == stamp:
            known.looked = now
            return known
        self._modules.pop(path, None)
        fresh = _Module(stamp, now, {}, _execute(path, name))
        self._modules[path] = fresh
        return fresh


def _execute(path: Path, name: str) -> ModuleType:
    # Compiled here: the import system's own cache looks at whole seconds of the modification time.
    module = ModuleType(name)
    module.__file__ = str(path)
    linecache.checkcache(str(path))
    code = compile(path.read_bytes(), str(path), "exec")
    sys.modules[name] = module
    exec(code, module.__dict__)  # noqa: S102 - running the author's file is what a robot is for
    return module


def _bound(function: Callable[..., Any], action: str) -> Action:
    first: list[str] = []
    named: dict[str, str] = {}
    for index, parameter in enumerate(inspect.signature(function).parameters.values()):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        gets = parameter.name if parameter.name in _KNOWN else "event"
        if gets == parameter.name or index == 0:
            if parameter.kind is parameter.POSITIONAL_ONLY:
                first.append(gets)
            else:
                named[parameter.name] = gets
        elif parameter.default is parameter.empty:
            raise LookupError(
                f"action {action}: nothing is known to give for {parameter.name!r};"
                " actions take event, service and job"
            )
    return Action(function, tuple(first), named)
