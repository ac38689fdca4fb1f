"""The rack: the composition root. It starts the parts in order, and stops them in reverse.

redis → engine (bridge, dispatcher, timers) → robots → HTTP door → SMTP door → ready

One that fails to start takes those before it down again, so nothing is left half started.
"""

import os
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import msgspec
from gevent.event import Event
from prometheus_client.registry import Collector

from cockpit import __version__
from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.keyring import Keyring
from cockpit.access.private_file import write_private
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.app import hands as parts
from cockpit.app.bug import Reporter
from cockpit.app.config import Config
from cockpit.app.credentials import Credentials
from cockpit.app.door_figures import DoorFigures
from cockpit.app.door_settings import Smtp
from cockpit.app.engine import Engine
from cockpit.app.home import Home
from cockpit.app.inline import Inline
from cockpit.app.loop_lag import LoopLag
from cockpit.app.memory_alarm import MemoryAlarm
from cockpit.app.metrics import registry
from cockpit.app.probe import probe
from cockpit.app.process import Process
from cockpit.app.repositories import Repositories
from cockpit.app.settings import Settings
from cockpit.app.status import status
from cockpit.app.stored_figures import StoredFigures
from cockpit.app.supervisor import Supervisor, child_command
from cockpit.app.telegram import TelegramRoom
from cockpit.app.terms import told
from cockpit.bus import Census, Log, Outbox, Pipe, Rejections
from cockpit.eco.counting_log import CountingLog
from cockpit.rest import Rooms, Server, application
from cockpit.rest.idempotency import Idempotency
from cockpit.rest.readiness import Readiness
from cockpit.rest.traffic import Traffic
from cockpit.robot import (
    Catalog,
    Jobs,
    Losses,
    Messages,
    Questions,
    Replays,
    Runs,
    Schedule,
    Trail,
    Transfers,
)
from cockpit.smtp import Door, Intake, Options

_GRACE_S = 10.0
_DRAFT_AGE_S = 3600.0


