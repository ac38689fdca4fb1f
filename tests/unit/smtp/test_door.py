import contextlib
import smtplib
import socket

import gevent
import pytest
from gevent.event import Event

from cockpit.errors import InputError, OpsError
from cockpit.smtp import Door, Options

OPENING = b"EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n"
WAIT_S = 20


class Client:
    """A peer that reads whole replies."""

    def __init__(self, door):
        host, _, port = door.address.rpartition(":")
        self.sock = socket.create_connection((host, int(port)), timeout=WAIT_S)
        self.lines = self.sock.makefile("rb")

    def send(self, data):
        self.sock.sendall(data)

    def reply(self):
        """Give the code of the next reply; "" once the server hung up."""
        line = self.lines.readline()
        while line[3:4] == b"-":
            line = self.lines.readline()
        return line[:3].decode()

    def replies(self, n):
        return [self.reply() for _ in range(n)]

    def close(self):
        self.lines.close()
        self.sock.close()


@pytest.fixture
def opened():
    """Give a function that opens a door, and one that opens a client; all are closed."""
    with contextlib.ExitStack() as stack:

        def open_door(intake=lambda _: "250 2.0.0 stored", *, report=None, **options):
            max_connections = options.pop("max_connections", 100)
            door = Door(
                "127.0.0.1:0",
                intake,
                Options(**options),
                max_connections=max_connections,
                clock=lambda: 1795428000.5,
                report=report or pytest.fail,
            )
            door.start()
            stack.callback(door.stop, 0)
            return door

        def open_client(door):
            client = Client(door)
            stack.callback(client.close)
            return client

        yield open_door, open_client


def test_a_mail_gets_the_reply_of_the_intake(opened):
    open_door, _ = opened
    taken = []
    door = open_door(lambda envelope: taken.append(envelope) or "250 2.0.0 stored as email-1")
    host, _, port = door.address.rpartition(":")
    with smtplib.SMTP(host, int(port)) as client:
        client.sendmail("a@x", ["b@y", "c@y"], "Subject: hi\n\n.help\n")

    assert [(each.sender, each.recipients, each.peer) for each in taken] == [
        ("a@x", ("b@y", "c@y"), "127.0.0.1")
    ]
    assert taken[0].data == b"Subject: hi\r\n\r\n.help\r\n"
    assert door.last_receive_epoch == 1795428000
    assert (door.counters["messages"], door.counters["stored"]) == (1, 1)


def test_pipelined_mails_are_answered_in_order(opened):
    open_door, open_client = opened
    replies = iter(["250 first", "451 second", "250 third"])
    client = open_client(open_door(lambda _: next(replies)))
    client.send(OPENING + b"x\r\n.\r\n" + OPENING[9:] + b".\r\n" + OPENING[9:] + b".\r\nQUIT\r\n")

    assert " ".join(client.replies(15)) == (
        "220 250 250 250 354 250 250 250 354 451 250 250 354 250 221"
    )
    assert client.reply() == ""


@pytest.mark.parametrize(
    ("fault", "line", "counter"),
    [
        (OpsError("disk full"), b"451 4.3.0 disk full\r\n", "deferred"),
        (InputError("no such thing"), b"554 5.6.0 no such thing\r\n", "refused"),
    ],
)
def test_a_fault_of_the_world_or_the_mail_is_the_reply(opened, fault, line, counter):
    open_door, open_client = opened

    def intake(_envelope):
        raise fault

    door = open_door(intake)
    client = open_client(door)
    client.send(OPENING + b".\r\n")
    client.replies(5)

    assert client.lines.readline() == line
    assert door.counters[counter] == 1


def test_a_bug_is_reported_answered_451_and_the_session_goes_on(opened):
    open_door, open_client = opened
    reported = []

    def intake(_envelope):
        raise ZeroDivisionError

    client = open_client(open_door(intake, report=reported.append))
    client.send(OPENING + b".\r\nNOOP\r\n")

    assert client.replies(7)[-2:] == ["451", "250"]
    assert [type(each) for each in reported] == [ZeroDivisionError]


def test_a_taken_port_is_one_line_and_nothing_starts(opened):
    open_door, _ = opened
    address = open_door().address
    second = Door(address, lambda _: "250 ok", Options(), report=pytest.fail)

    with pytest.raises(OpsError, match=f"^smtp.listen {address}: port is taken$"):
        second.start()
    second.stop(0)
    assert second.address == address


def test_an_address_of_another_machine_is_one_line():
    door = Door("192.0.2.1:2525", lambda _: "250 ok", Options(), report=pytest.fail)

    with pytest.raises(OpsError, match=r"smtp.listen 192.0.2.1:2525: this machine has no such"):
        door.start()


@pytest.mark.parametrize("listen", ["", "2525", "host:", "host:smtp", "host:70000"])
def test_a_malformed_address_is_refused(listen):
    with pytest.raises(InputError, match=r"expected host:port"):
        Door(listen, lambda _: "250 ok", Options(), report=pytest.fail).start()


