"""What a blueprint orders of services that there are: `actions:` and `eventfilters:` of AYS 8.1.

    actions:
      - action: install, start        # marked scheduled: the next run of it does it
        actor: node                   # only templates whose whole name this expression matches
        service: web1                 # only this instance
      - action: monitor
        recurring: 5m                 # by the clock instead; `never` ends what service.hrd says
    eventfilters:
      - channel: telegram             # email, telegram, webservice (generic), alarm, eco, or all
        cmd: install_web              # event.action of telegram, event.args.cmd of generic
        secret: s3cret                # event.args.secret
        action: install

See: AYS 8, blueprints.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from cockpit.ays import duration
from cockpit.ays.service import Listening, ServiceRecord
from cockpit.ays.template import Template
from cockpit.errors import InputError, nearest
from cockpit.events import TYPES

BLOCKS: Mapping[str, tuple[str, ...]] = {
    "actions": ("action", "actor", "service", "recurring"),
    "eventfilters": ("action", "actor", "service", "channel", "cmd", "secret"),
}
_CHANNELS = {type_: (type_,) for type_ in TYPES} | {
    "mail": ("email",),
    "webservice": ("generic",),
    "all": TYPES,
}


class Order(msgspec.Struct, frozen=True):
    """One item of a block, for every service that it selects.

    Attributes:
        recurring_s: Seconds; 0 says nothing, a negative number ends it.
        types: Event types that call the actions; none in `actions:`.
        where: The filter of these events as CEL; "" lets all through.
        place: `file:line`.
    """

    actions: tuple[str, ...]
    actor: str
    service: str
    place: str
    recurring_s: float = 0
    types: tuple[str, ...] = ()
    where: str = ""

    @property
    def sought(self) -> str:
        """Say which service is meant."""
        which = f"service {self.service}" if self.service else "service"
        return f"{which}{f' of a template {self.actor}' if self.actor else ''}"

    def selects(self, record: ServiceRecord) -> bool:
        """Tell whether it is about a service."""
        return self.is_about(record.template) and self.service in ("", record.instance, record.key)

    def is_about(self, template: str) -> bool:
        """Tell whether it may be about services of a template."""
        return not self.actor or bool(re.fullmatch(self.actor, template))


def read_order(block: str, item: Any, place: str) -> Order:
    """Read one item.

    Raises:
        InputError: `place: why`, for the first thing that is wrong with it.
    """
    try:
        return _read(block, item, place)
    except (InputError, re.error) as error:
        raise InputError(f"{place}: {block}: {error}") from error


def obey(
    orders: Iterable[Order],
    records: Mapping[str, ServiceRecord],
    templates: Mapping[str, Template],
) -> tuple[dict[str, ServiceRecord], list[tuple[str, str]]]:
    """Return the services that orders change, and (key, action) of what they schedule.

    An order is for those of the selected services that have its action.

    Raises:
        InputError: An order that selects no service, or an action that none of them has; all of
            them, one per line.
    """
    changed: dict[str, ServiceRecord] = {}
    scheduled: list[tuple[str, str]] = []
    problems: list[str] = []
    for order in orders:
        selected = [
            key for key, one in records.items() if one.template in templates and order.selects(one)
        ]
        if not selected:
            problems.append(f"{order.place}: there is no {order.sought}")
        names = sorted({records[key].template for key in selected})
        for action in order.actions:
            lacks = {name: why for name in names if (why := templates[name].lack(action))}
            if lacks and len(lacks) == len(names):
                problems.append(f"{order.place}: {lacks[names[0]]}")
            able = [changed.get(key, records[key]) for key in selected]
            able = [one for one in able if one.template not in lacks]
            changed |= {one.key: _obeying(order, action, one) for one in able}
            # What the clock does waits for no run.
            if not order.types and not order.recurring_s:
                scheduled += [
                    (one.key, action) for one in able if templates[one.template].has(action)
                ]
    if problems:
        raise InputError("\n".join(problems))
    return changed, scheduled


def hopeless(
    orders: Iterable[Order],
    records: Mapping[str, ServiceRecord],
    templates: Mapping[str, Template],
) -> list[str]:
    """Return why orders cannot be obeyed, whatever other services there will be.

    Args:
        records: Those that are known; of several templates theirs is named.
    """
    problems: list[str] = []
    for order in orders:
        used = {one.template for one in records.values() if order.selects(one)}
        able = [one for name, one in sorted(templates.items()) if order.is_about(name)]
        able.sort(key=lambda one: one.name not in used)
        if not able:
            problems.append(f"{order.place}: there is no {order.sought}")
        for action in order.actions:
            lacks = [why for one in able if (why := one.lack(action))]
            if lacks and len(lacks) == len(able):
                problems.append(f"{order.place}: {lacks[0]}")
    return problems


def without(
    records: Mapping[str, ServiceRecord], others: Collection[str]
) -> dict[str, ServiceRecord]:
    """Return the services that blueprints ordered something of, with what `others` ordered."""
    found = {}
    for key, one in records.items():
        gone = {name for name, of in one.recurring_from.items() if of not in others}
        listens = [given for given in one.listens if given.source in others]
        if gone or len(listens) < len(one.listens):
            found[key] = msgspec.structs.replace(
                one,
                recurring={name: s for name, s in one.recurring.items() if name not in gone},
                recurring_from={n: of for n, of in one.recurring_from.items() if n not in gone},
                listens=listens,
            )
    return found


def _obeying(order: Order, action: str, record: ServiceRecord) -> ServiceRecord:
    recurring, origins = dict(record.recurring), dict(record.recurring_from)
    source = order.place.split(":")[0]
    if order.recurring_s:
        # An end is kept too: service.hrd may say otherwise.
        recurring[action] = max(order.recurring_s, 0)
        origins[action] = source
    wanted = [Listening(type_, action, order.where, source) for type_ in order.types]
    fresh = [one for one in wanted if one not in record.listens]
    # In the order of the blueprints, whichever was executed last.
    listens = sorted([*record.listens, *fresh], key=lambda one: one.source)
    return msgspec.structs.replace(
        record, recurring=recurring, recurring_from=origins, listens=listens
    )


def _read(block: str, item: Any, place: str) -> Order:
    if not isinstance(item, dict):
        raise InputError(f"write `- action: NAME`, not {item!r:.60}")
    fields = {str(name).lower(): value for name, value in item.items()}
    for name in fields:
        if name not in BLOCKS[block]:
            raise InputError(f"unknown key {name}{nearest(name, BLOCKS[block])}")
    text = {name: "" if value is None else str(value) for name, value in fields.items()}
    actions = tuple(one.strip() for one in text.get("action", "").split(",") if one.strip())
    if not actions or not all(one.isidentifier() for one in actions):
        raise InputError(f"action: {text.get('action', '')!r} names no action")
    re.compile(text.get("actor", ""))
    made = Order(actions, text.get("actor", ""), text.get("service", ""), place)
    if block == "actions":
        return msgspec.structs.replace(made, recurring_s=_recurring_s(text.get("recurring", "")))
    return msgspec.structs.replace(made, types=_types(text), where=_where(text))


def _recurring_s(text: str) -> float:
    if text == "never":
        return -1
    return duration.parse_period(text) if text else 0


def _types(text: Mapping[str, str]) -> tuple[str, ...]:
    channel = text.get("channel", "all").lower()
    if channel not in _CHANNELS:
        raise InputError(f"unknown channel {channel}{nearest(channel, tuple(_CHANNELS))}")
    return tuple(_CHANNELS[channel])


def _where(text: Mapping[str, str]) -> str:
    """Return the filter: what an event has not, it does not match."""
    parts = []
    if command := text.get("cmd"):
        said = _quoted(command)
        parts.append(
            f"(event.type == 'telegram' ? event.action == {said} :"
            f" has(event.args) && has(event.args.cmd) && event.args.cmd == {said})"
        )
    if secret := text.get("secret"):
        has = "has(event.args) && has(event.args.secret)"
        parts.append(f"{has} && event.args.secret == {_quoted(secret)}")
    return " && ".join(parts)


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
