"""Who may talk to the robot: people whose numeric id is known, in chats that are allowed.

SECURITY: a user name may change hands, so it proves nothing. Who is unknown gets one polite answer.
"""

import time
from collections.abc import Callable, Collection

import msgspec

from cockpit.access.audit import Act, Audit
from cockpit.access.directory import Directory
from cockpit.access.invitations import Invitations
from cockpit.access.person import ROLES, Person, Role, person
from cockpit.bus import Pipe, keys
from cockpit.errors import InputError
from cockpit.telegram.update import Origin

_ONCE_S = 86_400


class Gate:
    """Lets people in.

    Args:
        groups: Gives the group chats in which the robot answers.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        pipe: Pipe,
        directory: Directory,
        invitations: Invitations,
        audit: Audit,
        *,
        groups: Callable[[], Collection[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pipe = pipe
        self._directory = directory
        self._invitations = invitations
        self._audit = audit
        self._groups = groups
        self._clock = clock

    def is_open(self, origin: Origin) -> bool:
        """Tell whether the robot answers in a chat at all."""
        return origin.is_private or str(origin.chat) in self._groups()

    def person(self, origin: Origin) -> Person | None:
        """Return who somebody is; None for a stranger."""
        return self._directory.by_telegram(origin.user) if origin.user else None

    def may_hear(self, chat: int) -> bool:
        """Tell whether a chat may still be told of events."""
        if chat < 0:
            return str(chat) in self._groups()
        return self._directory.by_telegram(chat) is not None

    def accept(self, origin: Origin, secret: str) -> Person | None:
        """Tie a chat to the person whom a one-time link was made for; None when it is none.

        Args:
            secret: The digest of what the link carries.

        Raises:
            InputError: Whoever opens it is somebody else already; the link stays as it was.
        """
        if not (origin.is_private and origin.user and secret):
            return None
        self._refuse_others(origin, secret)
        found = self._invitations.accept(secret, by=origin.user)
        there = self._directory.find(found.name) if found else None
        # SECURITY: only the link of a setup makes somebody; who was removed meanwhile stays so.
        if found is None or (there is None and not found.role):
            return None
        self.note(f"telegram:{origin.user}", f"link {found.name} {found.role}".rstrip(), origin)
        if there is None:
            self._directory.put(person(found.name, role=found.role))
        elif found.role and ROLES.index(found.role) > ROLES.index(there.role):
            self._raise(there, found.role)
        self._directory.link(found.name, origin.user)
        self._invitations.end(secret)
        return self._directory.by_telegram(origin.user)

    def _refuse_others(self, origin: Origin, secret: str) -> None:
        """Refuse whoever is somebody already: they would become another, and shut that one out."""
        known, meant = self.person(origin), self._invitations.find(secret)
        if known and meant and known.name != meant.name:
            raise InputError(
                f"this link is {meant.name}'s, and you are {known.name}:"
                f" `cockpit people unlink {known.name}` comes first"
            )

    def spoil(self, origin: Origin, secret: str) -> None:
        """End a one-time link that somebody showed where others read."""
        if self._invitations.end(secret):
            self.note(f"telegram:{origin.user}", "showed a link to others: it is over", origin)

    def is_first_time(self, origin: Origin) -> bool:
        """Tell whether a stranger was not answered for a day, and note that they came."""
        key = keys.telegram_told(origin.chat, f"stranger-{origin.user}")
        if not self._pipe.call("SET", key, 1, "NX", "EX", _ONCE_S):
            return False
        self.note(f"telegram:{origin.user}", "came, and is unknown", origin, status=403)
        return True

    def note(self, who: str, what: str, origin: Origin, *, status: int = 0) -> None:
        """Write into the audit log; it is durable when this returns.

        Raises:
            OpsError: Redis is away.
        """
        where = f"chat {origin.chat}, user {origin.user}"
        epoch = int(self._clock())
        act = Act(who=who, kind="telegram", what=what, where=where, epoch=epoch, status=status)
        self._audit.note(act)()

    def _raise(self, there: Person, role: Role) -> None:
        try:
            self._directory.put(msgspec.structs.replace(there, role=role, telegram_id=0))
        except InputError:
            return  # Who stands in cockpit.toml has the role that stands there.
