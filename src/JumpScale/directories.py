"""`j.dirs`: the folders that AYS 8 had a name for."""

import os
import tempfile
from pathlib import Path

from JumpScale.namespace import absent

_CODE = "/opt/code"


class Directories:
    """Paths as text; nothing is created."""

    @property
    def codeDir(self) -> str:
        """Where source is cloned to: CODEDIR of the environment, else AYS 8's /opt/code."""
        return os.environ.get("CODEDIR") or _CODE

    @property
    def homeDir(self) -> str:
        """The home of the user this runs as."""
        return str(Path.home())

    @property
    def tmpDir(self) -> str:
        """Where temporary files belong."""
        return tempfile.gettempdir()

    def __getattr__(self, name: str) -> str:
        raise AttributeError(name) if name.startswith("_") else absent(f"j.dirs.{name}")


dirs = Directories()
