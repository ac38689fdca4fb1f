"""What a process needs to run actions, put together from the settings."""

import sys
from collections.abc import Callable
from typing import Any

import msgspec

from cockpit.access.directory import Directory
from cockpit.access.secrets import Secrets
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.ays.shared import Shared
from cockpit.bus import Outbox, Pipe
from cockpit.eco.alarms import Alarms
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.ledger import Ledger
from cockpit.robot import (
    Actions,
    Announcements,
    Catalog,
    Context,
    Defaults,
    Failures,
    Inboxes,
    Jobs,
    Losses,
    Messages,
    Monitoring,
    Outcome,
    Poster,
    Postman,
    Posts,
    Questions,
    Recorder,
    Runner,
    Stream,
    Taken,
    Worker,
)
from cockpit.robot.whereabouts import Whereabouts
from cockpit.stor import Stor


class Hands(msgspec.Struct, frozen=True):
    """The robot's parts of one process.

    Attributes:
        log: Ecos that are appended to it are counted first.
        stor: The only one of its process: what another one just stored, it does not know yet.
    """

    log: CountingLog
    alarms: Alarms
    catalog: Catalog
    inboxes: Inboxes
    jobs: Jobs
    runner: Runner
    losses: Losses
    postman: Postman
    stor: Stor


def hands(
    pipe: Pipe, home: Home, settings: Callable[[], Settings], logger: Any, *, robot: str
) -> Hands:
    """Put the parts together for the process that is called `robot`.

    Args:
        settings: Gives those that hold now.
    """
    secrets = Secrets(home.secrets / "values")
    catalog = Catalog(pipe, home.repos, secrets=secrets, shared=Shared(home.templates))
    inboxes = Inboxes(pipe)
    jobs = Jobs(pipe, inboxes)
    log = CountingLog(pipe, Ledger(pipe, limits=lambda: settings().eco.limits))

    hostname = settings().smtp.hostname
    sender, outbox, questions = f"cockpit@{hostname}", Outbox(pipe), Questions(pipe)
    postman = Postman(
        Messages(pipe), questions, Directory(pipe), outbox, sender=sender, hostname=hostname
    )
    announcements = Announcements(log, postman)
    alarms = Alarms(pipe, log, rules=lambda: settings().alarms.rules, tell=announcements.tell)
    monitoring = Monitoring(alarms)
    recorder = _recorder(log.ledger, catalog, settings)
    stor = Stor(home.stor)
    context = Context(
        pipe,
        log,
        outbox,
        questions,
        postman,
        stor,
        secrets,
        home.repos,
        sender=sender,
        hostname=hostname,
        posts=Posts(pipe, Poster(settings().robot.private_networks)),
    )
    runner = Runner(
        catalog,
        Actions(),
        context,
        robot=robot,
        defaults=lambda: _defaults(settings()),
        on_error=_failures(recorder, announcements, monitoring, settings, logger),
        on_ok=monitoring.succeeded,
        on_condition=recorder.condition,
    )
    return Hands(
        log, alarms, catalog, inboxes, jobs, runner, Losses(inboxes, jobs, runner), postman, stor
    )


def _recorder(ledger: Ledger, catalog: Catalog, settings: Callable[[], Settings]) -> Recorder:
    where_is = Whereabouts(catalog)
    return Recorder(ledger, node=lambda: settings().node.node, where_is=where_is)


def _failures(
    recorder: Recorder,
    announcements: Announcements,
    monitoring: Monitoring,
    settings: Callable[[], Settings],
    logger: Any,
) -> Failures:
    return Failures(
        recorder,
        announcements,
        monitoring,
        tell=lambda: settings().robot.tell_dead,
        on_failed=_noter(logger),
        on_bug=lambda bug: logger.error("failure_not_told", exc_info=bug),
    )


def _noter(logger: Any) -> Callable[[Taken, BaseException, Outcome], None]:
    """Return what logs a failed attempt."""

    def note(taken: Taken, _error: BaseException, outcome: Outcome) -> None:
        logger.warning(
            "job_failed",
            job=taken.job,
            event_id=taken.event,
            service=taken.service,
            action=taken.action,
            attempt=outcome.tried.attempt if outcome.tried else taken.fence,
            state=outcome.state,
            error=outcome.fields["error"],
        )

    return note


def _defaults(settings: Settings) -> Defaults:
    robot = settings.robot
    return Defaults(timeout_s=robot.timeout_s, retries=robot.retries, delays_s=robot.retry_delays_s)


def worker(
    found: Hands, pipe: Pipe, settings: Settings, logger: Any, *, robot: str, solo: Any
) -> Worker:
    """Return the worker; from here on what actions print is captured."""
    if not isinstance(sys.stdout, Stream):
        sys.stdout = Stream(sys.stdout)
        sys.stderr = Stream(sys.stderr)
    return Worker(
        pipe,
        found.inboxes,
        found.catalog,
        found.runner,
        name=robot,
        concurrency=settings.robot.concurrency,
        solo=solo,
        on_fenced=lambda: logger.warning("lease_over", robot=robot),
    )
