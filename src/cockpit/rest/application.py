"""The Falcon application: the table of routes, and what holds for all of them."""

from collections.abc import Callable
from typing import Any

import falcon
import falcon.media
import msgspec

from cockpit.rest import problem
from cockpit.rest.events import Events
from cockpit.rest.guard import Guard
from cockpit.rest.hooks import Hooks
from cockpit.rest.jobs import Jobs
from cockpit.rest.live import Live
from cockpit.rest.messages import Messages
from cockpit.rest.outbox import Outbox
from cockpit.rest.people import People
from cockpit.rest.questions import Questions
from cockpit.rest.repos import Repos
from cockpit.rest.rooms import Rooms
from cockpit.rest.runs import Runs
from cockpit.rest.schedule import Schedule
from cockpit.rest.services import Services
from cockpit.rest.status import Status
from cockpit.rest.stor import Stor
from cockpit.rest.templates import Templates
from cockpit.rest.tokens import Tokens

ROUTES: tuple[tuple[str, Callable[[Rooms], object], str | None], ...] = (
    ("/health/live", Status, "live"),
    ("/status", Status, None),
    ("/rejected", Status, "rejected"),
    ("/events", Events, None),
    ("/events/live", Live, None),
    ("/events/simulate", Events, "simulate"),
    ("/events/{event}", Events, "one"),
    ("/events/{event}/why", Events, "why"),
    ("/events/{event}/replay", Events, "replay"),
    ("/jobs", Jobs, None),
    ("/jobs/{job}", Jobs, "one"),
    ("/jobs/{job}/retry", Jobs, "retry"),
    ("/outbox", Outbox, None),
    ("/outbox/{mail}", Outbox, "one"),
    ("/repos", Repos, None),
    ("/repos/{name}", Repos, "one"),
    ("/repos/{name}/enable", Repos, "enable"),
    ("/repos/{name}/disable", Repos, "disable"),
    ("/repos/{name}/commit", Repos, "commit"),
    ("/repos/{name}/restore", Repos, "restore"),
    ("/repos/{name}/resolve", Repos, "resolve"),
    ("/repos/{name}/log", Repos, "log"),
    ("/repos/{name}/clone", Repos, "clone"),
    ("/repos/{name}/pull", Repos, "pull"),
    ("/repos/{name}/push", Repos, "push"),
    ("/repos/{name}/transfer", Repos, "transfer"),
    ("/templates", Templates, None),
    ("/templates/{name}", Templates, "one"),
    ("/templates/{name}/clone", Templates, "clone"),
    ("/templates/{name}/pull", Templates, "pull"),
    ("/templates/{name}/transfer", Templates, "transfer"),
    ("/runs", Runs, None),
    ("/runs/{run}", Runs, "one"),
    ("/runs/{run}/cancel", Runs, "cancel"),
    ("/runs/{run}/retry", Runs, "retry"),
    ("/people", People, None),
    ("/people/{name}", People, "one"),
    ("/duty", People, "duty"),
    ("/questions", Questions, None),
    ("/questions/{question}", Questions, "one"),
    ("/questions/{question}/answer", Questions, "answer"),
    ("/messages", Messages, None),
    ("/tokens", Tokens, None),
    ("/tokens/{name}", Tokens, "one"),
    ("/audit", Tokens, "audit"),
    ("/schedule", Schedule, None),
    ("/services", Services, None),
    ("/services/{repo}/{key}", Services, "one"),
    ("/services/{repo}/{key}/state", Services, "state"),
    ("/ays/repository/{repo}/blueprint", Services, "blueprints"),
    ("/ays/repository/{repo}/blueprint/{name}", Services, "blueprint"),
    ("/webhooks/{name}", Hooks, None),
    ("/api/v2/alerts", Hooks, "alerts"),
    ("/api/{project}/envelope", Hooks, "envelope"),
    ("/api/{project}/store", Hooks, "store"),
    ("/stor/{space}", Stor, None),
    ("/stor/{space}/{ab}/{cd}/{digest}", Stor, "one"),
)
"""Address, resource, and the suffix of its responders: `one` means `on_get_one`."""


def application(rooms: Rooms, *, report: Callable[[BaseException], None]) -> falcon.App[Any, Any]:
    """Build the application.

    Args:
        report: Told of every exception that is neither InputError nor OpsError.
    """
    guard = Guard(rooms.keyring.identify, audit=rooms.audit, trusted=rooms.trusted, report=report)
    app: falcon.App[Any, Any] = falcon.App(middleware=[guard])
    # Sentry's clients end their addresses with a slash.
    app.req_options.strip_url_path_trailing_slash = True
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = falcon.media.JSONHandler(
        dumps=msgspec.json.encode, loads=msgspec.json.decode
    )
    problem.install(app, report=report)
    resources = {kind: kind(rooms) for _, kind, _ in ROUTES}
    for address, kind, suffix in ROUTES:
        app.add_route(address, resources[kind], suffix=suffix)
    return app
