"""`/ays/repository/{repo}/execute`, `simulate`, `init` and `aysrun`: runs as the original has them.

A run of today has parts, services that do several actions each; one of the original has steps, each
one action of some services.
"""

from typing import Annotated

import falcon
import msgspec
from msgspec import Meta

from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.rest.runs import is_over
from cockpit.rest.waiting import MAX_WAIT_S, ask_again
from cockpit.robot import RunView, Selection

_EVERYBODY = "*"

Roles = Annotated[
    str,
    Meta(
        description="Roles that the run may reach beyond the services meant, separated by commas;"
        " services of others are taken for done. `*` is all.",
        examples=["*"],
    ),
]


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Which services are meant.

    Attributes:
        role: Only those of exactly this role; empty is all.
        instance: Only those of exactly this instance; empty is all.
    """

    role: str = ""
    instance: str = ""


class Order(Services, frozen=True, kw_only=True):
    """What to do, and with which services.

    Attributes:
        action: The action of each.
        force: Also where it is done already.
    """

    action: str
    force: bool = False
    producer_roles: Roles = _EVERYBODY
    producerroles: Roles = _EVERYBODY


class Execution(Order, frozen=True, kw_only=True):
    """As a simulation.

    Attributes:
        async: Answer at once, and not when it is over.
    """

    is_async: bool = msgspec.field(name="async", default=False)


class AYSStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a run: one action of some services.

    Attributes:
        number: 1 is the first.
        services_keys: `role!instance`.
    """

    number: int
    action: str
    services_keys: list[str]


class AYSRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run.

    Attributes:
        steps: In their order; none in lists.
        key: Its id; none when nothing was begun.
        state: simulated, running, ok, error, cancelling or cancelled.
        action: What was asked for; empty for all that was pending.
    """

    repository: str
    steps: list[AYSStep]
    state: str
    action: str
    key: str | msgspec.UnsetType = msgspec.UNSET


class AysRuns:
    """Runs, as the original has them; `/runs` tells more."""

    def __init__(self, rooms: Rooms) -> None:
        self._runs = rooms.runs
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have

    @operation(returns=AYSRun, errors=(404, 409))
    def on_post_init(
        self, req: falcon.Request, resp: falcon.Response, repo: str, query: Services
    ) -> None:
        """Call `init` of the services that it was not called of, or failed.

        Services of today call it by themselves once they are made.
        """
        self._must_have(repo)
        selection = Selection(query.role, query.instance)
        if self._has_init(repo, selection):
            began = self._runs.start(repo, "init", selection)
            resp.media = self._ended(req, began)
        else:
            resp.media = AYSRun(repository=repo, steps=[], state="ok", action="init")

    @operation(returns=AYSRun, errors=(404,))
    def on_post_simulate(
        self, req: falcon.Request, resp: falcon.Response, repo: str, query: Order
    ) -> None:
        """Show what a run would do, by the same plan; nothing happens."""
        self._must_have(repo)
        resp.media = _shown(
            self._runs.simulate(repo, query.action, _selection(query), is_forced=query.force)
        )

    @operation(returns=AYSRun, errors=(404, 409), headers={"Location": "The address of the run."})
    def on_post_execute(
        self, req: falcon.Request, resp: falcon.Response, repo: str, query: Execution
    ) -> None:
        """Execute an action, and what has to come before it.

        The answer comes when the run is over, at the latest after 30 seconds: its `state` tells
        whether it is, and how it ended.
        """
        self._must_have(repo)
        began = self._runs.start(repo, query.action, _selection(query), is_forced=query.force)
        resp.location = f"/ays/repository/{repo}/aysrun/{began.id}"
        resp.media = _shown(began) if query.is_async else self._ended(req, began)

    @operation(returns=list[AYSRun], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, repo: str, query: Page) -> None:
        """List the newest runs, newest first, without their steps."""
        self._must_have(repo)
        resp.media = [_shown(one) for one in self._runs.newest(query.limit, repo)]

    @operation(returns=AYSRun, errors=(404,))
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, aysrun: str
    ) -> None:
        """Show a run, by its id or its number."""
        self._must_have(repo)
        with or_not_found():
            found = self._runs.get(f"run-{aysrun}" if aysrun.isdecimal() else aysrun)
            if found.repo != repo:
                raise InputError(f"{repo}: there is no run {aysrun:.80}")
        resp.media = _shown(found)

    def _has_init(self, repo: str, selection: Selection) -> bool:
        """Tell whether a service that is meant has an `init`; AYS 8 gave every template one.

        Raises:
            InputError: The repository is held, or no service is meant.
        """
        self._catalog.repository(repo)
        records = self._catalog.existing(repo)
        if not records and selection == Selection():
            return False
        templates = self._catalog.templates(repo)
        names = {records[key].template for key in selection.choose(records)}
        return any(templates[name].has("init") for name in names if name in templates)

    def _ended(self, req: falcon.Request, began: RunView) -> AYSRun:
        return _shown(
            ask_again(req, lambda: self._runs.get(str(began.id)), is_over, wait_s=MAX_WAIT_S)
        )


def _selection(order: Order) -> Selection:
    given = {order.producer_roles, order.producerroles} - {_EVERYBODY}
    others = frozenset(role.strip() for text in given for role in text.split(","))
    return Selection(order.role, order.instance, others if given else None)


def _shown(run: RunView) -> AYSRun:
    return AYSRun(
        repository=run.repo,
        steps=_steps(run),
        key=run.id or msgspec.UNSET,
        state=run.state,
        action=run.action,
    )


def _steps(run: RunView) -> list[AYSStep]:
    """Split parts into steps of one action each; actions of a service keep their order."""
    found: dict[tuple[int, int, str], list[str]] = {}
    for part in run.parts:
        for place, action in enumerate(part.actions):
            found.setdefault((part.step, place, action), []).append(part.service)
    return [
        AYSStep(number=number, action=action, services_keys=found[step, place, action])
        for number, (step, place, action) in enumerate(sorted(found), 1)
    ]
