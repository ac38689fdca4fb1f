"""The mirror: services as files under `services/`, written soon after they change in Redis.

a change (Lua, `hrd.set`) → cockpit:unmirrored → flush → files, and the memory of their digests

Redis is the truth, the files are for people and git. What differs from the memory was edited by
somebody: it is never overwritten, and is a conflict until it is resolved. One that vanished is
written again.

See: design §6, "Data and state of services".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import gevent
import msgspec

from cockpit import ays
from cockpit.ays import service_files
from cockpit.ays.generation import Generation, generation
from cockpit.ays.service_files import Kept
from cockpit.bus import Pipe, Script, keys
from cockpit.errors import OpsError
from cockpit.robot.catalog import Catalog
from cockpit.robot.data import current, read
from cockpit.robot.files import Edited, Files, Wanted, Written, differing, write_all
from cockpit.robot.services_folder import FolderError, ServicesFolder
from cockpit.robot.sole_writer import SoleWriter

_TICK_S = 1.0
_REST_S = 5.0
_BATCH = 200
_SHOWN = 3


class Conflict(msgspec.Struct, frozen=True):
    """A file that somebody else wrote; `file` is relative to the repository."""

    service: str
    file: str
    why: str


class Mirror:
    """The mirrors of the repositories of this node.

    Args:
        on_trouble: Told repository and reason when it cannot be written, and "" when it can again.
        report: Told of errors that are ours.
    """

    def __init__(
        self,
        pipe: Pipe,
        catalog: Catalog,
        writer: SoleWriter,
        *,
        on_trouble: Callable[[str, str], None] = lambda _repo, _why: None,
        report: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        self._pipe = pipe
        self._catalog = catalog
        self._writer = writer
        self._on_trouble = on_trouble
        self._report = report
        self._note = Script("cockpit.robot", "mirrored")
        self._troubles: dict[str, str] = {}
        self._problems: dict[str, dict[str, str]] = {}
        self._looker: gevent.Greenlet | None = None

    def start(self) -> None:
        """Begin to follow what changes; returns at once."""
        self._looker = gevent.spawn(self._run)

    def stop(self) -> None:
        """Write what is due, and let another node go on."""
        if self._looker is not None:
            self._looker.kill()
        try:
            self.follow()
            for repo in self._catalog.repos():
                self._writer.leave(repo)
        except OpsError:
            return  # Redis is away: the leases end by themselves, and what is due stays due.

    def follow(self) -> None:
        """Write what is due of all repositories, once.

        Raises:
            OpsError: Redis is away.
        """
        for repo in self._catalog.repos():
            # Who works on it writes what is due himself.
            if not self._writer.mirrors(repo) or self._writer.is_busy(repo):
                continue
            try:
                with self._writer.alone(repo):
                    self.flush(repo)
            except OpsError as error:
                self._note_trouble(repo, str(error))

    def flush(self, repo: str) -> None:
        """Write what is due of a repository; the caller works on it alone.

        What cannot be written stays due; a service by itself is among the `problems`.

        Raises:
            OpsError: The disk is full or read-only, or Redis is away.
        """
        if not self._writer.mirrors(repo):
            return
        self._adopt(repo)
        self._problems[repo] = {}
        flat = self._pipe.call("HGETALL", keys.unmirrored(repo))
        due = [(flat[i].decode(), flat[i + 1]) for i in range(0, len(flat), 2)]
        for i in range(0, len(due), _BATCH):
            self._write(repo, due[i : i + _BATCH])
        self._note_trouble(repo, "; ".join(self.problems(repo)[:_SHOWN]))

    def trouble(self, repo: str) -> str:
        """Return why a repository could not be written the last time, or ""."""
        return self._troubles.get(repo, "")

    def problems(self, repo: str) -> list[str]:
        """Return which services could not be written the last time, and why."""
        found = self._problems.get(repo, {})
        return [f"{service}: {why}" for service, why in sorted(found.items())]

    def conflicts(self, repo: str) -> list[Conflict]:
        """Return the files that somebody edited; the caller works on the repository alone.

        Raises:
            OpsError: A file cannot be read or written, or Redis is away.
        """
        self.flush(repo)
        suspects = self._differing(repo)
        if not suspects:
            return []
        # One that was deleted comes back; one that is by now as it should be is none.
        self.again({one.service for one in suspects})
        self.flush(repo)
        found = self._differing(repo)
        records, known = self._catalog.existing(repo), self.files(repo)
        conflicts = []
        for service, place, wrote in found:
            key = service.partition("/")[2]
            why = _why(key in records, place in known[service].left, wrote)
            if key not in self._problems.get(repo, {}):
                conflicts.append(Conflict(key, f"services/{place}", why))
        return conflicts

    def again(self, services: Iterable[str]) -> None:
        """Have services written again, by `<repo>/<key>`."""
        rows = [keys.mirror_again(service) for service in sorted(services)]
        for i in range(0, len(rows), _BATCH):
            self._pipe.calls(list(rows[i : i + _BATCH]))

    def files(self, repo: str) -> dict[str, Files]:
        """Return what was written here, by `<repo>/<key>`."""
        flat = self._pipe.call("HGETALL", keys.mirrored(self._writer.node, repo))
        return {
            flat[i].decode(): msgspec.json.decode(flat[i + 1], type=Files)
            for i in range(0, len(flat), 2)
        }

    def remember(self, repo: str, files: Mapping[str, Files]) -> None:
        """Count files as ours, as they are now; by `<repo>/<key>`."""
        memory = keys.mirrored(self._writer.node, repo)
        rows = [("HSET", memory, name, msgspec.json.encode(one)) for name, one in files.items()]
        for i in range(0, len(rows), _BATCH):
            self._pipe.calls(list(rows[i : i + _BATCH]))

    def forget(self, repo: str) -> None:
        """Forget a repository that is no more: what comes under its name is another one."""
        self._pipe.call(
            "DEL", keys.mirrored(self._writer.node, repo), keys.unmirrored(repo), keys.mirror(repo)
        )
        self._problems.pop(repo, None)

    def _run(self) -> None:
        while True:
            try:
                self.follow()
            except OpsError:
                gevent.sleep(_REST_S)
            except Exception as error:  # noqa: BLE001 - the edge of a greenlet: told, tried again
                self._report(error)
                gevent.sleep(_REST_S)
            gevent.sleep(_TICK_S)

    def _adopt(self, repo: str) -> None:
        """Write all services when another node wrote them last: its disk is not ours."""
        key, node = keys.mirror(repo), self._writer.node
        last = self._pipe.call("GET", key)
        if last is None or last.decode() != node:
            self.again(f"{repo}/{name}" for name in self._catalog.existing(repo))
            self._pipe.call("SET", key, node)

    def _write(self, repo: str, due: Sequence[tuple[str, bytes]]) -> None:
        """Write one batch: services by `<repo>/<key>`, and how often each had changed."""
        names = [name for name, _ in due]
        wanted = self._wanted(repo, names)
        raws = self._pipe.call("HMGET", keys.mirrored(self._writer.node, repo), *names)
        known = [msgspec.json.decode(raw, type=Files) if raw else None for raw in raws]
        folder = ServicesFolder(self._catalog.repository(repo).path)
        rows = [(wanted[name], one) for name, one in zip(names, known, strict=True)]
        # What was written is remembered even when the disk is full half way.
        made: list[Written] = gevent.get_hub().threadpool.apply(write_all, (folder, rows))
        notes = [
            (name, _packed(one.files), "" if one.error else n.decode())
            for (name, n), one in zip(due, made, strict=False)
        ]
        memory = keys.mirrored(self._writer.node, repo)
        self._pipe.run(self._note, (memory,), (repo, msgspec.msgpack.encode(notes)))
        self._again_below(repo, known, made)
        for name, one in zip(names, made, strict=False):
            if isinstance(one.error, FolderError):
                raise one.error
            if one.error:
                self._problems[repo][name.partition("/")[2]] = str(one.error)

    def _again_below(
        self, repo: str, former: Sequence[Files | None], made: Sequence[Written]
    ) -> None:
        """Have the children of services that moved written again: their folders moved along."""
        left = [
            one.folder
            for one, (now, _) in zip(former, made, strict=False)
            if one and now and now.folder != one.folder
        ]
        if left:
            below = tuple(f"{folder}/" for folder in left)
            found = self.files(repo).items()
            self.again([name for name, one in found if one.folder.startswith(below)])

    def _wanted(self, repo: str, names: Sequence[str]) -> dict[str, Wanted | None]:
        records = self._records(names)
        repository = self._catalog.repository(repo)
        templates, kind = repository.templates(), generation(repository.path)
        rows = self._pipe.calls([("HGETALL", keys.data(name)) for name in names])
        states = self._pipe.calls([("HGETALL", keys.state(name)) for name in names])
        made: dict[str, Wanted | None] = {}
        for name, data, state in zip(names, rows, states, strict=True):
            record = records.get(name)
            if record is None:
                made[name] = None
                continue
            template = templates.get(record.template)
            now = current(record.data, read(data))
            begun = self._begun(record, template) if kind == "8.0" else {}
            kept = Kept(msgspec.structs.replace(record, data=now), _texts(state), begun)
            made[name] = Wanted(_folder(name, records), _rendering(kept, template, kind, records))
        return made

    def _begun(self, record: ays.ServiceRecord, template: ays.Template | None) -> dict[str, int]:
        """Return when recurring actions began last, in epoch seconds, as far as it is known."""
        names = sorted({*record.recurring, *(template.recurring if template else ())})
        lists = [keys.recurred(f"{record.repo}/{record.key}", name) for name in names]
        jobs = self._pipe.calls([("LINDEX", one, 0) for one in lists])
        last = {name: job.decode() for name, job in zip(names, jobs, strict=True) if job}
        raws = self._pipe.calls([("HGET", keys.job(job), "started") for job in last.values()])
        return {name: int(raw) // 1000 for name, raw in zip(last, raws, strict=True) if raw}

    def _records(self, names: Sequence[str]) -> dict[str, ays.ServiceRecord]:
        """Read services with all that they live in or consume: folders and files name them."""
        found: dict[str, ays.ServiceRecord] = {}
        asked: set[str] = set()
        wanted = set(names)
        while wanted:
            several = sorted(wanted)
            asked |= wanted
            raws = self._pipe.call("HMGET", keys.SERVICES, *several)
            wanted = set()
            for name, raw in zip(several, raws, strict=True):
                if raw is None:
                    continue
                one = found[name] = msgspec.json.decode(raw, type=ays.ServiceRecord)
                needs = one.needs() if name in names else [one.parent] if one.parent else []
                wanted |= {f"{one.repo}/{key}" for key in needs} - asked
        return found

    def _differing(self, repo: str) -> list[Edited]:
        folder = ServicesFolder(self._catalog.repository(repo).path)
        known = self.files(repo)
        found: list[Edited] = gevent.get_hub().threadpool.apply(differing, (folder, known))
        return found

    def _note_trouble(self, repo: str, why: str) -> None:
        if self._troubles.get(repo, "") != why:
            self._troubles[repo] = why
            self._on_trouble(repo, why)


def _rendering(
    kept: Kept,
    template: ays.Template | None,
    kind: Generation,
    records: Mapping[str, ays.ServiceRecord],
) -> Callable[[Mapping[str, str]], dict[str, str]]:
    def template_of(key: str) -> str:
        other = records.get(f"{kept.record.repo}/{key}")
        return other.template if other else key.partition("!")[0]

    return lambda former: service_files.write(
        kept, template, kind, template_of=template_of, former=former
    )


def _packed(files: Files | None) -> str:
    return msgspec.json.encode(files).decode() if files else ""


def _folder(name: str, records: Mapping[str, ays.ServiceRecord]) -> str:
    """Return the folder of a service, inside that of its parent."""
    parts: list[str] = []
    record: ays.ServiceRecord | None = records[name]
    while record is not None:
        parts.append(record.key)
        record = records.get(f"{record.repo}/{record.parent}") if record.parent else None
    return "/".join(reversed(parts))


def _why(is_there: bool, is_over: bool, wrote: str) -> str:
    if not is_there:
        return "its service was deleted, and somebody edited it"
    if is_over:
        return "its service needs it no more, and somebody edited it"
    return "somebody edited it" if wrote else "it was there before"


def _texts(flat: Sequence[Any]) -> dict[str, str]:
    return {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}
