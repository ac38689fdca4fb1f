"""`j.application`: what runs, and where."""

import os
from typing import NamedTuple

from JumpScale.namespace import absent


class WhoAmI(NamedTuple):
    """Grid, node and process; there is one grid and one node, both 0."""

    gid: int
    nid: int
    pid: int


class Application:
    """The application as AYS 8 knew it."""

    appname = "cockpit"

    @property
    def whoAmI(self) -> WhoAmI:
        """This process."""
        return WhoAmI(0, 0, os.getpid())

    def getWhoAmiStr(self) -> str:
        """Return grid, node and process as `0_0_239`."""
        return "_".join(str(part) for part in self.whoAmI)

    def __getattr__(self, name: str) -> str:
        raise AttributeError(name) if name.startswith("_") else absent(f"j.application.{name}")


application = Application()
