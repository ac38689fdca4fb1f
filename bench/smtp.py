"""SMTP in: 1 KB mails over 10 connections, through to the durable event.

The peer is aiosmtpd that parses nothing and throws each mail away: a ceiling, not an equal.
"""

import json
import socket
import subprocess
import sys

from _rounds import PYTHON, command, compare, folder, product

MAILS = 4_000
CONNECTIONS = 10

PEER = """
import asyncio, sys
from aiosmtpd.controller import Controller

class Drop:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"

controller = Controller(Drop(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"""

# Its own small client: smtplib would be the bottleneck that both sides share.
LOAD = """
from gevent import monkey; monkey.patch_all()
import socket, sys, time
import gevent
port, mails, connections = (int(word) for word in sys.argv[1:4])
head = b"From: ann@example.org\\r\\nTo: support@localhost\\r\\nSubject: bench\\r\\n"
body = b"x" * 70 + b"\\r\\n"
todo = iter(range(mails))

def reply(sock, code):
    text = b""
    while not (text.endswith(b"\\r\\n") and text[text.rfind(b"\\n", 0, -1) + 1 :][3:4] == b" "):
        part = sock.recv(4096)
        assert part, text
        text += part
    assert text.startswith(code), text

def work():
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reply(sock, b"220")
    sock.sendall(b"EHLO bench\\r\\n")
    reply(sock, b"250")
    for n in todo:
        mail = head + b"Message-ID: <%d@bench>\\r\\n\\r\\n" % n + body * 12
        for line, code in (
            (b"MAIL FROM:<ann@example.org>\\r\\n", b"250"),
            (b"RCPT TO:<support@localhost>\\r\\n", b"250"),
            (b"DATA\\r\\n", b"354"),
            (mail + b".\\r\\n", b"250"),
        ):
            sock.sendall(line)
            reply(sock, code)
    sock.close()

began = time.monotonic()
jobs = [gevent.spawn(work) for _ in range(connections)]
gevent.joinall(jobs, raise_error=True)
print(mails / (time.monotonic() - began))
"""


def load(port: int) -> float:
    """Send all mails and return mails per second."""
    words = [PYTHON, "-c", LOAD, str(port), str(MAILS), str(CONNECTIONS)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def ours() -> float:
    """Measure the cockpit in its default configuration."""
    with folder() as place, product(place / "home"):
        # Its start is not what is measured: a command later the robot's process is there as well.
        command(place / "home", "status")
        port = (place / "home" / "run" / "addresses.json").read_text()
        return load(int(json.loads(port)["smtp"].rpartition(":")[2]))


def peer() -> float:
    """Measure aiosmtpd."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PYTHON, "-c", PEER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        return load(port)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(
        compare(
            "smtp",
            ours,
            peer,
            peer_name="aiosmtpd that drops",
            unit="mails/s",
            target=0.5,
        )
    )
