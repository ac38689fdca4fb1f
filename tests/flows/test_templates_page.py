"""docs/templates.md: every example on the page does what the page says."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from flows.product import COMMAND, Product, until
from receiver import Receiver

PAGE = Path(__file__).parents[2] / "docs" / "templates.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
RUN = ("sh", "hrd", "yaml", "python")
"""What is run here; `text` is a picture."""

MENDER = (
    "def notify(event):\n    return event.subject\n\n\ndef repair(event):\n    return event.msg\n"
)
NODE = (
    "def monitor(service):\n    return service.key\n\n\ndef start(service):\n    pass\n\n\n"
    "def install(service):\n    pass\n"
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DATABASE = "def install(service):\n    pass\n\n\ndef uninstall(service):\n    pass\n"


class Book:
    """A cockpit with one repository, to which the page's examples are added one by one."""

    def __init__(self, desk: Product, place: Path) -> None:
        self.desk = desk
        self.place = place
        self.left = [block for block in BLOCKS if block[0] != "text"]
        self.repo = desk.home / "repos" / "book"
        (self.repo / "blueprints").mkdir(parents=True)
        (self.repo / ".ays").write_text("cockpit\n")
        program = place / "cockpit"
        program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
        program.chmod(0o755)

    def take(self, lang: str, part: str) -> str:
        """Return the one example that has this part; it counts as run."""
        (found,) = [block for block in self.left if block[0] == lang and part in block[1]]
        self.left.remove(found)
        return found[1]

    def template(self, name: str, **files: str) -> None:
        folder = self.repo / "servicetemplates" / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (
                folder / {"hrd": "service.hrd", "schema": "schema.hrd", "py": "actions.py"}[file]
            ).write_text(text)

    def blueprint(self, name: str, text: str) -> dict:
        (self.repo / "blueprints" / name).write_text(text)
        return self.desk.ask("blueprint", "execute")

    def shell(self, text: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", text],
            cwd=self.place,
            env=self.desk.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def publish(self, text: str) -> dict:
        return self.desk.settled(self.desk.ask("event", "publish", "-", stdin=text)["id"])

    def job(self, why: dict, service: str, action: str) -> dict:
        (found,) = [j for j in why["jobs"] if (j["service"], j["action"]) == (service, action)]
        return found


@pytest.fixture
def book(cockpit: Callable[..., Product], place: Path) -> Book:
    ssh = place / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nexit 7\n")
    ssh.chmod(0o755)
    desk = cockpit(robot_retry_delays="1s", robot_post_private="127.0.0.0/8")
    desk.environ["PATH"] = f"{ssh.parent}:{desk.environ['PATH']}"
    return Book(desk, place)


def test_a_block_says_what_it_is():
    assert {lang for lang, _ in BLOCKS} <= {*RUN, "text"}


def test_every_example_does_what_the_page_says(book: Book):
    subscriptions(book)
    posting(book)
    relations(book)
    runs(book)
    blueprint_of_more(book)
    tests_of_a_template(book)

    healing(book)
    assert book.left == []


def subscriptions(book: Book) -> None:
    again = book.take("python", "if job.attempt == 1")
    book.template(
        "helpdesk",
        hrd=book.take("hrd", "\tescalate,"),
        schema="oncall = type:str\n",
        py=book.take("python", 'We are on it.")\n') + book.take("python", "service.ask("),
    )
    book.template("mender", hrd=book.take("hrd", ".where"), py=MENDER)
    book.template("again", hrd="events.email = notify\n", py=again)
    book.desk.start()
    book.blueprint("1_desk.yaml", book.take("yaml", "oncall: ann"))
    book.blueprint("2_more.yaml", "mender__main:\n\nagain__main:\n")

    why = book.desk.settled(book.desk.mail("disk full", sender="ann@example.net"))
    assert book.job(why, "helpdesk!main", "notify")["state"] == "ok"
    assert book.job(why, "mender!main", "notify")["result"] == "disk full"
    (question,) = book.desk.ask("question", "list")
    book.desk.ask("question", "answer", question["id"], "Ann")
    until(lambda: "Ann took it" in book.desk.ask("job", "show", question["job"])["output"])
    failed = book.job(why, "again!main", "notify")["id"]
    until(lambda: book.desk.ask("job", "show", failed)["state"] == "ok", what="the second attempt")
    assert book.desk.ask("job", "show", failed)["attempts"] == 2
    subjects = sorted(mail["subject"] for mail in book.desk.ask("outbox", "list"))
    assert subjects == ["Re: disk full", "We are on it"]

    own = book.desk.mail("disk full", sender="ann@example.org")
    assert "mender!main" not in [job["service"] for job in book.desk.settled(own)["jobs"]]
    for service, fires in (("mender!main", 1), ("mender!other", 0)):
        alarm = {"type": "alarm", "service": service, "method": "m", "msg": "down"}
        assert len(book.publish(json.dumps(alarm))["jobs"]) == fires


def posting(book: Book) -> None:
    fields = "url = type:str\nsecret = type:password\n"
    book.template("hook", hrd="events.eco = deliver\n", schema=fields)
    book.template("hook", py=book.take("python", "service.post("))
    with Receiver((202, {}, b"thanks")) as receiver:
        terms = f"  url: {receiver.url()}\n  secret: {SECRET}\n"
        book.blueprint("2_hook.yaml", f"hook__main:\n{terms}")
        eco = book.desk.ask("event", "example", "eco")
        job = book.job(book.publish(json.dumps(eco)), "hook!main", "deliver")
        (received,) = receiver.received

    assert "202" in job["output"]
    assert "thanks" in job["output"]
    assert Webhook(SECRET).verify(received.body, received.headers)["type"] == "eco"


def healing(book: Book) -> None:
    book.template("daemon", py="def restart(service):\n    service.log('it is back')\n")
    book.template("healer", hrd="events.alarm = heal\n", py=book.take("python", "event.origin"))
    book.blueprint("5_heal.yaml", "daemon__one:\n\nhealer__main:\n")
    alarm = {"type": "alarm", "service": "daemon!one", "method": "monitor", "status": "firing"}
    job = book.job(book.publish(json.dumps(alarm)), "healer!main", "heal")
    assert "it is back" in job["output"]


def relations(book: Book) -> None:
    book.template("node", schema="host = type:str default:web1\n", py=NODE)
    for name in ("sshkey", "disk"):
        book.template(name, schema="note = type:str\n")
    book.template("web", schema=book.take("hrd", "consume:"), py=book.take("python", "ssh"))
    book.template("database", py=DATABASE)
    book.blueprint(
        "3_web.yaml",
        "node__cpu1:\n\nsshkey__main:\n\ndatabase__main:\n\n"
        "web__main:\n  node: cpu1\n  keys: main\n  disk: d1, d2\n",
    )
    web = book.desk.ask("service", "show", "web!main")
    assert (web["parent"], sorted(web["producers"]["disk"])) == (
        "node!cpu1",
        ["disk!d1", "disk!d2"],
    )


def runs(book: Book) -> None:
    said = book.shell(book.take("sh", "run simulate"))
    assert "run-1" in said
    run = book.desk.ask("run", "show", "run-1")
    assert run["state"] == "ok"
    (job,) = [j for j in book.desk.ask("job", "list") if j["service"] == "web!main"]
    assert "web1 answers 7, keys ['main']" in book.desk.ask("job", "show", job["id"])["output"]
    call = book.publish(book.take("yaml", "service.execute"))
    assert book.job(call, "node!cpu1", "monitor")["result"] == "node!cpu1"


def blueprint_of_more(book: Book) -> None:
    book.blueprint("4_more.yaml", book.take("yaml", "eventfilters:"))

    def due() -> bool:
        rows = [one for one in book.desk.ask("schedule") if one["service"] == "node!cpu1"]
        return {one["name"] for one in rows} == {"monitor"}

    until(due, what="the schedule")
    why = book.publish('{"type": "generic", "args": {"cmd": "install_web"}}')
    assert "install" in {job["action"] for job in why["jobs"]}


def tests_of_a_template(book: Book) -> None:
    commands = book.take("sh", "template new")
    assert "1 passed" in book.shell(commands)
    (test,) = (book.repo / "servicetemplates" / "mine").glob("test_*.py")
    test.write_text(book.take("python", "def test_"))
    assert "1 passed" in book.shell(commands.splitlines()[-1])
