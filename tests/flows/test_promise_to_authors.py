"""A repository of AYS 8 is cloned in: no edits, nothing runs until it is enabled, all of it fires."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.product import Product, until

ACTIONS_8_0 = """from JumpScale import j


class Actions(ActionsBaseMgmt):
    def init(self, service):
        pass

    @action()
    def handle_ticket(self, service, event):
        email = j.data.models.cockpit_event.Email.from_json(event)
        found = j.data.serializer.json.loads(event)
        return [email.sender, found["subject"], event.body_type, service.hrd.getStr("owner")]

    def audit(self, service, event):
        return j.data.types.duration.convertToSeconds("1m")

    @action()
    def sync(self, service):
        service.hrd.set("synced", True)

    def deploy(self, service):
        return j.clients.openvcloud.get()
"""
ACTIONS_8_1 = """def install(job):
    job.service.model.data.sshPort = 2222


def on_webhook(job):
    return [job.model.args["event"], job.service.model.data.sshPort, job.service.parent.key]


def sync(job):
    return job.model.args
"""
OLD = {
    "8.0": {
        ".ays": "",
        "servicetemplates/desk/schema.hrd": "owner = type:str default:ann\nroles = list type:str\n",
        "servicetemplates/desk/service.hrd": (
            "\nevents.email =\n    'handle_ticket',\n    audit,\n\nrecurring.sync = '1s'\n"
        ),
        "servicetemplates/desk/actions.py": ACTIONS_8_0,
        "servicetemplates/_off/actions.py": "this is no python",
        "blueprints/1_desk.yaml": "desk__main:\n    owner: bob\n    colour: red\n",
        "blueprints/_2_old.yaml": "nonsense__: [\n",
    },
    "8.1": {
        ".ays": "",
        "actorTemplates/node/schema.hrd": "name = type:str\n",
        "actorTemplates/app/schema.hrd": "node = type:str parent:node auto\nssh.port = type:int\n",
        "actorTemplates/app/actor.hrd": (
            "events.generic =\n    on_webhook,\n\nrecurring.sync =\n    period: 1s,\n    log: True,\n"
        ),
        "actorTemplates/app/actions.py": ACTIONS_8_1,
        "blueprints/1_app.yaml": "node__a:\n\napp__main:\n    node: a\n    sshPort: 22\n",
    },
}


@pytest.fixture(params=list(OLD))
def generation(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def origin(place: Path, generation: str) -> Path:
    root = place / "old"
    for name, text in OLD[generation].items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "as it was")
    return root


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def check(desk: Product, tree: Path) -> list[dict]:
    done = desk.run("repo", "check", str(tree), "--json")
    return json.loads(done.stdout)["findings"]


def jobs(desk: Product, action: str) -> list[dict]:
    found = desk.ask("job", "list", "--limit", "1000")
    return [job for job in found if job["action"] == action and job["state"] == "ok"]


def test_it_works_as_it_did(cockpit: Callable[..., Product], origin: Path, generation: str):
    desk = cockpit().start()
    desk.ask("repo", "clone", f"file://{origin}", "old")
    tree = desk.home / "repos" / "old"
    found = [one for one in check(desk, tree) if one["is_error"]]
    if generation == "8.0":
        (one,) = found
        assert (one["file"], one["line"]) == ("servicetemplates/desk/actions.py", 22)
        assert "j.clients" in one["what"]
    else:
        assert found == []
    (old,) = [one for one in desk.ask("repo", "list") if one["repo"] == "old"]
    assert old["state"] == "held"
    for words in (("blueprint", "execute"), ("run", "start", "install"), ("repo", "restore")):
        refused = desk.run(*words, *(["old"] if words[0] == "repo" else ["--repo", "old"]))
        assert (refused.returncode, "held" in refused.stderr) == (1, True), words
    held = desk.settled(desk.mail("before"))
    assert (held["jobs"], desk.ask("service", "list")) == ([], [])

    desk.ask("repo", "enable", "old")
    done = desk.ask("blueprint", "execute", "--repo", "old")
    if generation == "8.0":
        assert "unknown argument colour" in done["warnings"][0]
        first, second = desk.settled(desk.mail("hello"))["jobs"]
        assert first["result"] == ["ann@example.org", "hello", "text", "bob"]
        assert second["result"] == 60
    else:
        desk.ask("run", "start", "install", "--repo", "old")
        event = '{"type": "generic", "args": {"source": "github", "event": "push"}}'
        why = desk.settled(desk.ask("event", "publish", "-", stdin=event)["id"])
        assert why["jobs"][0]["result"] == ["push", 2222, "node!a"]
    until(lambda: len(jobs(desk, "sync")) >= 2)
    assert git(tree, "status", "--porcelain") == ""
