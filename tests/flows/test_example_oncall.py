"""The example `oncall`: a request goes up the chain in the chat until somebody takes it."""

from collections.abc import Callable

import pytest

from bot_api import TOKEN, BotApi, User
from flows.product import Product, until

ANN, BOB, EVE, MAX = User(42, "Ann"), User(43, "Bob"), User(44, "Eve"), User(45, "Max")
PEOPLE = """
[people.ann]
mail = "ann@example.org"
telegram_id = 42

[people.bob]
mail = "bob@example.org"
telegram_id = 43
groups = ["support"]

[people.eve]
telegram_id = 44
groups = ["managers"]

[people.max]
telegram_id = 45

[calendars.oncall]
shifts = [{ who = ["ann", "max"] }]
"""


@pytest.fixture
def api(bot_api: BotApi) -> BotApi:
    for user in (ANN, BOB, EVE, MAX):
        bot_api.know(user.id)
    return bot_api


@pytest.fixture
def duty(api: BotApi, cockpit: Callable[..., Product]) -> Product:
    product = cockpit(telegram_api_url=api.url, telegram_token=TOKEN)
    product.home.mkdir(parents=True)
    (product.home / "cockpit.toml").write_text(PEOPLE)
    product.start("oncall")
    (blueprint,) = product.home.rglob("1_oncall.yaml")
    blueprint.write_text("duty__main:\n  wait: 4s\n")
    product.ask("blueprint", "execute")
    return product


def asked(api: BotApi, user: User, text: str) -> None:
    api.wait(lambda: any(text in one for one in api.said(user.id)))


def replies(duty: Product) -> list[str]:
    """The mails to the sender, by their text."""
    return [
        duty.ask("outbox", "show", mail["id"])["raw"]
        for mail in duty.ask("outbox", "list")
        if mail["to"] == ["sender@example.org"]
    ]


def test_a_request_goes_up_until_somebody_takes_it_and_the_sender_hears_who(
    duty: Product, api: BotApi
):
    event = duty.mail("help: the printer is on fire", sender="sender@example.org")
    for user in (ANN, MAX, BOB):
        asked(api, user, "sender@example.org: help: the printer is on fire. Do you take it?")
    assert api.labels(BOB.id) == ["I take it"]
    api.press_newest("I take it", user=BOB)
    (mail,) = until(lambda: replies(duty))

    assert "bob takes care of it: bob@example.org" in mail
    asked(api, ANN, "Its time is over.")
    asked(api, BOB, "I take it by bob")
    (job,) = duty.settled(event)["jobs"]
    assert "bob takes it" in duty.ask("job", "show", job["id"])["output"]
    assert api.said(EVE.id) == []


def test_when_nobody_takes_it_the_sender_hears_that_also_over_a_kill(duty: Product, api: BotApi):
    duty.mail("help: it burns", sender="sender@example.org")
    asked(api, BOB, "it burns. Do you take it?")
    duty.kill()
    duty.start()
    asked(api, EVE, "it burns. Do you take it?")
    (mail,) = until(lambda: replies(duty))

    assert "Nobody can take it now" in mail
