"""The `cockpit` command. It talks REST to the running server, and starts it.

words → globals (--home --json --url) → command → Client → answer → trail → Terminal

One file per group of commands; `Terminal` is how all of them read and print. Nothing here imports
gevent, Redis or the HTTP door: `start` and `robot` become `python -m cockpit.app` by exec.
"""

from cockpit.cli.main import main

__all__ = ["main"]
