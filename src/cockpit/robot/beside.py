"""Modules that lie beside an action file: `from . import mail` reads `mail.py` of its template.

They hang below the module of their action file, so two templates may each have a `mail.py`. What
Python keeps compiled on disk is neither read nor written: it looks at whole seconds, and the folder
is somebody's git work tree.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any


class _Folder(list[str]):
    """The `__path__` of an action file: of all packages only these are looked into here."""


class _Loader(SourceFileLoader):
    def path_stats(self, path: Any) -> Any:
        """Say that nothing is known, so that nothing compiled is read or written."""
        raise OSError(f"{path}: not asked")


class _Finder:
    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module beside an action file; nothing of any other."""
        del target
        if not isinstance(path, _Folder):
            return None
        file = Path(path[0]) / f"{name.rpartition('.')[2]}.py"
        if not file.is_file():
            return None
        return spec_from_file_location(name, file, loader=_Loader(name, str(file)))


def begin(module: ModuleType, file: Path) -> None:
    """Let the module of an action file import what lies beside it, as it is on disk now."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    for name in [one for one in sys.modules if one.rpartition(".")[0] == module.__name__]:
        del sys.modules[name]
    module.__path__ = _Folder([str(file.parent)])
    module.__package__ = module.__name__
