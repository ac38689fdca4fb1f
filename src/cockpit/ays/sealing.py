"""Passwords in blueprints: the data of a service holds a reference, never the password.

See: design §6, `type:password`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cockpit.ays.blueprint import Stanza
from cockpit.ays.field_type import is_reference
from cockpit.ays.schema import Schema
from cockpit.ays.template import Template


def seal(
    stanzas: Iterable[Stanza], templates: Mapping[str, Template], *, repo: str
) -> tuple[list[Stanza], dict[str, str]]:
    """Return the stanzas with references for passwords, and what to keep: name → password."""
    found: dict[str, str] = {}
    return [
        _sealed(stanza, templates.get(stanza.template), repo, found) for stanza in stanzas
    ], found


def _sealed(stanza: Stanza, template: Template | None, repo: str, found: dict[str, str]) -> Stanza:
    if template is None:
        return stanza
    args: dict[str, Any] = dict(stanza.args)
    for name, value in stanza.args.items():
        secret = secret_name(template.schema, name, repo, template.role, stanza.instance)
        if not secret or value in (None, "") or is_reference(value):
            continue
        if isinstance(value, str | int | float):
            found[secret] = str(value)
            args[name] = f"$(secret:{secret})"
    return msgspec.structs.replace(stanza, args=args)


def secret_name(schema: Schema, spelling: str, repo: str, role: str, instance: str) -> str:
    """Return what the secret of a service's field is called; "" for a field that is no password."""
    field = schema.find(spelling)
    if field is None or field.type != "password":
        return ""
    parts = (repo, role, instance, field.name)
    # Parts may hold dots themselves: the digest keeps the names of different fields apart.
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()
    return f"{'.'.join(parts)}-{digest}"
