"""What tests of several rooms are made of: events, repositories, and a robot at work."""

import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import gevent
from gevent.server import StreamServer
from gevent.socket import AF_UNIX, SHUT_RDWR, socket

from cockpit import ays, events
from cockpit.access.directory import Directory
from cockpit.access.secrets import Secrets
from cockpit.ays import schema
from cockpit.bus import Group, Outbox, Pipe, Rejections
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.ledger import Ledger
from cockpit.robot import (
    Actions,
    Bookkeeper,
    Catalog,
    Context,
    Defaults,
    Dispatcher,
    Doubts,
    Inboxes,
    Jobs,
    Messages,
    Mirror,
    Poster,
    Postman,
    Posts,
    Questions,
    Recorder,
    Runner,
    Schedule,
    SoleWriter,
    Trail,
    Worker,
    Worktrees,
)
from cockpit.stor import Stor

CALM = Defaults(timeout_s=10, retries=2, delays_s=(5, 30))


def an_alarm(**fields: Any) -> events.Alarm:
    return events.Alarm(**({"service": "web!main", "method": "monitor", "epoch": 7} | fields))


def a_generic(**fields: Any) -> events.Generic:
    return events.Generic(**fields)


def a_repository(
    root: Path,
    templates: Mapping[str, Mapping[str, str]],
    blueprint: str = "",
    *,
    name: str = "desk",
) -> Path:
    """Write a repository: template → file → text; without a blueprint each has a service `main`."""
    repo = root / name
    (repo / "blueprints").mkdir(parents=True, exist_ok=True)
    (repo / ".ays").write_text("cockpit\n")
    for template, files in templates.items():
        folder = repo / "servicetemplates" / template
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text)
    text = blueprint or "".join(f"{template}__main:\n\n" for template in templates)
    (repo / "blueprints" / "1_main.yaml").write_text(text)
    return repo


def a_template(
    name: str, fields: str = "", *, actions: Iterable[str] = (), **more: Any
) -> ays.Template:
    """Return a template without files."""
    return ays.Template(
        name=name,
        directory=Path("/nowhere"),
        service_hrd=ays.Hrd(),
        schema=schema.parse(fields, source="schema.hrd"),
        actions_path=None,
        subscriptions={},
        refusals=more.pop("refusals", []),
        warnings=[],
        timeouts_s={},
        retry_counts={},
        orders={},
        action_digests=dict.fromkeys(actions, ""),
        source=f"t/{name}",
        **more,
    )


def worktrees(
    pipe: Pipe, catalog: Catalog, repos: Path, *, writer: SoleWriter | None = None, **options: Any
) -> Worktrees:
    """Return repositories as one node has them."""
    writer = writer or SoleWriter(pipe, "rack-test")
    mirror = Mirror(pipe, catalog, writer)
    return Worktrees(
        catalog, repos, repos.parent / "trash", writer=writer, mirror=mirror, **options
    )


