"""An exception becomes an eco: what happened, where, and the code around it.

Pure but for the source files that it quotes.
"""

import linecache
import os
import re
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal

from cockpit.errors import InputError, OpsError
from cockpit.events import Eco

_AROUND = 3
_KEEP = 16 * 1024
_OURS = tuple(str(Path(__file__).parents[2] / name) for name in ("cockpit", "JumpScale"))
# Text that looks like a credential, with the name that gives it away: `token=x`, `"password": "x"`,
# `Authorization: Basic x`, `Bearer x`.
_SECRET = re.compile(
    r"((?:authorization|password|passwd|secret|token|api[_-]?key)\w{0,20}[\"']?\s{0,9}[=:]\s{0,9}"
    r"(?:(?:basic|bearer|token)\s+)?|\bbearer\s+)"
    r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&'\"]+)",
    re.IGNORECASE,
)


def capture(
    error: BaseException,
    where: str,
    *,
    epoch: int,
    app_name: str = "cockpit",
    extra: str = "",
    conceal: Callable[[str], str] = str,
) -> Eco:
    """Describe an exception.

    Args:
        error: With its traceback; an InputError is INPUT, an OpsError OPERATIONS, others BUG.
        where: What was being done, as a category (`robot.action`, `smtp.door`).
        epoch: Now, in seconds.
        extra: JSON with what helps to find it again.
        conceal: Takes known secrets out of a text.
    """
    filename, line, function = _innermost(error.__traceback__)
    return Eco(
        guid=str(uuid.uuid4()),
        pid=os.getpid(),
        app_name=app_name,
        eco_type=_type(error),
        state="NEW",
        error_msg=_mask(conceal(_text(error))),
        error_pub="Something went wrong; the people who run this have been told.",
        category=where,
        func_name=function,
        func_filename=filename,
        line_nbr=line,
        code=_mask(_excerpt(filename, line)),
        backtrace=_mask(conceal(_backtrace(error))),
        extra=_mask(extra),
        last_time=epoch,
        occurence=1,
        epoch=epoch,
    )


def _type(error: BaseException) -> Literal["INPUT", "OPERATIONS", "BUG"]:
    if isinstance(error, InputError):
        return "INPUT"
    return "OPERATIONS" if isinstance(error, OpsError) else "BUG"


def _text(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:_KEEP]
    except Exception:  # noqa: BLE001 - an error whose own text raises still has a name
        return type(error).__name__


def _innermost(trace: TracebackType | None) -> tuple[str, int, str]:
    """Return file, line and function of the innermost frame outside of Cockpit, else of any."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if not frame.filename.startswith(_OURS)] or list(frames)
    if not own:
        return "", 0, ""
    return own[-1].filename, own[-1].lineno or 0, own[-1].name


def _excerpt(filename: str, line: int) -> str:
    first = max(1, line - _AROUND)
    lines = [linecache.getline(filename, n) for n in range(first, line + _AROUND + 1)]
    return "".join(lines)[:_KEEP]


def _backtrace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))[-_KEEP:]
    except Exception:  # noqa: BLE001 - see _text
        return "".join(traceback.format_tb(error.__traceback__))[-_KEEP:]


def _mask(text: str) -> str:
    # Half characters (file names that Python reads) would keep the eco from being stored.
    text = text.encode("utf-8", "backslashreplace").decode()
    return _SECRET.sub(lambda found: f"{found[1]}***", text)
