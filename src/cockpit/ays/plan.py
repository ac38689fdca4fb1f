"""What executing blueprints would do, worked out without doing it."""

from collections.abc import Iterable, Mapping

import msgspec

from cockpit.ays.blueprint import Stanza
from cockpit.ays.schema import nearest
from cockpit.ays.service import ServiceRecord, key
from cockpit.ays.template import Template
from cockpit.errors import InputError


class Plan(msgspec.Struct, frozen=True):
    """Services as they shall be, in the order of the blueprints."""

    created: list[ServiceRecord]
    updated: list[ServiceRecord]
    unchanged: list[ServiceRecord]
    warnings: list[str]


def plan(
    stanzas: Iterable[Stanza],
    templates: Mapping[str, Template],
    existing: Mapping[str, ServiceRecord],
    *,
    repo: str,
) -> Plan:
    """Compare what the stanzas ask for with the services that exist.

    An argument given wins over the service's data, all else the service has is kept; so a plan
    that was applied plans no change when it is made again.

    Args:
        existing: The services of the repository by key, `role!instance`.
        repo: Name of the repository, for the records.

    Raises:
        InputError: Unknown templates or arguments, wrong values, one service asked for twice or
            by another template than it has; all of them, one `file:line: why` per line.
    """
    made = Plan([], [], [], [])
    seen: dict[str, Stanza] = {}
    problems: list[str] = []
    for stanza in stanzas:
        try:
            template = _template(stanza, templates)
            name = _claim(stanza, template, seen, existing)
            former = existing.get(name)
            record = _record(stanza, template, former, repo)
        except InputError as error:
            problems.append(str(error))
            continue
        _sort_in(made, record, former)
        made.warnings.extend(_refused(stanza, template))
    if problems:
        raise InputError("\n".join(problems))
    return made


def _template(stanza: Stanza, templates: Mapping[str, Template]) -> Template:
    template = templates.get(stanza.template)
    if template is None:
        hint = nearest(stanza.template, tuple(templates))
        raise InputError(f"{stanza.where}: unknown template {stanza.template}{hint}")
    return template


def _claim(
    stanza: Stanza,
    template: Template,
    seen: dict[str, Stanza],
    existing: Mapping[str, ServiceRecord],
) -> str:
    """Return the key; `node.ovc__a` and `node.docker__a` would both be `node!a`."""
    name = key(template.role, stanza.instance)
    if name in seen:
        raise InputError(f"{stanza.where}: {name} is asked for at {seen[name].where} already")
    seen[name] = stanza
    former = existing.get(name)
    if former and former.template != template.name:
        raise InputError(f"{stanza.where}: {name} exists, made from template {former.template}")
    return name


def _record(
    stanza: Stanza, template: Template, former: ServiceRecord | None, repo: str
) -> ServiceRecord:
    data = template.schema.fill(
        stanza.args, where=stanza.where, existing=former.data if former else None
    )
    name = key(template.role, stanza.instance)
    return ServiceRecord(repo, name, template.role, stanza.instance, template.name, data)


def _refused(stanza: Stanza, template: Template) -> list[str]:
    """Say which lines of the template do not count, where its service is asked for."""
    return [
        f"{stanza.where}: {one.source} of {template.name}: {one.why}" for one in template.refusals
    ]


def _sort_in(made: Plan, record: ServiceRecord, former: ServiceRecord | None) -> None:
    if former is None:
        made.created.append(record)
    elif record.data != former.data:
        made.updated.append(record)
    else:
        made.unchanged.append(record)
