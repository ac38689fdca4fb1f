"""`j.tools.executor`: where commands run. Cockpit has the local one."""

from collections.abc import Mapping
from typing import Any

from JumpScale.command import Done, execute
from JumpScale.exceptions import NotFound
from JumpScale.namespace import absent

__all__ = ["get", "getLocal"]

_HERE = ("localhost", "127.0.0.1", "")


class LocalExecutor:
    """Runs commands on this machine."""

    type = "local"
    id = addr = "localhost"

    def execute(
        self,
        cmds: str,
        die: bool = True,
        checkok: bool | None = None,
        showout: bool = True,
        timeout: float = 0,
        env: Mapping[str, str] | None = None,
        **ignored: Any,
    ) -> Done:
        """Run a command and return `(rc, out, err)`.

        Args:
            checkok: Of AYS 8; every command is checked by its exit code.

        Raises:
            RuntimeError: As `j.do.execute`.
        """
        return execute(cmds, die=die, showout=showout, timeout=timeout, env=env)

    def executeRaw(self, cmd: str, die: bool = True, showout: bool = False) -> Done:
        """Run a command without showing what it wrote."""
        return execute(cmd, die=die, showout=showout)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"j.tools.executor.getLocal().{name}")


def getLocal() -> LocalExecutor:
    """Return the executor of this machine."""
    return LocalExecutor()


def get(addr: str = "localhost") -> LocalExecutor:
    """Return the executor of an address; there is only that of this machine.

    Raises:
        NotFound: It is another machine; `j.exceptions.NotFound`.
    """
    if addr not in _HERE:
        raise NotFound(f"{addr}: Cockpit runs commands on its own machine only; use ssh in one")
    return getLocal()
