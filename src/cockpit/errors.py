"""The two error families that everything else maps to at its edge.

Whose fault is it? The caller's (`InputError`), the world's (`OpsError`); anything else is a bug
of ours and becomes an eco.
"""


class InputError(ValueError):
    """What the caller gave is wrong: never retried; the message names what and where."""


class OpsError(RuntimeError):
    """The world is wrong (disk, network, Redis): worth trying again later."""
