"""What a request needs to be allowed: one table, beside what answers without a token. Pure.

Reading needs `read`, changing `operate`. What decides who may do what, or which code runs here,
needs `admin`: a template is a program of this machine's user, and what a blueprint gives a service
may send its passwords elsewhere.
"""

import functools
import re

from cockpit.access.identity import Scope

_SAFE = ("GET", "HEAD", "OPTIONS")
_CHANGES = ("POST", "PUT", "PATCH", "DELETE")
_ALL = (*_SAFE, *_CHANGES)

ADMIN: tuple[tuple[tuple[str, ...], str], ...] = (
    (_ALL, r"/tokens(/.*)?"),
    (_ALL, r"/audit"),
    (_CHANGES, r"/people/.*"),
    (_CHANGES, r"/telegram/setup"),
    (("DELETE", "POST"), r"/repos/[^/]+(/(clone|pull|enable|restore|resolve))?"),
    (_CHANGES, r"/templates/.*"),
    (_CHANGES, r"/ays/template"),
    (("DELETE",), r"/ays/repository/[^/]+"),
    (("POST",), r"/ays/repository(/[^/]+/(template|blueprint))?"),
    (("PUT", "DELETE"), r"/ays/repository/[^/]+/blueprint/[^/]+"),
    (("POST",), r"/cockpit/update"),
)
"""What needs `admin`: methods, and a pattern of the whole address as the routes have it."""

QUESTIONS = r"/events/simulate|/runs/simulate|/ays/repository/[^/]+/simulate|/ays/reload"
"""What is asked by POST, for its body, and changes nothing."""

TOLD = r"/tokens|/telegram/setup|/people/[^/]+|/(repos|templates)/[^/]+/clone"
"""Where the words of a change stand in the audit log too.

SECURITY: not where people write files: a blueprint may hold a password.
"""


# PERF: a dozen patterns for each request; there are as many answers as methods of routes.
@functools.lru_cache(maxsize=1024)
def needed(method: str, address: str) -> Scope:
    """Return the scope that a request needs.

    Args:
        address: That of the route, `/people/{name}`.
    """
    if any(method in methods and re.fullmatch(pattern, address) for methods, pattern in ADMIN):
        return "admin"
    return "operate" if is_change(method, address) else "read"


def is_change(method: str, address: str) -> bool:
    """Tell whether a request may change something, and so stands in the audit log."""
    return method not in _SAFE and not re.fullmatch(QUESTIONS, address)
