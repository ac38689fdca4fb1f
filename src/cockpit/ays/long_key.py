"""`domain|name!instance@role`: the long form of a service's key in AYS 8; each part may be missing.

See: AYS 8, service keys, "long key parser".
"""

import msgspec


class LongKey(msgspec.Struct, frozen=True):
    """The parts of a long key; "" where there is none.

    Attributes:
        name: The template; the role is what stands before its first dot, unless it is given.
    """

    domain: str = ""
    name: str = ""
    instance: str = ""
    role: str = ""


def parse(text: str) -> LongKey:
    """Split a long key; `role!instance` has no name."""
    rest, _, role = text.partition("@")
    domain, bar, rest = rest.rpartition("|")
    name, mark, instance = rest.partition("!")
    if mark and not (bar or role or "." in name):
        return LongKey("", "", instance, name)
    return LongKey(domain, name, instance, role or name.partition(".")[0])
