"""The door itself is an interface here: tests/unit/telegram and the flows have the real one."""

import dataclasses

import msgspec
import pytest

from cockpit.access.invitations import Invitations
from cockpit.access.person import DECLARED, person
from cockpit.access.token import digest
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.rest.telegram import TelegramMessage, TelegramState

MESSAGE = TelegramMessage(
    id="telegram-1-0:42", chat=42, state="dead", text="hi", tries=3, error="blocked", epoch=9.0,
    event="telegram-1-0",
)  # fmt: skip


class Bot:
    """Keeps what it is asked."""

    def __init__(self, pipe):
        self.invitations = Invitations(pipe, clock=lambda: 1000)
        self.token = ""
        self.trouble = None
        self.moved = []
        self.updates = []

    def state(self):
        return TelegramState(
            is_on=bool(self.token), username="bot" if self.token else "", mode="poll",
            last_poll_age=1.5, queued=0, sent=2, dead=1, error="", token_from="home",
        )  # fmt: skip

    def setup(self, token):
        if self.trouble:
            raise self.trouble
        self.token = token
        return self.state()

    def link(self, token):
        if not self.token:
            raise ConflictError("there is no bot yet")
        return f"https://t.me/bot?start={token}"

    def invite(self, name, role=""):
        made = self.invitations.invite(name, role)
        return made.token, made.expires

    def messages(self, state, limit):
        return [MESSAGE] if state in ("", "dead") else []

    def retry(self, message):
        self._move("retry", message)

    def drop(self, message):
        self._move("drop", message)

    def _move(self, verb, message):
        if message != MESSAGE.id:
            raise InputError(f"there is no message {message}")
        self.moved.append(verb)

    def update(self, body, secret):
        self.updates.append(body)
        return secret == "s3cret"


@pytest.fixture
def bot(pipe):
    return Bot(pipe)


@pytest.fixture
def rooms(rooms, bot):
    return dataclasses.replace(rooms, telegram=bot)


def test_how_the_bot_is(client, rooms):
    rooms.directory.put(person("ann"))
    rooms.directory.link("ann", 42)
    found = client.simulate_get("/telegram").json

    assert (found["is_on"], found["people"], found["last_poll_age"]) == (False, 1, 1.5)


def test_setup_takes_a_token_and_answers_the_link_of_the_first_admin(client, bot):
    answer = client.simulate_post("/telegram/setup", json={"token": "1:abc", "admin": "ann"})

    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["bot"]) == ("ann", "bot")
    token = answer.json["link"].partition("=")[2]
    assert msgspec.to_builtins(bot.invitations.accept(digest(token), by=7)) == {
        "name": "ann",
        "role": "admin",
    }


def test_a_token_never_stands_in_the_audit_log(client, rooms, bot):
    client.simulate_post("/telegram/setup", json={"token": "1:abc"})

    assert bot.token == "1:abc"
    assert "1:abc" not in str(rooms.audit.newest(9))


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(InputError("no"), 422), (ConflictError("no"), 409), (OpsError("no"), 503)],
)
def test_what_does_not_work_is_told(client, bot, trouble, status):
    bot.trouble = trouble

    assert client.simulate_post("/telegram/setup", json={"token": "x"}).status_code == status


def test_somebody_is_linked_and_unlinked(client, rooms, bot):
    bot.token = "x"
    rooms.directory.put(person("ann"))
    rooms.directory.link("ann", 42)
    made = client.simulate_post("/people/ann/telegram-link")
    assert made.json["link"].startswith("https://t.me/bot?start=")

    assert client.simulate_delete("/people/ann/telegram-link").status_code == 204
    assert rooms.directory.get("ann").telegram_id == 0
    assert client.simulate_post("/people/zoe/telegram-link").status_code == 404


def test_whom_the_file_ties_is_untied_there(client, rooms):
    rooms.directory.declare([person("eve", telegram_id=7, origin=DECLARED)], {})
    found = client.simulate_delete("/people/eve/telegram-link")

    assert (found.status_code, "change [people.eve]" in found.json["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("name", "what"), [("a b", "admin: name:"), ("eve", "admin: eve stands in cockpit.toml")]
)
def test_who_cannot_be_an_admin_changes_nothing(client, rooms, bot, name, what):
    rooms.directory.declare([person("eve", origin=DECLARED)], {})
    found = client.simulate_post("/telegram/setup", json={"token": "x", "admin": name})

    assert (found.status_code, bot.token) == (422, "")
    assert what in found.json["detail"]


@pytest.mark.parametrize(
    ("path", "body"), [("/telegram/setup", {"token": "1:abc"}), ("/people/ann/telegram-link", None)]
)
def test_an_answer_with_a_link_is_kept_nowhere(client, rooms, bot, pipe, path, body):
    bot.token = "x"
    rooms.directory.put(person("ann"))
    made = client.simulate_post(path, json=body, headers={"Idempotency-Key": "k"})

    assert "?start=" in made.json["link"]
    assert pipe.call("KEYS", "cockpit:idempotency:*") == []


def test_messages_are_listed_tried_again_and_dropped(client, bot):
    assert client.simulate_get("/telegram/messages").json[0]["error"] == "blocked"
    assert client.simulate_get("/telegram/messages", params={"state": "sent"}).json == []
    for verb in ("retry", "drop"):
        path = f"/telegram/messages/{MESSAGE.id}/{verb}"
        assert client.simulate_post(path).status_code == 204
    assert client.simulate_post("/telegram/messages/x/retry").status_code == 404

    assert bot.moved == ["retry", "drop"]


def test_an_update_comes_in_by_its_secret_alone(client, bot):
    told = {"headers": {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}, "body": b'{"update_id":1}'}

    assert client.simulate_post("/webhooks/telegram", **told).status_code == 200
    assert client.simulate_post("/webhooks/telegram", body=b"{}").status_code == 401
    assert bot.updates[0] == b'{"update_id":1}'
