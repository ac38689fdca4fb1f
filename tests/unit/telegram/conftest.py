"""A bot with its chats, on a real Redis and a stand-in of Telegram; time and steps move by hand."""

import itertools
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import builders
from bot_api import TOKEN, BotApi, User
from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.invitations import Invitations
from cockpit.access.person import person
from cockpit.eco.alarms import Alarms
from cockpit.robot import BlueprintFiles, Runs, SoleWriter
from cockpit.robot.capture import Stream
from cockpit.telegram.bot import Bot
from cockpit.telegram.client import Client
from cockpit.telegram.gate import Gate
from cockpit.telegram.house import House
from cockpit.telegram.outgoing import Message, Outgoing

ANN, BOB, EVE, MAX = (
    User(42, "Ann", "ann"),
    User(43, "Bob", "bob"),
    User(44, "Eve"),
    User(45, "Max"),
)
ROLES = {"ann": (ANN, "admin"), "bob": (BOB, "operate"), "max": (MAX, "read")}
GROUP = -100
ACTIONS = """\
def act(event, service):
    print("it acts")
    return service.key


def fail(event):
    raise ValueError("no disk")


def install(service):
    pass
"""


class Log:
    """Keeps what is logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **told: Any) -> None:
        self.lines.append((event, told))

    warning = error = debug = info


class Chat:
    """A bot whose people talk to it."""

    def __init__(self, pipe: Any, robot: builders.Bot, api: BotApi, client: Client) -> None:
        self.pipe, self.robot, self.api = pipe, robot, api
        self.directory = robot.directory
        self.invitations = Invitations(pipe)
        self.audit = Audit(pipe)
        self.reported: list[BaseException] = []
        self.logger = Log()
        self.groups = [str(GROUP)]
        writer = SoleWriter(pipe, "rack-test")
        worktrees = builders.worktrees(pipe, robot.catalog, robot.root, writer=writer)
        trash = robot.root.parent / "trash"
        self.house = House(
            pipe=pipe,
            log=robot.log,
            stor=robot.context.stor,
            catalog=robot.catalog,
            worktrees=worktrees,
            blueprints=BlueprintFiles(robot.catalog, worktrees.path, trash, writer=writer),
            runs=Runs(pipe, robot.catalog),
            jobs=robot.jobs,
            trail=robot.trail,
            questions=robot.questions,
            ledger=robot.log.ledger,
            alarms=Alarms(pipe, robot.log),
            outbox=robot.outbox,
            directory=self.directory,
            postman=robot.postman,
            status=self._status,
            public_url=lambda: "http://here/stor",
            clock=lambda: self.now,
        )
        self.now = float(pipe.call("TIME")[0])
        gate = Gate(pipe, self.directory, self.invitations, self.audit, groups=lambda: self.groups)
        self.bot = Bot(
            self.house,
            gate,
            client=client,
            log=robot.log,
            webhook="",
            report=self.reported.append,
            logger=self.logger,
        )
        self.outgoing: Outgoing = self.bot.outgoing
        for name, (user, role) in ROLES.items():
            self.directory.put(person(name, role=role))
            self.directory.link(name, user.id)

    def say(self, text: str, user: User = ANN, chat: int = 0, **more: Any) -> str:
        """Write something; what is answered, "" for nothing."""
        self.api.say(text, user=user, chat=chat, **more)
        return self.heard(chat or user.id)

    def press(self, label: str, user: User = ANN, chat: int = 0) -> str:
        """Press the newest button with a label; what the chat says then."""
        found = self._button(label, chat or user.id)
        message = {"message_id": found[0], "chat": {"id": chat or user.id, "type": "private"}}
        self.api.press_data(found[1], message, user=user)
        return self.heard(chat or user.id)

    def document(self, name: str, content: bytes, user: User = ANN) -> str:
        self.api.document(name, content, user=user)
        return self.heard(user.id)

    def take(self) -> None:
        """Take in what Telegram has, and answer it."""
        self.bot.intake.take(self.api.queue.taken())
        self.step()

    def step(self) -> None:
        """Handle what is in the log; nothing unexpected may happen."""
        self.look()
        assert self.reported == []

    def look(self) -> None:
        """Handle what is in the log."""
        group = self.bot.desk._group
        group.ensure()
        self.bot.desk.batches(group.read(200, block_ms=1))

    def heard(self, chat: int) -> str:
        before = [(one.id, one.version) for one in self.all(chat)]
        self.take()
        new = [one for one in self.all(chat) if (one.id, one.version) not in before]
        return "\n".join(one.text.plain for one in new)

    def all(self, chat: int) -> list[Message]:
        """What was ever said to a chat, oldest first."""
        found = [one for one in self.outgoing.newest(1000) if one.chat == chat]
        return sorted(found, key=lambda one: (one.epoch, one.id))

    def texts(self, chat: int = ANN.id) -> list[str]:
        return [one.text.plain for one in self.all(chat)]

    def labels(self, chat: int = ANN.id) -> list[str]:
        """The buttons of the newest message that has some."""
        for one in reversed(self.all(chat)):
            if one.rows:
                return [button["text"] for row in one.rows for button in row]
        return []

    def sent(self) -> None:
        """Let all that waits be sent, as if time had passed."""
        for message in self.outgoing.newest(1000, "queued"):
            number = next(self._numbers)
            self.outgoing.settle(message, "sent", again_s=0, numbers=message.numbers or [number])

    def _button(self, label: str, chat: int) -> tuple[int, str]:
        self.sent()
        for one in reversed(self.all(chat)):
            for row in one.rows:
                for button in row:
                    if button["text"] == label:
                        return one.numbers[0], button["callback_data"]
        raise LookupError(f"no button {label}")

    def _status(self) -> dict[str, Any]:
        counts = {
            "jobs": self.robot.jobs.counts(),
            "events": self.robot.log.counts(),
            "alarms": self.house.alarms.figures(),
            "outbox": self.robot.outbox.count(),
        }
        return {"version": "1", "counts": counts, "memory": {"used": 0.25}, "notes": ["a note"]}

    _numbers = itertools.count(1000)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as found:
        yield found
        assert found.refused == []


@pytest.fixture
def client(api: BotApi) -> Iterator[Client]:
    found = Client(TOKEN, api.url)
    yield found
    found.close()


@pytest.fixture
def robot(pipe, tmp_path, monkeypatch) -> Iterator[builders.Bot]:
    """A robot with the service `desk!main`, whose template acts, fails and installs."""
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, Stream(getattr(sys, name)))
    files = {"actions.py": ACTIONS, "schema.hrd": "size = type:int default:3\n"}
    builders.a_repository(tmp_path / "repos", {"desk": files})
    found = builders.Bot(pipe, tmp_path / "repos").execute()
    yield found
    found.group.close()


@pytest.fixture
def chat(pipe, robot, api, client) -> Iterator[Chat]:
    found = Chat(pipe, robot, api, client)
    yield found
    found.bot.desk._group.close()


@pytest.fixture
def outgoing(pipe) -> Outgoing:
    return Outgoing(pipe)


@pytest.fixture
def directory(pipe) -> Directory:
    return Directory(pipe)
