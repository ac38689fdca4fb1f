"""The data of a service, `service.hrd`: one Redis hash, written key by key as it changes."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cockpit.ays import Hrd
from cockpit.bus import Pipe, keys


class Data(Hrd):
    """A service's values by key; a service runs one action at a time, so reading once is enough.

    SECURITY: `$(secret:NAME)` counts only where a blueprint wrote it. What an action stored may
    come from a stranger's mail.

    Args:
        service: `<repo>/<key>`.
        given: Returns the data as blueprints gave it; asked only when a value names a secret.
        reveal: Returns a secret by name; without it references stay as they are.

    Raises:
        OpsError: Redis is away.
    """

    def __init__(
        self,
        pipe: Pipe,
        service: str,
        *,
        given: Callable[[], Mapping[str, Any]] = dict,
        reveal: Callable[[str], str] | None = None,
    ) -> None:
        self._pipe = pipe
        self._service = service
        self._key = keys.data(service)
        values = read(pipe.call("HGETALL", self._key))
        asked = [name for name, value in values.items() if "$(secret:" in str(value)]
        trusted = {name.lower(): value for name, value in given().items()} if asked else {}
        variables = [name for name in asked if trusted.get(name) == values[name]]
        entries = Hrd.of(values, variables=variables).entries()
        super().__init__(entries, source="service.hrd", secret=reveal)

    def set(self, key: str, value: object) -> None:
        """Store a value that JSON can hold, durably before this returns."""
        super().set(key, value)
        self._write("HSET", self._key, key.lower(), msgspec.json.encode(self.get(key)))

    def delete(self, key: str) -> None:
        """Remove a key, durably before this returns."""
        super().delete(key)
        self._write("HDEL", self._key, key.lower())

    def _write(self, *command: Any) -> None:
        self._pipe.calls([command, keys.mirror_again(self._service)])


def read(flat: list[bytes]) -> dict[str, Any]:
    """Return the values of a data hash as Redis lists it: key, JSON, key, JSON, …."""
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return {key.decode(): msgspec.json.decode(raw) for key, raw in pairs}


def current(given: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return data as it is now, in the spelling that the blueprint or the schema gave it."""
    spelled = {name: now.get(name.lower(), value) for name, value in given.items()}
    known = {name.lower() for name in spelled}
    return spelled | {name: value for name, value in sorted(now.items()) if name not in known}
