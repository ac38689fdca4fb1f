"""Every example body of the documentation is sent where it belongs, and does what it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot_api import BotApi
from flows.product import Product, until

METHODS = ("post", "put")
ECO = "type: eco\napp_name: shop\nerror_msg: no answer\n"
ALARM = "type: alarm\nservice: shop!main\nmethod: check\nmsg: no answer\n"
MAIL = "type: email\nfrom: bob@example.org\nsubject: the disk is full\n"


@pytest.fixture
def desk(cockpit: Callable[..., Product], bot_api: BotApi) -> Product:
    """A cockpit as `make start` makes it; an action of `helpdesk` asks who takes a mail."""
    product = cockpit(telegram_api_url=bot_api.url).start("helpdesk", "nightly")
    for event in (MAIL, ECO, ALARM):
        product.ask("event", "publish", "-", stdin=event)
    for group in ("question", "eco", "alarm"):
        until(lambda one=group: product.ask(one, "list"), what=f"the {group} of an event")
    return product


def parts_of(product: Product) -> dict[str, str]:
    """Things that are there, for the variable parts of addresses."""
    eco, alarm = product.ask("eco", "list")[0]["guid"], product.ask("alarm", "list")[0]["id"]
    return {
        "/ecos/{eco}/close": eco,
        "/ecos/{eco}/reopen": eco,
        "/alarms/{alarm}/ack": alarm,
        "/alarms/{alarm}/silence": alarm,
        "/alarms/{alarm}/resolve": alarm,
        "/people/{name}": "ann",
        "/questions/{question}/answer": product.ask("question", "list")[0]["id"],
        "/repos/{name}/commit": "helpdesk",
        "/repos/{name}/resolve": "helpdesk",
    }


def examples(document: dict[str, Any], parts: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield method, address, name, body and good statuses of each example."""
    for address, methods in document["paths"].items():
        for method in METHODS:
            told = methods.get(method, {})
            good = [status for status in told.get("responses", {}) if status.startswith("2")]
            place = filled(address, told.get("parameters", ()), parts)
            for media, content in told.get("requestBody", {}).get("content", {}).items():
                for name, one in content.get("examples", {}).items():
                    yield method.upper(), place, f"{media} {name}", one["value"], good


def filled(address: str, parameters: list[dict[str, Any]], parts: dict[str, str]) -> str:
    for one in parameters:
        if one["in"] == "path":
            value = parts.get(address) or one.get("example", "")
            address = address.replace(f"{{{one['name']}}}", value)
    return address


def test_every_example_works(desk: Product):
    document = desk.http("GET", "/openapi.json").json()
    sent, failed = 0, []
    for method, address, name, body, good in examples(document, parts_of(desk)):
        answer = desk.http(method, address, json=body)
        sent += 1
        if str(answer.status) not in good:
            failed.append(f"{method} {address} {name}: {answer.status} {answer.data[:200]!r}")

    assert failed == []
    assert sent > 20
