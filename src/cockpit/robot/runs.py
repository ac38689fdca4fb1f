"""Runs: an action of many services, in the order that they need each other.

`ays.run` plans, Lua begins the run and moves it on as its jobs end; so a run survives whatever
process dies, and any robot that has the repository may do its work.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays.run import STATES as ACTION_STATES
from cockpit.ays.run import UNMAKING, Abilities, Node, Run, plan_pending, plan_run, resets
from cockpit.bus import Pipe, Script, keys
from cockpit.errors import ConflictError, InputError, nearest
from cockpit.robot import disabled
from cockpit.robot.catalog import Catalog
from cockpit.robot.data import store
from cockpit.robot.job import RUN, job_id

STATES = ("running", "cancelling", "ok", "error", "cancelled")
# What runs, only a robot knows.
_BY_HAND = tuple(state for state in ACTION_STATES if state != "running")
_MOST = 1000
_TRIM = 100


class Selection(msgspec.Struct, frozen=True):
    """Which services a run is for; empty texts mean all.

    Attributes:
        role: Exactly this role.
        instance: Exactly this instance.
        others: Roles that the run may reach beyond them; None means all, as it needs.
    """

    role: str = ""
    instance: str = ""
    others: frozenset[str] | None = None

    def choose(self, records: Mapping[str, ays.ServiceRecord]) -> list[str]:
        """Return the keys of the services meant.

        Raises:
            InputError: There is none.
        """
        found = [
            key
            for key, record in records.items()
            if self.role in ("", record.role) and self.instance in ("", record.instance)
        ]
        if found:
            return found
        what = f"{self.role or 'ROLE'}!{self.instance or 'INSTANCE'}"
        raise InputError(f"there is no service {what}{nearest(what, tuple(records)[:_MOST])}")

    def within(
        self, records: Mapping[str, ays.ServiceRecord], chosen: Collection[str]
    ) -> Mapping[str, ays.ServiceRecord]:
        """Return the services that a run may reach: the others are taken for done."""
        if self.others is None:
            return records
        return {
            key: record
            for key, record in records.items()
            if key in chosen or record.role in self.others
        }


class Part(msgspec.Struct, frozen=True):
    """A service in a run: what it does there, and how far it is.

    Attributes:
        state: waiting, queued, running, ok, error, blocked, cancelled; "" in a simulation.
        jobs: One per action.
        at: How many of the actions are done.
    """

    service: str
    actions: list[str]
    step: int
    state: str = ""
    jobs: list[str] = []
    at: int = 0


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run as people see it; times in epoch seconds, 0 = not yet.

    Attributes:
        id: None of one that was only simulated.
        left: Services that are not done, those without work among them.
        idle: Seconds that it lay over before it was taken up again.
        parts: The services that do something, in the order of their steps; none in lists.
    """

    id: str | msgspec.UnsetType = msgspec.UNSET
    repo: str
    action: str
    state: str
    role: str = ""
    instance: str = ""
    forced: bool = False
    began: float = 0
    ended: float = 0
    services: int = 0
    left: int = 0
    idle: float = 0
    parts: list[Part] = []


