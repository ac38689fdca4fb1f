"""The data of a service, `service.hrd`: one Redis hash, written key by key as it changes."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, Literal

import msgspec

from cockpit.ays import Hrd, ServiceRecord
from cockpit.ays.hrd_reader import Entry
from cockpit.ays.sealing import Seal
from cockpit.ays.trust import names_secret
from cockpit.bus import Pipe, Script, keys
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
        InputError: A value is set, and the service is gone.
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
        values = read(pipe.call("HGETALL", keys.data(service)))
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
        if self._vault:
            self._vault.refuse(key, "hrd.set(…): a key")
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
        store(self._pipe, self._service, "data", self._id(key), b"")

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
        value = msgspec.json.encode(self._entries[name].value)
        store(self._pipe, self._service, "data", name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.hrd.{name}")


def store(
    pipe: Pipe, service: str, where: Literal["data", "state"], field: str, value: bytes | str
) -> None:
    """Store a value of a service, durably before this returns, and have it mirrored.

    Args:
        service: `<repo>/<key>`.
        value: JSON for "data", a state for "state"; empty removes the field.

    Raises:
        InputError: The service is gone; nothing is stored.
        OpsError: Redis is away.
    """
    if not pipe.run(_script(), (), (service, where, field, value)):
        raise InputError(f"service {service} is gone: its {where} cannot be set")


@cache
def _script() -> Script:
    return Script("cockpit.robot", "store")


def read(flat: list[bytes]) -> dict[str, Any]:
    """Return the values of a data hash as Redis lists it: key, JSON, key, JSON, …."""
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return {key.decode(): msgspec.json.decode(raw) for key, raw in pairs}


def current(given: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return data as it is now, in the spelling that the blueprint or the schema gave it."""
    spelled = {name: now.get(name.lower(), value) for name, value in given.items()}
    known = {name.lower() for name in spelled}
    return spelled | {name: value for name, value in sorted(now.items()) if name not in known}
