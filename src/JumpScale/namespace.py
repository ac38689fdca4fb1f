"""The tree behind `j`: what is provided, and a clear word about what is not.

Imports nothing before it is touched: an action that asks for one name pays for one name.
"""

import importlib
from types import ModuleType
from typing import Any

# Dotted name → module of this package whose `__all__` is offered, or `module:name` for one thing.
PROVIDED: dict[str, str] = {
    "j.application": "application:application",
    "j.core.db": "database:db",
    "j.data.idgenerator": "idgenerator",
    "j.data.models.cockpit_event": "models",
    "j.data.serializer.json": "json_text",
    "j.data.serializer.yaml": "yaml_text",
    "j.data.types.duration": "duration_type",
    "j.data.types.list": "list_type",
    "j.data.types.string": "string_type",
    "j.dirs": "directories:dirs",
    "j.do.execute": "command:execute",
    "j.errorconditionhandler": "errorconditionhandler",
    "j.events": "complaints",
    "j.exceptions": "exceptions",
    "j.logger": "logger",
    "j.sal.fs": "fs",
    "j.sal.process": "process",
    "j.tools.executor": "executor",
}
READ = "docs/migrating.md"


class Namespace:
    """A branch of the tree, such as `j.data`, or a module whose public names it offers.

    Args:
        name: Its full dotted name.
        module: What offers its names; without one they are the branches of `PROVIDED`.
    """

    def __init__(self, name: str, module: ModuleType | None = None) -> None:
        self._name = name
        self._module = module

    def __getattr__(self, attribute: str) -> Any:
        # Copying and inspecting ask for these, also before __init__ ran.
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        found = self._find(attribute)
        setattr(self, attribute, found)
        return found

    def __dir__(self) -> list[str]:
        if self._module is not None:
            return sorted(self._module.__all__)
        start = f"{self._name}."
        return sorted(
            {
                name.removeprefix(start).partition(".")[0]
                for name in PROVIDED
                if name.startswith(start)
            }
        )

    def __repr__(self) -> str:
        return f"<{self._name}: {', '.join(dir(self))}>"

    def _find(self, attribute: str) -> Any:
        name = f"{self._name}.{attribute}"
        if attribute not in dir(self):
            raise absent(name)
        if self._module is not None:
            return getattr(self._module, attribute)
        return _load(name) if name in PROVIDED else Namespace(name)


def absent(name: str) -> AttributeError:
    """Return the error that says of a dotted name that it is not here, and where to read."""
    return AttributeError(f"{name} is not provided by Cockpit: see {READ}")


def _load(name: str) -> Any:
    place, _, thing = PROVIDED[name].partition(":")
    module = importlib.import_module(f"JumpScale.{place}")
    return getattr(module, thing) if thing else Namespace(name, module)
