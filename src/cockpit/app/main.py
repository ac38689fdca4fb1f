"""What a server process does from its arguments to its exit code."""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import msgspec
from gevent.event import Event

from cockpit.app import child
from cockpit.app import hands as parts
from cockpit.app.banner import banner
from cockpit.app.config import load
from cockpit.app.engine import Engine
from cockpit.app.home import Home
from cockpit.app.open_files import raise_limit
from cockpit.app.process import Process
from cockpit.app.redis_outside import check_outside
from cockpit.app.redis_program import find_server
from cockpit.app.redis_server import RedisServer
from cockpit.app.settings import Settings
from cockpit.app.setup import Prepared, execute, prepare
from cockpit.app.supervisor import Supervisor, child_command
from cockpit.app.terms import Terms, told
from cockpit.bus import Pipe
from cockpit.bus.pipe import client
from cockpit.errors import InputError, OpsError

_FAILED, _WRONG = 1, 2
_SWITCH_S = 0.0005
_OTHER_FILES = 200


def main(words: list[str]) -> int:
    """Run one of the server processes; returns its exit code (1 failed, 2 wrong usage)."""
    given = _arguments(words)
    home = Home(Path(given.home))
    try:
        return _COMMANDS[given.command](home, given)
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        return _WRONG
    except OpsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        return _FAILED


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cockpit.app")
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--home", required=True)
    parser.add_argument("--example", action="append", default=[])
    parser.add_argument("--redis", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--pipe", type=int, default=-1)
    parser.add_argument("--terms", type=int, default=-1)
    parser.add_argument("--solo", action="store_true")
    return parser.parse_args(words)


@contextmanager
def _redis(home: Home, settings: Settings, logger: Any) -> Iterator[str]:
    """Lend the URL of a Redis: the configured one, or our own for as long as this lasts."""
    if settings.redis.url:
        for warning in check_outside(client(settings.redis.url)):
            logger.warning("redis_is_risky", what=warning)
        yield settings.redis.url
        return
    venv = Path(sys.prefix) if sys.prefix != sys.base_prefix else None
    server = RedisServer(
        home=home,
        server=find_server(settings.redis.server, os.environ.get("PATH", ""), venv),
        maxmemory_bytes=settings.redis.maxmemory_bytes,
        on_down=lambda reason: logger.error("redis_down", reason=reason),
        on_up=lambda: logger.warning("redis_up_again"),
    )
    server.start()
    watch = gevent.spawn(server.watch)
    try:
        yield f"unix://{home.sock}"
    finally:
        server.stop()
        watch.join(timeout=5)


def _rack(home: Home, given: argparse.Namespace) -> int:
    # PERF: the doors are 9 MB and 0.1 s that no other process, least of all a child, needs.
    from cockpit.app.rack import Rack  # noqa: PLC0415 - see above

    prepared = prepare(home, *given.example)
    # PERF: a thread that has waited for the disk must not wait 5 ms more for the interpreter.
    sys.setswitchinterval(_SWITCH_S)
    limit = raise_limit()
    with home.lock():
        process = Process(home, "rack")
        settings = process.settings()
        wanted = settings.smtp.max_connections + settings.http.max_connections + _OTHER_FILES
        if limit < wanted:
            process.logger.warning("open_files_are_few", limit=limit, wanted=wanted)
        with _redis(home, settings, process.logger) as url:
            done = execute(home, url, prepared)

            def ready(rack: Rack, addresses: dict[str, str]) -> None:
                print(banner(home, rack.catalog, addresses, done), flush=True)  # noqa: T201

            Rack(home, process, url, on_ready=ready).run()
    return 0


def _init(home: Home, given: argparse.Namespace) -> int:
    """Prepare a home and say as JSON what was made."""
    prepared = prepare(home, *given.example)
    if prepared.repos:
        with home.lock():
            process = Process(home, "rack")
            with _redis(home, process.settings(), process.logger) as url:
                prepared = execute(home, url, prepared)
    else:
        load(home.config, os.environ)
    print(msgspec.json.encode(prepared).decode())  # noqa: T201 - the answer
    return 0


def _robot(home: Home, given: argparse.Namespace) -> int:
    """Run actions for a cockpit whose Redis is elsewhere."""
    if not given.redis:
        raise InputError("robot: --redis URL says whose work to do")
    if not home.repos.is_dir():
        raise InputError(f"robot: {home.repos} holds no repositories")
    home.create()
    node = f"robot-{socket.gethostname()}-{os.getpid()}"
    process = Process(home, node)
    settings, logger = process.settings(), process.logger
    pipe = Pipe(given.redis)
    pipe.call("PING")
    found = parts.hands(pipe, home, process.settings, logger, robot=node)
    engine = Engine(
        pipe,
        found,
        process.settings,
        logger,
        node=node,
        forget=lambda ref: logger.debug("stor_object_unlinked", ref=ref),
        on_pressure=lambda closed, used: logger.debug("pressure", closed=closed, used=used),
    )
    supervisor = Supervisor(
        found.inboxes,
        found.catalog,
        found.losses,
        node=node,
        processes=max(1, settings.robot.processes),
        stall_s=settings.robot.stall_s,
        command=child_command(str(home.path)),
        describe={"node": node},
        terms=lambda: told(process.settings(), given.redis),
        logger=logger,
    )
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    engine.start()
    supervisor.start()
    process.listen(take=lambda _: None, taken=supervisor.tell, end=stopping.set)
    about = f"{node} works for {', '.join(found.catalog.repos()) or 'nothing yet'}"
    print(about, flush=True)  # noqa: T201
    process.readiness.ready(about)
    stopping.wait()
    process.readiness.stopping()
    process.close()
    supervisor.stop()
    engine.stop()
    return 0


def _child(home: Home, given: argparse.Namespace) -> int:
    terms = Terms(given.terms)
    return child.run(home, terms, name=given.name, handle=given.pipe, solo=given.solo)


_COMMANDS = {"rack": _rack, "robot": _robot, "child": _child, "init": _init}

__all__ = ["Prepared", "main"]
