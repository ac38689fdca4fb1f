"""The passwords of services: kept as secrets of the home, by names that their data refers to."""

from collections.abc import Mapping, Sequence

from cockpit.access.secrets import Secrets
from cockpit.ays import Stanza, Template, sealing, secret_hint
from cockpit.errors import InputError


class Passwords:
    """The passwords that blueprints and files give.

    Args:
        secrets: Keeps them; without it they are refused.
    """

    def __init__(self, secrets: Secrets | None) -> None:
        self._secrets = secrets

    def warnings(self, stanzas: Sequence[Stanza], templates: Mapping[str, Template]) -> list[str]:
        """Return what is odd about the secrets of blueprints, as file:line.

        Raises:
            OpsError: The names of the secrets cannot be read.
        """
        known = self._secrets.names() if self._secrets else []
        return [
            *secret_hint.in_clear(stanzas, templates),
            *secret_hint.missing(stanzas, templates, known),
        ]

    def keep(self, passwords: Mapping[str, str]) -> list[str]:
        """Keep passwords before any data refers to them; returns those that are new or changed.

        Raises:
            InputError: Nothing keeps secrets here.
            OpsError: The disk is full, read-only or broken.
        """
        if not passwords:
            return []
        if self._secrets is None:
            raise InputError("a password in a blueprint: nothing keeps secrets here")
        known = set(self._secrets.names())
        renewed = []
        for name, value in passwords.items():
            if name not in known or self._secrets.get(name) != value:
                self._secrets.set(name, value)
                renewed.append(name)
        return renewed

    def forget(self, repo: str, role: str, instance: str) -> None:
        """Remove the passwords of a service that is no more.

        Raises:
            OpsError: The disk is read-only or broken.
        """
        if self._secrets is None:
            return
        for name in self._secrets.names():
            if sealing.is_of(name, repo, role, instance):
                self._secrets.remove(name)
