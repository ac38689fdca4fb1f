"""Action files: `actions.py` of a template as a real module, read again when it was saved.

So are modules beside it. The names that AYS 8 gave to every file are there without an import: `j`,
`ActionsBaseMgmt`, `action`.
"""

import contextlib
import inspect
import linecache
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.robot import beside
from cockpit.robot.actions_base import ActionsBaseMgmt, action
from cockpit.robot.binding import Action, bind_function, bind_method
from JumpScale import j

_LOOK_AGAIN_S = 0.2
_GIVEN = {"j": j, "ActionsBaseMgmt": ActionsBaseMgmt, "action": action}


_Stamp = tuple[str, int, int, int, int]
"""Name, inode, size, and the two times in ns of one file."""


class _Module(msgspec.Struct):
    stamp: tuple[_Stamp, ...]
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
            InputError: It is none that can be called: async, or a class.
            Exception: Whatever running the file raises.
        """
        module = self._read(path, name)
        found = module.actions.get(action)
        if found is None:
            found = module.actions[action] = _bound(module.module, path, action)
        return found

    def has(self, path: Path, name: str, action: str) -> bool:
        """Tell whether a file has an action.

        Raises:
            LookupError: The file is missing.
            Exception: Whatever running the file raises.
        """
        return _defined(self._read(path, name).module, action) is not None

    def _read(self, path: Path, name: str) -> _Module:
        now = self._clock()
        known = self._modules.get(path)
        if known is not None and now - known.looked < _LOOK_AGAIN_S:
            return known
        try:
            stamp = tuple(_stamps(path))
        except OSError as error:
            raise LookupError(f"{path} cannot be read: {error.strerror}") from error
        if known is not None and known.stamp == stamp:
            known.looked = now
            return known
        self._modules.pop(path, None)
        fresh = _Module(stamp, now, {}, _execute(path, name))
        self._modules[path] = fresh
        return fresh


def _stamps(path: Path) -> Iterator[_Stamp]:
    """Return what changes when the file does, or a module beside it that it may import."""
    path.stat()
    for one in sorted(path.parent.glob("*.py")):
        with contextlib.suppress(OSError):  # A link to nothing is an editor's lock.
            now = one.stat()
            yield one.name, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


def _execute(path: Path, name: str) -> ModuleType:
    # Compiled here: the import system's own cache looks at whole seconds of the modification time.
    module = ModuleType(name)
    module.__dict__.update(__file__=str(path), **_GIVEN)
    linecache.checkcache(str(path))
    code = compile(path.read_bytes(), str(path), "exec")
    beside.begin(module, path)
    sys.modules[name] = module
    exec(code, module.__dict__)  # noqa: S102 - running the author's file is what a robot is for
    return module


def _defined(module: ModuleType, name: str) -> Callable[..., Any] | None:
    """Return what a file, or its `class Actions`, has under the name of an action."""
    found = getattr(_class(module) or module, name, None)
    is_action = callable(found) and not name.startswith("_") and found is not _GIVEN.get(name)
    return found if is_action else None


def _class(module: ModuleType) -> type | None:
    found = getattr(module, "Actions", None)
    return found if isinstance(found, type) else None


def _bound(module: ModuleType, path: Path, name: str) -> Action:
    function = _defined(module, name)
    if function is None:
        raise LookupError(f"{path} has no action named {name}")
    where = f"{path}: action {name}"
    if isinstance(function, type):
        raise InputError(f"{where}: a class is no action, a function is")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise InputError(f"{where}: it is async, and nothing here awaits it: write `def {name}`")
    owner = _class(module)
    return bind_method(owner, name, where) if owner else bind_function(function, where)
