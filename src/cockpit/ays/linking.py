"""Finds the parent and the producers of services, and makes those that `auto` asks for.

What a blueprint names counts; else what the service has already; else what there is: the only one,
or as many as there must be, in the order of their keys.

See: AYS 8, relations, with the recommendation to take never all of a role unasked.
"""

from bisect import insort
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from cockpit.ays import finding
from cockpit.ays.blueprint import Stanza
from cockpit.ays.relation import Relation, relations, unplayed
from cockpit.ays.service import ServiceRecord, is_name
from cockpit.ays.template import Template
from cockpit.errors import InputError

_NAMED = 1000
_SHOWN = 5

Make = Callable[[Template, str, dict[str, str], str], ServiceRecord]
"""Makes a record: template, instance, arguments, and where it is asked for."""


class Linker:
    """Links the services of one repository.

    Args:
        records: All services by key, those that are planned among them; new ones are added here.
        make: Makes the record of a service that `auto` asks for.
        is_old: As in AYS 8.0: nothing named means all of a role, instances are in lower case.
    """

    def __init__(
        self,
        records: dict[str, ServiceRecord],
        templates: Mapping[str, Template],
        make: Make,
        *,
        is_old: bool = False,
    ) -> None:
        self._records = records
        self._templates = templates
        self._make = make
        self._is_old = is_old
        self._roles = {one.role for one in templates.values()}
        self._relations: dict[str, list[Relation]] = {}
        self._by_role: dict[str, list[str]] = {}
        for key, record in sorted(records.items()):
            self._by_role.setdefault(record.role, []).append(key)

    def link(self, key: str, stanza: Stanza) -> list[str]:
        """Link one service and those made for it.

        Args:
            stanza: What asks for it, its arguments by the names of their fields.

        Returns:
            The keys of the services that were made.

        Raises:
            InputError: Names of services that do not exist, too few or too many; one per line.
        """
        made: list[str] = []
        problems: list[str] = []
        waiting = [key]
        while waiting:
            one = waiting.pop()
            given = stanza if one == key else msgspec.structs.replace(stanza, args={}, places={})
            fresh = self._link_one(one, given, problems)
            made += fresh
            waiting += fresh
        if problems:
            raise InputError("\n".join(dict.fromkeys(problems)))
        return made

    def of(self, template: str) -> list[Relation]:
        """Return the relations of a template."""
        if template not in self._relations:
            self._relations[template] = relations(self._templates[template].schema)
        return self._relations[template]

    def _link_one(self, key: str, stanza: Stanza, problems: list[str]) -> list[str]:
        made: list[str] = []
        record = self._records[key]
        parent, producers = "", dict[str, list[str]]()
        for relation in self.of(record.template):
            try:
                found = self._find(relation, record, stanza.args)
                found, fresh = self._complete(relation, record, found, parent, stanza.where)
            except InputError as error:
                template = self._templates[record.template]
                wrong = unplayed(template.schema, self._roles, source=template.source)
                place = stanza.place(relation.field)
                problems += [f"{place}: {key}: {error}", *wrong]
                continue
            made += fresh
            if relation.is_parent:
                parent = found[0] if found else ""
            elif found:
                known = producers.setdefault(relation.role, [])
                known += [one for one in found if one not in known]
        self._records[key] = msgspec.structs.replace(record, parent=parent, producers=producers)
        return made

    def _find(
        self, relation: Relation, record: ServiceRecord, args: Mapping[str, Any]
    ) -> list[str]:
        """Return the keys that are named, else those that it has, else those that will do."""
        names = relation.names(record.data.get(relation.field))
        named = [self._meant(relation.key(name)) for name in names]
        is_given = args.get(relation.field) is not None
        if named or (is_given and not relation.is_parent):
            return named  # Given and empty, none are consumed.
        has = record.producers.get(relation.role, [])
        if relation.is_parent:
            has = [record.parent] if record.parent else []
        kept = [key for key in has if key in self._records]
        if kept:
            return kept
        return self._choose(relation, record)

    def _meant(self, key: str) -> str:
        """Return the key that is named: AYS 8.0 has instances in lower case."""
        return key.lower() if self._is_old and key not in self._records else key

    def _choose(self, relation: Relation, record: ServiceRecord) -> list[str]:
        there = [key for key in self._by_role.get(relation.role, []) if key != record.key]
        if relation.is_parent and len(there) > 1 and relation.least:
            some = ", ".join(there[:5])
            raise InputError(f"{relation.field} must name one of {len(there)} parents: {some}")
        if len(there) == 1:
            return there
        if relation.is_parent:
            return []
        if relation.is_list or self._is_old:
            return there
        return there[: relation.least]

    def _complete(
        self, relation: Relation, record: ServiceRecord, found: list[str], parent: str, where: str
    ) -> tuple[list[str], list[str]]:
        """Make what is missing, when the schema says so; returns all, and those made."""
        missing = [key for key in found if key not in self._records]
        if missing and not relation.auto:
            raise InputError(self._no_such(relation, missing[0]))
        if record.key in found:
            raise InputError(f"{relation.field} names the service itself")
        asker = f"{self._templates[record.template].source}/schema.hrd:{relation.line}"
        made = [self._add(relation, key, parent, where, asker) for key in missing]
        n = 0
        while relation.auto and len(found) < relation.least:
            n += 1
            key = relation.key("main" if relation.is_parent else f"auto_{n}")
            if key in found:
                continue
            if key not in self._records:
                made.append(self._add(relation, key, parent, where, asker))
            found = [*found, key]
        self._count(relation, found)
        return found, made

    def _count(self, relation: Relation, found: list[str]) -> None:
        what = "parent" if relation.is_parent else f"producers of role {relation.role}"
        if len(found) < relation.least:
            wanted = f"{relation.least} {what}"
            raise InputError(f"{relation.field} needs {wanted}, there are {len(found)}")
        if len(found) > relation.most:
            raise InputError(f"{relation.field} takes {relation.most} {what}, not {len(found)}")

    def _no_such(self, relation: Relation, key: str) -> str:
        known = [one.partition("!")[2] for one in self._by_role.get(relation.role, ())]
        near = get_close_matches(key.partition("!")[2], known[:_NAMED], n=1)
        some = ", ".join(f"{relation.role}!{one}" for one in known[:_SHOWN]) or "none"
        hint = f"did you mean {relation.role}!{near[0]}?" if near else f"there is: {some}"
        return f"{relation.field}: there is no service {key} ({hint})"

    def _add(self, relation: Relation, key: str, parent: str, where: str, asker: str) -> str:
        """Make a service; `asker` is the place of the field that asks for it."""
        role, _, instance = key.partition("!")
        if role != relation.role or not is_name(instance):
            raise InputError(f"{relation.field}: {key} cannot be made, write {relation.role}!NAME")
        template = self._template(relation)
        # One that is made shares the parent of the one that it is made for.
        args = {
            one.field: parent
            for one in self.of(template.name)
            if one.is_parent and parent.partition("!")[0] == one.role
        }
        try:
            record = self._make(template, instance, args, where)
        except InputError as error:
            told = (finding.read(line, file="").what for line in str(error).split("\n"))
            why = f"{relation.field} ({asker}) makes {key}: {'; '.join(told)}"
            raise InputError(why) from error
        self._records[record.key] = record
        insort(self._by_role.setdefault(record.role, []), record.key)
        return record.key

    def _template(self, relation: Relation) -> Template:
        for name in (relation.target, relation.role):
            if name in self._templates:
                return self._templates[name]
        plays = [one for one in self._templates.values() if one.role == relation.role]
        if len(plays) == 1:
            return plays[0]
        some = ", ".join(one.name for one in plays) or "none does"
        raise InputError(f"{relation.field}: no one template plays {relation.role} ({some})")
