"""What people should know of the secrets in blueprints: some stand in clear, some are not there."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from cockpit.ays.blueprint import Stanza
from cockpit.ays.template import Template, find
from cockpit.ays.trust import names_secret
from cockpit.errors import nearest

_NAME = re.compile(r"\$\(secret:([\w.-]+)\)")


def in_clear(stanzas: Iterable[Stanza], templates: Mapping[str, Template]) -> list[str]:
    """Return a warning for each password that stands in clear, as file:line."""
    found = []
    for stanza, template in _known(stanzas, templates):
        for name, value in stanza.args.items():
            field = template.schema.find(name)
            if field and field.type == "password" and _is_clear(value):
                secret = f"{template.role}.{stanza.instance}.{field.name}"
                found.append(
                    f"{stanza.place(name)}: {name} is a password in clear:"
                    f" `cockpit secret set {secret}` keeps it, then write $(secret:{secret})"
                )
    return found


def missing(
    stanzas: Iterable[Stanza], templates: Mapping[str, Template], known: Collection[str]
) -> list[str]:
    """Return a warning for each secret that is named and not there, as file:line.

    Args:
        known: The names of the secrets that are there.
    """
    return [
        f"{stanza.place(name)}: {name}: there is no secret {secret}"
        f"{nearest(secret, known, lists=False)}: `cockpit secret set {secret}`"
        for stanza, template in _known(stanzas, templates)
        for name, value in _values(stanza, template).items()
        for secret in dict.fromkeys(_NAME.findall(str(value)))
        if secret not in known
    ]


def _known(
    stanzas: Iterable[Stanza], templates: Mapping[str, Template]
) -> Iterator[tuple[Stanza, Template]]:
    for stanza in stanzas:
        if template := find(templates, stanza.template):
            yield stanza, template


def _is_clear(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_clear, value))
    return value not in (None, "") and not names_secret(value)


def _values(stanza: Stanza, template: Template) -> dict[str, Any]:
    """Return what a stanza says, and what the schema says where it does not."""
    fields = template.schema.fields
    given = {field.name for name in stanza.args if (field := template.schema.find(name))}
    return {name: fields[name].default for name in fields if name not in given} | stanza.args
