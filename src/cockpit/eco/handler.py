"""A handler of Python's `logging`: the errors of any program become ecos of a cockpit.

    logging.getLogger().addHandler(cockpit.eco.Handler("redis://…", app_name="shop"))

log.exception(…) → capture → a bounded queue → a thread of its own → the ledger's script

Rule 1: the program that logs never waits: what there is no room for is dropped, and counted.
Rule 2: a hit is named, so one that is sent again because an answer was lost counts once.
"""

import logging
import os
import threading
import time
import uuid
from collections import deque
from typing import Any

import msgspec
import redis

from cockpit.bus import Script, keys
from cockpit.bus.pipe import client
from cockpit.eco.capture import PUBLIC, capture
from cockpit.eco.condition import described
from cockpit.eco.frames import Place, excerpt
from cockpit.eco.hit import Hit, arguments
from cockpit.eco.kept import Limits
from cockpit.eco.mask import mask
from cockpit.eco.node import Node
from cockpit.events import Eco

_MOST = 1_000
_MOST_BYTES = 16 * 1024**2
_BATCH = 100
_MARK_S = 3_600
_REPLY_S = 5.0
_PAUSES_S = (0.2, 1.0, 5.0)
_END_S = 2.0
_LONG = 4 * 1024

_Call = tuple[tuple[str, ...], tuple[Any, ...]]


class Handler(logging.Handler):
    """Sends what is logged as an error to the ledger of a cockpit.

    Args:
        redis_url: `redis://…`, `rediss://…` or `unix:///path`; the one that the cockpit uses.
        app_name: What quotas and lists go by.
        level: The least that becomes an eco.
        limits: As `[eco]` of the cockpit says, where that differs.

    Raises:
        InputError: The URL is none of a Redis.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        app_name: str,
        node: Node | None = None,
        level: int = logging.ERROR,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(level)
        self._url = redis_url
        self._app_name = app_name
        self._node = node or Node()
        self._limits = limits or Limits()
        self._script = Script("cockpit.eco", "note")
        client(redis_url)  # A URL that is none is told here.
        self.dropped = 0
        self._begin()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record; returns at once, whatever Redis does."""
        if self._pid != os.getpid():
            self._begin()  # After a fork the thread is the parent's.
        if record.thread == self._ident or record.name.partition(".")[0] == "redis":
            return  # What the sending itself logs would go in circles.
        try:
            call = self._call(record)
        except Exception:  # noqa: BLE001 - a program must not fail because it logs
            self.handleError(record)
            return
        self._put(call)

    def flush(self) -> None:
        """Wait until all is sent, for two seconds at most."""
        end = time.monotonic() + _END_S
        with self._room:
            while (self._queue or self._is_sending) and time.monotonic() < end:
                self._room.wait(end - time.monotonic())

    def close(self) -> None:
        """Send what is left, for two seconds at most, and end."""
        self.flush()
        self._stop.set()
        with self._room:
            self._room.notify_all()
        super().close()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._queue: deque[_Call] = deque()
        self._bytes = 0
        self._untold = 0
        self._is_sending = False
        self._room = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._ident: int | None = -1

    def _call(self, record: logging.LogRecord) -> _Call:
        eco = self._eco(record)
        mark = keys.mark(f"handler:{uuid.uuid4().hex}")
        return arguments(eco, self._limits, Hit(mark_key=mark, mark_s=_MARK_S))

    def _put(self, call: _Call) -> None:
        size = sum(map(len, call[1]))
        with self._room:
            if len(self._queue) >= _MOST or self._bytes + size > _MOST_BYTES:
                self.dropped += 1
                self._untold += 1
                return
            self._queue.append(call)
            self._bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cockpit-eco", daemon=True)
                self._thread.start()
            self._room.notify_all()

    def _eco(self, record: logging.LogRecord) -> Eco:
        about = {"logger": record.name, "level": record.levelname, "message": _text(record)}
        tags = [f"level:{record.levelname}", f"logger:{record.name}"]
        error = record.exc_info[1] if record.exc_info else None
        condition = getattr(record, "condition", None)  # Of `j.errorconditionhandler`.
        if condition is not None:
            return described(
                condition,
                record.name,
                epoch=int(record.created),
                node=self._node,
                app_name=self._app_name,
                about=about,
            )
        if error is not None:
            return capture(
                error,
                record.name,
                epoch=int(record.created),
                node=self._node,
                app_name=self._app_name,
                about=about,
                tags=tags,
            )
        # What is alike has one template, whatever is filled in.
        template = [record.name, str(record.msg)[:_LONG], record.pathname, record.funcName or ""]
        place = Place(record.pathname, record.lineno, record.funcName or "")
        return Eco(
            guid=str(uuid.uuid4()),
            gid=self._node.gid,
            nid=self._node.nid,
            pid=os.getpid(),
            app_name=self._app_name,
            error_msg=mask(about["message"]),
            error_pub=PUBLIC,
            category=record.name,
            func_name=place.function,
            func_filename=mask(place.filename),
            line_nbr=place.line,
            code=mask(excerpt(place)),
            backtrace=mask(record.stack_info or _line(place)),
            extra=mask(msgspec.json.encode(about).decode()),
            last_time=int(record.created),
            tags=mask(", ".join(tags)),
            epoch=int(record.created),
            meta={"fingerprint": template},
        )

    def _run(self) -> None:
        self._ident = threading.get_ident()
        server = client(self._url, reply_timeout_s=_REPLY_S)
        failures = 0
        while True:
            batch = self._taken()
            if not batch:
                return
            try:
                self._send(server, batch)
            except (redis.RedisError, OSError):
                self._back(batch)
                if self._stop.wait(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)]):
                    return
                failures += 1
            else:
                failures = 0
                self._done()

    def _taken(self) -> list[_Call]:
        with self._room:
            while not self._queue and not self._stop.is_set():
                self._room.wait()
            self._is_sending = bool(self._queue)
            return [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]

    def _back(self, batch: list[_Call]) -> None:
        with self._room:
            self._queue.extendleft(reversed(batch))

    def _done(self) -> None:
        with self._room:
            self._is_sending = False
            self._bytes = sum(sum(map(len, args)) for _, args in self._queue)
            self._room.notify_all()

    def _send(self, server: redis.Redis, batch: list[_Call]) -> None:
        with self._room:
            untold, self._untold = self._untold, 0
        try:
            sha = server.script_load(self._script.text.decode())
            with server.pipeline(transaction=False) as pipe:
                for names, args in batch:
                    pipe.evalsha(sha, len(names), *names, *args)
                if untold:
                    pipe.hincrby(keys.ECOS_DROPPED, self._app_name[:200], untold)
                pipe.execute()
        except BaseException:
            with self._room:
                self._untold += untold
            raise


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()[:_LONG]
    except Exception:  # noqa: BLE001 - what is filled in may be foreign, or not fit
        return str(record.msg)[:_LONG]


def _line(place: Place) -> str:
    return f'  File "{place.filename}", line {place.line}, in {place.function}\n'
