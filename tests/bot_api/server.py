"""The stand-in over HTTP: what it is asked, how it answers, and what goes wrong with it on purpose."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from inspect import signature
from typing import Any, Self

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from bot_api.control import control
from bot_api.faults import Faults, Limits
from bot_api.form import given
from bot_api.methods import Methods
from bot_api.rules import Rules
from bot_api.world import RefusedError, World

TOKEN = "1234:abc"
_LOOK_S = 0.02
_END_S = 0.1


class BotApi(World):
    """Telegram over HTTP on loopback, as one bot sees it.

    Args:
        limits: Answer 429 to a bot that writes faster than Telegram lets it.

    Attributes:
        requests: Each method with the parameters that were given to it; `counts` counts them.
        refused: What was wrong with requests; a test asserts that it is empty.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "cockpit_bot",
        bot_id: int = 1234,
        port: int = 0,
        limits: bool = False,
    ) -> None:
        super().__init__(username=username, bot_id=bot_id)
        self.token = token
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        self.counts: Counter[str] = Counter()
        self._rules = Rules()
        self._methods = Methods(self)
        self._faults = Faults()
        self._limits = Limits() if limits else None
        self._is_cut = False
        self._slow_s = 0.0
        self._server = _Server(("127.0.0.1", port), self._serve)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._methods.close()
        self._server.hang_up()
        self._server.stop(timeout=_END_S)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def webhook(self) -> dict[str, Any]:
        """What was given to setWebhook, {} while there is none."""
        return self._methods.webhook

    @property
    def commands(self) -> list[dict[str, str]]:
        """The newest list of commands, of whatever scope."""
        return next(reversed(self._methods.commands.values()), [])

    @property
    def handed(self) -> dict[int, float]:
        """When each update was given out first, in seconds of the monotonic clock."""
        return self.queue.handed

    def fail(
        self,
        method: str,
        code: int,
        description: str = "",
        *,
        times: int = 1,
        retry_after: int = 0,
    ) -> None:
        """Refuse the next requests for a method, without carrying them out."""
        self._faults.fail(method, code, description, times, retry_after)

    def lose(self, method: str) -> None:
        """Carry out the next request for a method, and close without an answer."""
        self._faults.lose(method)

    def cut(self) -> None:
        """Close all connections, and new ones with their first request, until it is mended."""
        self._is_cut = True
        self._methods.end_polls("a cut")
        self._server.hang_up()

    def mend(self) -> None:
        self._is_cut = False

    def slow(self, seconds: float) -> None:
        """Let every answer come so late."""
        self._slow_s = seconds

    def wait(self, predicate: Callable[..., Any], timeout: float = 20.0) -> Any:
        """Wait until something is true of this, and return what was.

        Args:
            predicate: Asked at every change, and now and then; it may take this as its argument.
            timeout: Seconds.
        """
        wanted = [
            one for one in signature(predicate).parameters.values() if one.default is one.empty
        ]
        told = (self,) if wanted else ()
        end = time.monotonic() + timeout
        while not (found := predicate(*told)):
            left = end - time.monotonic()
            assert left > 0, f"not seen in {timeout} s; the last of it: {self.requests[-5:]}"
            self.news.wait(min(left, _LOOK_S))
        return found

    def _serve(self, env: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        place, _, rest = env["PATH_INFO"].removeprefix("/").partition("/")
        if place == "control":
            self._server.spare(env["bot_api.socket"])
            told = (env["REQUEST_METHOD"], env["QUERY_STRING"], env["wsgi.input"].read())
            return _reply(start, *control(self, rest, *told))
        if self._is_cut:
            return self._hang_up(env, start)
        if place == "file":
            code, body, is_lost = *self._file(rest), False
        else:
            code, body, is_lost = self._answered(place, rest, env)
        self.news.tell()
        if self._slow_s:
            gevent.sleep(self._slow_s)
        if is_lost or self._is_cut:
            return self._hang_up(env, start)
        return _reply(start, code, body, "application/json" if place != "file" else "")

    def _file(self, path: str) -> tuple[int, bytes]:
        place, _, file_id = path.partition("/documents/")
        found = self.files.get(file_id)
        if place != f"bot{self.token}" or found is None:
            return 404, b""
        return 200, found.content

    def _answered(self, place: str, method: str, env: dict[str, Any]) -> tuple[int, bytes, bool]:
        """Return the status and the body of an answer, and whether it gets lost."""
        fault = None
        try:
            self._admit(place)
            asked = self._read(method, env)
            fault = self._faults.take(method)
            if fault and fault.error:
                raise fault.error
            self._pace(method, asked)
            result = self._methods.call(method, asked)
        except RefusedError as refusal:
            if refusal.code == HTTPStatus.NOT_IMPLEMENTED:
                self.refused.append(refusal.description)
            return refusal.code, _refusal(refusal), bool(fault and not fault.error)
        return 200, json.dumps({"ok": True, "result": result}).encode(), fault is not None

    def _admit(self, place: str) -> None:
        if not place.startswith("bot"):
            raise RefusedError(404, "Not Found")
        if place != f"bot{self.token}":
            raise RefusedError(401, "Unauthorized")

    def _pace(self, method: str, asked: dict[str, Any]) -> None:
        is_message = method.startswith(("send", "editMessage")) and method != "sendChatAction"
        if self._limits and is_message and "chat_id" in asked:
            self._limits.note(self.reach(asked["chat_id"]))

    def _read(self, method: str, env: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of a request, if there is nothing wrong with them."""
        if not self._rules.knows(method):
            self.refused.append(f"there is no method {method!r}")
            raise RefusedError(404, "Not Found")
        try:
            asked = given(
                env["QUERY_STRING"],
                env.get("CONTENT_TYPE") or "",
                env["wsgi.input"].read(),
                lambda name: self._rules.types(method, name),
            )
        except ValueError as error:
            complaints = [f"can't parse the request: {method}: {error}"]
        else:
            self.requests.append((method, asked))
            self.counts[method] += 1
            complaints = self._rules.complaints(method, asked)
        if complaints:
            self.refused += complaints
            raise RefusedError(400, f"Bad Request: {complaints[0]}")
        return asked

    def _hang_up(self, env: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        _shut(env["bot_api.socket"])
        return _reply(start, 200, b"")


class _Handler(WSGIHandler):
    """Tells the application which connection a request came by."""

    def get_environ(self) -> dict[str, Any]:
        env = super().get_environ()
        env["bot_api.socket"] = self.socket
        return env


class _Server(WSGIServer):
    """Knows its connections, so that they can be cut."""

    def __init__(self, address: tuple[str, int], application: Callable[..., Any]) -> None:
        super().__init__(
            address, application, spawn=Pool(), handler_class=_Handler, log=None, error_log=None
        )
        self._open: set[socket.socket] = set()

    def handle(self, sock: Any, address: Any) -> None:
        # Without it an answer waits 40 ms for an acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.add(sock)
        try:
            super().handle(sock, address)
        finally:
            self._open.discard(sock)

    def spare(self, sock: Any) -> None:
        """Leave a connection out when the others are cut."""
        self._open.discard(sock)

    def hang_up(self) -> None:
        for sock in list(self._open):
            _shut(sock)


def _shut(sock: Any) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # The other side was faster.


def _refusal(refusal: RefusedError) -> bytes:
    told: dict[str, Any] = {"ok": False, "error_code": refusal.code}
    told["description"] = refusal.description
    if refusal.retry_after:
        told["parameters"] = {"retry_after": refusal.retry_after}
    return json.dumps(told).encode()


def _reply(
    start: Callable[..., Any], code: int, body: bytes, kind: str = "application/json"
) -> list[bytes]:
    headers = [("Content-Type", kind or "application/octet-stream")]
    start(f"{code} {HTTPStatus(code).phrase}", [*headers, ("Content-Length", str(len(body)))])
    return [body]
