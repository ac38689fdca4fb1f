"""`j.logger`: the standard library's loggers, all below the one called `j`."""

import logging

__all__ = ["get", "log", "set_level"]

_ROOT = "j"
_LEAST = logging.DEBUG


def get(name: str = "", enable_only_me: bool = False) -> logging.Logger:
    """Return a logger: `node` is `j.node`, no name is `j`.

    Args:
        enable_only_me: AYS 8's way to silence the others; read no more, a handler can do it.
    """
    is_below = not name or name == _ROOT or name.startswith(f"{_ROOT}.")
    return logging.getLogger(name or _ROOT if is_below else f"{_ROOT}.{name}")


def log(msg: object, level: int = logging.INFO, category: str = "") -> None:
    """Log a message.

    Args:
        level: Of the standard library; the older scale of 1 to 9 is taken for information.
        category: The logger below `j`.
    """
    get(category).log(level if level >= _LEAST else logging.INFO, "%s", msg)


def set_level(level: int | str) -> None:
    """Log from this level on, such as `"DEBUG"`."""
    logging.getLogger(_ROOT).setLevel(level)
