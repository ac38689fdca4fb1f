"""An alarm that nobody takes goes up among people, and they hear when it is over."""

from collections.abc import Callable

import pytest

from flows.product import Product, until

ALARM = '{"type":"alarm","service":"shop!main","method":"check","msg":"no answer","status":"%s"}'


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    made = cockpit(alarms_escalate="0m ann, 1s bob")
    return made.start(example="helpdesk")


def subjects(desk: Product, address: str) -> list[str]:
    return [
        mail["subject"]
        for mail in desk.ask("outbox", "list")
        if mail["to"] == [address] and "shop!main" in mail["subject"]
    ]


def test_an_alarm_goes_up_until_somebody_takes_it(desk: Product):
    for name in ("ann", "bob"):
        desk.run("people", "add", name, "--mail", f"{name}@example.org")
    desk.redis().publish("ckpt.alarm", ALARM % "firing")

    until(lambda: subjects(desk, "bob@example.org"))
    assert len(subjects(desk, "ann@example.org")) == 1
    (alarm,) = desk.ask("alarm", "list")
    assert (alarm["level"], alarm["told"]) == (2, ["ann", "bob"])

    desk.redis().publish("ckpt.alarm", ALARM % "resolved")
    until(lambda: len(subjects(desk, "ann@example.org")) == 2)
    assert any(text.startswith("resolved:") for text in subjects(desk, "bob@example.org"))
