"""The secrets as one attempt has them: what it reads or keeps is hidden in all that tells of it."""

from collections.abc import Callable, Mapping

from cockpit.access.secrets import Secrets
from cockpit.ays import Schema
from cockpit.ays.sealing import Seal
from cockpit.ays.service import parse_key
from cockpit.errors import InputError
from cockpit.robot.capture import Output


class Vault:
    """Lends secrets to the data of services.

    Args:
        schema_of: Returns the schema of a template by repository and name; it may raise
            LookupError.
    """

    def __init__(
        self, secrets: Secrets, output: Output, schema_of: Callable[[str, str], Schema]
    ) -> None:
        self._secrets = secrets
        self._output = output
        self._schema_of = schema_of

    def reveal(self, name: str) -> str:
        """Return a secret.

        Raises:
            InputError: There is none of this name.
            OpsError: It cannot be read.
        """
        value = self._secrets.get(name)
        self._output.hide(value)
        return value

    def keep(self, passwords: Mapping[str, str]) -> None:
        """Keep passwords by the names of their secrets, durably.

        Raises:
            InputError: One is too long.
            OpsError: The disk is full, read-only or broken.
        """
        for name, value in passwords.items():
            self._output.hide(value)
            self._secrets.set(name, value)

    def seal(self, service: str, template: str) -> Seal:
        """Return the seal of a service, `<repo>/<key>`; without its template nothing is sealed."""
        repo, _, key = service.partition("/")
        try:
            schema = self._schema_of(repo, template)
        except LookupError:
            schema = Schema(is_open=True)
        return Seal(repo, *parse_key(key), schema)

    def refuse(self, value: object, what: str) -> None:
        """Keep secrets out of what everybody may read.

        Args:
            what: Opens the error: who would hold the value.

        Raises:
            InputError: The value holds a secret that this attempt has seen.
        """
        if self._output.holds(value):
            raise InputError(
                f"{what} would show a secret: keep it in a field type:password, or leave it out"
            )
