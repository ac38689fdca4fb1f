"""Who asks, and what they may do. Pure."""

import msgspec

from cockpit.access.person import ROLES, Role

Scope = Role
"""What a token may do, in the words of people's roles: each may do what those before it may."""


class Identity(msgspec.Struct, frozen=True):
    """Who asks.

    Attributes:
        name: Of the token or of whom it was given to, for the audit log.
        kind: `local` (the command line of this home), `token` or `jwt`.
    """

    name: str
    scope: Scope
    kind: str = "token"

    def may(self, needed: Scope) -> bool:
        """Tell whether the scope reaches far enough."""
        return ROLES.index(self.scope) >= ROLES.index(needed)
