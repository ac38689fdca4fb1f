"""A throw-away cockpit for the tests of a template: real, on free ports, gone afterwards."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cockpit.cli.client import Client, local, segment
from cockpit.errors import InputError, OpsError

_READY_S = 30.0
_SETTLED_S = 30.0
_ASIDE = "zz_test.yaml"
_SETTINGS = {
    "COCKPIT_SMTP_LISTEN": "127.0.0.1:0",
    "COCKPIT_HTTP_LISTEN": "127.0.0.1:0",
    "COCKPIT_ROBOT_PROCESSES": "0",
    "COCKPIT_ROBOT_RETRY_DELAYS": "1h",
    "COCKPIT_ROBOT_POST_PRIVATE": "127.0.0.0/8, ::1/128",
}


class ThrowAway:
    """A cockpit with a copy of one repository.

    Args:
        repo: The repository's directory; it is copied, and stays as it is.
        place: An empty directory with a short path.
        templates: Holds the template repositories that it sees; None for none.
    """

    def __init__(self, repo: Path, place: Path, templates: Path | None = None) -> None:
        self.home = place / "home"
        self.repo = repo.name
        target = self.home / "repos" / repo.name
        left = shutil.ignore_patterns(".git", "__pycache__")
        shutil.copytree(repo, target, ignore=left, symlinks=True)
        _lend(templates, self.home / "templates")
        kept = {name: text for name, text in os.environ.items() if not name.startswith("COCKPIT_")}
        self._log = (place / "log").open("w+")
        self._rack = subprocess.Popen(
            [sys.executable, "-m", "cockpit.app", "rack", "--home", str(self.home)],
            env=kept | _SETTINGS,
            stdout=self._log,
            stderr=self._log,
        )
        self.client = self._ready()

    def close(self) -> None:
        """End it."""
        self._rack.send_signal(signal.SIGTERM)
        try:
            self._rack.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._rack.kill()
            self._rack.wait()
        self._log.close()

    def blueprint(self, text: str) -> dict[str, Any]:
        """Execute a blueprint of the test's own; returns what was created and updated."""
        blueprints = self.home / "repos" / self.repo / "blueprints"
        blueprints.mkdir(exist_ok=True)
        (blueprints / _ASIDE).write_text(text)
        return self.execute(_ASIDE)

    def execute(self, name: str = "-") -> dict[str, Any]:
        """Execute a blueprint of the repository, or all that are enabled."""
        path = f"/ays/repository/{segment(self.repo)}/blueprint/{segment(name)}"
        found: dict[str, Any] = self.client.post(path)
        return found

    def publish(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Publish an event and return its trail, once nothing moves by itself any more.

        Raises:
            OpsError: Something still moves after 30 s; names what.
        """
        names = {"sender": "from"}
        event = {"type": type_} | {names.get(name, name): value for name, value in fields.items()}
        body = json.dumps(event).encode()
        return self.settled(self.client.post("/events", body=body)["id"])

    def settled(self, event: str) -> dict[str, Any]:
        """Return the trail of an event, once nothing moves by itself; errors as `publish`."""
        deadline = time.monotonic() + _SETTLED_S
        while True:
            why: dict[str, Any] = self.client.get(f"/events/{segment(event)}/why", wait=5)
            if why["settled"]:
                return why
            if time.monotonic() > deadline:
                moving = [f"{job['service']} {job['action']} {job['state']}" for job in why["jobs"]]
                raise OpsError(
                    f"{event} after {_SETTLED_S:g} s: {', '.join(moving) or why['note']}"
                )

    def run(self, action: str, role: str = "", instance: str = "") -> dict[str, Any]:
        """Start a run and return it once it is over."""
        run: dict[str, Any] = self.client.post(
            "/runs", repo=self.repo, action=action, role=role, instance=instance
        )
        while run["state"] == "running":
            run = self.client.get(f"/runs/{run['id']}", wait=10)
        return run

    def answer(self, text: str) -> dict[str, Any]:
        """Answer the only question that waits, and return the trail of what asked it.

        Raises:
            InputError: None waits, or several do.
        """
        waiting = [one for one in self.asks if one["state"] == "waiting"]
        if len(waiting) != 1:
            told = "; ".join(one["question"] for one in waiting) or "nobody was asked"
            raise InputError(f"answer: {len(waiting)} questions wait: {told}")
        (question,) = waiting
        self.client.post(f"/questions/{question['id']}/answer", answer=text)
        return self.settled(self.client.get(f"/jobs/{question['job']}")["event"])

    def service(self, key: str) -> dict[str, Any]:
        """Return a service: its data, its states, what is around it."""
        found: dict[str, Any] = self.client.get(f"/services/{segment(self.repo)}/{segment(key)}")
        return found

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The jobs, oldest first."""
        return self._oldest("/jobs")

    @property
    def mails(self) -> list[dict[str, Any]]:
        """The mails that would leave, oldest first."""
        return self._oldest("/outbox")

    @property
    def tells(self) -> list[dict[str, Any]]:
        """What people were told, as telegram events, oldest first."""
        found = self._oldest("/events", type="telegram")
        return [one for one in found if (one["io"], one["action"]) == ("output", "message")]

    @property
    def asks(self) -> list[dict[str, Any]]:
        """What people were asked, oldest first."""
        return self._oldest("/questions")

    @property
    def ecos(self) -> list[dict[str, Any]]:
        """The errors that were told, oldest first."""
        return self._oldest("/events", type="eco")

    def _oldest(self, path: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get(path, limit=1000, **query)
        return found[::-1]

    def _ready(self) -> Client:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline and self._rack.poll() is None:
            if (self.home / "run" / "addresses.json").exists():
                return local(self.home)
            time.sleep(0.02)
        self._log.seek(0)
        said = self._log.read()
        self.close()
        raise OpsError(f"the throw-away cockpit did not start:\n{said[-2000:]}")


def _lend(templates: Path | None, target: Path) -> None:
    """Link template repositories one by one: the folder itself is swept when a cockpit starts."""
    target.mkdir(parents=True)
    there = templates.iterdir() if templates and templates.is_dir() else ()
    for one in there:
        if not one.name.startswith("."):
            (target / one.name).symlink_to(one.absolute())
