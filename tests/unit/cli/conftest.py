import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from cockpit.cli import main

TOKEN = "t0ken"


class Asked(msgspec.Struct, frozen=True):
    """A request as the server read it."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def fields(self):
        """What a JSON body says."""
        return json.loads(self.body or b"{}")


class Server:
    """Speaks the contract of the HTTP door: each answer once, the last one for ever."""

    SILENCE = object()  # A document that does not come before the server closes.

    def __init__(self):
        self.asked = []
        self._answers = {}
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self._http.server_port}"

    def on(self, route, *documents, status=200, link=""):
        """Answer `GET /events` with documents; all but the last link the next page."""
        links = [*[link] * (len(documents) - 1), ""]
        self._answers[route] = [
            (status, document, here) for document, here in zip(documents, links, strict=True)
        ]
        return self

    def then(self, route, document, status=200):
        """Answer with one more document after those; it is now the last one."""
        self._answers[route].append((status, document, ""))
        return self

    def close(self):
        self._closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, asked):
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {"title": "Unauthorized", "detail": "say Authorization: Bearer TOKEN"}, ""
        answers = self._answers.get(f"{asked.method} {asked.path}")
        if not answers:
            return 404, {"title": "Not Found", "detail": f"nothing at {asked.path}"}, ""
        return answers[0] if len(answers) == 1 else answers.pop(0)

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                parts = urlsplit(self.path)
                length = int(self.headers.get("content-length") or 0)
                asked = Asked(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                    self.rfile.read(length),
                    {name.lower(): value for name, value in self.headers.items()},
                )
                server.asked.append(asked)
                status, document, link = server.answer(asked)
                if document is server.SILENCE:
                    server._closing.wait()
                    return
                octets = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(octets)))
                if link:
                    self.send_header("Link", f"<{link}>; rel=next")
                # A connection that stayed open would outlive the test.
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(octets)

            do_POST = do_GET  # noqa: N815 - http.server finds methods by these names
            do_DELETE = do_GET  # noqa: N815 - as above
            do_PUT = do_GET  # noqa: N815 - as above

            def log_message(self, *_):
                return

        return Handler


class Ended(msgspec.Struct, frozen=True):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Run in a directory of our own, without variables of whoever tests."""
    for name in ("COCKPIT_HOME", "COCKPIT_URL", "COCKPIT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    (found / "run").mkdir(parents=True)
    return found


@pytest.fixture
def server(home):
    """A server that the home knows."""
    found = Server()
    (home / "run" / "addresses.json").write_text(
        json.dumps({"http": found.address, "scheme": "http"})
    )
    (home / "run" / "token").write_text(TOKEN)
    yield found
    found.close()


@pytest.fixture
def run(capsys):
    """Give a function that runs a command line."""

    def run_words(*words):
        code = main(list(words))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run_words


def a_job(**fields):
    return {
        "id": "j1",
        "event": "email-1795456059789-0",
        "repo": "helpdesk",
        "service": "helpdesk!main",
        "action": "notify",
        "state": "ok",
        "attempts": 1,
        "queued": 1795456059.8,
        "started": 1795456059.8,
        "ended": 1795456059.812,
        "seconds": 0.012,
        "next_epoch": 0,
        "lost": 0,
        "error": "",
        "traceback": "",
        "output": "",
        "tries": [],
        "made": [],
        "note": "",
    } | fields


def a_trail(*jobs, **fields):
    return {
        "event": {
            "id": "email-1795456059789-0",
            "type": "email",
            "epoch": 1795456059,
            "summary": "disk full from ann@example.org",
            "meta": {"source": "smtp"},
        },
        "matched": [],
        "refused": [],
        "jobs": list(jobs),
        "made": [],
        "note": "",
        "settled": True,
    } | fields


@pytest.fixture
def job():
    return a_job


@pytest.fixture
def trail():
    return a_trail


def an_eco(**fields):
    """An eco in short."""
    return {
        "guid": "762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd",
        "state": "NEW",
        "eco_type": "BUG",
        "app_name": "shop",
        "error_msg": "RuntimeError: the disk is on fire",
        "category": "robot.action",
        "func_name": "notify",
        "func_filename": "repos/helpdesk/actions.py",
        "line_nbr": 5,
        "occurence": 1,
        "epoch": 1795456059,
        "last_time": 1795456059,
        "close_time": 0,
        "tags": "",
        "by": "",
        "event": "eco-1795456059789-0",
        "notices": 1,
    } | fields


def a_whole_eco(**fields):
    """An eco with all there is to say of it."""
    brief = an_eco(**{name: fields.pop(name) for name in an_eco() if name in fields})
    eco = brief | {
        "type": "eco", "gid": 1, "nid": 10, "pid": 239, "error_pub": "sorry", "extra": '{"a": 1}',
        "code": 'x = 1\n\ndef notify():\n    pass\n    raise RuntimeError("the disk is on fire")\n',
        "backtrace": "Traceback\n  a.py\n",
    }  # fmt: skip
    mail = {
        "id": "email-1-0", "type": "email", "epoch": 1795456059,
        "summary": "disk full from ann@example.org",
    }  # fmt: skip
    job = {
        "id": "4f2a", "event": "email-1-0", "repo": "helpdesk", "service": "helpdesk!main",
        "action": "notify", "state": "dead", "attempts": 1, "ended": 1795456059.0, "error": "no",
    }  # fmt: skip
    change = {"epoch": 1795456059, "what": "new", "who": "", "event": "eco-1795456059789-0"}
    return brief | {
        "eco": eco, "fingerprint": "1:ab", "first_event": "eco-1795456059789-0",
        "parents": [mail], "jobs": [job], "history": [change],
    } | fields  # fmt: skip


def an_alarm(**fields):
    """An alarm as the server shows it whole."""
    return {
        "id": "5d41402abc4b", "service": "shop!main", "method": "check", "labels": {"disk": "sda"},
        "repo": "helpdesk", "status": "firing", "severity": "critical", "msg": "no answer",
        "url": "https://monitor.example.org/a/1", "since": 1795456059, "first": 1795456000,
        "last": 1795456059, "count": 2, "ack": None, "silence": None, "level": 0, "told": [],
        "flapping": False, "event": "alarm-1795456059789-0", "ends": 0, "history": [],
        "causes": [], "jobs": [],
    } | fields  # fmt: skip


@pytest.fixture
def eco():
    return an_eco


@pytest.fixture
def whole_eco():
    return a_whole_eco


@pytest.fixture
def alarm():
    return an_alarm
