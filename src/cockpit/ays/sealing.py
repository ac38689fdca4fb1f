"""Passwords: the data of a service holds references, never the passwords.

See: design §6, `type:password`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cockpit.ays.blueprint import Stanza
from cockpit.ays.schema import Field, Schema
from cockpit.ays.service import ServiceRecord
from cockpit.ays.template import Template, find
from cockpit.errors import InputError

_REFERENCE = re.compile(r"\$\(secret:[\w.-]+\)")


class Sealed(msgspec.Struct, frozen=True):
    """A value as data has it, and the passwords to keep: name → password."""

    value: Any
    passwords: dict[str, str] = {}


class Seal(msgspec.Struct, frozen=True):
    """The seal of one service: it knows what the secrets of its fields are called."""

    repo: str
    role: str
    instance: str
    schema: Schema

    @classmethod
    def of(cls, record: ServiceRecord, schema: Schema) -> "Seal":
        """Return the seal of a service."""
        return cls(record.repo, record.role, record.instance, schema)

    def close(self, spelling: str, value: Any, *, keeps_references: bool) -> Sealed:
        """Return the value of a field as data has it; one that is no password stays as it is.

        Args:
            keeps_references: Whether `$(secret:NAME)` is one, not text: a blueprint wrote it.

        Raises:
            InputError: The value does not fit the field; the message does not show it.
        """
        field = self._password(spelling)
        if field is None or value is None:
            return Sealed(value)
        made = field.convert(value)
        found: dict[str, str] = {}
        texts = [
            text
            if not text or (keeps_references and _REFERENCE.search(text))
            else self._keep(self._name(field, n), text, found)
            for n, text in enumerate(made if field.is_list else [made])
        ]
        return Sealed(texts if field.is_list else texts[0], found)

    def close_all(self, data: Mapping[str, Any]) -> Sealed:
        """Return data with references for all passwords; what is none at all becomes ""."""
        made, found = dict(data), dict[str, str]()
        spelled = {name.lower(): name for name in data}
        for field in self.schema.fields.values():
            name = spelled.get(field.name.lower())
            if field.type != "password" or name is None:
                continue
            try:
                closed = self.close(field.name, data[name], keeps_references=True)
            except InputError:
                closed = Sealed("")
            made[name] = closed.value
            found.update(closed.passwords)
        return Sealed(made, found)

    def is_own(self, spelling: str, value: Any) -> bool:
        """Tell whether the value of a field refers to its own secrets, and to nothing else."""
        field = self._password(spelling)
        if field is None:
            return False
        texts = value if isinstance(value, list) else [value]
        return all(text in ("", _reference(self._name(field, n))) for n, text in enumerate(texts))

    def _password(self, spelling: str) -> Field | None:
        field = self.schema.find(spelling)
        return field if field and field.type == "password" else None

    def _keep(self, name: str, password: str, found: dict[str, str]) -> str:
        found[name] = password
        return _reference(name)

    def _name(self, field: Field, n: int) -> str:
        parts = [self.repo, self.role, self.instance, field.name]
        if field.is_list:
            parts.append(str(n + 1))
        return f"{'.'.join(parts)}-{_digest(parts)}"


def seal(
    stanzas: Iterable[Stanza], templates: Mapping[str, Template], *, repo: str
) -> tuple[list[Stanza], dict[str, str]]:
    """Return the stanzas with references for passwords, and what to keep: name → password."""
    found: dict[str, str] = {}
    return [
        _sealed(stanza, find(templates, stanza.template), repo, found) for stanza in stanzas
    ], found


def _sealed(stanza: Stanza, template: Template | None, repo: str, found: dict[str, str]) -> Stanza:
    if template is None:
        return stanza
    one = Seal(repo, template.role, stanza.instance, template.schema)
    args: dict[str, Any] = dict(stanza.args)
    for name, value in stanza.args.items():
        try:
            closed = one.close(name, value, keeps_references=True)
        except InputError:
            continue  # Whoever plans it tells what does not fit.
        found.update(closed.passwords)
        args[name] = closed.value
    return msgspec.structs.replace(stanza, args=args)


def is_of(name: str, repo: str, role: str, instance: str) -> bool:
    """Tell whether a secret of this name is one of a service's passwords."""
    stem, _, digest = name.rpartition("-")
    start = f"{repo}.{role}.{instance}."
    field = stem.removeprefix(start)
    digests = {_digest([repo, role, instance, *ends]) for ends in ([field], field.rsplit(".", 1))}
    return stem.startswith(start) and digest in digests


def _digest(parts: Iterable[str]) -> str:
    # Parts may hold dots themselves: the digest keeps the names of different fields apart.
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()


def _reference(name: str) -> str:
    return f"$(secret:{name})"