class Runs:
    """The runs of all repositories."""

    def __init__(self, pipe: Pipe, catalog: Catalog) -> None:
        self._pipe = pipe
        self._catalog = catalog
        self._scripts = {
            name: Script("cockpit.robot", name) for name in ("begin", "cancel", "again", "forget")
        }

    def simulate(
        self, repo: str, action: str, selection: Selection, *, is_forced: bool = False
    ) -> RunView:
        """Show what a run would do; nothing is changed.

        Args:
            action: Empty for all that is pending.

        Raises:
            InputError: No such repository, service or action.
        """
        planned = self._plan(repo, action, selection, is_forced=is_forced)
        parts = [
            Part(node.service, node.actions, node.step) for step in planned.steps for node in step
        ]
        return _view(repo, action, selection, is_forced=is_forced, parts=parts)

    def start(
        self, repo: str, action: str, selection: Selection, *, is_forced: bool = False
    ) -> RunView:
        """Begin a run and return it; its jobs go to the robots as they become ready.

        Raises:
            InputError: As `simulate`; ConflictError when another run works on one of the services.
            OpsError: Redis is away.
        """
        planned = self._plan(repo, action, selection, is_forced=is_forced)
        fields = {
            "repo": repo,
            "action": action,
            "role": selection.role,
            "instance": selection.instance,
            "forced": int(is_forced),
            "services": sum(1 for node in planned.nodes if node.actions),
        }
        order = {"order": msgspec.json.encode({n.service: n.step for n in planned.nodes}).decode()}
        packed = {
            "repo": repo,
            "fields": [part for pair in (fields | order).items() for part in pair],
            "resets": {one: list(resets(one)) for one in {*_actions(planned), *UNMAKING}},
        }
        said = b"taken"
        while said == b"taken":
            number = int(self._pipe.call("GET", keys.RUNS_LAST) or 0) + 1
            run = f"{RUN}{number}"
            packed["nodes"] = _rows(run, repo, planned)
            said = self._run("begin", number, msgspec.msgpack.encode(packed))
        _must_be_alone(said.decode())
        return self.get(run)

    def get(self, run: str) -> RunView:
        """Read one run, whole.

        Raises:
            InputError: There is no such run.
        """
        flat, nodes = self._pipe.calls(
            [("HGETALL", keys.run(run)), ("HGETALL", f"{keys.run(run)}:nodes")]
        )
        if not flat:
            raise InputError(f"there is no run {run}")
        fields = _texts(flat)
        order = msgspec.json.decode(fields["order"], type=dict[str, int])
        parts = [
            _part(name.decode(), msgspec.msgpack.decode(raw), order)
            for name, raw in zip(nodes[::2], nodes[1::2], strict=True)
        ]
        working = self._running([part for part in parts if part.actions])
        place = {service: number for number, service in enumerate(order)}
        working.sort(key=lambda part: (part.step, place[part.service]))
        return msgspec.structs.replace(_brief(run, fields), parts=working)

    def newest(self, limit: int, repo: str = "") -> list[RunView]:
        """Return the newest runs in short, newest first."""
        found = []
        for name in self._pipe.call("ZREVRANGE", keys.RUNS, 0, _MOST - 1):
            fields = _texts(self._pipe.call("HGETALL", keys.run(name.decode())))
            if fields and repo in ("", fields["repo"]):
                found.append(_brief(name.decode(), fields))
            if len(found) == limit:
                break
        return found

    def cancel(self, run: str) -> RunView:
        """Begin nothing more of a run; what is running ends by itself.

        Raises:
            InputError: There is no such run; ConflictError when it is over.
        """
        return self._moved(run, self._run("cancel", run), ("running",), "cancelled")

    def retry(self, run: str) -> RunView:
        """Take a run up again from what failed; what is ok stays so.

        Raises:
            InputError: There is no such run; ConflictError when it did not fail, or another run
                works on one of its services.
        """
        state = self._run("again", run)
        _must_be_alone(state.decode() if state else "")
        return self._moved(run, state, ("error", "cancelled"), "taken up again")

    def trim(self, before: float) -> int:
        """Remove runs that are over and began before an epoch, with their jobs; returns how many.

        At most 100 of them, so that Redis is never held long.
        """
        return int(self._run("forget", int(before * 1000), _TRIM))

    def states(self, repo: str) -> dict[str, dict[str, str]]:
        """Return the state of each action that has one, by key of the service."""
        names = list(self._catalog.existing(repo))
        rows = self._pipe.calls([("HGETALL", keys.state(f"{repo}/{name}")) for name in names])
        return {name: _texts(row) for name, row in zip(names, rows, strict=True) if row}

    def set_state(self, repo: str, key: str, action: str, state: str) -> None:
        """Set the state of an action by hand.

        Raises:
            InputError: No such state, service or action.
        """
        if state not in _BY_HAND:
            raise InputError(f"state: {state!r} is none of {', '.join(_BY_HAND)}")
        records = self._catalog.existing(repo)
        if key not in records:
            raise InputError(f"there is no service {key}{nearest(key, tuple(records)[:_MOST])}")
        known = self._catalog.template(repo, records[key].template).actions
        if action not in known:
            hint = nearest(action, tuple(sorted(known)))
            raise InputError(f"{key} has no action {action}{hint}")
        service = f"{repo}/{key}"
        store(self._pipe, service, "state", action, state)
        disabled.note(self._pipe, service, action, state)

    def _plan(self, repo: str, action: str, selection: Selection, *, is_forced: bool) -> Run:
        templates = self._catalog.repository(repo).templates()
        records = self._catalog.existing(repo)
        gone = {one.template for one in records.values()}.difference(templates)
        abilities = {name: Abilities(frozenset(), is_unknown=True) for name in gone}
        abilities |= {
            name: Abilities(one.actions, one.presumes, is_unknown=bool(one.unread))
            for name, one in templates.items()
        }
        chosen, states = selection.choose(records), self.states(repo)
        within = selection.within(records, chosen)
        if action:
            return plan_run(action, chosen, within, states, abilities, is_forced=is_forced)
        if is_forced:
            raise InputError("force: which action? What is pending is done once")
        return plan_pending(chosen, within, states, abilities)

    def _running(self, parts: list[Part]) -> list[Part]:
        """Tell those whose job runs, or waits for an answer, from those in an inbox."""
        queued = [part.jobs[part.at] for part in parts if part.state == "queued"]
        states = self._pipe.calls([("HGET", keys.job(job), "state") for job in queued])
        busy = {job for job, s in zip(queued, states, strict=True) if s in (b"running", b"waiting")}
        return [
            msgspec.structs.replace(part, state="running")
            if part.state == "queued" and part.jobs[part.at] in busy
            else part
            for part in parts
        ]

    def _moved(self, run: str, state: bytes | None, allowed: tuple[str, ...], verb: str) -> RunView:
        if not state:
            raise InputError(f"there is no run {run}")
        if state.decode() not in allowed:
            raise ConflictError(f"{run} is {state.decode()}: it cannot be {verb}")
        return self.get(run)

    def _run(self, name: str, *args: Any) -> Any:
        return self._pipe.run(self._scripts[name], (), args)


