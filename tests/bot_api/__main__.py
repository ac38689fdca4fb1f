"""Serve one until standard input ends; the first line says where: `{"url": …}`.

`python -m gevent.monkey --module bot_api --limits`, with tests/ on the path. It takes orders at /control/NAME: see control.py.
"""

import argparse
import json
import sys

import gevent

from bot_api import TOKEN, BotApi


def main() -> None:
    """Serve until standard input ends."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--token", default=TOKEN)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--username", default="cockpit_bot")
    options.add_argument("--limits", action="store_true")
    with BotApi(**vars(options.parse_args())) as served:
        sys.stdout.write(json.dumps({"url": served.url}) + "\n")
        sys.stdout.flush()
        gevent.get_hub().threadpool.apply(sys.stdin.read)


main()
