"""The two error families that everything else maps to at its edge.

Whose fault is it? The caller's (`InputError`), the world's (`OpsError`); anything else is a bug
of ours and becomes an eco.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """What the caller gave is wrong: never retried; the message names what and where."""


class GoneError(InputError):
    """Whoever was sent something wants no more of it, ever."""


class ConflictError(InputError):
    """What is there already, or in use, forbids it."""


class ContentError(InputError):
    """A file that somebody sent says nothing sound; one problem per line, `file:line: why`."""


class OpsError(RuntimeError):
    """The world is wrong (disk, network, Redis): worth trying again later.

    Args:
        after_s: When the world said so, how many seconds must pass before it is tried again.
    """

    def __init__(self, *args: object, after_s: float = 0.0) -> None:
        super().__init__(*args)
        self.after_s = float(after_s)


class QuotaError(OpsError):
    """One sent more than there is room for: counted, and not kept."""


def nearest(name: str, known: Iterable[str], *, lists: bool = True) -> str:
    """Return ` (did you mean …?)`; when nothing is near, what there is, unless `lists` is off."""
    several = list(known)
    near = get_close_matches(name, several, n=1)
    if near:
        return f" (did you mean {near[0]}?)"
    if not lists:
        return ""
    return f" (there is: {', '.join(several)})" if several else " (there is none)"
