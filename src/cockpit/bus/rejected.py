"""What came in as an event and was none: kept with the reason, so that nothing is lost."""

import msgspec

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script

_KEEP_BYTES = 64 * 1024


class Rejected(msgspec.Struct, frozen=True):
    """One refused payload: its stream id, where it came, why it is no event, and its text."""

    id: str
    channel: str
    reason: str
    payload: str
    epoch: int


class Rejections:
    """The stream `cockpit:rejected`, bounded to about 10,000 payloads of 64 KiB."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._reject = Script("cockpit.bus", "reject")

    def add(
        self, channel: str, payload: bytes, reason: str, *, group: str = "", entry: bytes = b""
    ) -> str:
        """Keep a payload; one that stood in the log as `entry` is taken out of it."""
        reply = self._pipe.run(
            self._reject, (channel,), (payload[:_KEEP_BYTES], reason, group, entry)
        )
        return str(reply.decode())

    def count(self) -> int:
        """Count what is kept."""
        return int(self._pipe.call("XLEN", keys.REJECTED))

    def trim(self, before: float) -> None:
        """Forget what was refused before a moment (epoch seconds)."""
        self._pipe.call("XTRIM", keys.REJECTED, "MINID", int(before * 1000))

    def newest(self, limit: int) -> list[Rejected]:
        """Return the newest refusals, newest first."""
        return [
            _row(e) for e in self._pipe.call("XREVRANGE", keys.REJECTED, "+", "-", "COUNT", limit)
        ]


def _row(entry: list[bytes | list[bytes]]) -> Rejected:
    entry_id, pairs = entry
    if not isinstance(entry_id, bytes) or not isinstance(pairs, list):
        raise TypeError("not a stream entry")
    text = [part.decode("utf-8", "replace") for part in pairs]
    fields = dict(zip(text[::2], text[1::2], strict=True))
    name = entry_id.decode()
    return Rejected(
        id=name,
        channel=fields["channel"],
        reason=fields["reason"],
        payload=fields["payload"],
        epoch=int(name.split("-", 1)[0]) // 1000,
    )
