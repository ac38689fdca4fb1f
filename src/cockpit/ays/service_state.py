"""What `state.yaml` of AYS 8.0 says in its own way: producers, periods, the digest of the data.

See: AYS 8, repository layout; relations, "parent".
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cockpit.ays import duration
from cockpit.ays.service import ServiceRecord
from cockpit.ays.service_lines import Recurring
from cockpit.errors import InputError


def consumes_parent(record: ServiceRecord) -> bool:
    """Tell whether the parent of a service is also one that it consumes."""
    return any(record.parent in several for several in record.producers.values())


def with_parent(record: ServiceRecord) -> dict[str, list[str]]:
    """Return the producers as AYS 8.0 has them: the parent is one of them."""
    if not record.parent or consumes_parent(record):
        return record.producers
    role = record.parent.partition("!")[0]
    others = {name: several for name, several in record.producers.items() if name != role}
    return {role: [record.parent, *record.producers.get(role, [])]} | others


def without(producers: Mapping[str, list[str]], parent: str) -> dict[str, list[str]]:
    """Return producers without the parent."""
    left = {role: [key for key in keys if key != parent] for role, keys in producers.items()}
    return {role: several for role, several in left.items() if several}


def recurring(
    periods: Mapping[str, float],
    lines: Mapping[str, Recurring],
    begun: Mapping[str, int],
    told: Mapping[str, Any],
) -> dict[str, list[Any]]:
    """Return period and last beginning by action; what means the same keeps its spelling.

    Args:
        periods: Seconds by action.
        lines: What service.hrd says.
        begun: Epoch seconds, as far as it is known.
        told: The state.yaml as it is.
    """
    former = told.get("recurring")
    rows = former if isinstance(former, dict) else {}
    made: dict[str, list[Any]] = {}
    for name, period_s in sorted(periods.items()):
        found = rows.get(name)
        row: list[Any] = found if isinstance(found, list) else []
        texts = [str(one) for one in row[:1]] + ([lines[name].text] if name in lines else [])
        period = next((text for text in texts if _seconds(text) == period_s), f"{period_s:g}s")
        known = row[1] if row[1:] and isinstance(row[1], int) else 0
        made[name] = [period, max(known, begun.get(name, 0))]
    return made


def instance_hash(
    files: Mapping[str, str], former: Mapping[str, str], told: Mapping[str, Any]
) -> str:
    """Return what AYS 8.0 compares: another digest makes it call change_hrd_instance."""
    instance, known = files.get("instance.hrd", ""), told.get("instanceHRDHash")
    if isinstance(known, str) and known and instance == former.get("instance.hrd", ""):
        return known
    data = instance.encode("utf-8", "surrogateescape")
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _seconds(text: str) -> float | None:
    try:
        return duration.parse(text)
    except InputError:
        return None
