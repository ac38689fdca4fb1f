"""The product as a user has it: started by its own command, in a home of its own."""

import contextlib
import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Event
from typing import Any

import redis
import urllib3

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "cockpit.cli"]
FREE_PORTS = {"COCKPIT_SMTP_LISTEN": "127.0.0.1:0", "COCKPIT_HTTP_LISTEN": "127.0.0.1:0"}


def until(condition: Callable[[], Any], timeout_s: float = 20.0, what: str = "") -> Any:
    """Ask again until it holds; the answer, or a failure that says what did not come."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"did not come within {timeout_s} s: {what}"
        Event().wait(0.03)
    return found


class Product:
    """One cockpit."""

    def __init__(self, home: Path, **settings: object) -> None:
        self.home = home
        self.environ = (
            {key: value for key, value in os.environ.items() if not key.startswith("COCKPIT_")}
            | FREE_PORTS
            | {f"COCKPIT_{key.upper()}": str(value) for key, value in settings.items()}
        )
        self.rack: subprocess.Popen[str] | None = None
        self.said = ""

    def start(self, example: str = "", *more: str) -> "Product":
        """Start the rack and wait until it says that it is ready."""
        words = ["start", "--home", str(self.home)]
        words += [word for one in (example, *more) if one for word in ("--example", one)]
        with (self.home.parent / "rack.err").open("a") as errors:
            self.rack = subprocess.Popen(
                [*COMMAND, *words],
                env=self.environ,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.said = ""
        for line in self.rack.stdout or ():
            self.said += line
            if "try next" in line:
                return self
        raise AssertionError(f"the rack ended: {self.rack.wait()}\n{self.errors()}")

    def errors(self) -> str:
        return (self.home.parent / "rack.err").read_text()

    def stop(self) -> int:
        """Ask the rack to end, and wait for it."""
        if self.rack is None:
            return 0
        self.rack.send_signal(signal.SIGTERM)
        code = self.rack.wait(timeout=30)
        self._close()
        return code

    def kill(self) -> None:
        """Kill the rack as a power cut would."""
        assert self.rack is not None
        self.rack.kill()
        self.rack.wait()
        self._close()

    def _close(self) -> None:
        if self.rack is not None and self.rack.stdout is not None:
            self.rack.stdout.close()
        self.rack = None

    def addresses(self) -> dict[str, str]:
        return json.loads((self.home / "run" / "addresses.json").read_text())

    def run(self, *words: str, stdin: str = "", env: dict[str, str] | None = None) -> Any:
        """Run the command and return how it ended."""
        return subprocess.run(
            [*COMMAND, *words, "--home", str(self.home)],
            env=self.environ | (env or {}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def ask(self, *words: str, stdin: str = "") -> Any:
        """Run the command with --json and return its one document."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def http(self, method: str, path: str, **told: Any) -> urllib3.BaseHTTPResponse:
        """Ask the HTTP door, with the token of the home."""
        token = (self.home / "run" / "token").read_text()
        headers = {"Authorization": f"Bearer {token}"} | told.pop("headers", {})
        url = f"http://{self.addresses()['http']}{path}"
        return urllib3.request(method, url, headers=headers, retries=False, **told)

    def post(self, path: str, **fields: Any) -> Any:
        """Post a JSON object and return what is answered."""
        answer = self.http("POST", path, json=fields)
        assert answer.status < 300, answer.data
        return answer.json()

    def settled(self, event: str) -> dict[str, Any]:
        """Wait until everything that follows from an event has happened, and return the trail."""

        def trail() -> dict[str, Any] | None:
            why = self.ask("why", event)
            return why if why["settled"] else None

        return until(trail, what=f"the trail of {event}")

    @contextlib.contextmanager
    def smtp(self) -> Iterator[smtplib.SMTP]:
        host, _, port = self.addresses()["smtp"].rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as session:
            yield session

    def mail(self, subject: str, **headers: str) -> str:
        """Send a mail and return the id of its event."""
        message = EmailMessage(policy=SMTP)
        message["From"] = headers.pop("sender", "ann@example.org")
        message["To"] = "support@localhost"
        message["Subject"] = subject
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content("help\n")
        return self.send(message.as_bytes())

    def send(self, raw: bytes, sender: str = "ann@example.org") -> str:
        """Send a raw message and return the id of its event."""
        with self.smtp() as session:
            session.ehlo()
            assert session.mail(sender)[0] == 250
            assert session.rcpt("support@localhost")[0] == 250
            code, reply = session.data(raw)
        assert code == 250, reply
        return reply.decode().split()[-1]

    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.home / "redis" / "redis.sock"))

    def robots(self) -> list[int]:
        """The processes that run actions."""
        assert self.rack is not None
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (path / "cmdline").read_bytes().split(b"\0")
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.rack.pid and b"child" in words:
                    found.append(int(path.name))
        return found


def repository(home: Path, name: str, templates: dict[str, dict[str, str]], blueprint: str) -> Path:
    """Write a repository into a home."""
    root = home / "repos" / name
    (root / "blueprints").mkdir(parents=True)
    (root / ".ays").write_text("cockpit\n")
    (root / "blueprints" / "1_all.yaml").write_text(blueprint)
    for template, files in templates.items():
        folder = root / "servicetemplates" / template
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
    return root
