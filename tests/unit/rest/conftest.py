"""The real rooms behind the door, on a real Redis, with a repository of one template."""

import contextlib
import socket

import falcon.testing
import msgspec
import pytest
from prometheus_client import CollectorRegistry

import builders
from cockpit.access import senders
from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.keyring import Keyring
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.ays.shared import Shared
from cockpit.bus import Group, Log, Outbox, Rejections
from cockpit.eco import Node
from cockpit.eco.alarms import Alarms
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.ledger import Ledger
from cockpit.errors import OpsError
from cockpit.rest import Rooms, Server, application
from cockpit.rest.forwarded import networks
from cockpit.rest.idempotency import Idempotency
from cockpit.rest.readiness import judge
from cockpit.rest.traffic import Traffic
from cockpit.robot import (
    BlueprintFiles,
    Catalog,
    Dispatcher,
    Inboxes,
    Jobs,
    Messages,
    NamedFolder,
    Postman,
    Questions,
    Replays,
    Runs,
    Schedule,
    SoleWriter,
    TemplateFiles,
    TemplateRepos,
    Trail,
    Transfers,
)
from cockpit.stor import Stor

TOKEN = "the-token"
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOKS = senders.Webhooks(
    github=senders.Github(secret="It's a Secret to Everybody"),
    alertmanager=senders.Alertmanager(secret="s3cret"),
    prometheus=senders.Prometheus(secret="s3cret"),
    standard=senders.Standard(secret=SIGNING),
    cloudevents=senders.Cloudevents(secret="s3cret"),
    generic=senders.Generic(secret="s3cret"),
    sentry=senders.Sentry(keys=("k3y",)),
)
URL = "http://stor.example.org/stor"
WAIT_S = 20
WELL = {
    "trouble": "",
    "dispatching": True,
    "robots": 1,
    "memory_used": 0.1,
    "memory_short": False,
}


@pytest.fixture
def repos(tmp_path):
    repo = tmp_path / "repos" / "desk"
    template = repo / "servicetemplates" / "desk"
    template.mkdir(parents=True)
    (repo / ".ays").write_text("cockpit\n")
    (repo / "blueprints").mkdir()
    (repo / "blueprints" / "1_desk.yaml").write_text("desk__main:\n  oncall: ann\n")
    (template / "schema.hrd").write_text("oncall = type:str default:bob\n")
    (template / "service.hrd").write_text("events.alarm = notify, escalate\nevents.alar = notify\n")
    (template / "actions.py").write_text(
        "def notify(event, service):\n    pass\n\n\ndef escalate(event, service):\n    pass\n"
    )
    return tmp_path / "repos"


@pytest.fixture
def inboxes(pipe):
    return Inboxes(pipe)


@pytest.fixture
def admit():
    """What the log asks before it takes anything from a door: a test may put an error in."""
    return []


@pytest.fixture
def traffic():
    return Traffic(frozenset(msgspec.structs.asdict(WEBHOOKS)))


@pytest.fixture
def registry(traffic):
    """What `/metrics` shows: here what goes through the door."""
    found = CollectorRegistry()
    found.register(traffic)
    return found


