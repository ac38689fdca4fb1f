"""The SMTP door: mail in, event stored, then `250`.

socket → Door → Session (octets to replies and envelopes) → Intake → stor, Log.append → reply

`Session` is the protocol without sockets, `Door` the gevent shell around it, `Intake` makes the
event of an `Envelope`; `Options` holds the limits. Delivery of the outbox will stand beside.
"""

from cockpit.smtp.door import Door
from cockpit.smtp.intake import Intake
from cockpit.smtp.options import Options
from cockpit.smtp.session import Envelope, Session

__all__ = ["Door", "Envelope", "Intake", "Options", "Session"]
