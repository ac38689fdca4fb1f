"""What services.lua is to write: services as blueprints want them, or as their files have them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays.generation import Generation, generation
from cockpit.ays.service_files import Kept
from cockpit.robot import changing
from cockpit.robot.changing import Change


def scheduled_row(repo: str, key: str, action: str) -> dict[str, Any]:
    """Return what to write so that the next run of an action does it."""
    return {"service": f"{repo}/{key}", "data": {}, "changed": [], "scheduled": [action]}


def plan_rows(
    made: ays.Plan,
    existing: Mapping[str, ays.ServiceRecord],
    repository: ays.Repository,
    version: int,
) -> list[dict[str, Any]]:
    """Return what to write so that all is as planned.

    Args:
        version: The index number that it was planned by.
    """
    templates, kind = repository.templates(), generation(repository.path)
    rows = [
        blueprint_row(
            one,
            existing.get(one.key),
            template=templates[one.template],
            kind=kind,
            version=version,
        )
        for one in [*made.created, *made.updated]
    ]
    return rows + [scheduled_row(repository.name, *one) for one in made.scheduled]


def blueprint_row(
    record: ays.ServiceRecord,
    former: ays.ServiceRecord | None,
    *,
    template: ays.Template,
    kind: Generation,
    version: int,
) -> dict[str, Any]:
    """Return what to write, and the jobs that take care of the change.

    Args:
        version: The index number that the change was planned by.
    """
    row = _row(record, former)
    if former is None:
        handler, change = changing.of_creation(template, kind), Change({})
    else:
        values = changing.new_values(record.data, former.data)
        change = Change({"changeCategory": "dataschema"} | values, former.data)
        handler = changing.of_data(template)
    if not handler:
        return row
    return row | {"changed": [], "jobs": [changing.job(row["service"], handler, change, version)]}


def template_row(
    record: ays.ServiceRecord,
    template: ays.Template,
    categories: Iterable[str],
    former: Mapping[str, Any],
    version: int,
) -> dict[str, Any]:
    """Return what to write when the template of a service changed.

    Args:
        former: The values of its service.hrd before.
    """
    service = f"{record.repo}/{record.key}"
    row: dict[str, Any] = {"service": service, "data": {}, "changed": [], "scheduled": []}
    jobs = []
    for category in categories:
        handler = changing.of_template(template, category)
        if handler:
            change = Change({"changeCategory": category}, dict(former))
            jobs.append(changing.job(service, handler, change, version))
        elif category.startswith("action_mod_"):
            row["changed"].append(category.removeprefix("action_mod_"))
    return row | {"jobs": jobs}


def _row(record: ays.ServiceRecord, former: ays.ServiceRecord | None) -> dict[str, Any]:
    """Return the record, and the values that differ from those that are there."""
    known = former.data if former else {}
    return {
        "service": f"{record.repo}/{record.key}",
        "record": msgspec.json.encode(record).decode(),
        "data": {
            key.lower(): msgspec.json.encode(value).decode()
            for key, value in record.data.items()
            if key not in known or known[key] != value
        },
        "changed": ["install"] if former else [],
        "scheduled": [],
    }


def kept_row(
    kept: Kept, former: ays.ServiceRecord | None, now: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what to write of a service that comes from its files.

    Args:
        now: Its data in Redis.
    """
    row = _row(kept.record, former)
    stays = {name.lower() for name in kept.record.data}
    is_moved = former is not None and former.parent != kept.record.parent
    return row | {
        "changed": row["changed"] if row["data"] else [],
        "states": kept.states,
        "gone": [name for name in now if name not in stays],
        "mirrored": not is_moved,
    }
