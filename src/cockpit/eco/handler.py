"""A handler of Python's `logging`: the errors of any program become ecos of a cockpit.

    logging.getLogger().addHandler(cockpit.eco.Handler("redis://…"))

log.exception(…) → capture → a bounded queue → a thread of its own → the ledger's script

Rule 1: the program that logs never waits: what there is no room for is dropped, and counted.
Rule 2: what cannot be sent any more, or is refused for good, is counted as well.
Rule 3: a hit is named, so one that is sent again because an answer was lost counts once.
"""

import logging
import os
import sys
import threading
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import redis

from cockpit.bus import Script, keys
from cockpit.bus.pipe import client
from cockpit.eco.capture import PUBLIC, capture
from cockpit.eco.condition import described
from cockpit.eco.frames import Place, excerpt
from cockpit.eco.hit import Hit, arguments
from cockpit.eco.mask import bounded, mask, masked
from cockpit.eco.node import Node
from cockpit.eco.terms import Terms, read
from cockpit.events import Eco

_MOST = 1_000
_MOST_BYTES = 16 * 1024**2
_BATCH = 100
_MARK_S = 3_600
_REPLY_S = 5.0
_PAUSES_S = (0.2, 1.0, 5.0)
_END_S = 2.0
_LONG = 4 * 1024
_SHORT = 200

_TERMS_S = 60.0
_FLOOR_BYTES = 500

_Waiting = tuple[Eco, Hit]


class Handler(logging.Handler):
    """Sends what is logged as an error to the ledger of a cockpit.

    Args:
        redis_url: `redis://…`, `rediss://…` or `unix:///path`; the one that the cockpit uses.
        app_name: What quotas and lists go by; by default the name of the program.
        node: Where this runs, if not where the cockpit does: `[node]`.
        level: The least that becomes an eco.

    Raises:
        InputError: The URL is none of a Redis.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        app_name: str = "",
        node: Node | None = None,
        level: int = logging.ERROR,
    ) -> None:
        super().__init__(level)
        self._url = redis_url
        self._app_name = mask(app_name or _program())[:_SHORT]
        self._node = node
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
            eco = self._eco(record)
        except Exception:  # noqa: BLE001 - a program must not fail because it logs
            self.handleError(record)
            return
        self._put(eco, Hit(mark_key=keys.mark(f"handler:{uuid.uuid4().hex}"), mark_s=_MARK_S))

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
        self._queue: deque[_Waiting] = deque()
        self._bytes = 0
        self._untold = 0
        self._is_sending = False
        self._room = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._ident: int | None = -1

    def _put(self, eco: Eco, hit: Hit) -> None:
        size = _size(eco)
        with self._room:
            is_full = len(self._queue) >= _MOST or self._bytes + size > _MOST_BYTES
            if is_full or self._stop.is_set():
                self._lose(1)
                return
            self._queue.append((eco, hit))
            self._bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cockpit-eco", daemon=True)
                self._thread.start()
            self._room.notify_all()

    def _lose(self, count: int) -> None:
        self.dropped += count
        self._untold += count

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
                app_name=self._app_name,
                about=about,
            )
        if error is not None:
            return capture(
                error,
                record.name,
                epoch=int(record.created),
                app_name=self._app_name,
                about=about,
                tags=tags,
            )
        # What is alike has one template, whatever is filled in.
        template = [record.name, str(record.msg)[:_LONG], record.pathname, record.funcName or ""]
        place = Place(record.pathname, record.lineno, record.funcName or "")
        return Eco(
            guid=str(uuid.uuid4()),
            pid=os.getpid(),
            app_name=self._app_name,
            error_msg=bounded(about["message"], _LONG),
            error_pub=PUBLIC,
            category=record.name,
            func_name=place.function,
            func_filename=mask(place.filename),
            line_nbr=place.line,
            code=mask(excerpt(place)),
            backtrace=mask(record.stack_info or _line(place)),
            extra=msgspec.json.encode(masked(about)).decode(),
            last_time=int(record.created),
            tags=mask(", ".join(tags)),
            epoch=int(record.created),
            meta={"fingerprint": template},
        )

    def _run(self) -> None:
        self._ident = threading.get_ident()
        server = client(self._url, reply_timeout_s=_REPLY_S)
        terms, asked = Terms(), -_TERMS_S
        failures = 0
        while True:
            batch = self._taken()
            if not batch:
                return
            try:
                if time.monotonic() - asked >= _TERMS_S:
                    terms, asked = read(server), time.monotonic()
                self._send(server, batch, terms)
            except (redis.RedisError, OSError):
                self._back(batch)
                if self._stop.wait(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)]):
                    self._give_up()
                    return
                failures += 1
            else:
                failures = 0
                self._done()

    def _taken(self) -> list[_Waiting]:
        with self._room:
            while not self._queue and not self._stop.is_set():
                self._room.wait()
            self._is_sending = bool(self._queue)
            return [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]

    def _back(self, batch: list[_Waiting]) -> None:
        with self._room:
            self._queue.extendleft(reversed(batch))

    def _give_up(self) -> None:
        with self._room:
            self._lose(len(self._queue))
            self._queue.clear()
            self._is_sending = False
            self._room.notify_all()

    def _done(self) -> None:
        with self._room:
            self._is_sending = False
            self._bytes = sum(_size(eco) for eco, _ in self._queue)
            self._room.notify_all()

    def _send(self, server: redis.Redis, batch: list[_Waiting], terms: Terms) -> None:
        with self._room:
            untold, self._untold = self._untold, 0
        try:
            sha = server.script_load(self._script.text.decode())
            with server.pipeline(transaction=False) as pipe:
                for eco, hit in batch:
                    here = self._node or terms.node
                    told = msgspec.structs.replace(eco, gid=here.gid, nid=here.nid)
                    names, args = arguments(told, terms.limits, hit)
                    pipe.evalsha(sha, len(names), *names, *args)
                if untold:
                    pipe.hincrby(keys.ECOS_DROPPED, self._app_name[:200], untold)
                refused = _refused(pipe.execute(raise_on_error=False))
        except BaseException:
            with self._room:
                self._untold += untold
            raise
        if refused:
            with self._room:
                self._lose(refused)


def _refused(answers: list[Any]) -> int:
    """Return how many were refused for what they are: again would be the same.

    Raises:
        redis.RedisError: Redis cannot now, as when it loads, or its memory is full.
    """
    errors = [one for one in answers if isinstance(one, redis.RedisError)]
    for one in errors:
        if type(one) is not redis.ResponseError:
            raise one
    return len(errors)


def _program() -> str:
    """Return what the program that runs is called."""
    path = Path(sys.argv[0] if sys.argv else "")
    name = path.parent.name if path.stem == "__main__" else path.stem
    return name if name not in ("", "-", "-c", "-m") else "python"


def _size(eco: Eco) -> int:
    return _FLOOR_BYTES + sum(map(len, (eco.error_msg, eco.code, eco.backtrace, eco.extra)))


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()[: 2 * _LONG]
    except Exception:  # noqa: BLE001 - what is filled in may be foreign, or not fit
        return str(record.msg)[: 2 * _LONG]


def _line(place: Place) -> str:
    return f'  File "{place.filename}", line {place.line}, in {place.function}\n'
