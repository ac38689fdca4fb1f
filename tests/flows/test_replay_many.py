"""Somebody mended an action, and lets the events of the last hour go through it again."""

from collections import Counter
from collections.abc import Callable

from flows.product import Product, until

N_ALARMS = 40


def copies(product: Product) -> Counter[str]:
    found = product.ask("event", "list", "--where", "has(event.meta.replay_of)", "--limit", "1000")
    return Counter(one["meta"]["replay_of"] for one in found)


def test_a_replay_is_counted_goes_on_after_a_kill_and_does_nothing_twice(
    cockpit: Callable[..., Product],
):
    product = cockpit().start()
    log = product.redis()
    alarm = '{"type":"alarm","service":"web!main","method":"monitor","severity":"%s"}'
    for number in range(N_ALARMS):
        log.xadd("ckpt.alarm", {"event": alarm % ("critical" if number % 2 else "low")})
    chosen = ("--type", "alarm", "--since", "1h", "--where", 'event.severity == "critical"')
    counted = product.ask("event", "replay", *chosen, "--dry")

    assert (counted["state"], counted["events"]) == ("counted", N_ALARMS / 2)
    assert copies(product) == {}

    begun = product.post("/events/replay", type="alarm", rate=20, dry=False)
    until(lambda: len(copies(product)) > 2, what="the first copies")
    product.kill()
    product.start()
    until(lambda: product.ask("event", "replays")[0]["state"] == "ok", timeout_s=60, what="its end")

    assert begun["state"] == "running"
    assert set(copies(product).values()) == {1}
    assert len(copies(product)) == N_ALARMS
    assert product.ask("event", "replays")[0]["events"] == N_ALARMS


def test_a_replay_is_cancelled(cockpit: Callable[..., Product]):
    product = cockpit().start()
    for _ in range(5):
        product.ask("event", "publish", "-", stdin="type: alarm\nservice: a!b\nmethod: c\n")
    begun = product.post("/events/replay", type="alarm", rate=1, dry=False)
    ended = product.ask("event", "replays", "--cancel", begun["id"])

    assert ended["state"] == "cancelled"
    assert len(copies(product)) < 5
    assert product.run("event", "replay", "--type", "alarm", "--rate", "1000").stdout.startswith(
        "replayed 5 events"
    )
