"""The data of a service, `service.hrd`: one Redis hash, written key by key as it changes."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from cockpit.ays import Hrd, ServiceRecord
from cockpit.ays.hrd_reader import Entry
from cockpit.ays.sealing import Seal
from cockpit.ays.trust import names_secret
from cockpit.bus import Pipe, keys
from cockpit.errors import InputError
from cockpit.robot.vault import Vault
from JumpScale.namespace import absent


class Data(Hrd):
    """A service's values by key; a service runs one action at a time, so reading once is enough.

    The spellings of a field are one key. SECURITY: `$(secret:NAME)` counts only where a blueprint
    wrote it, and the field's own secret in its own field. What an action stored may come from a
    stranger's mail.

    Args:
        service: `<repo>/<key>`.
        record: Returns its record; asked only when a value names a secret.
        template: Returns the name of its template.
        vault: Has the secrets and the fields; without it there are none.

    Raises:
        OpsError: Redis is away.
    """

    def __init__(
        self,
        pipe: Pipe,
        service: str,
        *,
        record: Callable[[], ServiceRecord] | None = None,
        template: Callable[[], str] = str,
        vault: Vault | None = None,
    ) -> None:
        self._pipe = pipe
        self._service = service
        self._template = template
        self._vault = vault
        self._key = keys.data(service)
        values = read(pipe.call("HGETALL", self._key))
        asked = [name for name, value in values.items() if names_secret(value)]
        variables = self._live(values, asked, record()) if asked and record else []
        entries = Hrd.of(values, variables=variables).entries()
        source = f"{service.partition('/')[2]}: service.hrd"
        super().__init__(entries, source=source, secret=vault.reveal if vault else None)

    def set(
        self,
        key: str,
        value: object,
        persistent: bool = True,  # noqa: ARG002 - an argument of AYS 8
        ttype: str | None = None,  # noqa: ARG002 - an argument of AYS 8
    ) -> None:
        """Store a value that JSON can hold, durably before this returns. See `Hrd.set`.

        Raises:
            InputError: JSON cannot hold it, it does not fit a field that is a password, or it
                holds a secret and the field is none.
        """
        if self._seal is None:
            super().set(key, value)
            self._store(key)
            return
        try:
            sealed = self._seal.close(key, value, keeps_references=False)
        except InputError as error:
            raise InputError(f"hrd.set({key!r}, …): {error}") from error
        if self._vault and not sealed.passwords:
            self._vault.refuse(value, f"hrd.set({key!r}, …)")
        elif self._vault:
            self._vault.keep(sealed.passwords)
        super().set(key, sealed.value)
        if sealed.passwords:
            name = self._id(key)
            self._entries[name] = Entry(self._entries[name].key, sealed.value, str(sealed.value))
        self._store(key)

    def delete(self, key: str) -> None:
        """Remove a key, durably before this returns."""
        super().delete(key)
        self._write("HDEL", self._key, self._id(key))

    @cached_property
    def _seal(self) -> Seal | None:
        return self._vault.seal(self._service, self._template()) if self._vault else None

    def _id(self, key: str) -> str:
        name = super()._id(key)
        if name in self._entries or self._seal is None:
            return name
        field = self._seal.schema.find(key)
        return field.name.lower() if field else name

    def _live(
        self, values: Mapping[str, Any], asked: list[str], record: ServiceRecord
    ) -> list[str]:
        """Return the keys, of those that name secrets, that may."""
        trusted = {name.lower(): record.data[name] for name in record.trusted}
        return [
            name
            for name in asked
            if (name in trusted and values[name] == trusted[name])
            or (self._seal is not None and self._seal.is_own(name, values[name]))
        ]

    def _store(self, key: str) -> None:
        name = self._id(key)
        self._write("HSET", self._key, name, msgspec.json.encode(self._entries[name].value))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.hrd.{name}")

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
