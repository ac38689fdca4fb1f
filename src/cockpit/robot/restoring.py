"""From files to Redis: services that only `services/` has, and edits that shall count.

Callers work on the repository alone. All is read and judged before anything is written.

See: issue 3, "repo restore", "repo resolve".
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import gevent
import msgspec

from cockpit import ays
from cockpit.ays import service_files
from cockpit.ays.circle import find_circle
from cockpit.ays.sealing import seal
from cockpit.ays.service import ServiceRecord
from cockpit.ays.service_files import Kept
from cockpit.ays.template import find
from cockpit.ays.trust import trusted, written
from cockpit.errors import InputError, OpsError, nearest
from cockpit.robot.catalog import Catalog
from cockpit.robot.mirror import Conflict, Files, Mirror
from cockpit.robot.services_folder import ServicesFolder

Side = Literal["disk", "redis"]


class Restored(msgspec.Struct, frozen=True):
    """Keys of the services that came back, and of those that were there anyway."""

    repo: str
    restored: list[str]
    there: list[str]


class Resolved(msgspec.Struct, frozen=True):
    """Keys of the services whose conflicts are over; what `side` has counts."""

    repo: str
    side: Side
    services: list[str]


class _Found(msgspec.Struct, frozen=True):
    """A service as its folder has it."""

    kept: Kept
    files: Files


class Restoring:
    """Reads services back from the files of a repository."""

    def __init__(self, catalog: Catalog, mirror: Mirror) -> None:
        self._catalog = catalog
        self._mirror = mirror

    def restore(self, repo: str) -> Restored:
        """Make the services that are on disk and not in Redis, with their states.

        Raises:
            InputError: Files cannot be read, or need services that are nowhere; all of them, one
                per line, and nothing was changed.
            OpsError: Redis is away.
        """
        self._mirror.flush(repo)
        folder = ServicesFolder(self._catalog.repository(repo).path)
        existing = self._catalog.existing(repo)
        places = [place for place in folder.folders() if _is_service(folder, place)]
        there = [_key(place) for place in places if _key(place) in existing]
        found = self._read(repo, folder, [one for one in places if _key(one) not in existing])
        self._put(repo, found, existing)
        return Restored(repo, sorted(found), sorted(there))

    def resolve(self, repo: str, services: Sequence[str], side: Side) -> Resolved:
        """End conflicts: what people edited counts, or what Redis has.

        Args:
            services: Their keys; none means all.

        Raises:
            InputError: No such conflict, or what was edited is wrong; nothing was changed.
            OpsError: Redis is away, or the disk is full.
        """
        conflicts = self._mirror.conflicts(repo)
        keys = _chosen(conflicts, services)
        known = self._mirror.files(repo)
        folder = ServicesFolder(self._catalog.repository(repo).path)
        if side == "disk":
            existing = self._catalog.existing(repo, with_data=True)
            gone = [key for key in keys if key not in existing]
            if gone:
                raise InputError(f"{', '.join(gone)}: deleted; only `--redis` ends this conflict")
            places = [known[f"{repo}/{key}"].folder for key in keys]
            self._put(repo, self._read(repo, folder, places), existing)
        else:
            now = {f"{repo}/{key}": _as_it_is(folder, known[f"{repo}/{key}"]) for key in keys}
            self._mirror.remember(repo, now)
            self._mirror.again(now)
        self._mirror.flush(repo)
        return Resolved(repo, side, keys)

    def _read(self, repo: str, folder: ServicesFolder, places: Sequence[str]) -> dict[str, _Found]:
        templates = self._catalog.repository(repo).templates()
        found, problems = gevent.get_hub().threadpool.apply(
            _read_all, (repo, folder, places, templates)
        )
        if problems:
            raise InputError("\n".join(problems))
        made: dict[str, _Found] = found
        return made

    def _put(
        self, repo: str, found: Mapping[str, _Found], existing: Mapping[str, ServiceRecord]
    ) -> None:
        """Write services to Redis, and count their files as ours."""
        sealed = self._sealed(repo, found)
        records = dict(existing) | {key: one.kept.record for key, one in sealed.items()}
        problems = [
            f"services/{one.files.folder}: there is no service {need}"
            for one in sealed.values()
            for need in one.kept.record.needs()
            if need not in records
        ]
        if problems:
            raise InputError("\n".join(problems))
        if circle := find_circle({key: one.needs() for key, one in records.items()}):
            raise InputError(f"{repo}: these services need each other: {' → '.join(circle)}")
        self._mirror.remember(repo, {f"{repo}/{key}": one.files for key, one in sealed.items()})
        self._catalog.put(repo, {key: one.kept for key, one in sealed.items()})

    def _sealed(self, repo: str, found: Mapping[str, _Found]) -> dict[str, _Found]:
        """Keep passwords that stand in files of AYS 8 in clear; the data refers to them."""
        stanzas = [
            ays.Stanza(one.template, one.instance, one.data, 0, f"services/{key}")
            for key, one in ((key, one.kept.record) for key, one in found.items())
        ]
        templates = self._catalog.repository(repo).templates()
        made, passwords = seal(stanzas, templates, repo=repo)
        self._catalog.passwords.keep(passwords)
        asked = self._asked(repo, templates)
        return {
            key: _with_data(one, dict(stanza.args), asked.get(key, {}), templates)
            for (key, one), stanza in zip(found.items(), made, strict=True)
        }

    def _asked(
        self, repo: str, templates: Mapping[str, ays.Template]
    ) -> dict[str, Mapping[str, Any]]:
        """Return what the blueprints say of services, by key: only that may name secrets."""
        wanted = self._catalog.repository(repo).collect_blueprints("-")
        sealed, _ = seal(wanted.stanzas, templates, repo=repo)
        found = ((find(templates, one.template), one) for one in sealed)
        return {f"{made.role}!{one.instance}": one.args for made, one in found if made}


def _chosen(conflicts: Iterable[Conflict], services: Sequence[str]) -> list[str]:
    there = sorted({one.service for one in conflicts})
    unknown = [key for key in services if key not in there]
    if unknown:
        hint = nearest(unknown[0], tuple(there))
        raise InputError(f"{unknown[0]} is in no conflict{hint}")
    return sorted(set(services)) or there


def _as_it_is(folder: ServicesFolder, one: Files) -> Files:
    names = {name: folder.digest(f"{one.folder}/{name}") for name in one.files}
    return Files(one.folder, {name: made for name, made in names.items() if made})


def _is_service(folder: ServicesFolder, place: str) -> bool:
    return bool(folder.texts(place))


def _key(place: str) -> str:
    return place.rpartition("/")[2]


def _read_all(
    repo: str, folder: ServicesFolder, places: Sequence[str], templates: Mapping[str, ays.Template]
) -> tuple[dict[str, _Found], list[str]]:
    """Read folders; returns the services by key, and what is wrong."""
    found: dict[str, _Found] = {}
    problems: list[str] = []
    for place in places:
        key, source = _key(place), f"services/{place}"
        if key in found:
            problems.append(f"{source}: {key} is in services/{found[key].files.folder} as well")
            continue
        try:
            texts = folder.texts(place)
            kept = service_files.read(texts, key=key, repo=repo, templates=templates, source=source)
        except (InputError, OpsError) as error:
            problems += str(error).split("\n")
            continue
        files = {name: folder.digest(f"{place}/{name}") for name in texts}
        found[key] = _Found(kept, Files(place, files))
    return found, problems


def _with_data(
    one: _Found,
    data: dict[str, Any],
    args: Mapping[str, Any],
    templates: Mapping[str, ays.Template],
) -> _Found:
    schema = templates[one.kept.record.template].schema
    may = trusted(data, schema, written(args, data, schema))
    record = msgspec.structs.replace(one.kept.record, data=data, trusted=may)
    return _Found(Kept(record, one.kept.states), one.files)
