"""Passwords in blueprints: the data of a service holds a reference, never the password.

See: design §6, `type:password`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cockpit.ays.blueprint import Stanza
from cockpit.ays.field_type import is_reference
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
        field = template.schema.find(name)
        is_secret = field is not None and field.type == "password"
        if field is None or not is_secret or value in (None, "") or is_reference(value):
            continue
        if isinstance(value, str | int | float):
            secret = _name(repo, template.role, stanza.instance, field.name)
            found[secret] = str(value)
            args[name] = f"$(secret:{secret})"
    return msgspec.structs.replace(stanza, args=args)


def _name(*parts: str) -> str:
    # Parts may hold dots themselves: the digest keeps the names of different fields apart.
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()
    return f"{'.'.join(parts)}-{digest}"