class Rack:
    """All of one cockpit but its Redis, which is there already.

    Args:
        url: The Redis to use.
        on_ready: Told the bound addresses.
    """

    def __init__(
        self,
        home: Home,
        process: Process,
        url: str,
        *,
        on_ready: Callable[["Rack", dict[str, str]], None],
    ) -> None:
        self._home = home
        self._process = process
        self._url = url
        self._logger = logger = process.logger
        self._on_ready = on_ready
        self._stops: list[Callable[[], None]] = []
        self._stopping = Event()
        self._pipe = Pipe(url)
        self._node = f"rack-{home.node}"
        self._hands = parts.hands(self._pipe, home, process.settings, logger, robot=self._node)
        self._stor = self._hands.stor
        self.catalog: Catalog = self._hands.catalog
        self._repositories = Repositories(
            self._pipe, home, self.catalog, logger, node=self._node, log=self._hands.log
        )
        self._engine = self._make_engine()
        # Doors alone ask for admission: what was accepted must be able to finish.
        self._log = CountingLog(
            self._pipe, self._hands.log.ledger, admit=self._engine.pressure.admit
        )
        self._addresses: dict[str, str] = {}
        report = self._reporter("http.door")
        self._credentials = Credentials(
            home, process.settings(), self._pipe, here=self._http_address, report=report
        )
        self._telegram = self._chat()
        self._door: Door | None = None
        self._server: Server | None = None
        self._traffic = Traffic(frozenset(msgspec.structs.asdict(process.settings().webhooks)))
        self._loop_lag = LoopLag()
        self._supervisor: Supervisor | None = None

    def _chat(self) -> TelegramRoom:
        report = self._reporter("telegram.door")
        return TelegramRoom(
            (self._pipe, self._home, self._hands, self._repositories),
            log=self._log,
            settings=self._process.settings,
            owner=f"{self._node}:{os.getpid()}",
            told=(self._status, self._public_url),
            report=report,
            logger=self._logger,
        )

    def _make_engine(self) -> Engine:
        return Engine(
            self._pipe,
            self._hands,
            self._process.settings,
            self._logger,
            node=self._node,
            forget=self._forget,
            on_pressure=MemoryAlarm(self._hands.log, self._logger),
        )

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain.

        Raises:
            InputError: A setting or a blueprint is wrong.
            OpsError: A port is taken, Redis is away.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, self._stopping.set)
        try:
            self._start()
            self._stopping.wait()
            self._process.readiness.stopping()
        finally:
            self._stop()

    def _reporter(self, where: str) -> Reporter:
        return Reporter(self._hands.log, self._logger, where, node=lambda: self._settings.node.node)

    @property
    def _settings(self) -> Settings:
        return self._process.settings()

    def _start(self) -> None:
        self._recover()
        declared = self._process.current.config.declared
        Directory(self._pipe).declare(declared.people, declared.calendars)
        server = self._http()
        door = self._smtp()
        self._begin(self._loop_lag.start, self._loop_lag.stop)
        self._begin(self._engine.start, self._engine.stop)
        # Stopped after the robots: what their last jobs change is written too.
        self._begin(self._repositories.mirror.start, self._repositories.mirror.stop)
        self._robots()
        self._begin(server.start, lambda: server.stop(_GRACE_S))
        self._addresses |= {"http": server.address, "scheme": server.scheme}
        self._begin(door.start, lambda: door.stop(_GRACE_S))
        self._addresses["smtp"] = door.address
        self._begin(self._telegram.door.start, self._telegram.door.stop)
        self._begin(
            lambda: self._process.listen(take=self._take, taken=self._tell, end=self._stopping.set),
            self._process.close,
        )
        self._announce()

    def _take(self, config: Config) -> None:
        """Take over what can be refused, all of it or nothing: Redis last, it may be away."""
        commit = self._credentials.prepare(config.settings)
        Directory(self._pipe).declare(config.declared.people, config.declared.calendars)
        commit()

    def _tell(self) -> None:
        """Tell those who do not ask for the settings each time."""
        smtp = self._settings.smtp
        if self._door:
            self._door.change(_options(smtp), max_connections=smtp.max_connections)
        if self._supervisor:
            self._supervisor.tell()
        self._telegram.door.reread()
        self._hands.postman.again()

    def _begin(self, start: Callable[[], None], stop: Callable[[], None]) -> None:
        # Registered first: what fails half way is stopped as well.
        self._stops.append(stop)
        start()

    def _stop(self) -> None:
        self._home.addresses.unlink(missing_ok=True)
        while self._stops:
            try:
                self._stops.pop()()
            except Exception:
                self._logger.exception("stop_failed")  # The others must be stopped too.
        self._home.pid.unlink(missing_ok=True)
        self._pipe.close()

    def _recover(self) -> None:
        """Take over from a killed predecessor of this home, whose children died with it."""
        self._engine.break_own_leases()
        self._telegram.door.break_if(f"{self._node}:")
        for name in self._pipe.call("ZRANGE", "cockpit:robots", 0, -1):
            robot = name.decode()
            if robot.startswith(self._node):
                self._hands.losses.shared(robot, "its rack was killed")
        self._hands.postman.again()
        self._stor.sweep(_DRAFT_AGE_S, time.time())
        self._repositories.worktrees.sweep()

    def _rooms(self, token: str, report: Callable[[BaseException], None]) -> Rooms:
        jobs = Jobs(self._pipe, self._hands.inboxes)
        outbox = Outbox(self._pipe)
        tokens = TokenFile(self._home.secrets / "tokens.json")
        return Rooms(
            log=self._log,
            stor=self._stor,
            trail=Trail(self._pipe, Log(self._pipe), jobs, outbox),
            jobs=jobs,
            outbox=outbox,
            rejections=Rejections(self._pipe),
            ledger=self._hands.log.ledger,
            alarms=self._hands.alarms,
            catalog=self.catalog,
            runs=Runs(self._pipe, self.catalog),
            questions=Questions(self._pipe),
            replays=Replays(self._pipe, self._log),
            messages=Messages(self._pipe),
            postman=self._hands.postman,
            directory=Directory(self._pipe),
            schedule=Schedule(self._pipe, self.catalog, self._log),
            worktrees=self._repositories.worktrees,
            template_repos=self._repositories.template_repos,
            transfers=Transfers(report=report),
            status=self._status,
            ready=self._ready,
            registry=registry(self._figures(jobs)),
            traffic=self._traffic,
            public_url=self._public_url,
            tokens=tokens,
            keyring=Keyring(digest(token), tokens, self._pipe, self._credentials.jwt),
            audit=Audit(self._pipe),
            idempotency=Idempotency(self._pipe),
            trusted=self._credentials.trusted,
            webhooks=lambda: self._settings.webhooks,
            blueprint_files=self._repositories.blueprints,
            template_files=self._repositories.templates,
            oauth=self._credentials.oauth,
            node=lambda: self._settings.node.node,
            telegram=self._telegram,
        )

    def _http(self) -> Server:
        token = secrets.token_urlsafe(32)
        write_private(self._home.token, token.encode())
        report = self._reporter("http.door")
        self._server = Server(
            self._settings.http.listen,
            application(self._rooms(token, report), report=report),
            max_connections=self._settings.http.max_connections,
            max_body_bytes=self._settings.http.max_body_bytes,
            timeout_s=self._settings.http.timeout_s,
            certificate=self._credentials.certificate,
            report=report,
        )
        return self._server

    def _figures(self, jobs: Jobs) -> list[Collector]:
        """Return what `/metrics` shows."""
        census = Census(self._pipe, self._engine.group.name)
        ledger, alarms = self._hands.log.ledger, self._hands.alarms
        return [
            StoredFigures(self._pipe, census, jobs, ledger, alarms, repos=self.catalog.repos),
            DoorFigures(
                self._engine,
                self._traffic,
                smtp=lambda: self._door,
                http=lambda: self._server,
            ),
            self._traffic,
            self._loop_lag,
        ]

    def _smtp(self) -> Door:
        smtp = self._settings.smtp
        intake = Intake(
            self._stor,
            self._log,
            public_url=self._public_url,
            hostname=smtp.hostname,
            clock=time.time,
        )
        self._door = Door(
            smtp.listen,
            intake,
            _options(smtp),
            max_connections=smtp.max_connections,
            report=self._reporter("smtp.door"),
        )
        return self._door

    def _robots(self) -> None:
        if self._settings.robot.processes == 0:
            inline = Inline(self._pipe, self._hands, self._settings, self._logger, node=self._node)
            self._begin(inline.start, inline.stop)
            return
        self._supervisor = Supervisor(
            self._hands.inboxes,
            self.catalog,
            Losses(self._hands.inboxes, self._hands.jobs, self._hands.runner),
            node=self._node,
            processes=self._settings.robot.processes,
            stall_s=self._settings.robot.stall_s,
            command=child_command(str(self._home.path)),
            describe={"node": self._node},
            terms=lambda: told(self._settings, self._url),
            logger=self._logger,
        )
        self._begin(self._supervisor.start, self._supervisor.stop)

    def _announce(self) -> None:
        _write(self._home.pid, f"{os.getpid()}\n".encode())
        _write(self._home.addresses, msgspec.json.encode(self._addresses))
        self._logger.info("rack_ready", **self._addresses)
        self._on_ready(self, self._addresses)
        doors = [f"{door} {self._addresses[door]}" for door in ("http", "smtp")]
        self._process.readiness.ready(", ".join(doors))

    def _public_url(self) -> str:
        return self._settings.stor.public_url or f"{self._credentials.url}/stor"

    def _http_address(self) -> str:
        return self._addresses.get("http", self._settings.http.listen)

    def _forget(self, ref: str) -> None:
        space, _, name = ref.partition("/")
        self._stor.remove(space, name)

    def _ready(self) -> Readiness:
        return probe(
            self._pipe,
            self._engine,
            server=self._server,
            door=self._door,
            traffic=self._traffic,
            telegram=self._telegram.door.state,
        )

    def _status(self) -> dict[str, Any]:
        return status(
            self._pipe,
            self._hands,
            self._engine,
            version=__version__,
            addresses=self._addresses,
            door=self._door,
            telegram=self._telegram.door.state(),
            reading=self._process.current.reading,
        )


def _options(smtp: Smtp) -> Options:
    return Options(
        hostname=smtp.hostname,
        max_message_bytes=smtp.max_size_bytes,
        bare_newline=smtp.bare_newline,
    )


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(data)
    draft.replace(path)
