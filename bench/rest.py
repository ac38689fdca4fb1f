"""REST: events published and read over 32 kept connections, beside FastAPI on uvicorn.

Both check a hashed bearer token, validate the same event, and append it by the same Lua to a Redis
with AOF always; one process each. Ours also writes the audit log, which the peer does not.
"""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from _rounds import PYTHON, ROUNDS, bare_redis, command, folder, product, verdict, wait

from cockpit.bus import Script

REQUESTS = 6_000
WARM = 500
CONNECTIONS = 32
TOKEN = "t0ken-of-the-bench"

PEER = """
import hashlib, hmac, json, os, time
from typing import Annotated, Any, Literal, Union
import redis.asyncio
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field, TypeAdapter

class Base(BaseModel):
    to: list[str] = []
    id: str = ""
    epoch: int = 0
    meta: dict[str, Any] = {}

class Email(Base):
    type: Literal["email"]
    body: str = ""
    bodytype: Literal["md", "html", "text"] = "text"
    attachments: dict[str, str] = {}
    cc: list[str] = []
    sender: str = Field("", alias="from")
    subject: str = ""

class Telegram(Base):
    type: Literal["telegram"]
    io: Literal["input", "output"]
    action: str
    args: dict[str, Any] = {}

class Alarm(Base):
    type: Literal["alarm"]
    service: str
    method: str
    msg: str = ""
    status: str = ""
    severity: str = ""
    labels: dict[str, str] = {}
    url: str = ""

class Eco(Base):
    type: Literal["eco"]
    error_msg: str
    guid: str = ""
    app_name: str = ""
    eco_type: Literal["BUG", "INPUT", "OPERATIONS", "PERFORMANCE", "MONITORING", "UNKNOWN"] = "UNKNOWN"
    state: Literal["NEW", "ALERT", "CLOSED"] = "NEW"
    code: str = ""
    backtrace: str = ""
    occurence: int = 0

class Generic(Base):
    type: Literal["generic"]
    tags: list[str] = []
    args: dict[str, Any] = {}

Event = Annotated[Union[Email, Telegram, Alarm, Eco, Generic], Field(discriminator="type")]

class Appended(BaseModel):
    id: str
    is_new: bool

app = FastAPI()
R = redis.asyncio.Redis(unix_socket_path=os.environ["BENCH_SOCK"], max_connections=64)
append = R.register_script(open(os.environ["BENCH_LUA"]).read())
HASHES = {hashlib.sha256(os.environ["BENCH_TOKEN"].encode()).hexdigest(): "bench"}

def who(given: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> str:
    digest = hashlib.sha256(given.credentials.encode()).hexdigest()
    for known, name in HASHES.items():
        if hmac.compare_digest(known, digest):
            return name
    raise HTTPException(401)

@app.post("/events", status_code=201)
async def publish(event: Event, response: Response, name: str = Depends(who)) -> Appended:
    event.meta = event.meta | {"source": "rest"}
    text = event.model_dump_json(by_alias=True, exclude={"id"})
    said = await append(keys=["ckpt." + event.type, "", ""], args=[event.type, text, 0, "", "1", ""])
    said = said.decode()
    response.headers["Location"] = "/events/" + said.lstrip("=")
    return Appended(id=said.lstrip("="), is_new=not said.startswith("="))

@app.get("/events/{event}")
async def one(event: str, name: str = Depends(who)) -> dict[str, Any]:
    kind, _, entry = event.partition("-")
    found = await R.xrange("ckpt." + kind, entry, entry)
    if not found:
        raise HTTPException(404)
    return {"id": event} | json.loads(found[0][1][b"event"])
"""

# Sockets of its own, one request at a time on each: an HTTP library would be the bottleneck that
# both sides share. It prints requests per second, and each latency.
LOAD = r"""
from gevent import monkey; monkey.patch_all()
import json, socket, sys, time
import gevent
port, requests, connections, head, body = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
request = f"{head} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {sys.argv[6]}\r\n"
if body:
    request += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
request = (request + "\r\n" + body).encode()
todo, took = iter(range(requests)), []

def work():
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    rest = b""
    for _ in todo:
        began = time.perf_counter()
        sock.sendall(request)
        while True:
            top, found, tail = rest.partition(b"\r\n\r\n")
            if found:
                length = int(top.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                if len(tail) >= length:
                    break
            part = sock.recv(65536)
            assert part, rest
            rest += part
        rest = tail[length:]
        assert top[9:10] == b"2", top + tail
        took.append(time.perf_counter() - began)
    sock.close()

began = time.perf_counter()
gevent.joinall([gevent.spawn(work) for _ in range(connections)], raise_error=True)
print(json.dumps({"rate": requests / (time.perf_counter() - began), "took": sorted(took)}))
"""

