"""An exception becomes an eco: what happened, where, and the code around it.

Pure but for the source files that it quotes, and the names of this process and machine.
"""

import os
import platform
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType
from typing import Any

import msgspec

from cockpit.eco.frames import backtrace, causes, excerpt, innermost, words
from cockpit.eco.mask import mask, masked
from cockpit.eco.node import Node
from cockpit.eco.variables import variables
from cockpit.errors import InputError, OpsError
from cockpit.events import Eco
from cockpit.events.kinds import EcoType

_SHORT = 4 * 1024
_KEEP = 16 * 1024
PUBLIC = "Something went wrong; the people who run this have been told."
_PLAIN = (str, int, float, bool, type(None), list, tuple, dict)


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
    when = int(time.time()) if epoch is None else epoch
    described = partial(
        _described,
        where=where,
        when=when,
        node=node or Node(),
        app_name=app_name,
        about=about or {},
        tags=tags,
        conceal=conceal,
    )
    try:
        return described(error, eco_type or family(error))
    except Exception:  # noqa: BLE001 - whatever foreign code raises when it is looked at
        return described(_stand_in(error), eco_type or "BUG")


def _described(
    error: BaseException,
    eco_type: EcoType,
    *,
    where: str,
    when: int,
    node: Node,
    app_name: str,
    about: Mapping[str, Any],
    tags: Sequence[str],
    conceal: Callable[[str], str],
) -> Eco:
    place, frame = innermost(error.__traceback__)
    return Eco(
        guid=str(uuid.uuid4()),
        gid=node.gid,
        nid=node.nid,
        pid=os.getpid(),
        app_name=mask(app_name)[:_SHORT],
        eco_type=eco_type,
        state="NEW",
        error_msg=mask(conceal(words(error)[: 2 * _SHORT]))[:_SHORT],
        error_pub=mask(conceal(_said(error, "msgpub") or PUBLIC))[:_SHORT],
        category=where,
        func_name=mask(place.function),
        func_filename=mask(place.filename),
        line_nbr=place.line,
        code=mask(conceal(excerpt(place)))[:_KEEP],
        backtrace=mask(conceal(backtrace(error, _KEEP))),
        extra=_json(_extra(error, frame, about), conceal),
        last_time=when,
        occurence=1,
        tags=mask(_joined(f"error:{type(error).__name__}", _said(error, "tags"), *tags))[:_SHORT],
        epoch=when,
    )


def _stand_in(error: BaseException) -> BaseException:
    """Return an error of the same name and place, for one that lets nobody look at it."""
    kind = type(type(error).__name__, (Exception,), {})
    trace = BaseException.__dict__["__traceback__"].__get__(error)
    found: BaseException = kind("it raises when it is looked at")
    return found.with_traceback(trace)


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
        "locals": variables(frame),
    }


def family(error: BaseException) -> EcoType:
    """Return the kind of error condition that an exception is."""
    if isinstance(error, InputError):
        return "INPUT"
    if isinstance(error, OpsError):
        return "OPERATIONS"
    return "PERFORMANCE" if isinstance(error, TimeoutError) else "BUG"


def _said(error: BaseException, name: str) -> str:
    """Return what its author wrote at an error; "" for nothing, or what is no text."""
    try:
        told = getattr(error, name, "")
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a foreign property raises
        return ""
    return told if type(told) is str else ""


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _json(about: Mapping[str, Any], conceal: Callable[[str], str]) -> str:
    """Return JSON of bounded length; what would make it too long is left out, the last first."""
    # What is foreign may raise when it is asked whether it is empty.
    kept = {name: one for name, one in about.items() if type(one) not in _PLAIN or one}
    while True:
        try:
            plain = msgspec.json.decode(msgspec.json.encode(kept, enc_hook=_name))
            text = msgspec.json.encode(_concealed(masked(plain), conceal)).decode()
        except Exception:  # noqa: BLE001 - whatever a foreign value raises when it is read
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
