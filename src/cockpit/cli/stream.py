"""The live stream of events as the server sends it, cut into events. Pure.

See: HTML Living Standard §9.2.6 (text/event-stream): fields `id`, `event`, `data`; what begins with
a colon is a comment.
"""

from collections.abc import Iterable, Iterator


def frames(pieces: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the id and the data of each event, once it is there whole.

    Args:
        pieces: UTF-8, cut anywhere; lines end in LF.
    """
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n\n")
        for frame in whole:
            fields = _fields(frame.decode("utf-8", "replace"))
            if data := fields.get("data"):
                yield fields.get("id", ""), data


def _fields(frame: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in frame.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        found[name] = f"{found[name]}\n{value}" if name == "data" and name in found else value
    return found
