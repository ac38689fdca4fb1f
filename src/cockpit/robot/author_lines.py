"""A traceback as the author of an action reads it: from the first own line to the last.

What Cockpit raised on purpose is about the line that called Cockpit, and says why by its words.
"""

import sysconfig
import traceback
from pathlib import Path

import gevent

from cockpit.errors import InputError, OpsError

_ROBOT = str(Path(__file__).parent)
_OURS = tuple(str(Path(__file__).parents[2] / name) for name in ("cockpit", "JumpScale"))
_WAITING = ("src/gevent/", str(Path(gevent.__file__).parent))
_LIBRARIES = (*_OURS, *map(sysconfig.get_path, ("stdlib", "purelib", "platlib")), "<frozen")


def author_lines(error: BaseException) -> str:
    """Format the traceback of an error without what calls the action or waits below it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_ROBOT):
        trace = trace.tb_next
    told = traceback.TracebackException(type(error), error, trace)
    frames = [frame for frame in told.stack if not frame.filename.startswith(_WAITING)]
    own = [n for n, frame in enumerate(frames, 1) if not frame.filename.startswith(_LIBRARIES)]
    is_cut = bool(own) and _is_meant(error, frames[-1])
    told.stack = traceback.StackSummary.from_list(frames[: own[-1]] if is_cut else frames)
    return "".join(told.format(chain=not is_cut))


def _is_meant(error: BaseException, last: traceback.FrameSummary) -> bool:
    """Tell whether Cockpit raised an error for its caller; a bug of ours needs all its lines."""
    is_absent = isinstance(error, AttributeError) and last.name == "__getattr__"
    return last.filename.startswith(_OURS) and (
        is_absent or isinstance(error, InputError | OpsError)
    )
