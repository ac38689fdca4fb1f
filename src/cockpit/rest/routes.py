"""Where everything is: the table of addresses, and what their variable parts are."""

import inspect
from collections.abc import Iterable, Iterator, Mapping

from cockpit.events import TYPES
from cockpit.rest.alarms import Alarms
from cockpit.rest.ays.blueprints import AysBlueprints
from cockpit.rest.ays.repositories import AysRepositories
from cockpit.rest.ays.runs import AysRuns
from cockpit.rest.ays.services import AysServices
from cockpit.rest.ays.templates import AysTemplates
from cockpit.rest.ays.updates import AysUpdates
from cockpit.rest.docs import Docs
from cockpit.rest.ecos import Ecos
from cockpit.rest.events import Events
from cockpit.rest.health import Health
from cockpit.rest.hooks import PROJECT, Hooks
from cockpit.rest.jobs import Jobs
from cockpit.rest.live import Live
from cockpit.rest.messages import Messages
from cockpit.rest.metrics import Metrics
from cockpit.rest.oauth import Oauth
from cockpit.rest.openapi import Part, Route
from cockpit.rest.operation import operation_of
from cockpit.rest.outbox import Outbox
from cockpit.rest.people import People
from cockpit.rest.questions import Questions
from cockpit.rest.replays import Replays
from cockpit.rest.repos import Repos
from cockpit.rest.runs import Runs
from cockpit.rest.schedule import Schedule
from cockpit.rest.services import Services
from cockpit.rest.status import Status
from cockpit.rest.stor import Stor
from cockpit.rest.telegram import TelegramDoor
from cockpit.rest.templates import Templates
from cockpit.rest.tokens import Tokens
from cockpit.rest.webhooks.sources import SOURCES

Row = tuple[str, type, str | None]

DOCS: tuple[Row, ...] = (
    ("/openapi.json", Docs, None),
    ("/docs", Docs, "page"),
    ("/docs/{file}", Docs, "file"),
)

ROUTES: tuple[Row, ...] = (
    ("/events", Events, None),
    ("/events/live", Live, None),
    ("/events/simulate", Events, "simulate"),
    ("/events/replay", Replays, None),
    ("/events/replays", Replays, "all"),
    ("/events/replays/{replay}", Replays, "one"),
    ("/events/{event}", Events, "one"),
    ("/events/{event}/why", Events, "why"),
    ("/events/{event}/replay", Events, "replay"),
    ("/jobs", Jobs, None),
    ("/jobs/{job}", Jobs, "one"),
    ("/jobs/{job}/retry", Jobs, "retry"),
    ("/ecos", Ecos, None),
    ("/ecos/{eco}", Ecos, "one"),
    ("/ecos/{eco}/close", Ecos, "close"),
    ("/ecos/{eco}/reopen", Ecos, "reopen"),
    ("/alarms", Alarms, None),
    ("/alarms/{alarm}", Alarms, "one"),
    ("/alarms/{alarm}/ack", Alarms, "ack"),
    ("/alarms/{alarm}/silence", Alarms, "silence"),
    ("/alarms/{alarm}/resolve", Alarms, "resolve"),
    ("/services", Services, None),
    ("/services/{repo}/{key}", Services, "one"),
    ("/services/{repo}/{key}/state", Services, "state"),
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
    ("/runs/simulate", Runs, "simulate"),
    ("/runs/{run}", Runs, "one"),
    ("/runs/{run}/cancel", Runs, "cancel"),
    ("/runs/{run}/retry", Runs, "retry"),
    ("/schedule", Schedule, None),
    ("/people", People, None),
    ("/people/{name}", People, "one"),
    ("/people/{name}/telegram-link", TelegramDoor, "link"),
    ("/duty", People, "duty"),
    ("/questions", Questions, None),
    ("/questions/{question}", Questions, "one"),
    ("/questions/{question}/answer", Questions, "answer"),
    ("/messages", Messages, None),
    ("/telegram", TelegramDoor, None),
    ("/telegram/setup", TelegramDoor, "setup"),
    ("/telegram/messages", TelegramDoor, "messages"),
    ("/telegram/messages/{note}/retry", TelegramDoor, "retry"),
    ("/telegram/messages/{note}/drop", TelegramDoor, "drop"),
    ("/status", Status, None),
    ("/rejected", Status, "rejected"),
    ("/health/live", Health, "live"),
    ("/health/ready", Health, "ready"),
    ("/metrics", Metrics, None),
    ("/tokens", Tokens, None),
    ("/tokens/{name}", Tokens, "one"),
    ("/audit", Tokens, "audit"),
    ("/cockpit/update", AysUpdates, "update"),
    ("/ays/reload", AysUpdates, "reload"),
    ("/ays/template", AysTemplates, "repo"),
    ("/ays/repository", AysRepositories, None),
    ("/ays/repository/{repo}", AysRepositories, "one"),
    ("/ays/repository/{repo}/init", AysRuns, "init"),
    ("/ays/repository/{repo}/simulate", AysRuns, "simulate"),
    ("/ays/repository/{repo}/execute", AysRuns, "execute"),
    ("/ays/repository/{repo}/blueprint", AysBlueprints, None),
    ("/ays/repository/{repo}/blueprint/{blueprint}", AysBlueprints, "one"),
    ("/ays/repository/{repo}/blueprint/{blueprint}/archive", AysBlueprints, "archive"),
    ("/ays/repository/{repo}/blueprint/{blueprint}/restore", AysBlueprints, "restore"),
    ("/ays/repository/{repo}/service", AysServices, None),
    ("/ays/repository/{repo}/service/{role}", AysServices, "role"),
    ("/ays/repository/{repo}/service/{role}/{instance}", AysServices, "one"),
    ("/ays/repository/{repo}/service/{role}/{instance}/action", AysServices, "actions"),
    ("/ays/repository/{repo}/template", AysTemplates, None),
    ("/ays/repository/{repo}/template/{template}", AysTemplates, "one"),
    ("/ays/repository/{repo}/aysrun", AysRuns, None),
    ("/ays/repository/{repo}/aysrun/{aysrun}", AysRuns, "one"),
    ("/ays/repository/{repo}/source/{digest}", AysServices, "source"),
    ("/ays/repository/{repo}/hrd/{digest}", AysServices, "hrd"),
    ("/oauth/login", Oauth, "login"),
    ("/oauth/callback", Oauth, "callback"),
    ("/webhooks/telegram", TelegramDoor, "update"),
    ("/webhooks/{name}", Hooks, None),
    ("/api/v2/alerts", Hooks, "alerts"),
    ("/api/{project}/envelope/", Hooks, "envelope"),
    ("/api/{project}/store/", Hooks, "store"),
    ("/stor/{space}", Stor, None),
    ("/stor/{space}/{ab}/{cd}/{digest}", Stor, "one"),
)
"""Address, resource, and the suffix of its responders: `one` means `on_get_one`.

The page of the API shows them in this order: first what people come for.
"""

