"""The secrets of one home: a file each, readable by its owner only.

A blueprint names one as `$(secret:NAME)`; only actions see its value.
"""

import re
from pathlib import Path

from cockpit.access.private_file import write_private
from cockpit.errors import InputError, OpsError, nearest

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
_MAX_CHARS = 64 * 1024


class Secrets:
    """Secrets by name.

    Args:
        directory: Made when first needed (0700); the files have mode 0600.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def set(self, name: str, value: str) -> None:
        """Keep a secret, durably; one of the same name is replaced.

        Raises:
            InputError: The name is none, or the value is empty, longer than 64 Ki characters or no
                text that UTF-8 can hold.
            OpsError: The disk is full, read-only or broken.
        """
        path = self._path(name)
        if not value or len(value) > _MAX_CHARS:
            raise InputError(f"secret {name}: a value has 1 to {_MAX_CHARS} characters")
        try:
            text = value.encode()
        except UnicodeEncodeError as error:
            raise InputError(f"secret {name}: it is no UTF-8 text") from error
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OpsError(f"cannot make {self._directory}: {error.strerror}") from error
        write_private(path, text)

    def get(self, name: str) -> str:
        """Return a secret.

        Raises:
            InputError: There is none of this name.
            OpsError: It cannot be read.
        """
        try:
            return self._path(name).read_bytes().decode()
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        except (OSError, UnicodeDecodeError) as error:
            raise OpsError(f"secret {name} cannot be read") from error

    def names(self) -> list[str]:
        """List the names."""
        try:
            found = [path.name for path in self._directory.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OpsError(f"cannot read {self._directory}: {error.strerror}") from error
        return sorted(name for name in found if _NAME.fullmatch(name))

    def remove(self, name: str) -> None:
        """Forget a secret.

        Raises:
            InputError: There is none of this name.
            OpsError: The disk is read-only or broken.
        """
        try:
            self._path(name).unlink()
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        except OSError as error:
            raise OpsError(f"secret {name} cannot be removed: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        # SECURITY: a name never becomes a path before it is known to be one word.
        if _NAME.fullmatch(name) is None:
            raise InputError(f"secret {name!r:.80}: a name has letters, digits, '.', '_', '-'")
        return self._directory / name

    def _unknown(self, name: str) -> InputError:
        hint = nearest(name, self.names(), lists=False)
        return InputError(f"there is no secret {name}{hint}: `cockpit secret set {name}`")
