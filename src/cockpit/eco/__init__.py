"""Ecos: error conditions, captured, grouped, counted, told of. And the state of alarms.

exception → capture → Eco → Ledger (fingerprint, one Lua call) → ckpt.eco, now and then
"""

from cockpit.eco.capture import capture
from cockpit.eco.fingerprint import fingerprint
from cockpit.eco.handler import Handler
from cockpit.eco.node import Node

__all__ = ["Handler", "Node", "capture", "fingerprint"]
