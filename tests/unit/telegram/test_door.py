import pytest

from bot_api import TOKEN
from cockpit import events
from cockpit.bus import Group
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.telegram import Door, Terms
from cockpit.telegram.gate import Gate
from unit.telegram.conftest import ANN

HOOK = "http://127.0.0.1:1/webhooks/telegram"


class Kept:
    """What the home keeps, and what the settings say."""

    token = ""
    trouble = ""
    terms = Terms("", "")

    def stored(self):
        if self.trouble:
            raise OpsError(self.trouble)
        return self.token


@pytest.fixture
def kept(api):
    found = Kept()
    found.terms = Terms("", api.url)
    return found


@pytest.fixture
def door(chat, kept, api):
    def keep(token):
        kept.token = token

    gate = Gate(chat.pipe, chat.directory, chat.invitations, chat.audit, groups=lambda: chat.groups)
    found = Door(
        chat.house,
        gate,
        log=chat.robot.log,
        terms=lambda: kept.terms,
        stored=kept.stored,
        keep=keep,
        owner="me",
        report=chat.reported.append,
        logger=chat.logger,
    )
    found.start()
    api.wait(lambda: ("telegram_ready", {"bot": "none"}) in chat.logger.lines)
    yield found
    if found.state().username:
        # One that ends while it takes a connection from the pool leaves it to the garbage
        # collector, which warns: it waits for the answer to its second request.
        api.wait(lambda: api.counts["setMyCommands"])
        api.wait(lambda: api.counts["getUpdates"] > 1 or api.webhook)
    found.stop()


def test_without_a_token_it_is_off_and_carries_out_orders(door):
    state = door.state()

    assert (state.is_on, state.mode, state.last_poll_age, state.token_from) == (
        False,
        "off",
        -1,
        "",
    )
    with pytest.raises(ConflictError, match="no bot yet"):
        door.link("x")


def test_setup_checks_the_token_keeps_it_and_the_bot_answers(door, kept, api):
    state = door.setup(f" {TOKEN}\n")

    assert (state.username, state.mode, state.token_from) == ("cockpit_bot", "poll", "home")
    assert kept.token == TOKEN
    assert door.link("abc") == "https://t.me/cockpit_bot?start=abc"
    api.say("/status", user=ANN)
    api.wait(lambda: api.said(ANN.id))
    api.wait(lambda: 0 <= door.state().last_poll_age < 60)
    assert api.commands[0]["command"] == "repo"


def test_a_wrong_token_or_an_unreachable_telegram_keeps_nothing(door, kept, api):
    with pytest.raises(InputError, match="refuses"):
        door.setup("99:wrong")
    api.cut()
    with pytest.raises(OpsError, match="cannot be reached"):
        door.setup(TOKEN)
    api.mend()

    assert kept.token == ""


def test_the_settings_go_before_what_was_set_up(door, kept, api, chat):
    kept.terms = Terms(TOKEN, api.url)
    door.reread()
    chat.api.wait(lambda: door.state().username == "cockpit_bot")

    assert door.state().token_from == "settings"
    with pytest.raises(ConflictError, match="stands in the settings"):
        door.setup(TOKEN)


def test_a_telegram_that_is_away_at_first_is_found_later(door, kept, api, chat):
    api.cut()
    kept.terms = Terms(TOKEN, api.url)
    door.reread()
    chat.api.wait(lambda: "cannot be reached" in door.state().error)
    assert door.state().is_on
    api.mend()

    chat.api.wait(lambda: door.state().username == "cockpit_bot")


@pytest.mark.parametrize("trouble", ["away", "wrong token", "asked too often"])
def test_until_telegram_says_who_the_bot_is_orders_are_done_and_messages_stored(
    door, kept, api, chat, trouble
):
    token = "99:wrong" if trouble == "wrong token" else TOKEN
    if trouble == "away":
        api.cut()
    if trouble == "asked too often":
        api.fail("getMe", 429, retry_after=3600)
    kept.terms = Terms(token, api.url)
    door.reread()
    api.wait(lambda: door.state().error)
    for order in (
        events.Telegram(io="input", action="repo.create", args={"name": "second"}),
        events.Telegram(io="output", action="message", args={"msg": "hi", "who": "ann"}),
    ):
        chat.robot.log.append(order)

    api.wait(lambda: "second" in chat.robot.catalog.repos())
    api.wait(lambda: chat.texts() == ["hi"])
    assert door.state().username == ""


