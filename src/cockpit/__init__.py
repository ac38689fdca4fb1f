"""Cockpit: events come in through doors, services act on them, and anyone can see why.

door → event → log → dispatcher → inbox → action → trail
"""

__version__ = "0.1.0"