def _must_be_alone(said: str) -> None:
    if said.startswith(RUN):
        raise ConflictError(f"{said} works on the same services: wait for it, or cancel it")


def _actions(planned: Run) -> set[str]:
    return {action for node in planned.nodes for action in node.actions}


def _rows(run: str, repo: str, planned: Run) -> list[Any]:
    blocks: dict[str, list[str]] = {}
    for node in planned.nodes:
        for need in node.needs:
            blocks.setdefault(need, []).append(f"{repo}/{node.service}")
    return [_row(run, f"{repo}/{node.service}", node, blocks) for node in planned.nodes]


def _row(run: str, path: str, node: Node, blocks: Mapping[str, list[str]]) -> Any:
    jobs = [(action, job_id(run, path, action)) for action in node.actions]
    return path, jobs, len(node.needs), blocks.get(node.service, [])


def _part(path: str, node: dict[str, Any], order: Mapping[str, int]) -> Part:
    service = path.partition("/")[2]
    pairs = list(node["a"])
    return Part(
        service=service,
        actions=[action for action, _ in pairs],
        step=order[service],
        state=node["s"],
        jobs=[job for _, job in pairs],
        at=int(node["i"]) - 1,
    )


def _brief(run: str, fields: Mapping[str, str]) -> RunView:
    return RunView(
        id=run,
        repo=fields["repo"],
        action=fields["action"],
        state=fields["state"],
        role=fields["role"],
        instance=fields["instance"],
        forced=fields["forced"] == "1",
        began=int(fields["began"]) / 1000,
        ended=int(fields.get("ended", 0)) / 1000,
        services=int(fields["services"]),
        left=int(fields["left"]),
        idle=int(fields.get("idle", 0)) / 1000,
    )


def _view(
    repo: str, action: str, selection: Selection, *, is_forced: bool, parts: list[Part]
) -> RunView:
    return RunView(
        repo=repo,
        action=action,
        state="simulated",
        role=selection.role,
        instance=selection.instance,
        forced=is_forced,
        services=len(parts),
        left=len(parts),
        parts=parts,
    )


def _texts(flat: list[bytes]) -> dict[str, str]:
    text = [part.decode("utf-8", "replace") for part in flat]
    return dict(zip(text[::2], text[1::2], strict=True))
