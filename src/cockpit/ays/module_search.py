"""Whether a module that an action file imports is there, found without importing anything."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec


def is_found(dotted: str) -> bool:
    """Tell whether this Python finds a module; what is not a package hides what is below it."""
    if not all(part.isidentifier() for part in dotted.split(".")):
        return False
    if dotted.partition(".")[0] in sys.builtin_module_names:
        return True
    path: Sequence[str] | None = None
    name = ""
    for part in dotted.split("."):
        name = f"{name}.{part}" if name else part
        spec = _find(name, path)
        if spec is None:
            return False
        if spec.submodule_search_locations is None:
            return True  # As `os.path`, which `os` makes itself.
        path = list(spec.submodule_search_locations)
    return True


def _find(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = find(name, path) if find else None
        if spec is not None:
            return spec
    return None