class Bot:
    """A robot over one folder of repositories, moved by hand."""

    def __init__(self, pipe: Pipe, root: Path, *, name: str = "r1", **options: Any) -> None:
        self.pipe, self.root, self.name = pipe, root, name
        self.log = CountingLog(pipe, Ledger(pipe))
        self.outbox = Outbox(pipe)
        self.group = Group(pipe, "robot")
        self.rejections = Rejections(pipe)
        self.inboxes = Inboxes(pipe)
        self.jobs = Jobs(pipe, self.inboxes)
        self.trail = Trail(pipe, self.log, self.jobs, self.outbox)
        self.now = 0.0
        self.secrets = Secrets(root.parent / "secrets")
        self.catalog = Catalog(pipe, root, clock=lambda: self.now, secrets=self.secrets)
        self.buried: list[list[str]] = []
        self.dispatched: list[tuple[str, int, int]] = []
        self.dispatcher = Dispatcher(
            pipe,
            self.group,
            self.catalog,
            self.rejections,
            on_dispatched=lambda *told: self.dispatched.append(told),
            on_buried=self.buried.append,
            on_doubt=Doubts(self.log, clock=lambda: 1000),
            take_note=Bookkeeper(eco=self.log.ledger.enter),
        )
        self.seconds = 1000.0
        self.schedule = Schedule(
            pipe, self.catalog, self.log, clock=lambda: self.seconds, rng=random.Random(1)
        )
        self.failed: list[tuple[Any, BaseException, Any]] = []
        self.directory = Directory(pipe, clock=lambda: self.seconds)
        self.questions = Questions(pipe, clock=lambda: self.seconds)
        self.messages = Messages(pipe, clock=lambda: self.seconds)
        self.postman = Postman(
            self.messages,
            self.questions,
            self.directory,
            self.outbox,
            sender="cockpit@here",
            hostname="here",
            clock=lambda: self.seconds,
        )
        self.context = Context(
            pipe,
            self.log,
            self.outbox,
            self.questions,
            self.postman,
            Stor(root.parent / "stor"),
            self.secrets,
            root,
            sender="cockpit@here",
            hostname="here",
            posts=Posts(pipe, options.pop("poster", Poster()), clock=lambda: 1000),
            clock=lambda: 1000,
        )
        defaults = options.pop("defaults", CALM)
        self.runner = Runner(
            self.catalog,
            Actions(clock=lambda: self.now),
            self.context,
            robot=name,
            defaults=lambda: defaults,
            on_error=options.pop("on_error", lambda *told: self.failed.append(told)),
            on_ok=options.pop("on_ok", lambda _taken: None),
            on_condition=Recorder(self.log.ledger, clock=lambda: 1000).condition,
        )
        self.group.ensure()
        self.beat()

    def execute(self, repo: str = "desk") -> "Bot":
        self.catalog.execute(repo)
        return self

    def look(self) -> None:
        """Let the time pass after which files are looked at again."""
        self.now += 60

    def beat(self) -> None:
        self.inboxes.beat({self.name: b"{}"})

    def dispatch(self) -> None:
        while batches := self.group.read(200, block_ms=1):
            self.dispatcher.batches(batches)

    def take(self, n: int = 50, **options: Any) -> Any:
        return self.inboxes.take(self.name, n, self.catalog.repos(), **options)

    def attempt(self, taken: Any) -> Any:
        """Run a taken job and settle it; the outcome."""
        outcome = self.runner.run(taken, self.runner.policy(taken))
        self.inboxes.settle(self.name, taken, outcome)
        return outcome

    def work(self) -> int:
        """Dispatch and run everything that is ready; how many attempts that took."""
        done = 0
        self.dispatch()
        while taken := self.take(1):
            self.attempt(taken[0])
            done += 1
            self.dispatch()
        return done

    def publish(self, event: events.Event) -> str:
        """Append an event, work, and return its id."""
        event_id = self.log.append(event).id
        self.work()
        return event_id

    def only_job(self) -> Any:
        (job,) = self.jobs.newest(100)
        return self.jobs.get(job.id)

    def let_retries_fall_due(self) -> Any:
        for job in self.pipe.call("ZRANGE", "cockpit:retry", 0, -1):
            self.pipe.call("ZADD", "cockpit:retry", 1, job)
        return self.inboxes.due()

    def worker(self, pipe: Pipe | None = None, **options: Any) -> Worker:
        inboxes = Inboxes(pipe) if pipe else self.inboxes
        return Worker(
            pipe or self.pipe,
            inboxes,
            self.catalog,
            self.runner,
            name=self.name,
            **({"concurrency": 4, "on_fenced": lambda: None} | options),
        )


class Thief:
    """Stands between a client and Redis and may steal replies: the command was carried out."""

    def __init__(self, url: str, folder: Path) -> None:
        self._target = url.removeprefix("unix://")
        path = folder / "thief.sock"
        self._listener = socket(AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self.url = f"unix://{path}"
        self.steals_after: bytes = b""
        self.steals_only: bytes = b""
        self.stolen = 0
        self._server = StreamServer(self._listener, self._serve)
        self._server.start()

    def close(self) -> None:
        self._server.stop(timeout=1)
        self._listener.close()

    def _serve(self, client: Any, _address: Any) -> None:
        with socket(AF_UNIX) as redis:
            redis.connect(self._target)
            answers = gevent.spawn(self._carry, redis, client)
            try:
                while data := client.recv(65536):
                    wanted, self.steals_after = self.steals_after, b""
                    if wanted and wanted in data:
                        answers.kill()
                        redis.sendall(data)
                        reply = redis.recv(65536)
                        if self.steals_only not in reply:
                            self.steals_after = wanted
                            client.sendall(reply)
                            answers = gevent.spawn(self._carry, redis, client)
                            continue
                        self.stolen += 1
                        client.shutdown(SHUT_RDWR)
                        return
                    self.steals_after = wanted
                    redis.sendall(data)
            except OSError:
                return
            finally:
                answers.kill()

    def _carry(self, redis: Any, client: Any) -> None:
        try:
            while data := redis.recv(65536):
                client.sendall(data)
        except OSError:
            return
