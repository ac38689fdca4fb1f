"""Who an event calls, what the clock does, which lines were refused. Pure; simulate uses it too.

An event calls every subscription to its type. A telegram event with the action `service.execute`
names one service and its action besides, as the specification shows, and calls that one.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from cockpit import ays
from cockpit.ays.filter import Filter, compile_filter
from cockpit.events import TYPES, Event, Telegram, argument
from cockpit.robot.sieve import MOST_TOLD, Data, Listener, Match, Refused, Sieve, Sifted
from cockpit.robot.term import Term


def _no_data(paths: Sequence[str]) -> list[dict[str, Any]]:
    return [{} for _ in paths]


class Index:
    """Subscriptions by event type, in the order of services and of their lists.

    Args:
        version: The index number in Redis that this was built from.
        records: Services, sorted.
        templates: By repository and name.
        data: Reads what filters ask of the data of services.
        disabled: Actions that are never called, each behind the path of its service.
    """

    def __init__(
        self,
        version: int,
        records: Iterable[ays.ServiceRecord],
        templates: Mapping[str, Mapping[str, ays.Template]],
        *,
        data: Data = _no_data,
        disabled: AbstractSet[tuple[str, str]] = frozenset(),
    ) -> None:
        self.version = version
        self._disabled = disabled
        listeners: dict[str, list[Listener]] = {}
        self._repos: dict[str, list[str]] = {}
        self._refused: dict[str, list[Refused]] = {type_: [] for type_ in TYPES}
        self.terms: list[Term] = []
        self.gone: set[str] = set()
        told: set[tuple[str, ays.Refusal]] = set()
        for record in records:
            self._repos.setdefault(record.key, []).append(record.repo)
            template = templates.get(record.repo, {}).get(record.template)
            if template is None:
                for several in self._refused.values():
                    several.append(_gone(record))
                self.gone.add(f"{record.repo}/{record.key}")
                continue
            for one in template.refusals:
                # Services share templates, and templates the service.hrd of their role.
                if one.type and (record.repo, one) not in told:
                    told.add((record.repo, one))
                    self._refused[one.type].append(_refused(record, one))
            self.terms += _terms(record, template)
            for type_ in TYPES:
                listener = _listener(record, template, type_)
                if listener.matches or listener.expects_ms:
                    listeners.setdefault(type_, []).append(listener)
            for given in record.listens:
                listeners.setdefault(given.type, []).append(_listening(record, given))
        self._sieves = {type_: Sieve(several, data=data) for type_, several in listeners.items()}

    def match(self, event: Event) -> Sifted:
        """Return what an event calls, in order, and what it asked for in vain.

        Of lines that are refused those are told that are about its type, or about none but near it.
        """
        found = self._found(event)
        # PERF: almost always nothing is disabled.
        return self._without_disabled(found) if self._disabled else found

    def _without_disabled(self, found: Sifted) -> Sifted:
        off = [one for one in found.matches if (one.path, one.action) in self._disabled]
        if not off:
            return found
        refused = [Refused(one.repo, "", one.service, f"{one.action} is disabled") for one in off]
        matches = [one for one in found.matches if (one.path, one.action) not in self._disabled]
        return Sifted(matches, [*found.refused, *refused[:MOST_TOLD]], found.failed, found.awaited)

    def _found(self, event: Event) -> Sifted:
        sieve = self._sieves.get(event.type)
        found = sieve.sift(event) if sieve else Sifted()
        refused, matches = self._refused[event.type], found.matches
        if (
            isinstance(event, Telegram)
            and event.io == "input"
            and event.action == "service.execute"
        ):
            called, in_vain = self._called(event)
            matches = [*matches, *(match for match in called if match not in matches)]
            refused = [*refused, *found.refused, *in_vain]
        elif refused:
            refused = [*refused, *found.refused]
        else:
            return found
        return Sifted(matches, refused, found.failed, found.awaited)

    def _called(self, event: Telegram) -> tuple[list[Match], list[Refused]]:
        """Return the one service that the event names: `args: {name: role!instance, action: …}`."""
        args = event.args
        # 2016 wrote `service`, or `role` and `instance`.
        name = argument(event, "name")
        if "!" not in name and args.get("instance"):
            name = f"{name}!{args['instance']}"
        action = str(args.get("action", ""))
        known = self._repos.get(name, [])
        wanted = str(event.meta.get("repo") or args.get("repo") or "")
        repos = [repo for repo in known if wanted in ("", repo)]
        if len(repos) == 1 and action:
            return [Match(repos[0], name, action)], []
        if not action:
            why = "args.action is empty: which action?"
        elif not repos:
            why = f"args.name: there is no service {name!r}"
        else:
            why = f"args.name: {name} is in {', '.join(repos)}; meta.repo says which"
        return [], [Refused(wanted, "", "service.execute", why)]


def _listener(record: ays.ServiceRecord, template: ays.Template, type_: str) -> Listener:
    subscriptions = template.subscriptions.get(type_, [])
    return Listener(
        repo=record.repo,
        key=record.key,
        template=record.template,
        matches=[Match(record.repo, record.key, one.action) for one in subscriptions],
        expects_ms=int(template.expects_s.get(type_, 0) * 1000),
        filter=template.filters.get(type_),
    )


def _listening(record: ays.ServiceRecord, one: ays.Listening) -> Listener:
    return Listener(
        repo=record.repo,
        key=record.key,
        template=record.template,
        matches=[Match(record.repo, record.key, one.action)],
        filter=_compiled(one.where, one.source) if one.where else None,
    )


@functools.cache
def _compiled(text: str, source: str) -> Filter:
    # The same object for the same text: services that share it are asked about it once.
    return compile_filter(text, source=f"blueprints/{source}")


def _terms(record: ays.ServiceRecord, template: ays.Template) -> list[Term]:
    path = f"{record.repo}/{record.key}"
    misfires = {action: one.misfire for action, one in template.recurring.items()}
    periods = {action: one.period_s for action, one in template.recurring.items()}
    recurring = [
        Term("recurring", path, action, int(period_s * 1000) or 1, misfires.get(action, "once"))
        for action, period_s in (periods | record.recurring).items()
        if period_s
    ]
    expects = [
        Term("expects", path, type_, int(silence_s * 1000) or 1)
        for type_, silence_s in template.expects_s.items()
    ]
    return recurring + expects


def _gone(record: ays.ServiceRecord) -> Refused:
    why = f"service {record.key} listens to nothing: its template is not there"
    return Refused(record.repo, record.template, record.template, why)


def _refused(record: ays.ServiceRecord, refusal: ays.Refusal) -> Refused:
    return Refused(record.repo, record.template, refusal.source, refusal.why)
