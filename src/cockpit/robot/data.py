"""The data of a service, `service.hrd`: one Redis hash, written key by key as it changes."""

from typing import Any

import msgspec

from cockpit.ays import Hrd
from cockpit.bus import Pipe


class Data(Hrd):
    """A service's values by key; a service runs one action at a time, so reading once is enough.

    Raises:
        OpsError: Redis is away.
    """

    def __init__(self, pipe: Pipe, key: str) -> None:
        self._pipe = pipe
        self._key = key
        super().__init__(Hrd.of(read(pipe.call("HGETALL", key))).entries(), source="service.hrd")

    def set(self, key: str, value: object) -> None:
        """Store a value that JSON can hold, durably before this returns."""
        super().set(key, value)
        self._pipe.call("HSET", self._key, key.lower(), msgspec.json.encode(self.get(key)))

    def delete(self, key: str) -> None:
        """Remove a key, durably before this returns."""
        super().delete(key)
        self._pipe.call("HDEL", self._key, key.lower())


def read(flat: list[bytes]) -> dict[str, Any]:
    """Return the values of a data hash as Redis lists it: key, JSON, key, JSON, …."""
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return {key.decode(): msgspec.json.decode(raw) for key, raw in pairs}