def test_a_connection_over_the_limit_is_turned_away(opened):
    open_door, open_client = opened
    door = open_door(max_connections=1)
    first = open_client(door)

    assert first.reply() == "220"
    assert open_client(door).replies(2) == ["421", ""]
    assert (door.n_connections, door.counters["turned_away"]) == (1, 1)


def test_other_limits_hold_for_sessions_that_begin_later(opened):
    open_door, open_client = opened
    door = open_door(max_message_bytes=1000)
    first = open_client(door)
    assert first.reply() == "220"
    door.change(Options(max_message_bytes=2000), max_connections=2)
    second = open_client(door)
    assert second.reply() == "220"
    for client, size in ((first, 1000), (second, 2000)):
        client.send(b"EHLO me\r\n")
        told = [client.lines.readline()]
        while told[-1][3:4] == b"-":
            told.append(client.lines.readline())

        assert any(line.endswith(b"SIZE %d\r\n" % size) for line in told)
    assert open_client(door).reply() == "421"


@pytest.mark.parametrize(
    ("opening", "limits"),
    [
        (b"", {"command_timeout_s": 0.1}),
        (OPENING, {"message_timeout_s": 0.1}),
    ],
)
def test_a_deadline_holds_however_octets_drip_in(opened, opening, limits):
    open_door, open_client = opened
    door = open_door(**limits)
    client = open_client(door)
    client.send(opening)
    client.replies(5 if opening else 1)
    client.sock.settimeout(0.02)
    got = b""
    for _ in range(1000):
        with contextlib.suppress(TimeoutError):
            got = client.sock.recv(100)
            break
        client.send(b"x")

    assert got.startswith(b"421 4.4.2")
    assert door.counters["timed_out"] == 1


def test_a_finished_command_starts_the_deadline_anew(opened):
    open_door, open_client = opened
    door = open_door(command_timeout_s=1000.0, message_timeout_s=0.05)
    client = open_client(door)
    client.send(OPENING + b".\r\n")

    assert client.replies(6)[-1] == "250"
    client.sock.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.sock.recv(1)


def test_too_much_mail_at_once_gets_452_and_later_mail_passes(opened):
    open_door, open_client = opened
    door = open_door(max_in_flight_bytes=2000)
    client = open_client(door)
    client.send(OPENING)
    client.replies(5)
    client.send(b"x" * 5000 + b"\r\n")
    client.send(b".\r\n" + OPENING[9:])

    assert client.replies(4) == ["452", "250", "250", "354"]
    client.send(b"x" * 1000 + b"\r\n.\r\n")
    assert client.reply() == "250"
    assert door.counters["shed"] == 1


def test_a_peer_that_hangs_up_in_a_message_leaves_nothing_behind(opened):
    open_door, open_client = opened
    door = open_door(max_in_flight_bytes=2000)
    gone = open_client(door)
    gone.send(OPENING + b"x" * 1500)
    gone.replies(5)
    gone.close()
    client = open_client(door)
    client.send(OPENING)
    client.replies(5)
    client.send(b"x" * 1500 + b"\r\n.\r\n")

    assert client.reply() == "250"
    assert door.counters["messages"] == 1


def test_the_last_reply_arrives_although_the_peer_still_sends(opened):
    open_door, open_client = opened
    client = open_client(open_door())
    client.send(b"GET / HTTP/1.1\r\n" + b"x" * 300_000)

    assert client.replies(3) == ["220", "521", ""]


def test_stopping_lets_a_delivery_finish_and_turns_the_others_away(opened):
    open_door, open_client = opened
    entered, release = Event(), Event()

    def intake(_envelope):
        entered.set()
        assert release.wait(WAIT_S)
        return "250 2.0.0 stored"

    door = open_door(intake)
    idle, busy = open_client(door), open_client(door)
    assert idle.reply() == "220"
    busy.send(OPENING + b".\r\n")
    assert entered.wait(WAIT_S)
    stopping = gevent.spawn(door.stop, WAIT_S)

    assert idle.replies(2) == ["421", ""]
    release.set()
    assert busy.replies(8)[-3:] == ["250", "421", ""]
    stopping.get(timeout=WAIT_S)
    with pytest.raises(ConnectionRefusedError):
        Client(door)


def test_stopping_does_not_wait_for_ever(opened):
    open_door, open_client = opened
    entered = Event()

    def intake(_envelope):
        entered.set()
        Event().wait(WAIT_S)
        return "250 2.0.0 stored"

    door = open_door(intake)
    client = open_client(door)
    client.send(OPENING + b".\r\n")
    assert entered.wait(WAIT_S)
    door.stop(0)

    assert client.replies(7)[-2:] == ["421", ""]
    assert door.n_connections == 0
