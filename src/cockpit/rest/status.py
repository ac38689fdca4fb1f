"""The state of this cockpit over HTTP: status, and what was refused."""

from typing import Any

import falcon
import msgspec

from cockpit.bus import Rejected
from cockpit.rest.operation import operation
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """The memory of Redis.

    Attributes:
        used: The part of what it may use, 0 to 1.
        doors_closed: It is so full that the doors take nothing new.
    """

    used_bytes: int
    used: float
    doors_closed: bool


class Robot(msgspec.Struct, frozen=True, kw_only=True):
    """A process that runs actions.

    Attributes:
        node: The machine's home that it belongs to.
        running: How many jobs it runs now.
        repos: The repositories that it takes jobs of.
        seen: When it said so, in epoch seconds.
    """

    name: str
    node: str
    running: int
    repos: list[str]
    seen: int


class Ecos(msgspec.Struct, frozen=True, kw_only=True):
    """How many errors there are, equal ones as one.

    Attributes:
        states: How many are in each state.
        hits: Errors that were counted.
        bytes: What their texts take.
        evicted: Those that went to make room.
        dropped: New ones over the quota of their application, by application.
    """

    states: dict[str, int]
    hits: int
    bytes: int
    evicted: int
    dropped: dict[str, int]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is of what.

    Attributes:
        jobs: By state.
        events: By type.
        outbox: Mails.
        held: Messages to people that reached nobody yet.
        alarms: By status.
        rejected: What came in as an event and was none.
        repeats: What came in again and made no second event.
    """

    jobs: dict[str, int]
    events: dict[str, int]
    outbox: int
    held: int
    alarms: dict[str, int]
    ecos: Ecos
    rejected: int
    repeats: int


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How the settings were read last.

    Attributes:
        epoch: When, in seconds.
        changed: What got another value then.
        needs_restart: What has another value in the file than in this process.
        problems: Why nothing was taken over; none when it was.
    """

    epoch: int
    changed: list[str]
    needs_restart: list[str]
    problems: list[str]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The state of this cockpit.

    Attributes:
        epoch: When this was so, in seconds.
        doors: Each with its address and its counts since the start.
        dispatching: Whether events become jobs here, and not on another machine.
        repos: The repositories of this machine.
        notes: What a person should know.
    """

    version: str
    epoch: int
    doors: dict[str, dict[str, Any]]
    settings: Settings
    dispatching: bool
    repos: list[str]
    robots: list[Robot]
    memory: Memory
    counts: Counts
    notes: list[str]


class Status:
    """How this cockpit is, and what it refused."""

    def __init__(self, rooms: Rooms) -> None:
        self._status = rooms.status
        self._rejections = rooms.rejections

    @operation(returns=State)
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show doors, robots, memory, counts, and what a person should know."""
        resp.media = self._status()

    @operation(returns=list[Rejected])
    def on_get_rejected(self, req: falcon.Request, resp: falcon.Response, query: Page) -> None:
        """List what came in as an event and was none, newest first."""
        resp.media = self._rejections.newest(query.limit)
