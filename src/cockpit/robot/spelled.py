"""New values as `processChange` of AYS 8.1 receives them: `sshPort`, found as `ssh.port` too.

See: AYS 8, building instance data; creation and change detection.
"""

from collections.abc import Mapping
from typing import Any

from cockpit.robot.model import camel, fold


class Spelled(dict[str, Any]):
    """Values whose keys are in camel case, and found in any spelling."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__({camel(key): value for key, value in values.items()})

    def __missing__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return super().__getitem__(self._known(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._known(key))

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, else the default."""
        return super().get(self._known(key), default)

    def pop(self, key: str, *default: Any) -> Any:
        """Remove a value and return it, else the default."""
        return super().pop(self._known(key), *default)

    def _known(self, key: object) -> Any:
        if not isinstance(key, str):
            return key
        return next((known for known in self if fold(known) == fold(key)), key)
