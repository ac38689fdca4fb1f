"""From files to Redis: services that only `services/` has, and edits that shall count.

Callers work on the repository alone. All is read and judged before anything is written, and Redis
has it before the files count as ours.

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
from cockpit.ays.service_files import ABOUT, Kept
from cockpit.ays.template import find
from cockpit.ays.trust import trusted, written
from cockpit.errors import InputError, OpsError, nearest
from cockpit.robot.catalog import Catalog
from cockpit.robot.files import Files
from cockpit.robot.mirror import Conflict, Mirror
from cockpit.robot.services_folder import ServicesFolder, digest, to_text

Side = Literal["disk", "redis"]


class Restored(msgspec.Struct, frozen=True):
    """Keys of the services that came back, and of those that were there anyway.

    Attributes:
        problems: Why others did not come back, by folder.
    """

    repo: str
    restored: list[str]
    there: list[str]
    problems: list[str] = []


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

        Those that cannot be read, or need one that is nowhere, are left out and told.

        Raises:
            OpsError: Redis is away.
        """
        self._mirror.flush(repo)
        folder = ServicesFolder(self._catalog.repository(repo).path)
        existing = self._catalog.existing(repo)
        places = list(folder.folders())
        there = sorted({_key(place) for place in places} & existing.keys())
        lost = [place for place in places if _key(place) not in existing]
        read, unreadable = self._read(repo, folder, lost)
        found, unfit = _fitting(read, existing)
        self._put(repo, found)
        return Restored(repo, sorted(found), there, unreadable + unfit)

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
            _need_place(conflicts, keys, known, existing, repo)
            places = [known[f"{repo}/{key}"].folder for key in keys]
            read, unreadable = self._read(repo, folder, places)
            found, unfit = _fitting(read, existing)
            if problems := unreadable + unfit:
                raise InputError("\n".join(problems))
            self._put(repo, found)
        else:
            now = {f"{repo}/{key}": _as_it_is(folder, known[f"{repo}/{key}"]) for key in keys}
            self._mirror.remember(repo, now)
            self._mirror.again(now)
        self._mirror.flush(repo)
        if stuck := [one for one in self._mirror.problems(repo) if one.partition(": ")[0] in keys]:
            raise OpsError("\n".join(stuck))
        return Resolved(repo, side, keys)

    def _read(
        self, repo: str, folder: ServicesFolder, places: Sequence[str]
    ) -> tuple[dict[str, _Found], list[str]]:
        templates = self._catalog.repository(repo).templates()
        made: tuple[dict[str, _Found], list[str]] = gevent.get_hub().threadpool.apply(
            _read_all, (repo, folder, places, templates)
        )
        return made

    def _put(self, repo: str, found: Mapping[str, _Found]) -> None:
        """Write services to Redis, and count their files as ours."""
        sealed = self._sealed(repo, found)
        # In this order: until Redis has what somebody edited, it must not count as ours.
        self._catalog.put(repo, {key: one.kept for key, one in sealed.items()})
        self._mirror.remember(repo, {f"{repo}/{key}": one.files for key, one in sealed.items()})

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


def _need_place(
    conflicts: Iterable[Conflict],
    keys: Iterable[str],
    known: Mapping[str, Files],
    existing: Mapping[str, ServiceRecord],
    repo: str,
) -> None:
    """Refuse to read edited files of services that are not there any more.

    Raises:
        InputError: A service was deleted, or needs that file no more.
    """
    gone = [key for key in keys if key not in existing]
    if gone:
        raise InputError(f"{', '.join(gone)}: deleted; only `--redis` ends this conflict")
    for one in conflicts:
        left = known[f"{repo}/{one.service}"].left
        if one.service in keys and one.file.partition("/")[2] in left:
            raise InputError(f"{one.file}: {one.why}; only `--redis` ends this conflict")


def _as_it_is(folder: ServicesFolder, one: Files) -> Files:
    def now(places: Iterable[str]) -> dict[str, str]:
        digests = {place: folder.digest(place) for place in places}
        return {place: made for place, made in digests.items() if made}

    files = now(f"{one.folder}/{name}" for name in one.files)
    names = {place.rpartition("/")[2]: made for place, made in files.items()}
    return Files(one.folder, names, now(one.left))


def _key(place: str) -> str:
    return place.rpartition("/")[2]


def _read_all(
    repo: str, folder: ServicesFolder, places: Sequence[str], templates: Mapping[str, ays.Template]
) -> tuple[dict[str, _Found], list[str]]:
    """Read folders; returns the services by key, and what is wrong."""
    several: dict[str, list[_Found]] = {}
    problems: list[str] = []
    for place in places:
        try:
            one = _read_one(repo, folder, place, templates)
        except (InputError, OpsError) as error:
            problems += str(error).split("\n")
            continue
        if one:
            several.setdefault(one.kept.record.key, []).append(one)
    for key, found in several.items():
        if len(found) > 1:
            where = " and ".join(f"services/{one.files.folder}" for one in found)
            problems.append(f"{key} is in {where}: which one counts?")
    return {key: found[0] for key, found in several.items() if len(found) == 1}, problems


def _read_one(
    repo: str, folder: ServicesFolder, place: str, templates: Mapping[str, ays.Template]
) -> _Found | None:
    """Read a folder; None when no service stands there, only others in it."""
    source = f"services/{place}"
    files = folder.read(place)
    if not files:
        return None
    if not files.keys() & ABOUT:
        raise InputError(f"{source}: no {' or '.join(ABOUT)}, so it is left out")
    texts = {name: to_text(data) for name, data in files.items()}
    kept = service_files.read(texts, key=_key(place), repo=repo, templates=templates, source=source)
    return _Found(kept, Files(place, {name: digest(data) for name, data in files.items()}))


def _fitting(
    found: Mapping[str, _Found], existing: Mapping[str, ServiceRecord]
) -> tuple[dict[str, _Found], list[str]]:
    """Leave services out that need one that is nowhere, or each other; returns why as well."""
    fit = dict(found)
    problems: list[str] = []
    while True:
        records = {**existing, **{key: one.kept.record for key, one in fit.items()}}
        lost = {
            key: f"there is no service {need}"
            for key, one in fit.items()
            for need in one.kept.record.needs()
            if need not in records
        }
        circle = find_circle({key: one.needs() for key, one in records.items()}) if not lost else []
        told = f"these services need each other: {' → '.join(circle)}"
        lost |= {key: told for key in circle if key in fit}
        if not lost:
            return fit, problems
        problems += [f"services/{fit.pop(key).files.folder}: {why}" for key, why in lost.items()]


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
