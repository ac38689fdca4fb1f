"""A client whose answers get lost sends again, with its key, and everything happens once."""

import json
import threading
from collections.abc import Callable

import urllib3

from flows.product import Product, until

N_SENDERS = 8


def send(product: Product, key: str, msg: str = "x") -> urllib3.BaseHTTPResponse:
    alarm = {"type": "alarm", "service": "web!main", "method": "monitor", "msg": msg}
    return product.http("POST", "/events", json=alarm, headers={"Idempotency-Key": key})


def test_the_answer_outlives_the_process(cockpit: Callable[..., Product]):
    product = cockpit().start()
    first = send(product, "k1")
    product.kill()
    product.start()
    again = send(product, "k1")

    assert (first.status, again.status) == (201, 201)
    assert again.data == first.data
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(product, "k1", "y").status == 422
    assert len(product.ask("event", "list")) == 1


def test_whoever_sends_until_it_is_answered_makes_one_event_each_though_the_process_is_killed(
    cockpit: Callable[..., Product],
):
    """Senders go on through a kill; a claim that it left is dropped, as a minute would drop it."""
    product = cockpit().start()
    done: set[str] = set()

    def insist(name: str) -> None:
        for number in range(20):
            key = f"{name}-{number}"
            until(lambda key=key: answered(key), timeout_s=60, what=key)
            done.add(key)

    def answered(key: str) -> bool:
        try:
            return send(product, key, key).status == 201
        except (urllib3.exceptions.HTTPError, OSError, KeyError, json.JSONDecodeError):
            return False

    senders = [threading.Thread(target=insist, args=(f"s{n}",)) for n in range(N_SENDERS)]
    for one in senders:
        one.start()
    until(lambda: len(done) > 2 * N_SENDERS, what="the first answers")
    product.kill()
    product.start()
    with product.redis() as redis:
        for claim in redis.scan_iter("cockpit:idempotency:*"):
            if redis.get(claim).startswith(b"claimed:"):
                redis.delete(claim)
        for one in senders:
            one.join()
        messages = [json.loads(row[b"event"])["msg"] for _, row in redis.xrange("ckpt.alarm")]

    assert sorted(messages) == sorted(done)
    assert len(done) == 20 * N_SENDERS