@pytest.fixture
def rooms(pipe, inboxes, repos, tmp_path, admit, reported, registry, traffic):
    def ask():
        if admit:
            raise admit[0]

    tokens = TokenFile(tmp_path / "tokens.json")
    shelf = NamedFolder(tmp_path / "templates", tmp_path / "trash")
    catalog = Catalog(pipe, repos, shared=Shared(shelf.root))
    writer = SoleWriter(pipe, "rack-test")
    worktrees = builders.worktrees(pipe, catalog, repos, writer=writer)
    files = (catalog, worktrees.path, tmp_path / "trash")
    log = CountingLog(pipe, Ledger(pipe), admit=ask)
    jobs, outbox = Jobs(pipe, inboxes), Outbox(pipe)
    questions, messages, directory = Questions(pipe), Messages(pipe), Directory(pipe)
    return Rooms(
        log=log,
        stor=Stor(tmp_path / "stor"),
        trail=Trail(pipe, log, jobs, outbox),
        jobs=jobs,
        outbox=outbox,
        rejections=Rejections(pipe),
        ledger=log.ledger,
        alarms=Alarms(pipe, log),
        catalog=catalog,
        runs=Runs(pipe, catalog),
        questions=questions,
        replays=Replays(pipe, log),
        messages=messages,
        postman=Postman(
            messages, questions, directory, outbox, sender="cockpit@here", hostname="here"
        ),
        directory=directory,
        schedule=Schedule(pipe, catalog, Log(pipe)),
        worktrees=worktrees,
        template_repos=TemplateRepos(catalog, shelf),
        transfers=Transfers(report=reported.append),
        status=lambda: {"version": "1", "notes": ["all is well"]},
        ready=lambda: judge({}, **WELL),
        registry=registry,
        traffic=traffic,
        public_url=lambda: URL,
        tokens=tokens,
        keyring=Keyring(digest(TOKEN), tokens, pipe),
        audit=Audit(pipe),
        idempotency=Idempotency(pipe),
        trusted=lambda: networks(["10.0.0.0/8"]),
        webhooks=lambda: WEBHOOKS,
        node=lambda: Node(7, 9),
        blueprint_files=BlueprintFiles(*files, writer=writer),
        template_files=TemplateFiles(*files, writer=writer),
    )


@pytest.fixture
def reported():
    return []


@pytest.fixture
def app(rooms, reported):
    return application(rooms, report=reported.append)


@pytest.fixture
def stranger(app):
    """A client without a token."""
    return falcon.testing.TestClient(app)


@pytest.fixture
def client(app):
    return falcon.testing.TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.fixture
def dispatch(pipe, rooms):
    """Give a function that makes jobs of what is in the log."""
    group = Group(pipe, "robot")
    group.ensure()
    dispatcher = Dispatcher(
        pipe,
        group,
        rooms.catalog,
        rooms.rejections,
        on_dispatched=lambda *_: None,
        on_buried=pytest.fail,
        on_doubt=lambda *_: None,
        take_note=lambda *_: [],
    )
    yield lambda: dispatcher.batches(group.read(100, block_ms=1))
    group.close()


class Peer:
    """An HTTP client that sees the octets."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.sock = socket.create_connection((host, int(port)), timeout=WAIT_S)
        self.lines = self.sock.makefile("rb")

    def send(self, *lines, body=b""):
        head = "\r\n".join([*lines, "", ""]).encode() if lines else b""
        self.sock.sendall(head + body)

    def reply(self):
        """Read one response: status, headers, body; (0, {}, b"") once the server hung up."""
        line = self.lines.readline()
        if not line:
            return 0, {}, b""
        headers = {}
        while (field := self.lines.readline().strip()) != b"":
            name, _, value = field.decode().partition(": ")
            headers[name.lower()] = value
        body = self.lines.read(int(headers.get("content-length", 0)))
        return int(line.split()[1]), headers, body

    def is_hung_up(self):
        return self.lines.read(1) == b""

    def close(self):
        self.lines.close()
        self.sock.close()


@pytest.fixture
def opened():
    """Give a function that starts a server, and one that opens a peer; all are closed."""
    faults = []
    with contextlib.ExitStack() as stack:

        def open_server(app, **options):
            server = Server("127.0.0.1:0", app, **{"report": faults.append, **options})
            server.start()
            stack.callback(server.stop, 0)
            return server

        def open_peer(server):
            peer = Peer(server.address)
            stack.callback(peer.close)
            return peer

        yield open_server, open_peer
    assert faults == []


@pytest.fixture
def trouble():
    return OpsError("Redis is away: /home/ann/redis.sock")
