"""Checks a repository before its first run: all that is wrong or not supported, by file:line.

Nothing is executed, nothing is asked of a server: what services exist is not known, so blueprints
are planned as for a repository without any.

See: design §6, "the promise to authors"; issue 3, "The author's loop".
"""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from cockpit.ays import (
    action_file,
    action_signature,
    finding,
    hrd,
    module_search,
    schema,
    secret_hint,
    template,
    uses,
)
from cockpit.ays.blueprint import Blueprint, joined
from cockpit.ays.finding import Finding
from cockpit.ays.order import Order
from cockpit.ays.plan import plan_blueprint
from cockpit.ays.relation import unplayed
from cockpit.ays.repository import Repository, Templates, is_repository
from cockpit.ays.template import Template
from cockpit.ays.undefined import undefined
from cockpit.errors import InputError, OpsError

_ACTIONS = "actions.py"
_SCHEMA = "schema.hrd"
_UNREAD = {
    "actions_mgmt.py": f"not read: its actions belong into {_ACTIONS}",
    "actions_node.py": f"not read: its actions belong into {_ACTIONS}",
    "model.py": "not read: fields are declared in schema.hrd",
    "model.capnp": "not read: fields are declared in schema.hrd",
    "schema.capnp": "not read: fields are declared in schema.hrd",
    "actor.json": "not read: its settings belong into service.hrd",
}
Missing = Callable[[str], str]
"""Returns the part of a dotted name below `j`, `service` or `job` that is not provided, else ""."""


def check(
    path: Path,
    *,
    missing: Missing,
    is_found: Callable[[str], bool] = module_search.is_found,
    secrets: Collection[str] | None = None,
    shared: Templates | None = None,
) -> list[Finding]:
    """Return what is found in a repository, sorted by file and line.

    Args:
        missing: Knows what action files find below `j`, `service` and `job`.
        is_found: Tells whether a module can be imported.
        secrets: The names of the secrets there are; None when they are not known.
        shared: Returns the templates that the repository sees besides its own.

    Raises:
        InputError: There is no repository at the path.
    """
    if not is_repository(path):
        raise InputError(f"{path} is no repository: it has no .ays")
    seen = Repository(path, shared=shared)
    checker = _Checker(seen, missing, is_found, secrets)
    errors = set(checker.errors())
    # What is wrong is told once, by whoever took it for an error.
    told = {(one.file, one.line, one.what) for one in errors}
    odd = (one for one in checker.warnings() if (one.file, one.line, one.what) not in told)
    return sorted(errors.union(odd))


_VARIABLE = "is not replaced in an action: service.hrd.get(…) has the value"
_INPUT = "not supported: input is not called, declare fields in schema.hrd, make up values in init"


