"""One bot at work: what reads, what sends, what asks for updates; put together and kept going.

token → who is it? (Telegram) → updates; orders and messages do not wait for that

Each part begins again when the world was in trouble; none ends another.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import gevent

from cockpit import events
from cockpit.bus import Group, Log, keys
from cockpit.errors import InputError, OpsError
from cockpit.telegram.buttons import Buttons
from cockpit.telegram.client import BusyError, Client
from cockpit.telegram.commands.alarm import AlarmCommands
from cockpit.telegram.commands.blueprint import BlueprintCommands
from cockpit.telegram.commands.eco import EcoCommands
from cockpit.telegram.commands.event import EventCommands
from cockpit.telegram.commands.follow import FollowCommands
from cockpit.telegram.commands.mail import MailCommands
from cockpit.telegram.commands.repo import RepoCommands
from cockpit.telegram.commands.run import RunCommands
from cockpit.telegram.commands.service import ServiceCommands
from cockpit.telegram.commands.status import StatusCommands
from cockpit.telegram.conversation import Conversation
from cockpit.telegram.desk import Chat, Desk
from cockpit.telegram.documents import Documents
from cockpit.telegram.follows import Follows
from cockpit.telegram.gate import Gate
from cockpit.telegram.house import House
from cockpit.telegram.intake import Intake
from cockpit.telegram.notices import Notices
from cockpit.telegram.orders import Orders
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.poller import Poller
from cockpit.telegram.progress import Progress
from cockpit.telegram.sender import Sender
from cockpit.telegram.talks import Talks
from cockpit.telegram.update import Origin

_Answer = TypeVar("_Answer")
_AGAIN_S = 1.0
_LONGEST_S = 60.0
_ROUND_S = 1.0


class Bot:
    """A bot.

    Args:
        client: Its way to Telegram; None is a robot without a chat, which carries out orders alone.
        log: Asks for admission, as the logs of all doors do.
        webhook: The address that Telegram sends to; "" polls.
        report: Told of what nobody expected.
    """

    def __init__(
        self,
        house: House,
        gate: Gate,
        *,
        client: Client | None,
        log: Log,
        webhook: str,
        report: Callable[[BaseException], None],
        logger: Any,
    ) -> None:
        self._house = house
        self._gate = gate
        self._client = client
        self._report = report
        self._logger = logger
        self._webhook = webhook
        self.secret = secrets.token_urlsafe(32)
        self.username = ""
        self.outgoing = Outgoing(house.pipe, wake=self.wake, clock=house.clock)
        self.intake = Intake(
            log,
            bot=client.bot_id if client else "",
            username=lambda: self.username,
            refused=self._refused,
            clock=house.clock,
        )
        self._orders = Orders(house.catalog, house.worktrees, house.blueprints)
        self._sender: Sender | None = None
        self.poller: Poller | None = None
        self._topics = keys.TOPICS if client else (keys.topic("telegram"),)
        self._parts = self._put_together(client)

    def run(self) -> None:
        """Work until killed.

        What does not need Telegram begins at once: orders are carried out and messages are stored
        also while it cannot be reached.
        """
        working = [gevent.spawn(self._keep_going, part) for part in self._parts]
        try:
            if self._client is not None:
                me = self._insist(self._client.get_me)
                self.username = str(me.get("username", ""))
                if self.poller is not None:
                    working.append(gevent.spawn(self._keep_going, self.poller.run))
            self._logger.info("telegram_ready", bot=self.username or "none")
            if self._client is not None:
                self._introduce(self._client)
            gevent.joinall(working)
        finally:
            gevent.killall(working)

    @property
    def last_poll_epoch(self) -> float:
        """When updates were asked for successfully last, in epoch seconds; 0 is never."""
        return self.poller.last_epoch if self.poller else 0.0

    @property
    def error(self) -> str:
        """What is wrong on the way to Telegram now; "" is nothing."""
        return self._trouble or (self._sender.error if self._sender else "")

    def _put_together(self, client: Client | None) -> Sequence[Callable[[], None]]:
        self._trouble = ""
        house = self._house
        group = Group(house.pipe, "telegram", topics=self._topics)
        options: dict[str, Any] = {
            "is_genuine": self._is_genuine,
            "report": self._report,
            "on_order": self._note_order,
        }
        if client is None:
            self.desk = Desk(house.pipe, group, self._orders, None, **options)
            return [self._run_alone]
        buttons, talks = Buttons(house.pipe), Talks(house.pipe)
        self.progress = progress = Progress(house, self.outgoing, buttons)
        self.notices = notices = Notices(
            house, self.outgoing, buttons, talks, progress, may_hear=self._gate.may_hear
        )
        self.follows = follows = Follows(
            house.pipe,
            self.outgoing,
            buttons,
            house.alarms,
            may_hear=self._gate.may_hear,
            clock=house.clock,
        )
        conversation = self._conversation(client, talks, buttons, progress, follows)
        self._listed = conversation.listed()
        self._sender = Sender(client, self.outgoing, house.stor, report=self._report)
        chat = Chat(conversation, notices, follows)
        self.desk = Desk(house.pipe, group, self._orders, chat, **options)
        rounds = [lambda: _repeat(notices.ask), lambda: _repeat(follows.keep_up)]
        parts = [self.desk.run, self._sender.run, progress.run, *rounds]
        if not self._webhook:
            self.poller = Poller(
                client, self.intake, on_trouble=self._note_trouble, clock=house.clock
            )
        return parts

    def _run_alone(self) -> None:
        """Carry out orders; what else a bot read before waits for nobody in the log."""
        others = [topic for topic in keys.TOPICS if topic not in self._topics]
        Group(self._house.pipe, "telegram", topics=others).leave()
        self.desk.run()

    def _conversation(
        self,
        client: Client,
        talks: Talks,
        buttons: Buttons,
        progress: Progress,
        follows: Follows,
    ) -> Conversation:
        house = self._house
        blueprints = BlueprintCommands(house, self._orders)
        groups = (
            RepoCommands(house),
            blueprints,
            ServiceCommands(house),
            RunCommands(house),
            EventCommands(house),
            EcoCommands(house),
            AlarmCommands(house),
            MailCommands(house),
            StatusCommands(house),
            FollowCommands(follows),
        )

        def toast(origin: Origin, text: str) -> None:
            if origin.callback:
                gevent.spawn(_quietly, client.answer_callback, origin.callback, text)

        return Conversation(
            self._gate,
            talks,
            self.outgoing,
            buttons,
            progress,
            commands=[one for group in groups for one in group.commands()],
            documents=Documents(
                house,
                blueprints,
                download=client.download,
                busy=lambda chat: gevent.spawn(_quietly, client.send_action, chat),
            ).answer,
            toast=toast,
            report=self._report,
        )

    def _introduce(self, client: Client) -> None:
        """Tell Telegram how updates come, and what there is; as often as it takes."""
        if self._webhook:
            self._insist(lambda: client.set_webhook(self._webhook, self.secret))
        else:
            self._insist(client.delete_webhook)
        self._insist(lambda: client.set_commands(self._listed))

    def _insist(self, call: Callable[[], _Answer]) -> _Answer:
        """Ask Telegram for something as often as it takes: what it refuses may be mended there."""
        pause_s = _AGAIN_S
        while True:
            try:
                found = call()
            except (InputError, OpsError) as error:
                self._note_trouble(str(error))
                gevent.sleep(error.after_s if isinstance(error, BusyError) else pause_s)
                pause_s = min(_LONGEST_S, pause_s * 2)
            else:
                self._note_trouble("")
                return found

    def _keep_going(self, part: Callable[[], None]) -> None:
        while True:
            try:
                part()
            except OpsError as error:
                self._logger.warning("telegram_waits", error=str(error))
            except Exception as error:  # noqa: BLE001 - the boundary of this greenlet
                self._report(error)
            gevent.sleep(_AGAIN_S)

    def _is_genuine(self, event: events.Telegram) -> bool:
        # SECURITY: anybody who may publish could write an event that speaks for an admin. Only
        # what the intake stored has its mark.
        update = event.meta.get("update")
        if not isinstance(update, int):
            return False
        raw = self._house.pipe.call("GET", keys.mark(self.intake.mark(update)))
        return raw is not None and raw.decode() == event.id

    def wake(self) -> None:
        """Send at once what waits."""
        if self._sender is not None:
            self._sender.wake()

    def _refused(self, update: Any, why: str) -> None:
        self._logger.warning("telegram_update_refused", why=why, update=repr(update)[:500])

    def _note_order(self, event: events.Telegram, told: str) -> None:
        self._logger.info("order_carried_out", event_id=event.id, action=event.action, told=told)

    def _note_trouble(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            self._logger.warning("telegram_trouble", error=trouble)
        elif not trouble and self._trouble:
            self._logger.info("telegram_goes_on")
        self._trouble = trouble


def _repeat(round_: Callable[[], None]) -> None:
    while True:
        round_()
        gevent.sleep(_ROUND_S)


def _quietly(call: Callable[..., Any], *args: Any) -> None:
    try:
        call(*args)
    except (InputError, OpsError):
        return  # Whoever pressed waits a moment longer; the answer itself is a message.
