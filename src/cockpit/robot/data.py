"""The data of a service, `service.hrd`: one Redis hash, written key by key as it changes."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cockpit.ays import Hrd
from cockpit.bus import Pipe, keys


class Data(Hrd):
    """A service's values by key; a service runs one action at a time, so reading once is enough.

    SECURITY: `$(secret:NAME)` counts only where a blueprint wrote it, and the field's own secret in
    its own field. What an action stored may come from a stranger's mail.

    Args:
        service: `<repo>/<key>`.
        given: Returns the values that may name secrets; asked only when a value does.
        reveal: Returns a secret by name; without it references stay as they are.
        own: Returns what the secret of a field is called; "" for one that is no password.
        keep: Keeps a secret: name, value.

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
        own: Callable[[str], str] = lambda _key: "",
        keep: Callable[[str, str], None] = lambda _name, _value: None,
    ) -> None:
        self._pipe = pipe
        self._own = own
        self._keep = keep
        self._service = service
        self._key = keys.data(service)
        values = read(pipe.call("HGETALL", self._key))
        asked = [name for name, value in values.items() if "$(secret:" in str(value)]
        trusted = {name.lower(): value for name, value in given().items()} if asked else {}
        variables = [
            name for name in asked if values[name] in (trusted.get(name), _reference(own(name)))
        ]
        entries = Hrd.of(values, variables=variables).entries()
        super().__init__(entries, source="service.hrd", secret=reveal)

    def set(self, key: str, value: object) -> None:
        """Store a value that JSON can hold, durably before this returns."""
        super().set(key, value)
        stored = self.get(key)
        if (name := self._own(key)) and stored != "":
            self._keep(name, str(stored))
            stored = _reference(name)
        self._write("HSET", self._key, key.lower(), msgspec.json.encode(stored))

    def delete(self, key: str) -> None:
        """Remove a key, durably before this returns."""
        super().delete(key)
        self._write("HDEL", self._key, key.lower())

    def _write(self, *command: Any) -> None:
        self._pipe.calls([command, keys.mirror_again(self._service)])


def _reference(name: str) -> str:
    return f"$(secret:{name})"


def read(flat: list[bytes]) -> dict[str, Any]:
    """Return the values of a data hash as Redis lists it: key, JSON, key, JSON, …."""
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return {key.decode(): msgspec.json.decode(raw) for key, raw in pairs}


def current(given: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return data as it is now, in the spelling that the blueprint or the schema gave it."""
    spelled = {name: now.get(name.lower(), value) for name, value in given.items()}
    known = {name.lower() for name in spelled}
    return spelled | {name: value for name, value in sorted(now.items()) if name not in known}
