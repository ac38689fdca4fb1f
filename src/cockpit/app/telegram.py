"""The Telegram door of a rack: put together, and handed to the HTTP door in its words."""

import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.invitations import Invitations
from cockpit.access.private_file import write_private
from cockpit.app.hands import Hands
from cockpit.app.home import Home
from cockpit.app.repositories import Repositories
from cockpit.app.settings import Settings
from cockpit.bus import Log, Outbox, Pipe
from cockpit.errors import OpsError
from cockpit.rest.telegram import TelegramMessage, TelegramState
from cockpit.robot import Jobs, Questions, Runs, Trail
from cockpit.telegram import Door, Gate, House, Terms

Built = tuple[Pipe, Home, Hands, Repositories]
"""What a rack builds first."""

Told = tuple[Callable[[], dict[str, Any]], Callable[[], str]]
"""Gives the state of this cockpit; gives what links to stored files begin with."""


class TelegramRoom:
    """The door to Telegram.

    Args:
        log: Asks for admission, as the logs of all doors do.
        owner: Unique to this process, for the lease.
        report: Told of what nobody expected.
    """

    def __init__(
        self,
        built: Built,
        *,
        log: Log,
        settings: Callable[[], Settings],
        owner: str,
        told: Told,
        report: Callable[[BaseException], None],
        logger: Any,
    ) -> None:
        pipe, home, *_ = built
        self._settings = settings
        self._file = home.secrets / "telegram"
        self._invitations = Invitations(pipe)
        gate = Gate(
            pipe,
            Directory(pipe),
            self._invitations,
            Audit(pipe),
            groups=lambda: settings().telegram.groups,
        )
        self.door = Door(
            _house(built, told),
            gate,
            log=log,
            terms=self._terms,
            stored=self._stored,
            keep=lambda token: write_private(self._file, token.encode()),
            owner=owner,
            report=report,
            logger=logger,
        )

    def state(self) -> TelegramState:
        """Return how it is."""
        return msgspec.convert(msgspec.to_builtins(self.door.state()), TelegramState)

    def setup(self, token: str) -> TelegramState:
        """Check and keep a token; raises as `Door.setup`."""
        self.door.setup(token)
        return self.state()

    def link(self, token: str) -> str:
        """Return the address that carries a one-time token; raises as `Door.link`."""
        return self.door.link(token)

    def invite(self, name: str, role: Literal["", "admin"] = "") -> tuple[str, float]:
        """Return a one-time token for a person, and when it is over in epoch seconds."""
        made = self._invitations.invite(name, role)
        return made.token, made.expires

    def messages(self, state: str, limit: int) -> list[TelegramMessage]:
        """List messages to chats, newest first."""
        return [
            TelegramMessage(
                id=one.id,
                chat=one.chat,
                state=one.state,
                text=one.text.plain,
                tries=one.tries,
                error=one.error,
                epoch=one.epoch,
                event=one.event,
            )
            for one in self.door.messages(state, limit)
        ]

    def retry(self, message: str) -> None:
        """Try a message again that was given up; raises as `Door.retry`."""
        self.door.retry(message)

    def drop(self, message: str) -> None:
        """Forget a message that was given up; raises as `Door.drop`."""
        self.door.drop(message)

    def update(self, body: bytes, secret: str) -> bool:
        """Take what comes to the webhook; raises as `Door.update`."""
        return self.door.update(body, secret)

    def _terms(self) -> Terms:
        told = self._settings().telegram
        return Terms(told.token, told.api_url, told.webhook)

    def _stored(self) -> str:
        try:
            return self._file.read_text().strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise OpsError(f"the token of the bot cannot be read: {error}") from error


def _house(built: Built, told: Told) -> House:
    pipe, _, hands, repositories = built
    status, public_url = told
    jobs, outbox = Jobs(pipe, hands.inboxes), Outbox(pipe)
    return House(
        pipe=pipe,
        log=hands.log,
        stor=hands.stor,
        catalog=hands.catalog,
        worktrees=repositories.worktrees,
        blueprints=repositories.blueprints,
        runs=Runs(pipe, hands.catalog),
        jobs=jobs,
        trail=Trail(pipe, Log(pipe), jobs, outbox),
        questions=Questions(pipe),
        ledger=hands.log.ledger,
        alarms=hands.alarms,
        outbox=outbox,
        directory=Directory(pipe),
        postman=hands.postman,
        status=status,
        public_url=public_url,
        clock=time.time,
    )
