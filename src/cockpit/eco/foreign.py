"""An eco that a stranger described, without what looks like a credential. Pure.

What the house captures is masked as it is captured, where more is known of it.
"""

import msgspec

from cockpit.eco.mask import mask, masked
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
_NO_JSON = (msgspec.MsgspecError, ValueError, RecursionError)


def guarded(eco: Eco) -> Eco:
    """Return an eco whose texts hold stars for what looks like a credential."""
    texts = {name: mask(getattr(eco, name)) for name in _TEXTS}
    return msgspec.structs.replace(eco, **texts, extra=_extra(eco.extra))


def _extra(text: str) -> str:
    """Mask JSON by its values: masked as a text it may be JSON no more."""
    if not text.lstrip().startswith(("{", "[")):
        return mask(text)
    try:
        told = msgspec.json.decode(text)
        found = masked(told)
        return text if found == told else msgspec.json.encode(found).decode()
    except _NO_JSON:
        return mask(text)