class _Checker:
    def __init__(
        self,
        repository: Repository,
        missing: Missing,
        is_found: Callable[[str], bool],
        secrets: Collection[str] | None,
    ) -> None:
        self._repository = repository
        self._root = repository.path
        self._templates = repository.templates()
        self._own = [
            one for one in self._templates.values() if one.directory.is_relative_to(self._root)
        ]
        self._missing = missing
        self._is_found = is_found
        self._secrets = secrets
        self._odd: list[str] = []

    def errors(self) -> Iterator[Finding]:
        # What is wrong with templates of others is theirs to mend.
        problems = Repository(self._root).problems
        yield from (finding.read(text, file=".") for text in problems)
        for directory, files in self._directories():
            # What may not be read is a problem of the repository already.
            names = {name for name in files if not self._repository.refusal(directory / name)}
            place = directory.relative_to(self._root).as_posix()
            yield from (
                Finding(f"{place}/{name}", 1, why) for name, why in _UNREAD.items() if name in names
            )
            for name in names.intersection(template.CONFIG_FILES):
                yield from self._values(directory / name)
            if _SCHEMA in names:
                self._notes(directory / _SCHEMA)
            if _ACTIONS in names:
                yield from self._action_file(directory / _ACTIONS)
        for one in self._own:
            yield from self._subscriptions(one)
        yield from self._blueprints()

    def warnings(self) -> Iterator[Finding]:
        roles = {one.role for one in self._templates.values()}
        for one in self._own:
            self._odd += one.warnings
            self._odd += unplayed(one.schema, roles, source=one.source)
        yield from (finding.read(text, file=".", is_error=False) for text in self._odd)

    def _directories(self) -> Iterator[tuple[Path, set[str]]]:
        """Walk where templates may be; those that do not load are here too."""
        for root in self._repository.template_roots():
            for directory, children, files in os.walk(self._root / root):
                children[:] = [name for name in children if not name.startswith(".")]
                if not Path(directory).name.startswith("_"):
                    yield Path(directory), set(files)

    def _values(self, path: Path) -> Iterator[Finding]:
        """Ask for each value: only then variables that lead nowhere are found."""
        place = self._place(path)
        try:
            found = hrd.parse(template.read_hrd(path), source=place)
        except OpsError as error:
            yield Finding(place, 0, str(error))
            return
        for entry in found.entries():
            # A filter is CEL, which is read as it stands.
            family, *rest = entry.key.lower().split(".")
            if family == "events" and rest[1:]:
                continue
            try:
                found.get(entry.key)
            except InputError as error:
                yield finding.read(str(error), file=place)

    def _notes(self, path: Path) -> None:
        """Note what looks wrong in a schema, also in one that does not load."""
        with suppress(OpsError):  # Why it cannot be read is a problem of the repository.
            text = template.read_text(path)
            schema.collect(text, source=self._place(path), warnings=self._odd)

    def _action_file(self, path: Path) -> Iterator[Finding]:
        place = self._place(path)
        try:
            tree = action_file.parse(path.read_bytes(), source=place)
        except InputError as error:
            yield finding.read(str(error), file=place)
            return
        except OSError as error:
            yield Finding(place, 0, f"cannot be read: {error.strerror}")
            return
        for use in uses.imports(tree):
            if why := self._import(use.name, path.parent):
                yield Finding(place, use.line, f"import {use.name}: {why}")
        if line := action_file.line_of(tree, "input"):
            yield Finding(place, line, _INPUT)
        for use in uses.names(tree):
            if absent := self._missing(use.name):
                yield Finding(place, use.line, f"{absent} is not provided")
        for use in undefined(tree):
            yield Finding(place, use.line, f"{use.name} is not defined: the file cannot be read")
        for use in action_signature.variables(tree):
            yield Finding(place, use.line, f"{use.name} {_VARIABLE}", is_error=False)

    def _import(self, name: str, folder: Path) -> str:
        """Return why a module cannot be imported; "" when it can."""
        is_beside = (folder / f"{name.removeprefix('.')}.py").is_file()
        if name.startswith("."):
            return "" if is_beside else f"there is no such file beside {_ACTIONS}"
        if self._is_found(name):
            return ""
        return f"write `from . import {name}`" if is_beside else "there is no such module"

    def _subscriptions(self, one: Template) -> Iterator[Finding]:
        path = f"{one.source}/{_ACTIONS}"
        for refused in one.refusals:
            yield finding.read(f"{refused.source}: {refused.why}", file=path)
        named = [
            *((each.action, each.source) for some in one.subscriptions.values() for each in some),
            *((each.action, each.source) for each in one.recurring.values()),
        ]
        for action, source in named:
            if why := one.lack(action):
                yield finding.read(f"{source}: {why}", file=path)
        yield from self._uncallable(one, sorted({action for action, _ in named}))

    def _uncallable(self, one: Template, actions: list[str]) -> Iterator[Finding]:
        if one.actions_path is None or one.unread:
            return
        place = self._place(one.actions_path)
        tree = action_file.parse(template.read_text(one.actions_path), source=place)
        for action in actions:
            if why := action_signature.refusal(tree, action):
                yield Finding(place, why.line, f"{action} {why.name}")

    def _blueprints(self) -> Iterator[Finding]:
        several: list[Blueprint] = []
        for path in self._repository.blueprints():
            place = self._place(path)
            try:
                several.append(self._repository.collect_blueprint(path, source=place))
            except OpsError as error:
                several.append(Blueprint([], [], problems=[f"{place}:1: {error}"], is_torn=True))
        wanted = joined(several)
        self._odd += wanted.warnings
        self._odd += secret_hint.in_clear(wanted.stanzas, self._templates)
        if self._secrets is not None:
            self._odd += secret_hint.missing(wanted.stanzas, self._templates, self._secrets)
        yield from self._plan(wanted)

    def _plan(self, wanted: Blueprint) -> Iterator[Finding]:
        try:
            made = plan_blueprint(wanted, self._repository, {})
        except InputError as error:
            told = str(error).split("\n")
            if others := self._beyond(wanted, told):
                orders = [one for one in wanted.orders if one not in others]
                yield from self._plan(msgspec.structs.replace(wanted, orders=orders))
            else:
                yield from (finding.read(line, file="blueprints") for line in told)
            return
        refused = {
            f"{refusal.source}: {refusal.why}"
            for one in self._templates.values()
            for refusal in one.refusals
        } | {one.unread for one in self._templates.values()}
        odd = ((text, text.partition(": ")[2]) for text in made.warnings)
        self._odd += [text for text, why in odd if not refused.intersection((text, why))]

    def _beyond(self, wanted: Blueprint, told: Collection[str]) -> list[Order]:
        """Return the orders of services that only a running cockpit may have, and warn of them."""
        found = [
            one
            for one in wanted.orders
            if f"{one.place}: there is no {one.sought}" in told
            and any(map(one.is_about, self._templates))
        ]
        self._odd += [f"{one.place}: no blueprint makes a {one.sought}" for one in found]
        return found

    def _place(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()
