"""What there is: repositories on disk, their templates, and the services in Redis.

Files are looked at again when they are older than 0.5 s, so a saved `service.hrd` counts for the
next event without a reload command. Services change by executing a blueprint, which raises the
index number that the dispatcher's Lua compares.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cockpit import ays
from cockpit.access.secrets import Secrets
from cockpit.ays.blueprint import narrowed
from cockpit.ays.plan import plan_blueprint
from cockpit.ays.sealing import Seal, seal
from cockpit.ays.service import parse_key
from cockpit.ays.service_files import Kept
from cockpit.ays.shared import Shared
from cockpit.bus import Pipe, Script, keys
from cockpit.errors import InputError
from cockpit.robot import disabled
from cockpit.robot.data import read
from cockpit.robot.held import Held
from cockpit.robot.matcher import Index
from cockpit.robot.passwords import Passwords
from cockpit.robot.removing import Removing
from cockpit.robot.writing import kept_row, plan_rows

_LOOK_AGAIN_S = 0.5


class Executed(msgspec.Struct, frozen=True):
    """What executing blueprints changed: keys of services, and what is odd."""

    repo: str
    created: list[str]
    updated: list[str]
    unchanged: list[str]
    warnings: list[str]


class ServiceRow(msgspec.Struct, frozen=True):
    """A service as people see it.

    Attributes:
        given: Those of the subscriptions that blueprints gave.
    """

    repo: str
    key: str
    role: str
    instance: str
    template: str
    parent: str
    producers: dict[str, list[str]]
    consumers: list[str]
    subscriptions: dict[str, list[str]]
    data: dict[str, Any]
    given: list[ays.Listening] = []


class Catalog:
    """The repositories under a folder and the services made from them.

    Args:
        repos: Folder whose folders with `.ays` are repositories; those that are held do nothing.
        clock: Monotonic seconds.
        shared: Template repositories.
        secrets: Keeps the passwords of blueprints; without it they are refused.
    """

    def __init__(
        self,
        pipe: Pipe,
        repos: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        secrets: Secrets | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._pipe = pipe
        self._root = repos
        self._held = Held(repos)
        self._clock = clock
        self.passwords = Passwords(secrets)
        self._shared = shared or Shared(repos / ".none")
        self._looked = float("-inf")
        self._prints: dict[str, Any] = {}
        self._repositories: dict[str, ays.Repository] = {}
        self._templates: dict[str, Mapping[str, ays.Template]] = {}
        self._index: Index | None = None
        self._write = Script("cockpit.robot", "services")
        self._removing = Removing(pipe, self.version, self.existing)

    def repos(self) -> list[str]:
        """Name the repositories of this machine."""
        self._look()
        return sorted(self._repositories)

    def repository(self, name: str) -> ays.Repository:
        """Return a repository.

        Raises:
            InputError: There is none of that name.
        """
        self._look()
        if name not in self._repositories:
            if name in self._held.names():
                raise InputError(f"{name} is held: `cockpit repo enable {name}` lets it work")
            known = ", ".join(sorted(self._repositories)) or "none"
            raise InputError(f"no repository {name}; known: {known}")
        return self._repositories[name]

    def templates(self, repo: str) -> Mapping[str, ays.Template]:
        """Return the templates of a repository by name; none when it is not there."""
        self._look()
        return self._templates.get(repo, {})

    def template(self, repo: str, name: str) -> ays.Template:
        """Return a template of a repository.

        Raises:
            LookupError: It is not there now.
        """
        self._look()
        if name not in self._templates.get(repo, {}):
            # Its service was made a moment ago, so it is here, and newer than our last look.
            self.look_again()
            self._look()
        found = self._templates.get(repo, {}).get(name)
        if found is None:
            why = [
                one for one in self.problems() if one.startswith(f"{repo}: ") and f"/{name}/" in one
            ]
            raise LookupError("\n".join([f"repository {repo} has no template {name}", *why]))
        return found

    def problems(self) -> list[str]:
        """List what could not be read, by file and line."""
        self._look()
        return ays.misplaced(self._root) + [
            f"{name}: {problem}"
            for name, repository in self._repositories.items()
            for problem in repository.problems
        ]

    def version(self) -> int:
        """Return the current index number."""
        return int(self._pipe.call("GET", keys.INDEX) or 0)

    def index(self) -> Index:
        """Return who subscribes to what, as files and services are now (at most 0.5 s old).

        Raises:
            OpsError: Redis is away.
        """
        if self._look() and self._index is not None and self._index.version != self.version():
            self._index = None  # Another process executed a blueprint.
        if self._index is None:
            made = (self.version(), self.records(), self._templates)
            self._index = Index(*made, data=self.data, disabled=disabled.read(self._pipe))
        return self._index

    def look_again(self) -> None:
        """Look at the files at the next question, however soon: we changed them ourselves."""
        self._looked = float("-inf")

    def forget_index(self) -> None:
        """Build the index anew at the next question: services changed."""
        self._index = None

    def records(self) -> list[ays.ServiceRecord]:
        """Read all services, sorted by repository and key."""
        flat = self._pipe.call("HGETALL", keys.SERVICES)
        records = [msgspec.json.decode(raw, type=ays.ServiceRecord) for raw in flat[1::2]]
        return sorted(records, key=lambda record: (record.repo, record.key))

    def record(self, service: str) -> ays.ServiceRecord:
        """Read one service by `<repo>/<key>`.

        Raises:
            LookupError: It is gone.
        """
        raw = self._pipe.call("HGET", keys.SERVICES, service)
        if raw is None:
            raise LookupError(f"there is no service {service} any more")
        return msgspec.json.decode(raw, type=ays.ServiceRecord)

    def data(self, services: Sequence[str]) -> list[dict[str, Any]]:
        """Read the data of services by `<repo>/<key>`, as it is now."""
        rows = self._pipe.calls([("HGETALL", keys.data(service)) for service in services])
        return [read(flat) for flat in rows]

    def services(self, repo: str = "") -> list[ServiceRow]:
        """List services with what they listen to and their data."""
        records = [record for record in self.records() if repo in ("", record.repo)]
        rows = self.data([f"{record.repo}/{record.key}" for record in records])
        consumers = _consumers(records)
        self._look()
        return [
            ServiceRow(
                repo=record.repo,
                key=record.key,
                role=record.role,
                instance=record.instance,
                template=record.template,
                parent=record.parent,
                producers=record.producers,
                consumers=consumers.get((record.repo, record.key), []),
                subscriptions=self._subscriptions(record),
                data=self._shown(record, data),
                given=record.listens,
            )
            for record, data in zip(records, rows, strict=True)
        ]

    def execute(
        self, repo: str, blueprint: str = "", *, role: str = "", instance: str = ""
    ) -> Executed:
        """Execute one blueprint of a repository, or all of them in order.

        Args:
            role: For services of exactly this role; empty means all. As is `instance`.

        Raises:
            InputError: It does not exist or is wrong; every problem is named with file and line,
                and nothing was changed.
        """
        repository = self.repository(repo)
        wanted = narrowed(repository.collect_blueprints(blueprint or "-"), role, instance)
        templates = repository.templates()
        odd = self.passwords.warnings(wanted.stanzas, templates)
        stanzas, passwords = seal(wanted.stanzas, templates, repo=repo)
        wanted = msgspec.structs.replace(wanted, stanzas=stanzas)
        renewed: set[str] | None = None
        is_written = False
        while not is_written:
            version = self.version()
            existing = self.existing(repo, with_data=True)
            made = plan_blueprint(wanted, repository, existing)
            if renewed is None:
                renewed = {f"$(secret:{name})" for name in self.passwords.keep(passwords)}
            _renew(made, renewed)
            rows = plan_rows(made, existing, repository, version)
            # Somebody may have executed another blueprint since: then it is planned again.
            is_written = not rows or self.write(rows, version)
        self.forget_index()
        return Executed(
            repo=repo,
            created=[record.key for record in made.created],
            updated=[record.key for record in made.updated],
            unchanged=[record.key for record in made.unchanged],
            warnings=[*wanted.warnings, *odd, *made.warnings],
        )

    def put(self, repo: str, services: Mapping[str, Kept]) -> None:
        """Write services as their files have them, with the states of their actions."""
        is_written = False
        while services and not is_written:
            version = self.version()
            existing = self.existing(repo, with_data=True)
            now = self.data([f"{repo}/{key}" for key in services])
            rows = [
                kept_row(one, existing.get(key), there)
                for (key, one), there in zip(services.items(), now, strict=True)
            ]
            is_written = self.write(rows, version)
        self.forget_index()

    def write(self, rows: list[dict[str, Any]], version: int) -> bool:
        """Write services as `writing` has them, unless the index number is another one by now."""
        packed = msgspec.msgpack.encode(rows)
        return bool(self._pipe.run(self._write, (), (packed, version)) >= 0)

    def delete(self, repo: str, key: str) -> None:
        """Delete a service with its data; nothing of it is uninstalled.

        Raises:
            InputError: There is no such service, others need it, or jobs run or wait for it.
        """
        self._removing.remove(repo, key)
        self.forget_index()
        self.passwords.forget(repo, *parse_key(key))

    def clear(self, repo: str) -> list[str]:
        """Forget a repository that is no more, with its services. See `Removing.clear`."""
        services = self.existing(repo)
        dropped = self._removing.clear(repo)
        self.forget_index()
        for key in services:
            self.passwords.forget(repo, *parse_key(key))
        self.look_again()
        return dropped

    def existing(self, repo: str, *, with_data: bool = False) -> dict[str, ays.ServiceRecord]:
        """Return the services of a repository by key.

        Args:
            with_data: With their data as actions left it, not as blueprints gave it.
        """
        records = [record for record in self.records() if record.repo == repo]
        if not with_data:
            return {record.key: record for record in records}
        found = {}
        rows = self.data([f"{repo}/{record.key}" for record in records])
        for record, now in zip(records, rows, strict=True):
            data = {key: now.get(key.lower(), value) for key, value in record.data.items()}
            # What an action wrote over it is not the blueprint's any more.
            stays = [name for name in record.trusted if data[name] == record.data[name]]
            found[record.key] = msgspec.structs.replace(record, data=data, trusted=stays)
        return found

    def _subscriptions(self, record: ays.ServiceRecord) -> dict[str, list[str]]:
        template = self._templates.get(record.repo, {}).get(record.template)
        if template is None:
            return {}
        found = {
            type_: [subscription.action for subscription in subscriptions]
            for type_, subscriptions in template.subscriptions.items()
        }
        for one in record.listens:
            actions = found.setdefault(one.type, [])
            if one.action not in actions:
                actions.append(one.action)
        return found

    def _shown(self, record: ays.ServiceRecord, data: dict[str, Any]) -> dict[str, Any]:
        """Return data for people: a field that became a password is none of theirs from then on."""
        template = self._templates.get(record.repo, {}).get(record.template)
        return Seal.of(record, template.schema).close_all(data).value if template else data

    def _look(self) -> bool:
        """Look at the files again if it is time to; returns whether it was."""
        now = self._clock()
        if now - self._looked < _LOOK_AGAIN_S:
            return False
        self._looked = now
        held = self._held.names()
        shared = self._shared.fingerprint()
        there = ays.discover(self._root, shared=self._shared.templates)
        found = {repository.name: repository for repository in there if repository.name not in held}
        prints = {name: (one.fingerprint(), shared) for name, one in found.items()}
        if prints == self._prints:
            return True
        for name, repository in found.items():
            if prints[name] != self._prints.get(name):
                self._templates[name] = repository.templates()
                self._repositories[name] = repository
        for name in set(self._repositories) - set(found):
            del self._repositories[name], self._templates[name]
        self._prints = prints
        self._index = None
        return True


def _consumers(records: list[ays.ServiceRecord]) -> dict[tuple[str, str], list[str]]:
    """Return who needs a service, as its child or its consumer."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in records:
        for key in record.needs():
            found.setdefault((record.repo, key), []).append(record.key)
    return found


def _renew(made: ays.Plan, references: set[str]) -> None:
    """Count services among the updated whose password is another one now."""
    anew = [one for one in made.unchanged if references.intersection(_texts(one.data))]
    made.updated.extend(anew)
    made.unchanged[:] = [one for one in made.unchanged if one not in anew]


def _texts(data: Mapping[str, Any]) -> list[str]:
    return [value for value in data.values() if isinstance(value, str)]
