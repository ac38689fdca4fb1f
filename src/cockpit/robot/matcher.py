"""Who an event calls, and which lines were refused. Pure; simulate uses it as it is.

An event calls every subscription to its type. A telegram event with the action `service.execute`
names one service and its action besides, as the specification shows, and calls that one.
"""

from collections.abc import Iterable, Mapping

import msgspec

from cockpit import ays
from cockpit.events import Event, Telegram


class Match(msgspec.Struct, frozen=True):
    """A subscription that an event fires: one action of one service."""

    repo: str
    service: str
    action: str

    @property
    def path(self) -> str:
        """`<repo>/<role>!<instance>`, as Redis names the service."""
        return f"{self.repo}/{self.service}"


class Refused(msgspec.Struct, frozen=True):
    """A subscription that cannot fire, by file and line, and why."""

    repo: str
    template: str
    line: str
    why: str


class Index:
    """Subscriptions by event type, in the order of services and of their lists.

    Args:
        version: The index number in Redis that this was built from.
        records: Services, sorted.
        templates: By repository and name.
    """

    def __init__(
        self,
        version: int,
        records: Iterable[ays.ServiceRecord],
        templates: Mapping[str, Mapping[str, ays.Template]],
    ) -> None:
        self.version = version
        self._matches: dict[str, list[Match]] = {}
        self._repos: dict[str, list[str]] = {}
        self.refused: list[Refused] = []
        told: set[tuple[str, str]] = set()
        for record in records:
            self._repos.setdefault(record.key, []).append(record.repo)
            template = templates.get(record.repo, {}).get(record.template)
            if template is None:
                self.refused.append(_gone(record))
                continue
            if (record.repo, record.template) not in told:
                told.add((record.repo, record.template))
                self.refused += [_refused(record, refusal) for refusal in template.refusals]
            for type_, subscriptions in template.subscriptions.items():
                self._matches.setdefault(type_, []).extend(
                    Match(record.repo, record.key, subscription.action)
                    for subscription in subscriptions
                )

    def match(self, event: Event) -> tuple[list[Match], list[Refused]]:
        """Return what an event calls, in order, and what it asked for in vain."""
        matches = self._matches.get(event.type, [])
        if (
            isinstance(event, Telegram)
            and event.io == "input"
            and event.action == "service.execute"
        ):
            called, refused = self._called(event)
            called = [match for match in called if match not in matches]
            return [*matches, *called], [*self.refused, *refused]
        return matches, self.refused

    def _called(self, event: Telegram) -> tuple[list[Match], list[Refused]]:
        """Return the one service that the event names: `args: {name: role!instance, action: …}`."""
        name, action = str(event.args.get("name", "")), str(event.args.get("action", ""))
        known = self._repos.get(name, [])
        wanted = str(event.meta.get("repo", ""))
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


def _gone(record: ays.ServiceRecord) -> Refused:
    why = f"service {record.key} listens to nothing: its template is not there"
    return Refused(record.repo, record.template, record.template, why)


def _refused(record: ays.ServiceRecord, refusal: ays.Refusal) -> Refused:
    return Refused(record.repo, record.template, refusal.source, refusal.why)
