"""The example `oncall`: a request goes up the chain in the chat until somebody takes it."""

from collections.abc import Callable

import pytest

from bot_api import TOKEN, BotApi, User
from flows.product import Product, until

ANN, BOB, EVE = User(42, "Ann"), User(43, "Bob"), User(44, "Eve")
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

[calendars.oncall]
shifts = [{ who = ["ann"] }]
"""


@pytest.fixture
def api(bot_api: BotApi) -> BotApi:
    for user in (ANN, BOB, EVE):
        bot_api.know(user.id)
    return bot_api


@pytest.fixture
def duty(api: BotApi, cockpit: Callable[..., Product]) -> Product:
    product = cockpit(telegram_api_url=api.url, telegram_token=TOKEN)
    product.home.mkdir(parents=True)
    (product.home / "cockpit.toml").write_text(PEOPLE)
    return product.start("oncall")


def asked(api: BotApi, user: User, text: str) -> None:
    api.wait(lambda: any(text in one for one in api.said(user.id)))


def replies(duty: Product) -> list[str]:
    """The mails to the sender, by their text."""
    return [
        duty.ask("outbox", "show", mail["id"])["raw"]
        for mail in duty.ask("outbox", "list")
        if mail["to"] == ["max@example.org"]
    ]


def test_a_request_goes_up_until_somebody_takes_it_and_the_sender_hears_who(
    duty: Product, api: BotApi
):
    event = duty.mail("help: the printer is on fire", sender="max@example.org")
    asked(api, ANN, "max@example.org: help: the printer is on fire. Do you take it?")
    assert api.labels(ANN.id) == ["I take it", "Not me"]
    api.press_newest("Not me", user=ANN)

    asked(api, BOB, "the printer is on fire. Do you take it?")
    assert api.said(EVE.id) == []
    duty.kill()
    duty.start()
    api.press_newest("I take it", user=BOB)
    (mail,) = until(lambda: replies(duty))
    assert "bob takes care of it: bob@example.org" in mail
    asked(api, ANN, "Not me by ann")
    asked(api, BOB, "I take it by bob")
    (job,) = duty.settled(event)["jobs"]
    assert "bob takes it" in duty.ask("job", "show", job["id"])["output"]


def test_when_nobody_takes_it_the_sender_hears_that(duty: Product, api: BotApi):
    duty.mail("help: it burns", sender="max@example.org")
    for user in (ANN, BOB, EVE):
        asked(api, user, "it burns. Do you take it?")
        api.press_newest("Not me", user=user)
    (mail,) = until(lambda: replies(duty))

    assert "Nobody can take it now" in mail
