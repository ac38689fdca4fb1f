"""An eco that a stranger described, without what looks like a credential, and bounded. Pure.

What the house captures is masked as it is captured, where more is known of it.
"""

import msgspec

from cockpit.eco.fitting import fitting
from cockpit.eco.mask import bounded, masked
from cockpit.events import Eco

_TEXTS = (
    "app_name",
    "error_msg",
    "error_pub",
    "category",
    "func_name",
    "func_filename",
    "code",
    "backtrace",
    "tags",
)
_LONGEST = 64 * 1024


def guarded(eco: Eco) -> Eco:
    """Return an eco whose texts hold stars for what looks like a credential.

    A text ends after 64 KiB; of JSON in `extra` the largest values are left out instead.
    """
    texts = {name: bounded(getattr(eco, name), _LONGEST) for name in _TEXTS}
    return msgspec.structs.replace(eco, **texts, extra=_extra(eco.extra))


def _extra(text: str) -> str:
    """Mask JSON by its values: masked as a text it may be JSON no more."""
    if text.lstrip().startswith(("{", "[")):
        try:
            if found := _json(text):
                return found
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass  # It only looks like JSON, or is too deep.
    return bounded(text, _LONGEST)


def _json(text: str) -> str:
    """Return JSON without what looks like a credential; "" for a list that is too long."""
    told = msgspec.json.decode(text)
    if len(text) <= _LONGEST:
        found = masked(told)
        return text if found == told else msgspec.json.encode(found).decode()
    if not isinstance(told, dict):
        return ""
    return fitting(masked(msgspec.json.decode(fitting(told, _LONGEST))), _LONGEST)
