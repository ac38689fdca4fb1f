"""The Telegram door: which bot there is, one of it at a time, and what is told of it.

token → Bot, by lease → status, setup, webhook
"""

import hmac
from collections.abc import Callable
from typing import Any, Literal

import gevent
import msgspec
from gevent.event import Event

from cockpit.bus import Lease, Log
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.telegram.bot import Bot
from cockpit.telegram.client import Client, decoded
from cockpit.telegram.gate import Gate
from cockpit.telegram.house import House
from cockpit.telegram.outgoing import Message, Outgoing

_AGAIN_S = 1.0

Mode = Literal["off", "poll", "webhook"]


class Terms(msgspec.Struct, frozen=True):
    """What the settings say of the bot.

    Attributes:
        token: "" is the one that `setup` stored.
        webhook: The address that Telegram sends to; "" polls.
    """

    token: str
    api_url: str
    webhook: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How the door is.

    Attributes:
        last_poll_age: Seconds since updates were asked for successfully; -1 is never.
        token_from: `settings`, or `home` for one that was set up.
    """

    is_on: bool
    username: str
    mode: Mode
    last_poll_age: float
    queued: int
    sent: int
    dead: int
    error: str
    token_from: Literal["", "settings", "home"]


class Door:
    """The bot of this cockpit.

    Args:
        gate: Lets people in.
        log: Asks for admission, as the logs of all doors do.
        terms: Gives what the settings say now.
        stored: Gives the token that was set up, "" is none; `keep` stores one.
        owner: Unique to this process, for the lease.
        report: Told of what nobody expected.
    """

    def __init__(
        self,
        house: House,
        gate: Gate,
        *,
        log: Log,
        terms: Callable[[], Terms],
        stored: Callable[[], str],
        keep: Callable[[str], None],
        owner: str,
        report: Callable[[BaseException], None],
        logger: Any,
    ) -> None:
        self._house = house
        self._gate = gate
        self._log = log
        self._terms = terms
        self._stored = stored
        self._keep = keep
        self._report = report
        self._logger = logger
        self._outgoing = Outgoing(house.pipe, wake=self._wake, clock=house.clock)
        self._changed = Event()
        self._bot: Bot | None = None
        self._given: tuple[Terms, str] | None = None
        self._lease = Lease(
            house.pipe, name="telegram", owner=owner, body=self._serve, report=report
        )

    def break_if(self, prefix: str) -> None:
        """Free the lease when a predecessor of this process holds it."""
        self._lease.break_if(prefix)

    def start(self) -> None:
        """Begin; returns at once, also when Telegram cannot be reached."""
        self._lease.start()

    def stop(self) -> None:
        """End; what waits to be sent is sent after the next start."""
        self._lease.stop()

    def reread(self) -> None:
        """Look at the settings again; a bot that they do not change goes on undisturbed."""
        try:
            is_same = self._given == (self._terms(), self._token())
        except OpsError:
            is_same = False
        if not is_same:
            self._changed.set()

    def state(self) -> State:
        """Return how the door is."""
        bot, terms = self._bot, self._terms()
        is_on, trouble = True, ""
        try:
            is_on = bool(self._token())
        except OpsError as error:
            trouble = str(error)
        age = self._house.clock() - bot.last_poll_epoch if bot and bot.last_poll_epoch else -1.0
        return State(
            is_on=is_on,
            username=bot.username if bot else "",
            mode="off" if not is_on else "webhook" if terms.webhook else "poll",
            last_poll_age=age,
            error=trouble or (bot.error if bot else ""),
            token_from="settings" if terms.token else "home" if is_on else "",
            **self._outgoing.figures(),
        )

    def setup(self, token: str) -> State:
        """Check a token, keep it, and let its bot begin.

        Raises:
            InputError: Telegram does not know it; ConflictError when the settings hold one.
            OpsError: Telegram cannot be reached, or the disk is full.
        """
        terms = self._terms()
        if terms.token:
            raise ConflictError("telegram.token stands in the settings: change it there")
        client = Client(token.strip(), terms.api_url)
        try:
            client.get_me()
        finally:
            client.close()
        self._keep(token.strip())
        begun = self._bot
        self._changed.set()
        with gevent.Timeout(10, OpsError("the bot does not begin: see `cockpit telegram status`")):
            while self._bot is begun or self._bot is None or not self._bot.username:
                gevent.sleep(0.05)
        return self.state()

    def link(self, token: str) -> str:
        """Return the address that lets somebody in.

        Raises:
            ConflictError: There is no bot, or its name is not known yet.
        """
        if self._bot is None or not self._bot.username:
            raise ConflictError("there is no bot yet: `cockpit telegram setup`")
        return f"https://t.me/{self._bot.username}?start={token}"

    def update(self, body: bytes, secret: str) -> bool:
        """Take what Telegram sends to the webhook; False when it was not Telegram.

        Raises:
            InputError: It is no JSON.
            OpsError: Redis is away: Telegram sends it again.
        """
        bot = self._bot
        if bot is None or not self._terms().webhook:
            return False
        if not hmac.compare_digest(secret.encode(), bot.secret.encode()):
            return False
        update = decoded(body)
        if update is None:
            raise InputError("it is no JSON")
        bot.intake.take([update])
        return True

    def messages(self, state: str, limit: int) -> list[Message]:
        """List messages to chats, newest first."""
        return self._outgoing.newest(limit, state)

    def retry(self, message: str) -> None:
        """Try a message again that was given up; raises as `Outgoing.retry`."""
        self._outgoing.retry(message)

    def drop(self, message: str) -> None:
        """Forget a message that was given up; raises as `Outgoing.drop`."""
        self._outgoing.drop(message)

    def trim(self, before: float) -> None:
        """Forget messages that were put before a moment (epoch seconds)."""
        self._outgoing.trim(before)

    def _token(self) -> str:
        return self._terms().token or self._stored()

    def _wake(self) -> None:
        if self._bot is not None:
            self._bot.wake()

    def _serve(self) -> None:
        """Let the bot work whose token holds now, and the next one when that changes."""
        working: gevent.Greenlet | None = None
        try:
            while True:
                self._changed.clear()
                working = gevent.spawn(self._work)
                self._changed.wait()
                working.kill()
        finally:
            if working is not None:
                working.kill()
            self._bot = None

    def _work(self) -> None:
        while True:
            try:
                self._let_work()
            except OpsError as error:
                self._logger.warning("telegram_waits", error=str(error))
            except Exception as error:  # noqa: BLE001 - the boundary of this greenlet
                self._report(error)
            gevent.sleep(_AGAIN_S)

    def _let_work(self) -> None:
        """Let the bot work of the token that holds now, until killed."""
        self._given = terms, token = self._terms(), self._token()
        client = Client(token, terms.api_url) if token else None
        self._bot = Bot(
            self._house,
            self._gate,
            client=client,
            log=self._log,
            webhook=terms.webhook if client else "",
            report=self._report,
            logger=self._logger,
        )
        try:
            self._bot.run()
        finally:
            if client is not None:
                client.close()