ALARM = json.dumps(
    {
        "type": "alarm",
        "service": "node!web1",
        "method": "monitor",
        "msg": "disk / is 97 % full " + "x" * 200,
        "epoch": 1462275396,
        "status": "firing",
        "severity": "critical",
        "labels": {"alertname": "DiskFull", "instance": "web1"},
    }
)


def load(
    port: int, head: str, body: str = "", requests: int = REQUESTS, token: str = TOKEN
) -> dict:
    """Send requests over all connections; return their rate and latencies."""
    words = [PYTHON, "-c", LOAD, str(port), str(requests), str(CONNECTIONS), head, body, token]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def measure(port: int, token: str = TOKEN) -> dict[str, float]:
    """Measure both requests at one server."""
    load(port, "POST /events", ALARM, WARM, token)
    post = load(port, "POST /events", ALARM, token=token)
    event = newest(port, token)
    load(port, f"GET /events/{event}", requests=WARM, token=token)
    get = load(port, f"GET /events/{event}", token=token)
    median = statistics.median(post["took"])
    p99 = post["took"][int(len(post["took"]) * 0.99)]
    return {
        "post": post["rate"],
        "get": get["rate"],
        "tail": p99 / median,
        "median_ms": median * 1e3,
    }


def newest(port: int, token: str) -> str:
    """Publish one event and return its id."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        head = f"POST /events HTTP/1.1\r\nHost: b\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(ALARM)}\r\n\r\n"
        sock.sendall((head + ALARM).encode())
        text = b"".join(iter(lambda: sock.recv(65536), b""))
    return json.loads(text.partition(b"\r\n\r\n")[2])["id"]


def ours() -> dict[str, float]:
    """Measure the cockpit in its default configuration, with a token of scope operate."""
    with folder() as place, product(place / "home"):
        home = place / "home"
        made = command(home, "token", "create", "bench", "--scope", "operate", "--json")
        port = json.loads((home / "run" / "addresses.json").read_text())["http"]
        return measure(int(port.rpartition(":")[2]), json.loads(made)["token"])


def peer() -> dict[str, float]:
    """Measure FastAPI on uvicorn with uvloop and httptools, one worker."""
    with folder() as place, bare_redis(place) as sock, uvicorn(place, sock) as port:
        return measure(port)


@contextlib.contextmanager
def uvicorn(place: Path, sock: Path) -> Iterator[int]:
    """Run the peer."""
    (place / "peer.py").write_text(PEER)
    (place / "append.lua").write_bytes(Script("cockpit.bus", "append").text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = {
        "BENCH_SOCK": str(sock),
        "BENCH_TOKEN": TOKEN,
        "BENCH_LUA": str(place / "append.lua"),
        "PYTHONPATH": str(place),
    }
    words = [PYTHON, "-m", "uvicorn", "peer:app", "--port", str(port), "--no-access-log"]
    words += ["--log-level", "error", "--loop", "uvloop", "--http", "httptools"]
    server = subprocess.Popen(words, env=os.environ | environ)
    try:
        wait(lambda: socket.create_connection(("127.0.0.1", port)).close() is None)
        yield port
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    """Measure both in turn, judge three figures."""
    rows = []
    for n in range(ROUNDS):
        row = {"peer": peer(), "ours": ours()}
        rows.append(row)
        for what in ("post", "get"):
            print(
                f"round {n + 1} {what}: FastAPI {row['peer'][what]:.0f}/s, cockpit"
                f" {row['ours'][what]:.0f}/s, ratio {row['ours'][what] / row['peer'][what]:.2f}",
                flush=True,
            )
        print(
            f"  p99 / median of post: FastAPI {row['peer']['tail']:.2f}, cockpit {row['ours']['tail']:.2f}"
        )
    data = {"peer": "FastAPI on uvicorn", "rounds": rows}
    failed = 0
    for what, target in (("post", 1.3), ("get", 1.0)):
        ratio = median(rows, "ours", what) / median(rows, "peer", what)
        failed |= verdict(f"rest_{what}", dict(data), ratio, f">= {target}")
    return failed | verdict("rest_tail", dict(data), median(rows, "ours", "tail"), "<= 4")


def median(rows: list[dict], side: str, what: str) -> float:
    """Return the median of one figure over all rounds."""
    return statistics.median(row[side][what] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
