"""What executing blueprints would do, worked out without doing it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import msgspec

from cockpit.ays import finding
from cockpit.ays.blueprint import Blueprint, Stanza
from cockpit.ays.circle import find_circle
from cockpit.ays.generation import generation
from cockpit.ays.linking import Linker
from cockpit.ays.order import Order, hopeless, obey, without
from cockpit.ays.relation import relations, unplayed
from cockpit.ays.repository import Repository
from cockpit.ays.service import ServiceRecord, key
from cockpit.ays.template import Template, find
from cockpit.ays.trust import trusted, written
from cockpit.errors import InputError, nearest


class Plan(msgspec.Struct, frozen=True):
    """Services as they shall be, in the order of the blueprints.

    Attributes:
        scheduled: Key and action of what the blueprints want done.
    """

    created: list[ServiceRecord]
    updated: list[ServiceRecord]
    unchanged: list[ServiceRecord]
    warnings: list[str]
    scheduled: list[tuple[str, str]] = []


def plan(
    stanzas: Iterable[Stanza],
    templates: Mapping[str, Template],
    existing: Mapping[str, ServiceRecord],
    *,
    repo: str,
    orders: Iterable[Order] = (),
    is_old: bool = False,
    is_partial: bool = False,
    others: Collection[str] = (),
) -> Plan:
    """Compare what the stanzas ask for with the services that exist.

    An argument given wins over the service's data, all else the service has is kept; so a plan
    that was applied plans no change when it is made again. Stanzas may name services of stanzas
    that come later.

    Args:
        existing: The services of the repository by key, `role!instance`.
        repo: Name of the repository, for the records.
        orders: What the blueprints want of services besides.
        is_old: As AYS 8.0 has it: unknown arguments are warnings, instances in lower case, a
            service may be asked for again; see `linking.Linker` too.
        is_partial: There are stanzas that nobody could read: what needs them is not missed.
        others: Blueprints that are not executed: what they ordered before stays. All else that
            blueprints ordered is replaced by what they order here.

    Raises:
        InputError: Unknown templates or arguments, wrong values, one service asked for twice or
            by another template than it has, parents or producers that do not exist, services that
            need each other; all of them, one `file:line: why` per line.
    """
    planner = _Planner(templates, existing, repo, is_old=is_old)
    planner.claim(stanzas)
    if is_partial:
        planner.refuse(orders)
    else:
        planner.link()
        planner.obey(orders, others)
    return planner.plan()


def plan_blueprint(
    wanted: Blueprint, repository: Repository, existing: Mapping[str, ServiceRecord]
) -> Plan:
    """Plan what blueprints ask for, as the generation of their repository has it.

    Raises:
        InputError: As `plan`, and what is wrong with the blueprint itself; all that is wrong is
            told at once, in the order of the lines.
    """
    is_old = generation(repository.path) == "8.0"
    problems = list(wanted.problems)
    others = {path.name for path in repository.all_blueprints()}.difference(wanted.sources)
    try:
        made = plan(
            wanted.stanzas,
            repository.templates(),
            existing,
            repo=repository.name,
            orders=wanted.orders,
            is_old=is_old,
            is_partial=wanted.is_torn,
            others=others,
        )
    except InputError as error:
        problems += str(error).split("\n")
    if problems:
        wants = {stanza.template for stanza in wanted.stanzas}
        named = {text for name in wants for text in (f"/{name}/", f"template {name} is in")}
        problems = sorted(problems, key=finding.place)
        # A template that cannot be read looks like an unknown one: the reason helps more.
        problems += [one for one in repository.problems if any(name in one for name in named)]
        raise InputError("\n".join(problems))
    return made


class _Planner:
    """One plan in the making."""

    def __init__(
        self,
        templates: Mapping[str, Template],
        existing: Mapping[str, ServiceRecord],
        repo: str,
        *,
        is_old: bool,
    ) -> None:
        self._templates = templates
        self._existing = existing
        self._repo = repo
        self._is_old = is_old
        self._records = dict(existing)
        self._roles = {one.role for one in templates.values()}
        self._seen: set[str] = set()
        self._asked: dict[str, Stanza] = {}
        self._order: list[str] = []
        self._warnings: list[str] = []
        self._problems: list[str] = []
        self._scheduled: list[tuple[str, str]] = []

    def claim(self, stanzas: Iterable[Stanza]) -> None:
        """Enter what each stanza asks for."""
        for stanza in self._joined(stanzas) if self._is_old else stanzas:
            self._try(self._claim, stanza)

    def link(self) -> None:
        """Find, or make, what the services need."""
        linker = Linker(self._records, self._templates, self._make, is_old=self._is_old)
        for name, stanza in self._asked.items():
            self._try(self._link, linker, name, stanza)
        self._refuse_circle()

    def obey(self, orders: Iterable[Order], others: Collection[str]) -> None:
        """Give services what is ordered of them, instead of what was."""
        self._try(self._obey, orders, others)

    def refuse(self, orders: Iterable[Order]) -> None:
        """Tell what is wrong with orders, whatever services there are besides."""
        self._problems += hopeless(orders, self._records, self._templates)

    def plan(self) -> Plan:
        """Return the plan; raises InputError with all that is wrong."""
        if self._problems:
            raise InputError("\n".join(self._problems))
        return self._sorted()

    def _obey(self, orders: Iterable[Order], others: Collection[str]) -> None:
        changed = without(self._records, others)
        self._records |= changed
        more, self._scheduled = obey(orders, self._records, self._templates)
        self._records |= more
        changed |= more
        known = set(self._order)
        self._order += [name for name in changed if name not in known]

    def _try(self, step: Callable[..., None], *given: Any) -> None:
        try:
            step(*given)
        except InputError as error:
            self._problems.append(str(error))

    def _joined(self, stanzas: Iterable[Stanza]) -> list[Stanza]:
        """Return one stanza for each service: AYS 8.0 took one after the other."""
        found: dict[str, Stanza] = {}
        for stanza in stanzas:
            name = f"{stanza.template.partition('.')[0]}!{stanza.instance}"
            first = found.setdefault(name, stanza)
            if first.template != stanza.template:
                why = f"ignored, {name} is asked for at {first.where} of template {first.template}"
                self._warnings.append(f"{stanza.where}: {why}")
            elif first.args != stanza.args:
                why = f"{name} is asked for at {first.where} already, these arguments are added"
                self._warnings.append(f"{stanza.where}: {why}")
                args, places = first.args | stanza.args, first.places | stanza.places
                found[name] = msgspec.structs.replace(first, args=args, places=places)
        return list(found.values())

    def _claim(self, stanza: Stanza) -> None:
        """Enter the service of a stanza; `node.ovc__a` and `node.docker__a` are both `node!a`."""
        template = self._template(stanza)
        stanza = _by_field(template, stanza)
        name = key(template.role, stanza.instance)
        if template.name not in self._seen:
            self._seen.add(template.name)
            self._warnings += [template.unread] if template.unread else []
            self._warnings += unplayed(template.schema, self._roles, source=template.source)
        if name in self._asked:
            first = self._asked[name].where
            raise InputError(f"{stanza.where}: {name} is asked for at {first} already")
        self._asked[name] = stanza
        former = self._existing.get(name)
        if former and former.template != template.name:
            made_from = former.template
            raise InputError(f"{stanza.where}: {name} exists, made from template {made_from}")
        try:
            record = self._record(template, stanza)
        except InputError:
            # Nothing will be made of it; still, what it names wrongly is told as well.
            self._records[name] = self._new(template, stanza.instance, stanza.args)
            raise
        self._records[name] = record
        self._warnings += [f"{stanza.where}: {one.source}: {one.why}" for one in template.refusals]

    def _link(self, linker: Linker, name: str, stanza: Stanza) -> None:
        if name in self._records:
            made = linker.link(name, stanza)
            self._order += [*made, name]

    def _template(self, stanza: Stanza) -> Template:
        found = find(self._templates, stanza.template)
        if found is not None:
            return found
        hint = nearest(stanza.template, tuple(self._templates))
        raise InputError(f"{stanza.where}: unknown template {stanza.template}{hint}")

    def _make(
        self, template: Template, instance: str, args: dict[str, str], where: str
    ) -> ServiceRecord:
        source, _, line = where.rpartition(":")
        return self._record(template, Stanza(template.name, instance, args, int(line), source))

    def _record(self, template: Template, stanza: Stanza) -> ServiceRecord:
        former = self._existing.get(key(template.role, stanza.instance))
        data = template.schema.fill(
            stanza.args,
            where=stanza.where,
            places=stanza.places,
            existing=former.data if former else None,
            ignored=self._warnings if self._is_old else None,
            is_asking=True,
        )
        wrote = {*written(stanza.args, data, template.schema), *(former.trusted if former else ())}
        made = msgspec.structs.replace(
            self._new(template, stanza.instance, data),
            trusted=trusted(data, template.schema, wrote),
        )
        if former is None:
            return made
        return msgspec.structs.replace(
            made,
            parent=former.parent,
            producers=former.producers,
            recurring=former.recurring,
            recurring_from=former.recurring_from,
            listens=former.listens,
        )

    def _new(self, template: Template, instance: str, data: dict[str, Any]) -> ServiceRecord:
        name = key(template.role, instance)
        return ServiceRecord(self._repo, name, template.role, instance, template.name, data)

    def _refuse_circle(self) -> None:
        circle = find_circle({name: one.needs() for name, one in self._records.items()})
        if circle:
            where = next((self._asked[name].where for name in circle if name in self._asked), "")
            told = " → ".join(circle)
            self._problems.append(f"{where}: these services need each other: {told}")

    def _sorted(self) -> Plan:
        made = Plan([], [], [], self._warnings, self._scheduled)
        for name in self._order:
            record, former = self._records[name], self._existing.get(name)
            if former is None:
                made.created.append(record)
            else:
                (made.unchanged if record == former else made.updated).append(record)
        return made


def _by_field(template: Template, stanza: Stanza) -> Stanza:
    """Let an argument be called like the role of its field, and name several as a list.

    Places are by the names of fields then, those of unknown arguments by their own.
    """
    find = template.schema.find
    args = dict(stanza.args)
    places = {field.name if (field := find(n)) else n: at for n, at in stanza.places.items()}
    for one in relations(template.schema):
        if one.role in args and find(one.role) is None:
            args[one.field] = args.pop(one.role)
            places[one.field] = stanza.place(one.role)
        value = args.get(one.field)
        if isinstance(value, list) and not one.is_list:
            args[one.field] = ", ".join(str(item) for item in value)
    return msgspec.structs.replace(stanza, args=args, places=places)
