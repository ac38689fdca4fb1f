"""What the commands use of the house, handed in once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cockpit.access.directory import Directory
from cockpit.bus import Log, Outbox, Pipe
from cockpit.eco.alarms import Alarms
from cockpit.eco.ledger import Ledger
from cockpit.robot import (
    BlueprintFiles,
    Catalog,
    Jobs,
    Postman,
    Questions,
    Runs,
    Trail,
    Worktrees,
)
from cockpit.stor import Stor


@dataclass(frozen=True, kw_only=True)
class House:
    """The rooms behind the chat.

    Attributes:
        log: Appends what people ask for.
        status: Gives the state of this cockpit as JSON-ready values.
        public_url: Gives what links to stored files begin with.
        clock: Epoch seconds.
    """

    pipe: Pipe
    log: Log
    stor: Stor
    catalog: Catalog
    worktrees: Worktrees
    blueprints: BlueprintFiles
    runs: Runs
    jobs: Jobs
    trail: Trail
    questions: Questions
    ledger: Ledger
    alarms: Alarms
    outbox: Outbox
    directory: Directory
    postman: Postman
    status: Callable[[], dict[str, Any]]
    public_url: Callable[[], str]
    clock: Callable[[], float]
