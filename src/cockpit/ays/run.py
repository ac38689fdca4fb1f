"""What a run does: which actions of which services, and what waits for what.

A service is entered when all that it needs is done. Making (`install`, `start`, …) goes from
producers and parents to those who need them; unmaking (`stop`, `uninstall`, …) the other way.
What is ok already is left out, and those who need it still wait for what it needs.

See: AYS 8, run building; design, runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from cockpit.ays.circle import find_circle
from cockpit.ays.service import ServiceRecord
from cockpit.errors import InputError

STATES = ("new", "scheduled", "running", "ok", "error", "changed", "disabled")
"""The states of an action of a service; one that was never run is new."""

UNMAKING = frozenset({"stop", "halt", "uninstall", "removedata", "cleanup"})
_EVERYWHERE = frozenset({"init", "install", "start"})
_BEFORE: Mapping[str, Sequence[str]] = {
    "init": (),
    "install": ("init",),
    "monitor": ("init", "install", "start"),
    "uninstall": ("stop",),
    **dict.fromkeys(("stop", "halt", "removedata", "cleanup"), ()),
}
_MADE = ("init", "install", "start")
_RESETS: Mapping[str, Sequence[str]] = {
    "install": tuple(sorted(UNMAKING)),
    "start": ("stop", "halt"),
    "stop": ("start",),
    "halt": ("start",),
    "uninstall": _MADE,
    "removedata": _MADE,
}

Has = Callable[[str, str], bool]
"""Tells whether a template, by its name, has an action."""


class Node(msgspec.Struct, frozen=True):
    """A service in a run.

    Attributes:
        service: Its key.
        actions: What it does, in order; nothing when all of it is ok already.
        needs: The keys of the services of this run that come before it.
        step: 1 for what begins at once; 0 when it does nothing.
    """

    service: str
    actions: list[str]
    needs: list[str]
    step: int


class Run(msgspec.Struct, frozen=True):
    """A run in the order that it would go one by one."""

    action: str
    nodes: list[Node]

    @property
    def steps(self) -> list[list[Node]]:
        """Return the nodes that do something, those together that nothing orders."""
        found: list[list[Node]] = [[] for _ in range(max((n.step for n in self.nodes), default=0))]
        for node in self.nodes:
            if node.step:
                found[node.step - 1].append(node)
        return found


def resets(action: str) -> Sequence[str]:
    """Return the actions that are new again once this one is ok."""
    return _RESETS.get(action, ())


def plan_run(
    action: str,
    selected: Iterable[str],
    records: Mapping[str, ServiceRecord],
    states: Mapping[str, Mapping[str, str]],
    has: Has,
    *,
    is_forced: bool = False,
) -> Run:
    """Plan a run of an action; nothing is changed.

    Args:
        selected: Keys of the services that are meant; what they need is added, and when the
            action unmakes, those who need them.
        records: All services of the repository by key.
        states: Action → state by key of service.
        is_forced: The selected services run the action although it is ok.

    Raises:
        InputError: None of the selected services has the action, or services need each other.
    """
    chosen = set(selected)
    if not any(has(records[key].template, action) for key in chosen):
        raise InputError(f"no service that is meant has an action {action}")
    before = _edges(records, is_reversed=action in UNMAKING)
    scope = _reach(chosen, before)
    needs = {key: [one for one in before[key] if one in scope] for key in scope}
    if circle := find_circle(needs):
        raise InputError(f"these services need each other: {' → '.join(circle)}")
    todo = {
        key: [
            one
            for one in _chain(action, is_selected=key in chosen)
            if _is_due(
                one, states.get(key, {}), is_forced=is_forced and key in chosen and one == action
            )
            and has(records[key].template, one)
        ]
        for key in scope
    }
    return Run(action, _ordered(needs, todo))


def _edges(records: Mapping[str, ServiceRecord], *, is_reversed: bool) -> dict[str, list[str]]:
    """Return what comes before each service."""
    found: dict[str, list[str]] = {key: [] for key in records}
    for key, record in records.items():
        for need in record.needs():
            if need in found and is_reversed:
                found[need].append(key)
            elif need in found:
                found[key].append(need)
    return found


def _reach(chosen: Iterable[str], before: Mapping[str, list[str]]) -> dict[str, None]:
    """Return the chosen and all that comes before them, in the order of the repository."""
    seen, waiting = set(chosen), list(chosen)
    while waiting:
        fresh = [key for key in before[waiting.pop()] if key not in seen]
        seen.update(fresh)
        waiting += fresh
    return dict.fromkeys(key for key in before if key in seen)


def _chain(action: str, *, is_selected: bool) -> Sequence[str]:
    before = _BEFORE.get(action, ("init", "install"))
    # What is no way to build up or tear down is meant for the selected services alone.
    goes_everywhere = action in _EVERYWHERE or action in UNMAKING
    return (*before, action) if is_selected or goes_everywhere else before


def _is_due(action: str, states: Mapping[str, str], *, is_forced: bool) -> bool:
    state = states.get(action, "new")
    return state != "disabled" and (is_forced or state != "ok")


def _ordered(needs: Mapping[str, list[str]], todo: Mapping[str, list[str]]) -> list[Node]:
    """Order a graph without circles: each after its needs, and by its step."""
    after: dict[str, list[str]] = {key: [] for key in needs}
    open_needs = {key: len(several) for key, several in needs.items()}
    for key, several in needs.items():
        for need in several:
            after[need].append(key)
    depth: dict[str, int] = {}
    waiting = [key for key in needs if not open_needs[key]]
    nodes = []
    for key in waiting:  # It grows while it is read.
        depth[key] = max((depth[need] for need in needs[key]), default=0) + bool(todo[key])
        nodes.append(Node(key, todo[key], needs[key], depth[key] if todo[key] else 0))
        for one in after[key]:
            open_needs[one] -= 1
            if not open_needs[one]:
                waiting.append(one)
    return nodes