_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"
PARTS: Mapping[str, Part] = {
    "event": Part(
        description="An event's id, `<type>-<stream id>`.",
        pattern=rf"({'|'.join(TYPES)})-\d{{1,20}}-\d{{1,20}}",
    ),
    "job": Part(description="A job's id.", pattern="[0-9a-f]{24}"),
    "eco": Part(
        description="An eco's guid, or its first characters, 8 at least.",
        pattern="[0-9a-f-]{8,36}",
        example="762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd",
    ),
    "alarm": Part(
        description="An alarm's id, or its first characters, 8 at least.",
        pattern="[0-9a-f]{8,12}",
        example="5d41402abc4b",
    ),
    "note": Part(
        description="The id of a message to a chat.",
        pattern=r"[A-Za-z0-9:@._-]{1,200}",
        example="telegram-1795456059789-0:42",
    ),
    "mail": Part(description="The id of a mail in the outbox.", pattern="[0-9a-f]{16}"),
    "run": Part(description="A run's id.", pattern=r"run-\d{1,20}", example="run-1"),
    "replay": Part(description="The id of a replay.", pattern=r"replay-\d{1,15}"),
    "question": Part(description="A question's id.", pattern=r"[0-9a-f]{12}-\d{1,9}"),
    "repos/name": Part(description="A repository.", pattern=_NAME, example="helpdesk"),
    "templates/name": Part(description="A template repository.", pattern=_NAME),
    "people/name": Part(description="A person.", pattern=_NAME, example="ann"),
    "tokens/name": Part(description="The name of a token.", pattern=r"[A-Za-z0-9._@-]{1,64}"),
    "webhooks/name": Part(
        description="The sender; there is one once its secret is set.",
        pattern="|".join(SOURCES),
        example="github",
    ),
    "repo": Part(description="A repository.", pattern=_NAME, example="helpdesk"),
    "key": Part(description="A service's key, `role!instance`.", example="helpdesk!main"),
    "blueprint": Part(
        description="A blueprint's file; to execute, `-` is all that are not archived.",
        example="1_helpdesk.yaml",
    ),
    "template": Part(description="A template's name.", example="helpdesk"),
    "role": Part(description="A role.", example="helpdesk"),
    "instance": Part(description="An instance.", example="main"),
    "aysrun": Part(description="A run's id, as `run-1`, or its number."),
    "project": Part(
        description="A project of the sender; it decides nothing.",
        pattern=PROJECT.pattern,
        example="1",
    ),
    "space": Part(
        description="A space of the store; `mail` and `telegram` are given without a token.",
        pattern="[a-z0-9-]+",
        example="mail",
        other="files",
    ),
    "ab": Part(
        description="The digest's first two digits.", pattern="[0-9a-f]{2}", example=_EMPTY[:2]
    ),
    "cd": Part(description="The next two.", pattern="[0-9a-f]{2}", example=_EMPTY[2:4]),
    "digest": Part(
        description="The SHA-256 of the content, in hex.", pattern="[0-9a-f]{64}", example=_EMPTY
    ),
    "file": Part(description="A file of the page.", example="start.js"),
}
"""The variable parts of addresses, `name` told by what stands before it where that is known.

An example is there after `make start`, or shows what one looks like.
"""

_METHODS = ("get", "put", "post", "delete")


def routes(table: Iterable[Row]) -> Iterator[Route]:
    """Yield every method of every address, with what its responder says of itself.

    Raises:
        LookupError: A responder says nothing.
    """
    for address, kind, suffix in table:
        for method in _METHODS:
            name = "_".join(word for word in ("on", method, suffix) if word)
            responder = inspect.getattr_static(kind, name, None)
            if responder is None:
                continue
            tag = kind.__name__
            yield Route(
                id=name.replace("on_", f"{tag.lower()}_", 1),
                tag=tag,
                address=address,
                method=method,
                operation=operation_of(responder),
            )


def tags(table: Iterable[Row]) -> dict[str, str]:
    """Return what stands under each heading: the docstrings of the resources."""
    return {kind.__name__: (inspect.getdoc(kind) or "").partition("\n")[0] for _, kind, _ in table}
