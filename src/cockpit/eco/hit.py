"""One hit as the ledger's script takes it. Pure: plain programs send it without the house."""

import re
import uuid
from collections.abc import Sequence

import msgspec

from cockpit.eco.fingerprint import fingerprint
from cockpit.eco.kept import Limits
from cockpit.events import Eco

# The script puts in what the ledger knows better.
_GUID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_OWN = ("type", "guid", "state", "occurence", "last_time", "close_time", "epoch", "meta", "id")


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """How an eco comes in.

    Attributes:
        is_quiet: It is recorded and never published: else it would go in circles.
        entry: The stream id of the entry that it is in the log already; "" when it is none.
        mark_key: Redis key of the sender's own name of it, kept for `mark_s` seconds.
        made_key: Redis key and `slot` of what a job made.
        refs: Stored objects that live as long as its event, `a b c`.
        now_ms: 0 is the clock of Redis.
        publish: False for what was on the channel already.
    """

    is_quiet: bool = False
    entry: str = ""
    mark_key: str = ""
    mark_s: int = 0
    made_key: str = ""
    slot: str = ""
    refs: Sequence[str] = ()
    now_ms: int = 0
    publish: bool = True


def arguments(eco: Eco, limits: Limits, hit: Hit) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    """Return keys and arguments of `note.lua`."""
    fields = msgspec.to_builtins(eco)
    meta = {name: value for name, value in fields.get("meta", {}).items() if name != "fingerprint"}
    body = {name: value for name, value in fields.items() if name not in _OWN}
    told = {
        "print": fingerprint(eco),
        "guid": _guid(eco.guid),
        "app": eco.app_name[:200],
        "epoch": eco.last_time or eco.epoch,
        "quiet": hit.is_quiet,
        "entry": hit.entry,
        "mark_s": hit.mark_s,
        "slot": hit.slot,
        "publish": "1" if hit.publish else "",
        "refs": " ".join(hit.refs),
        "now": hit.now_ms,
        "parent": str(meta.get("parent", ""))[:200],
        "job": str(meta.get("job", ""))[:200],
        "most": limits.most,
        "most_bytes": limits.most_bytes,
        "per_5m": limits.new_per_5m,
        "per_hour": limits.new_per_hour,
    }
    keys = ("ckpt.eco", hit.mark_key, hit.made_key)
    return keys, tuple(msgspec.json.encode(part) for part in (told, body, meta))


def _guid(given: str) -> str:
    """Return the sender's own guid, or one made of it where addresses could not hold it."""
    if not given:
        return str(uuid.uuid4())
    return given if _GUID.fullmatch(given) else str(uuid.uuid5(uuid.NAMESPACE_OID, given))
