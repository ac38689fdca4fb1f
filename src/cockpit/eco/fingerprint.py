"""What makes two errors the same eco. Pure.

Version 1 is frozen: what it gives for an eco never changes, or everything open would split in two.
A new way is a new version beside it. It ignores process, node, time, ids, addresses and the line,
so the same bug is one eco wherever and whenever it happens, and after lines were added above it.
"""

import hashlib
import re
from pathlib import PurePath

from cockpit.events import Eco

VERSION = 1
_DEFAULT = re.compile(r"\{\{\s*default\s*\}\}")
_LOOKED_AT = 2_000
# Quoted paths first, then what is longest: each becomes one sign.
_CHANGING = re.compile(
    r"(?P<path>(?<![\w/])/(?:[\w.@+-]+/)+[\w.@+-]*)"
    r"|(?P<uuid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
    r"|(?P<hex>\b0x[0-9a-fA-F]+\b|\b(?=[a-fA-F]*\d)[0-9a-fA-F]{8,}\b)"
    r"|(?P<number>\d+(?:[.:]\d+)*)"
)


def fingerprint(eco: Eco) -> str:
    """Return `1:` and 32 hex digits.

    A sender may say in `meta.fingerprint` what it groups by, as Sentry's clients do: a list of
    texts, in which `{{ default }}` stands for what is used otherwise.

    SECURITY: a finished one counts for nothing: it may be that of another application's eco.
    """
    given = eco.meta.get("fingerprint")
    parts = [eco.app_name]
    if isinstance(given, list) and given:
        for one in given:
            is_default = isinstance(one, str) and _DEFAULT.fullmatch(one.strip())
            parts += _usual(eco) if is_default else [f"given {one}"]
    else:
        parts += _usual(eco)
    told = "\0".join(part.replace("\0", "") for part in parts).encode("utf-8", "replace")
    return f"{VERSION}:{hashlib.blake2b(told, digest_size=16).hexdigest()}"


def _usual(eco: Eco) -> list[str]:
    place = "/".join(PurePath(eco.func_filename.replace("\\", "/")).parts[-2:])
    return [eco.category, place, eco.func_name, _lasting(eco.error_msg[:_LOOKED_AT])]


def _lasting(text: str) -> str:
    """Return a message without what differs from time to time."""
    return " ".join(_CHANGING.sub(lambda found: f"<{found.lastgroup}>", text).split())
