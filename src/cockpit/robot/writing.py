"""What services.lua is to write: services as blueprints want them, or as their files have them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays.service_files import Kept


def scheduled_row(repo: str, key: str, action: str) -> dict[str, Any]:
    """Return what to write so that the next run of an action does it."""
    return {"service": f"{repo}/{key}", "data": {}, "changed": [], "scheduled": [action]}


def blueprint_row(record: ays.ServiceRecord, former: ays.ServiceRecord | None) -> dict[str, Any]:
    """Return what to write: the record, and the values that differ from those that are there."""
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
    row = blueprint_row(kept.record, former)
    stays = {name.lower() for name in kept.record.data}
    is_moved = former is not None and former.parent != kept.record.parent
    return row | {
        "changed": row["changed"] if row["data"] else [],
        "states": kept.states,
        "gone": [name for name in now if name not in stays],
        "mirrored": not is_moved,
    }
