"""The record of a job, and its life: queued → running (→ waiting) → ok | error (later) → dead."""

import hashlib
from typing import Any

import msgspec

RUN = "run-"
"""What the cause of a job that belongs to a run begins with."""

DUE = "due-"
"""What the cause of a job begins with that the clock made; the epoch in ms follows."""

CHANGE = "change-"
"""What the cause of a job begins with whose service or template changed."""

STATES = ("queued", "running", "waiting", "ok", "error", "dead", "dropped")


def job_id(cause: str, service: str, action: str) -> str:
    """Name a job by what caused it, so that the same cause never makes it twice.

    Args:
        cause: Event id, run id or due time.
        service: `<repo>/<role>!<instance>`.
    """
    text = f"{cause}\0{service}\0{action}".encode()
    return hashlib.blake2b(text, digest_size=12).hexdigest()


class Taken(msgspec.Struct, frozen=True):
    """A job in the hands of a robot.

    Attributes:
        fence: How often the job was handed; a result with an older one is refused.
        failures: Attempts that ended in an error so far.
        raw: The event as JSON without its id, or what changed; empty when it is gone from the log.
    """

    service: str
    job: str
    fence: int
    event: str
    action: str
    failures: int
    raw: bytes

    @property
    def repo(self) -> str:
        """The repository of the service."""
        return self.service.partition("/")[0]

    @property
    def run(self) -> str:
        """The run that it belongs to; "" for a job that an event caused."""
        return self.event if self.event.startswith(RUN) else ""

    @property
    def is_change(self) -> bool:
        """Whether a change of its service or template made it."""
        return self.event.startswith(CHANGE)

    @property
    def due_ms(self) -> int:
        """When the clock made it, in epoch ms; 0 for every other job."""
        return int(self.event.removeprefix(DUE)) if self.event.startswith(DUE) else 0


class Try(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attempt that did not end well; times in epoch milliseconds."""

    attempt: int
    state: str
    ended_ms: int
    error: str = ""
    traceback: str = ""
    output: str = ""
    robot: str = ""
    delay_ms: int = 0


class Made(msgspec.Struct, frozen=True):
    """What a job's call made: `publish` and `tell` an event, `mail` a mail, `post` a delivery."""

    kind: str
    id: str


class Job(msgspec.Struct, frozen=True):
    """A job as people see it; times in epoch seconds (0 = not yet), `seconds` of the last run."""

    id: str
    event: str
    repo: str
    service: str
    action: str
    state: str
    attempts: int
    queued: float = 0
    started: float = 0
    ended: float = 0
    seconds: float = 0
    next_epoch: float = 0
    lost: int = 0
    robot: str = ""
    error: str = ""
    traceback: str = ""
    output: str = ""
    result: Any = None
    tries: list[Try] = []
    made: list[Made] = []
    note: str = ""


def from_fields(job: str, fields: dict[str, str]) -> Job:
    """Read a job's hash."""
    repo, _, service = fields.get("service", "").partition("/")
    started, ended = _seconds(fields, "started"), _seconds(fields, "ended")
    state = fields.get("state", "")
    lost = int(fields.get("lost", 0))
    return Job(
        id=job,
        event=fields.get("event", ""),
        repo=repo,
        service=service,
        action=fields.get("action", ""),
        state=state,
        attempts=_attempts(fields),
        queued=_seconds(fields, "queued"),
        started=started,
        ended=ended,
        seconds=round(ended - started, 6) if ended >= started > 0 else 0,
        next_epoch=_seconds(fields, "due"),
        lost=lost,
        robot=fields.get("robot", ""),
        error="" if state == "ok" else fields.get("error", ""),
        traceback="" if state == "ok" else fields.get("traceback", ""),
        output=fields.get("output", ""),
        result=msgspec.json.decode(fields["result"]) if fields.get("result") else None,
        note=f"lost with its process {lost} times" if lost else "",
    )


def _attempts(fields: dict[str, str]) -> int:
    """Count attempts: one that went on after its answer was handed again, and is still one."""
    handed, waits = int(fields.get("attempts", 0)), int(fields.get("waits") or 0)
    waits_yet = waits > 0 and fields.get("waited") == fields.get("attempts")
    return handed - waits + waits_yet


def _seconds(fields: dict[str, str], name: str) -> float:
    return int(fields.get(name) or 0) / 1000
