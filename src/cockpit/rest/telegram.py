"""The Telegram door over HTTP: set it up, let people in, look at what waits; and its webhook.

What the door is, whoever puts the house together hands in: see `Telegram`.
"""

from typing import Literal, Protocol

import falcon
import msgspec

from cockpit.access.person import DECLARED, person
from cockpit.errors import ConflictError, InputError
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_MOST = 1024**2


class TelegramState(msgspec.Struct, frozen=True, kw_only=True):
    """How the door to Telegram is.

    Attributes:
        is_on: There is a token.
        username: Of the bot, once Telegram said it.
        last_poll_age: Seconds since updates were asked for successfully; -1 is never.
        people: How many people it knows.
        queued: Messages that wait; `sent` how many were, `dead` those that were given up.
        error: What is wrong now; empty is nothing.
        token_from: `settings`, or `home` for one that was set up.
    """

    is_on: bool
    username: str
    mode: Literal["off", "poll", "webhook"]
    last_poll_age: float
    people: int = 0
    queued: int
    sent: int
    dead: int
    error: str
    token_from: Literal["", "settings", "home"]


class TelegramMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a chat.

    Attributes:
        chat: Its number, or `@name` of a channel.
        tries: How often it was tried in vain since it moved last.
        error: Why it was not sent.
        event: What it is about; empty is none.
    """

    id: str
    chat: int | str
    state: Literal["queued", "sent", "dead", "dropped"]
    text: str
    tries: int
    error: str
    epoch: float
    event: str


class Telegram(Protocol):
    """The door, as whoever puts the house together hands it in."""

    def state(self) -> TelegramState:
        """Return how it is."""

    def setup(self, token: str) -> TelegramState:
        """Check and keep a token; raises InputError, ConflictError, OpsError."""

    def link(self, token: str) -> str:
        """Return the address that carries a one-time token; raises ConflictError."""

    def invite(self, name: str, role: Literal["", "admin"] = "") -> tuple[str, float]:
        """Return a one-time token for a person, and when it is over in epoch seconds."""

    def messages(self, state: str, limit: int) -> list[TelegramMessage]:
        """List messages, newest first."""

    def retry(self, message: str) -> None:
        """Try one again; raises InputError, ConflictError."""

    def drop(self, message: str) -> None:
        """Forget one; raises InputError, ConflictError."""

    def update(self, body: bytes, secret: str) -> bool:
        """Take an update; False when it was not Telegram; raises InputError, OpsError."""


class Setup(Body, frozen=True):
    """A bot.

    Attributes:
        token: As @BotFather gives it.
        admin: Who the link makes an admin; made where they are not there yet.
    """

    token: str
    admin: str = "admin"


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A link that ties whoever opens it in Telegram to a person, once; `expires` in epoch seconds.

    Attributes:
        bot: The user name of the bot.
    """

    name: str
    link: str
    expires: float
    bot: str


class Listing(Page, frozen=True, kw_only=True):
    """Which messages to list.

    Attributes:
        state: Only those in this state; empty is all.
    """

    state: Literal["", "queued", "sent", "dead"] = ""


class Received(msgspec.Struct, frozen=True):
    """It is stored."""


class TelegramDoor:
    """The bot: how it is, who it knows, what it could not send."""

    def __init__(self, rooms: Rooms) -> None:
        self._given = rooms.telegram
        self._directory = rooms.directory

    @operation(returns=TelegramState)
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Tell how the bot is."""
        linked = sum(bool(one.telegram_id) for one in self._directory.people())
        resp.media = msgspec.structs.replace(self._door.state(), people=linked)

    @operation(returns=Invitation, examples={"a bot": {"token": "1234:abc"}})
    def on_post_setup(self, req: falcon.Request, resp: falcon.Response, body: Setup) -> None:
        """Take a bot into service, and make the link that lets its first admin in."""
        door = self._door
        self._must_be_fit(body.admin)
        door.setup(body.token)
        resp.media = self._invitation(body.admin, "admin")

    @operation(returns=list[TelegramMessage])
    def on_get_messages(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List messages to chats, newest first."""
        resp.media = self._door.messages(query.state, query.limit)

    @operation(status=204, errors=(404,))
    def on_post_retry(self, req: falcon.Request, resp: falcon.Response, note: str) -> None:
        """Try a message again that was given up."""
        with or_not_found():
            self._door.retry(note)
        resp.status = falcon.HTTP_204

    @operation(status=204, errors=(404,))
    def on_post_drop(self, req: falcon.Request, resp: falcon.Response, note: str) -> None:
        """Forget a message that was given up."""
        with or_not_found():
            self._door.drop(note)
        resp.status = falcon.HTTP_204

    @operation(returns=Invitation, errors=(404,))
    def on_post_link(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Make a one-time link that ties a chat to a person."""
        with or_not_found():
            self._directory.get(name)
        resp.media = self._invitation(name, "")

    @operation(status=204, errors=(404,))
    def on_delete_link(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Tie no chat to a person any more."""
        with or_not_found():
            self._directory.get(name)
        self._directory.unlink(name)
        resp.status = falcon.HTTP_204

    @operation(returns=Received, errors=(401,), is_loose=True)
    def on_post_update(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Take an update from Telegram; it is stored once the answer is there."""
        body = req.bounded_stream.read(_MOST)
        if self._given is None or not self._given.update(body, req.get_header(_SECRET) or ""):
            raise falcon.HTTPUnauthorized(description="this is not how Telegram sends")
        resp.media = Received()

    def _must_be_fit(self, name: str) -> None:
        """Refuse who cannot become an admin, before anything is changed."""
        try:
            person(name)
        except InputError as error:
            raise InputError(f"admin: {error}") from error
        found = self._directory.find(name)
        if found and found.origin == DECLARED and found.role != "admin":
            raise InputError(
                f'admin: {name} stands in cockpit.toml: write role = "admin" at [people.{name}]'
            )

    @property
    def _door(self) -> Telegram:
        if self._given is None:
            raise ConflictError("this process has no door to Telegram")
        return self._given

    def _invitation(self, name: str, role: Literal["", "admin"]) -> Invitation:
        token, expires = self._door.invite(name, role)
        bot = self._door.state().username
        return Invitation(name=name, link=self._door.link(token), expires=expires, bot=bot)
