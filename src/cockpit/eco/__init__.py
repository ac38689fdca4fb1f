"""Ecos: error conditions, captured, grouped, counted, told of. And how alarms stand.

exception → capture → Eco → Ledger (fingerprint, one Lua call) → ckpt.eco, now and then
"""

from typing import TYPE_CHECKING, Any

from cockpit.eco.capture import capture
from cockpit.eco.fingerprint import fingerprint
from cockpit.eco.node import Node

if TYPE_CHECKING:
    from cockpit.eco.handler import Handler

__all__ = ["Handler", "Node", "capture", "fingerprint"]


def __getattr__(name: str) -> Any:
    # PERF: it imports Redis and gevent, which whoever only reads settings does without.
    if name == "Handler":
        from cockpit.eco.handler import Handler  # noqa: PLC0415

        return Handler
    raise AttributeError(name)
