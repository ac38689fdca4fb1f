"""An exception becomes an eco: what happened, where, and the code around it.

Pure but for the source files that it quotes, and the names of this process and machine.
"""

import os
import platform
import reprlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import msgspec

from cockpit.eco.frames import backtrace, causes, excerpt, innermost, words
from cockpit.eco.mask import STARS, is_telling, mask, masked
from cockpit.eco.node import Node
from cockpit.errors import InputError, OpsError
from cockpit.events import Eco
from cockpit.events.kinds import EcoType

_SHORT = 4 * 1024
_KEEP = 16 * 1024
PUBLIC = "Something went wrong; the people who run this have been told."
_MOST_LOCALS = 20


def capture(
    error: BaseException,
    where: str,
    *,
    epoch: int | None = None,
    node: Node | None = None,
    app_name: str = "cockpit",
    eco_type: EcoType | None = None,
    about: Mapping[str, Any] | None = None,
    tags: Sequence[str] = (),
    conceal: Callable[[str], str] = str,
) -> Eco:
    """Describe an exception; never raises, whatever the exception is made of.

    Args:
        error: With its traceback.
        where: What was being done, as a category (`robot.action`, `smtp.door`).
        epoch: When, in seconds; now where nothing is said.
        eco_type: By default an InputError is INPUT, an OpsError OPERATIONS, one for time that is
            over PERFORMANCE, any other BUG.
        about: What helps to find it again, JSON-ready.
        conceal: Takes known secrets out of a text.
    """
    place, frame = innermost(error.__traceback__)
    node = node or Node()
    when = int(time.time()) if epoch is None else epoch
    return Eco(
        guid=str(uuid.uuid4()),
        gid=node.gid,
        nid=node.nid,
        pid=os.getpid(),
        app_name=mask(app_name)[:_SHORT],
        eco_type=eco_type or family(error),
        state="NEW",
        error_msg=mask(conceal(words(error)[:_SHORT])),
        error_pub=mask(conceal(_public(error)))[:_SHORT],
        category=where,
        func_name=mask(place.function),
        func_filename=mask(place.filename),
        line_nbr=place.line,
        code=mask(conceal(excerpt(place)))[:_KEEP],
        backtrace=mask(conceal(backtrace(error, _KEEP))),
        extra=_json(_extra(error, frame, about or {}), conceal),
        last_time=when,
        occurence=1,
        tags=mask(", ".join([f"error:{type(error).__name__}", *_tags(error), *tags]))[:_SHORT],
        epoch=when,
    )


def _extra(
    error: BaseException, frame: FrameType | None, about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what there is to say beside the fields, what matters most first."""
    kind = type(error)
    return {
        "exception": f"{kind.__module__}.{kind.__qualname__}",
        "host": platform.node(),
        "causes": causes(error),
        **about,
        "locals": _locals(frame),
    }


def family(error: BaseException) -> EcoType:
    """Return the kind of error condition that an exception is."""
    if isinstance(error, InputError):
        return "INPUT"
    if isinstance(error, OpsError):
        return "OPERATIONS"
    return "PERFORMANCE" if isinstance(error, TimeoutError) else "BUG"


def _public(error: BaseException) -> str:
    """Return what its author wrote for strangers, else words that tell them nothing."""
    told = getattr(error, "msgpub", "")
    return told if isinstance(told, str) and told else PUBLIC


def _tags(error: BaseException) -> list[str]:
    told = getattr(error, "tags", "")
    return [told] if isinstance(told, str) and told else []


class _Short(reprlib.Repr):
    """Writes plain values, bounded; of anything else only the type, for its code is foreign."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = 200

    def repr1(self, x: Any, level: int) -> str:
        if type(x) in (str, int, float, bool, type(None), list, tuple, dict, set, frozenset):
            return super().repr1(x, level)
        if type(x) in (bytes, bytearray):
            return repr(bytes(x[:200]))
        return f"<{type(x).__name__}>"


def _locals(frame: FrameType | None) -> dict[str, str]:
    """Return the variables around the error: what somebody needs to see what went wrong."""
    if frame is None or frame.f_code.co_name == "<module>":
        return {}
    short = _Short()
    return {
        name: STARS if is_telling(name) else short.repr(value)
        for name, value in list(frame.f_locals.items())[:_MOST_LOCALS]
        if not name.startswith("__")
    }


def _json(about: Mapping[str, Any], conceal: Callable[[str], str]) -> str:
    """Return JSON of bounded length; what would make it too long is left out, the last first."""
    kept = {name: value for name, value in about.items() if value}
    while True:
        try:
            plain = msgspec.json.decode(msgspec.json.encode(kept, enc_hook=_name))
            text = msgspec.json.encode(_concealed(masked(plain), conceal)).decode()
        except (TypeError, ValueError, RecursionError):
            text = ""
        if text and len(text) <= _KEEP:
            return text
        if not kept:
            return "{}"
        kept.popitem()


def _name(value: Any) -> str:
    return f"<{type(value).__name__}>"


def _concealed(value: Any, conceal: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return conceal(value)
    if isinstance(value, dict):
        return {name: _concealed(one, conceal) for name, one in value.items()}
    return [_concealed(one, conceal) for one in value] if isinstance(value, list) else value
