"""Every setting, once: its key, type, default, meaning and form.

The loader, the commented cockpit.toml and the documentation are all made from these Structs.
A section is a Struct; texts with units keep what was written and give their value as a property.
A key marked LIVE follows the file when a running cockpit reads it again (SIGHUP): whoever uses it
asks for it each time. All others hold from the start of a process to its end.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cockpit.access.senders import Webhooks
from cockpit.app.alarm_settings import Alarms
from cockpit.app.door_settings import Http, Jwt, Smtp
from cockpit.app.eco_settings import Eco, Node
from cockpit.app.forms import (
    LIVE,
    REDIS_LINK,
    WEB_LINK,
    ZONE,
    DurationText,
    NameText,
    NetworkText,
    SizeText,
    parse_duration,
    parse_size,
)
from cockpit.app.telegram_settings import Telegram

Network = IPv4Network | IPv6Network


class Stor(msgspec.Struct, frozen=True, kw_only=True):
    """The store of attachments and raw mail."""

    public_url: Annotated[
        str,
        WEB_LINK,
        Meta(
            description='What attachment links begin with; "" means http(s)://<http.listen>/stor.'
        ),
        LIVE,
    ] = ""


class Redis(msgspec.Struct, frozen=True, kw_only=True):
    """Redis, which holds the events and the jobs."""

    url: Annotated[
        str,
        REDIS_LINK,
        Meta(description='A Redis that runs elsewhere; "" starts one inside the home.'),
    ] = ""
    server: Annotated[
        str,
        Meta(
            description="The redis-server program to start; "
            '"" takes version 7 or later from PATH, else the one that was installed with Cockpit.'
        ),
    ] = ""
    maxmemory: Annotated[
        SizeText, Meta(description="The memory that the Redis inside the home may use.")
    ] = "512mb"

    @property
    def maxmemory_bytes(self) -> int:
        """The memory that the embedded Redis may use."""
        return parse_size(self.maxmemory)


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The log of events: how long they are kept."""

    keep: Annotated[
        DurationText,
        Meta(
            description="Finished events older than this go, with their jobs and raw mail; so do "
            "runs, messages, questions, and what was refused."
        ),
        LIVE,
    ] = "30d"
    max_bytes: Annotated[
        SizeText,
        Meta(description="Finished events go earlier, oldest first, above this size."),
        LIVE,
    ] = "2gb"

    @property
    def keep_s(self) -> float:
        """How long finished events stay."""
        return parse_duration(self.keep)

    @property
    def limit_bytes(self) -> int:
        """The size above which finished events go earlier."""
        return parse_size(self.max_bytes)


class Outbox(msgspec.Struct, frozen=True, kw_only=True):
    """Mail on its way out."""

    keep: Annotated[
        DurationText, Meta(description="Mails older than this go, also those held."), LIVE
    ] = "30d"

    @property
    def keep_s(self) -> float:
        """How long mails stay."""
        return parse_duration(self.keep)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what."""

    keep: Annotated[
        DurationText,
        Meta(description="Entries older than this go; the newest 100,000 or so at most stay."),
        LIVE,
    ] = "365d"

    @property
    def keep_s(self) -> float:
        """How long entries stay."""
        return parse_duration(self.keep)


class Logs(msgspec.Struct, frozen=True, kw_only=True):
    """What the processes write about themselves."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="The least important lines that are written."),
        LIVE,
    ] = "info"
    format: Annotated[
        Literal["auto", "console", "json"],
        Meta(description="Lines on the terminal: auto is console on a terminal, json elsewhere."),
        LIVE,
    ] = "auto"
    max_bytes: Annotated[
        SizeText, Meta(description="A file in log/ is put aside when it grows beyond this."), LIVE
    ] = "10mb"
    files: Annotated[
        int, Meta(ge=1, le=1000, description="How many files put aside are kept of each."), LIVE
    ] = 5

    @property
    def limit_bytes(self) -> int:
        """The size beyond which a file is put aside."""
        return parse_size(self.max_bytes)


class Robot(msgspec.Struct, frozen=True, kw_only=True):
    """The robot, which runs the actions of services."""

    processes: Annotated[
        int,
        Meta(
            ge=0, le=256, description="Child processes that run actions; 0 runs them in the rack."
        ),
    ] = 1
    concurrency: Annotated[
        int, Meta(ge=1, le=100_000, description="Actions that run at the same time per process.")
    ] = 100
    timeout: Annotated[
        DurationText,
        Meta(description="An action that runs longer is stopped, and tried again."),
        LIVE,
    ] = "10m"
    retries: Annotated[
        int, Meta(ge=0, le=1000, description="How often a failed action is tried again."), LIVE
    ] = 5
    retry_delays: Annotated[
        tuple[DurationText, ...],
        Meta(min_length=1, description="The waits before each new try; the last one repeats."),
        LIVE,
    ] = ("5s", "30s", "2m", "10m", "1h")
    stall: Annotated[
        DurationText, Meta(description="A child process silent for this long is killed.")
    ] = "20s"
    memory: Annotated[SizeText, Meta(description="The memory that one child process may use.")] = (
        "1gb"
    )
    post_private: Annotated[
        tuple[NetworkText, ...],
        Meta(
            description="Networks that are not public and that service.post may reach all the same."
        ),
    ] = ()
    tell_dead: Annotated[
        str, Meta(description='Who is told when an action is given up; "" for nobody.'), LIVE
    ] = "oncall"

    @property
    def timeout_s(self) -> float:
        """How long an action may run."""
        return parse_duration(self.timeout)

    @property
    def retry_delays_s(self) -> tuple[float, ...]:
        """The waits before each new try."""
        return tuple(parse_duration(text) for text in self.retry_delays)

    @property
    def private_networks(self) -> tuple[Network, ...]:
        """The networks that are not public and may be posted to."""
        return tuple(ip_network(text) for text in self.post_private)

    @property
    def stall_s(self) -> float:
        """How long a child process may be silent."""
        return parse_duration(self.stall)

    @property
    def memory_bytes(self) -> int:
        """The memory that one child process may use."""
        return parse_size(self.memory)


class Cockpit(msgspec.Struct, frozen=True, kw_only=True):
    """The cockpit as its people see it."""

    name: Annotated[NameText, Meta(description="The name of this cockpit.")] = "cockpit"
    timezone: Annotated[
        str, ZONE, Meta(description='The zone of the times shown; "" is this machine\'s.')
    ] = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of a cockpit, by section."""

    smtp: Smtp = msgspec.field(default_factory=Smtp)
    http: Http = msgspec.field(default_factory=Http)
    jwt: Jwt = msgspec.field(default_factory=Jwt)
    stor: Stor = msgspec.field(default_factory=Stor)
    redis: Redis = msgspec.field(default_factory=Redis)
    telegram: Telegram = msgspec.field(default_factory=Telegram)
    log: Log = msgspec.field(default_factory=Log)
    outbox: Outbox = msgspec.field(default_factory=Outbox)
    audit: Audit = msgspec.field(default_factory=Audit)
    logs: Logs = msgspec.field(default_factory=Logs)
    robot: Robot = msgspec.field(default_factory=Robot)
    node: Node = msgspec.field(default_factory=Node)
    eco: Eco = msgspec.field(default_factory=Eco)
    alarms: Alarms = msgspec.field(default_factory=Alarms)
    cockpit: Cockpit = msgspec.field(default_factory=Cockpit)
    webhooks: Webhooks = msgspec.field(default_factory=Webhooks)
