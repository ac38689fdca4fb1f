"""What templates written for AYS 8 import: `from JumpScale import j`.

j.a.b → namespace (the table of what is provided) → module or object, imported when first touched

Works in any Python: no server, Redis, gevent or MongoDB. `j.core.db` alone answers only while an
action runs. The names are AYS 8's own, so they are spelled as its authors spelled them. It holds
no logic of Cockpit: events, spans and errors are those of `cockpit.events`, `cockpit.ays` and
`cockpit.errors`.
"""

from JumpScale.namespace import Namespace

__all__ = ["j"]

j = Namespace("j")
