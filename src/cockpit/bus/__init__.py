"""Redis: the event log and everything that is shared through it.

door → Log.append → ckpt.<type> (stream and channel) → Group.read → dispatcher

`Pipe` carries the calls of all greenlets, `Log` appends and reads events, `Group` reads as one
consumer, `Bridge` turns plain PUBLISH into log entries, `Outbox` keeps mail until it may leave,
`Lease` lets one of many act, `Pressure` closes the doors before memory ends, `Retention` trims,
`Census` counts.
"""

from cockpit.bus.bridge import Bridge
from cockpit.bus.census import Census, Counted
from cockpit.bus.group import Group
from cockpit.bus.lease import Lease
from cockpit.bus.log import Appended, Log, Made
from cockpit.bus.outbox import Mail, Outbox
from cockpit.bus.pipe import Pipe, Script
from cockpit.bus.pressure import Pressure
from cockpit.bus.rejected import Rejected, Rejections
from cockpit.bus.retention import Retention

__all__ = [
    "Appended",
    "Bridge",
    "Census",
    "Counted",
    "Group",
    "Lease",
    "Log",
    "Made",
    "Mail",
    "Outbox",
    "Pipe",
    "Pressure",
    "Rejected",
    "Rejections",
    "Retention",
    "Script",
]
