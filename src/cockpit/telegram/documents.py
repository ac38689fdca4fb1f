"""Files that people send: a YAML is looked at as a blueprint, any other goes to stor.

Telegram → bytes → YAML? → plan, with a button that saves it; else → stor → link
"""

import hashlib
import re
from collections.abc import Callable

import msgspec
import yaml

from cockpit.errors import InputError
from cockpit.mail.names import safe_name
from cockpit.stor import link
from cockpit.telegram.asked import Asked, Reply
from cockpit.telegram.commands.blueprint import BlueprintCommands
from cockpit.telegram.house import House
from cockpit.telegram.insisting import insist
from cockpit.telegram.text import bold

_SPACE = "telegram"
_PAUSES_S = (0.5, 2.0, 5.0)
_YAML = re.compile(r"\.ya?ml\Z", re.IGNORECASE)
_MOST_BLUEPRINT = 1024**2
_LONGEST_STEM = 48
_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Documents:
    """Answers files.

    Args:
        download: Returns what somebody sent, by its file id; raises InputError, OpsError.
        busy: Shows in a chat that something is done; never raises.
    """

    def __init__(
        self,
        house: House,
        blueprints: BlueprintCommands,
        *,
        download: Callable[[str], bytes],
        busy: Callable[[int], object],
    ) -> None:
        self._house = house
        self._blueprints = blueprints
        self._download = download
        self._busy = busy

    def answer(self, asked: Asked) -> Reply:
        """Look at a file, and say what it is good for.

        Raises:
            InputError: It is too large.
            OpsError: Telegram or the disk is in trouble.
        """
        name = str(asked.args.get("name", ""))
        self._busy(asked.origin.chat)
        file = str(asked.args.get("file", ""))
        content = insist(lambda: self._download(file), _PAUSES_S)
        if _YAML.search(name) and len(content) <= _MOST_BLUEPRINT and asked.may("admin"):
            return self._blueprint(asked, name, content)
        kept = self._keep(name, content)
        if not _YAML.search(name):
            return kept
        why = " Blueprints are saved for who may admin." if not asked.may("admin") else ""
        return msgspec.structs.replace(kept, text=kept.text + why)

    def _blueprint(self, asked: Asked, name: str, content: bytes) -> Reply:
        try:
            text = content.decode()
            yaml.compose(text, Loader=yaml.CSafeLoader)
        except UnicodeDecodeError as error:
            raise InputError(f"{name} is no UTF-8: it was not saved") from error
        except yaml.YAMLError as error:
            raise InputError(f"{name} is no YAML, and was not saved:\n{error}") from error
        # SECURITY: the name becomes that of a file only after it was made one word.
        fit = _file_name(name)
        if not asked.repo:
            digest = self._house.stor.put("actions", content)
            args = {"file": fit, "digest": digest}
            look = msgspec.structs.replace(asked, name="blueprint preview", text="", args=args)
            return self._blueprints.look(look)
        return self._blueprints.preview(asked, fit, text)

    def _keep(self, name: str, content: bytes) -> Reply:
        digest = self._house.stor.put(_SPACE, content)
        url = link(self._house.public_url(), _SPACE, digest)
        return Reply(text=bold(safe_name(name) or "file") + f" is kept: {url}")


def _file_name(name: str) -> str:
    """Return the name of a blueprint's file for one that may be in any script."""
    stem, _, suffix = name.rpartition(".")
    fit = _NOT_NAME.sub("_", stem).strip("._-")[-_LONGEST_STEM:].lstrip("._-")
    if not stem.isascii() or not fit:
        # Of two names in another script the same may be left.
        fit = f"{fit or 'blueprint'}_{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"
    return f"{fit}.{suffix.lower()}"
