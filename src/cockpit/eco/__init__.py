"""Ecos: error conditions, captured from exceptions.

exception → capture → Eco → log
"""

from cockpit.eco.capture import capture

__all__ = ["capture"]
