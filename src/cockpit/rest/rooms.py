"""What the resources use, handed in once by whoever puts the house together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry

from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.keyring import Keyring
from cockpit.access.oauth import Oauth
from cockpit.access.senders import Webhooks
from cockpit.access.tokens import TokenFile
from cockpit.bus import Log, Outbox, Rejections
from cockpit.eco import Node
from cockpit.eco.alarms import Alarms
from cockpit.eco.ledger import Ledger
from cockpit.rest.forwarded import Network
from cockpit.rest.idempotency import Idempotency
from cockpit.rest.problem import or_not_found
from cockpit.rest.readiness import Readiness
from cockpit.rest.traffic import Traffic
from cockpit.robot import (
    BlueprintFiles,
    Catalog,
    Jobs,
    Messages,
    Postman,
    Questions,
    Replays,
    Runs,
    Schedule,
    TemplateFiles,
    TemplateRepos,
    Trail,
    Transfers,
    Worktrees,
)
from cockpit.stor import Stor

if TYPE_CHECKING:
    from cockpit.rest.telegram import Telegram


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """The rooms behind the HTTP door.

    Attributes:
        log: Asks for admission, as the logs of all doors do.
        status: Gives the state of this cockpit as JSON-ready values.
        ready: Says whether it can do its work now; never takes long.
        registry: The figures that `/metrics` shows.
        traffic: Counts what comes through this door.
        public_url: Gives what links to stored files begin with, `http://…/stor`.
        tokens: The tokens of this home.
        keyring: Tells who holds a bearer token.
        idempotency: Answers a POST that comes again as it did before.
        trusted: Gives the networks of proxies that are believed.
        webhooks: Gives the secrets of senders; a source without one is closed.
        oauth: Gives the way to the identity provider; None when none is configured.
        node: Gives which machine this is: what others report here happened on it.
        telegram: The door to Telegram; None where there is none, as in most tests.
    """

    log: Log
    stor: Stor
    trail: Trail
    jobs: Jobs
    outbox: Outbox
    rejections: Rejections
    ledger: Ledger
    alarms: Alarms
    catalog: Catalog
    runs: Runs
    questions: Questions
    replays: Replays
    messages: Messages
    postman: Postman
    directory: Directory
    schedule: Schedule
    worktrees: Worktrees
    template_repos: TemplateRepos
    transfers: Transfers
    status: Callable[[], dict[str, Any]]
    ready: Callable[[], Readiness]
    registry: CollectorRegistry
    traffic: Traffic
    public_url: Callable[[], str]
    tokens: TokenFile
    keyring: Keyring
    audit: Audit
    idempotency: Idempotency
    trusted: Callable[[], tuple[Network, ...]]
    webhooks: Callable[[], Webhooks]
    blueprint_files: BlueprintFiles
    template_files: TemplateFiles
    oauth: Callable[[], Oauth | None] = lambda: None
    node: Callable[[], Node] = Node
    telegram: "Telegram | None" = None

    def must_have(self, repo: str) -> None:
        """Refuse a repository that is not there; "" means all.

        Raises:
            falcon.HTTPNotFound: There is none of that name.
        """
        if repo:
            with or_not_found():
                self.worktrees.path(repo)
