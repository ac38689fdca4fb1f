"""An error condition that a program describes itself becomes an eco: see `JumpScale`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from cockpit.eco.capture import capture
from cockpit.eco.mask import mask
from cockpit.events import Eco
from cockpit.events.kinds import EcoType

_SHORT = 4 * 1024


class Condition(Protocol):
    """What `j.errorconditionhandler` records; the names are AYS 8's."""

    exception: BaseException
    errormessage: str
    errormessagePub: str  # noqa: N815
    category: str
    tags: str
    extra: Any

    @property
    def kind(self) -> EcoType | None:
        """Its type; None when the exception decides."""

    @property
    def level_name(self) -> str:
        """CRITICAL, WARNING, INFO or DEBUG."""


def described(
    condition: Condition,
    where: str,
    *,
    about: Mapping[str, Any] | None = None,
    tags: Sequence[str] = (),
    **options: Any,
) -> Eco:
    """Describe an error condition; never raises.

    Args:
        where: Its category, where it has none of its own.
        about: Comes before what it has as `extra`.
        options: As `capture` has them.
    """
    own = _text(condition.tags)
    found = capture(
        condition.exception,
        _text(condition.category) or where,
        eco_type=condition.kind,
        about={**(about or {}), "level": condition.level_name, "extra": condition.extra},
        tags=[f"level:{condition.level_name}", own, *tags],
        **options,
    )
    conceal = options.get("conceal", str)
    changes: dict[str, str] = {}
    if told := _text(condition.errormessage):
        changes["error_msg"] = mask(conceal(told))
    if told := _text(condition.errormessagePub):
        changes["error_pub"] = mask(conceal(told))
    return msgspec.structs.replace(found, **changes) if changes else found


def _text(value: object) -> str:
    try:
        return str(value)[:_SHORT] if value else ""
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a foreign __str__ raises
        return ""