def test_a_redis_that_is_away_as_the_bot_goes_keeps_no_order_waiting(
    door, kept, api, chat, monkeypatch
):
    tries = []
    leave = Group.leave

    def away_at_first(group):
        tries.append(group)
        if len(tries) == 1:
            raise OpsError("Redis is away")
        leave(group)

    kept.terms = Terms(TOKEN, api.url)
    door.reread()
    api.wait(lambda: api.counts["getUpdates"] > 1)
    monkeypatch.setattr(Group, "leave", away_at_first)
    kept.terms = Terms("", api.url)
    door.reread()
    order = events.Telegram(io="input", action="repo.create", args={"name": "second"})
    chat.robot.log.append(order)

    api.wait(lambda: "second" in chat.robot.catalog.repos())
    assert len(tries) == 2


def test_a_token_that_cannot_be_read_is_told_and_tried_again(door, kept, api, chat):
    kept.trouble, kept.token = "the token of the bot cannot be read", TOKEN
    door.reread()
    api.wait(lambda: any(name == "telegram_waits" for name, _ in chat.logger.lines))
    state = door.state()
    assert (state.is_on, state.error) == (True, "the token of the bot cannot be read")
    kept.trouble = ""

    api.wait(lambda: door.state().username == "cockpit_bot")


def test_settings_that_change_nothing_here_leave_the_bot_at_work(door, kept, api):
    kept.terms = Terms(TOKEN, api.url)
    door.reread()
    api.wait(lambda: api.counts["setMyCommands"])
    door.reread()
    before = api.counts["getUpdates"]
    api.say("/status", user=ANN)
    api.wait(lambda: api.counts["getUpdates"] > before)

    assert api.counts["getMe"] == 1


def test_what_is_refused_once_is_asked_for_again(door, kept, api):
    api.fail("setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host")
    kept.terms = Terms(TOKEN, api.url, HOOK)
    door.reread()
    api.wait(lambda: api.webhook)

    api.wait(lambda: door.state().error == "")


def test_a_pause_that_telegram_asks_for_is_made(door, kept, api):
    api.fail("setMyCommands", 429, retry_after=3600)
    kept.terms = Terms(TOKEN, api.url)
    door.reread()
    api.wait(lambda: "pause of 3600 s" in door.state().error)
    api.wait(lambda: api.counts["getUpdates"] > 1)

    assert api.counts["setMyCommands"] == 1


def test_a_webhook_takes_what_has_its_secret(door, kept, api, chat):
    assert not door.update(b"{}", "")
    kept.terms = Terms(TOKEN, api.url, HOOK)
    door.reread()
    secret = api.wait(lambda: api.webhook.get("secret_token"))
    body = (
        b'{"update_id":5,"message":{"message_id":1,"chat":{"id":42,"type":"private"},"text":"hi"}}'
    )

    assert not door.update(body, "wrong")
    assert not door.update(body, "")
    assert door.update(body, secret)
    assert door.update(body, secret)
    (event,) = chat.robot.log.newest(["telegram"], 9)
    assert event.args == {"text": "hi"}
    with pytest.raises(InputError, match="no JSON"):
        door.update(b"{", secret)
    assert door.state().mode == "webhook"


def test_its_messages_are_listed_and_moved(door):
    assert door.messages("", 9) == []
    for move in (door.retry, door.drop):
        with pytest.raises(InputError, match="no message"):
            move("x")
    door.trim(0)
    door.break_if("nobody")


def test_one_bot_at_a_time(chat, door, api, kept):
    kept.token = TOKEN
    door.reread()
    api.wait(lambda: door.state().username)

    assert door._lease.is_held
    assert chat.pipe.call("GET", "cockpit:lease:telegram") == b"me"
