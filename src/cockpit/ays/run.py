"""What a run does: which actions of which services, and what waits for what.

A service is entered when all that it needs is done. Making (`install`, `start`, …) goes from
producers and parents to those who need them; unmaking (`stop`, `uninstall`, …) the other way.
What is ok already is left out, and those who need it still wait for what it needs.

See: AYS 8, run building; design, runs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from cockpit.ays import prerequisites
from cockpit.ays.circle import find_circle
from cockpit.ays.prerequisites import Order
from cockpit.ays.service import ServiceRecord
from cockpit.errors import InputError

STATES = ("new", "scheduled", "running", "ok", "error", "changed", "disabled")
"""The states of an action of a service; one that was never run is new."""

UNMAKING = frozenset({"stop", "halt", "uninstall", "removedata", "cleanup"})
_EVERYWHERE = ("init", "install", "start")
_PENDING = ("scheduled", "changed", "error")
_RESETS: Mapping[str, Sequence[str]] = {
    "install": tuple(sorted(UNMAKING)),
    "start": ("stop", "halt"),
    "stop": ("start",),
    "halt": ("start",),
    "uninstall": _EVERYWHERE,
    "removedata": _EVERYWHERE,
}


class Abilities(msgspec.Struct, frozen=True):
    """What the services of a template can do.

    Attributes:
        actions: The names of its actions.
        presumes: Action → those that come right before it; None for what is usual.
        is_unknown: Its files cannot be read: whatever is asked of it fails, and says why.
    """

    actions: AbstractSet[str]
    presumes: Order | None = None
    is_unknown: bool = False


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
    """A run in the order that it would go one by one; without an action it is what is pending."""

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


def is_pending(action: str, state: str) -> bool:
    """Tell whether a run without an action does it; what unmakes must have been ordered."""
    return state in _PENDING and not (action in UNMAKING and state == "changed")


def plan_run(
    action: str,
    selected: Iterable[str],
    records: Mapping[str, ServiceRecord],
    states: Mapping[str, Mapping[str, str]],
    abilities: Mapping[str, Abilities],
    *,
    is_forced: bool = False,
) -> Run:
    """Plan a run of an action; nothing is changed.

    Args:
        selected: Keys of the services that are meant; what they need is added, and when the
            action unmakes, those who need them.
        records: All services of the repository by key.
        states: Action → state by key of service.
        abilities: By name of the template.
        is_forced: The selected services run the action although it is ok.

    Raises:
        InputError: None of the selected services has the action, or services need each other.
    """
    planner = _Planner(records, states, abilities, unmade=records if action in UNMAKING else ())
    chosen = set(selected)
    if not any(planner.has(key, action) for key in chosen):
        raise InputError(f"no service that is meant has an action {action}")
    planner.add(action, chosen, is_forced=is_forced)
    return planner.run(action)


def plan_pending(
    selected: Iterable[str],
    records: Mapping[str, ServiceRecord],
    states: Mapping[str, Mapping[str, str]],
    abilities: Mapping[str, Abilities],
) -> Run:
    """Plan a run of all that is pending; nothing is changed.

    A service that is to be unmade is only unmade, before anything is made beside it.

    Args:
        selected: Keys of the services whose pending actions are meant; what they presume is added.

    Raises:
        InputError: Services need each other.
    """
    pending: dict[str, set[str]] = {}
    for key in selected:
        for action, state in states.get(key, {}).items():
            if is_pending(action, state):
                pending.setdefault(action, set()).add(key)
    ends = [key for action in UNMAKING.intersection(pending) for key in pending[action]]
    unmade = _reach(ends, _edges(records, unmade=records))
    planner = _Planner(records, states, abilities, unmade=unmade)
    for action in sorted(pending, key=_place):
        planner.add(action, pending[action])
    return planner.run("")


def _place(action: str) -> tuple[int, str]:
    """Return where an action stands among others of its service that do not presume each other."""
    first = (*_EVERYWHERE, "stop", "halt")
    return (first.index(action) if action in first else len(first)), action


class _Planner:
    """Gathers what services do, action by action.

    Args:
        unmade: Keys of services that do what unmakes, and nothing else.
    """

    def __init__(
        self,
        records: Mapping[str, ServiceRecord],
        states: Mapping[str, Mapping[str, str]],
        abilities: Mapping[str, Abilities],
        *,
        unmade: Collection[str],
    ) -> None:
        self._records = records
        self._states = states
        self._abilities = abilities
        self._unmade = unmade
        self._before = _edges(records, unmade=unmade)
        self._scope: set[str] = set()
        self._todo: dict[str, list[str]] = {}

    def has(self, key: str, action: str) -> bool:
        """Tell whether a service has an action."""
        found = self._abilities.get(self._records[key].template)
        return found is not None and (found.is_unknown or action in found.actions)

    def add(self, action: str, chosen: Collection[str], *, is_forced: bool = False) -> None:
        """Add an action of the chosen, and what it presumes."""
        scope = _reach(chosen, self._before)
        self._scope.update(scope)
        for key in scope:
            if (action in UNMAKING) == (key in self._unmade):
                todo = self._todo.setdefault(key, [])
                is_chosen = key in chosen
                for one in self._chain(action, key, is_chosen=is_chosen):
                    forced = is_forced and is_chosen and one == action
                    if one not in todo and self._is_due(one, key, is_forced=forced):
                        todo.append(one)

    def run(self, action: str) -> Run:
        """Return what was gathered, in order."""
        scope = [key for key in self._records if key in self._scope]
        needs = {key: [one for one in self._before[key] if one in self._scope] for key in scope}
        if circle := find_circle(needs):
            raise InputError(f"these services need each other: {' → '.join(circle)}")
        return Run(action, _ordered(needs, {key: self._todo.get(key, []) for key in scope}))

    def _chain(self, action: str, key: str, *, is_chosen: bool) -> Iterable[str]:
        found = self._abilities.get(self._records[key].template)
        own = found.presumes if found else None
        # What is no way to build up or tear down is meant for the chosen services alone.
        if is_chosen or action in _EVERYWHERE or action in UNMAKING:
            return prerequisites.chain(action, own)
        return [
            one
            for before in prerequisites.usual(action)
            for one in prerequisites.chain(before, own)
        ]

    def _is_due(self, action: str, key: str, *, is_forced: bool) -> bool:
        state = self._states.get(key, {}).get(action, "new")
        return state != "disabled" and (is_forced or state != "ok") and self.has(key, action)


def _edges(
    records: Mapping[str, ServiceRecord], *, unmade: Collection[str]
) -> dict[str, list[str]]:
    """Return what comes before each service: what it needs, or who needs what is unmade."""
    found: dict[str, list[str]] = {key: [] for key in records}
    for key, record in records.items():
        for need in record.needs():
            if need in found and key in unmade:
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
