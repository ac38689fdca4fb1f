"""The states of actions, by the names of today and of AYS 8.0.

See: AYS 8, states; design consequences, 4.
"""

from typing import Final

FORMER: Final = {
    "new": "INIT",
    "scheduled": "DO",
    "running": "RUNNING",
    "ok": "OK",
    "error": "ERROR",
    "changed": "CHANGED",
    "disabled": "DISABLED",
}
"""What AYS 8.0 calls each state."""

TODAY: Final = {old: new for new, old in FORMER.items()} | {"CHANGEDHRD": "changed"}
"""What each state of AYS 8.0 is called."""
