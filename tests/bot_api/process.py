"""The stand-in of the Bot API in a process of its own, for flows and figures."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import urllib3

PROGRAM = Path(__file__).parent


class BotApiProcess:
    """Started at once, ended with the block.

    Args:
        options: Of the program, such as `--limits`.
    """

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gevent.monkey", "--module", PROGRAM.name, *options],
            env=os.environ | {"PYTHONPATH": str(PROGRAM.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.url: str = json.loads(self._process.stdout.readline())["url"]
        self._pool = urllib3.PoolManager(retries=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()
        self._process.communicate(timeout=10)

    def ask(self, what: str, **told: Any) -> Any:
        """Do or look at what `BotApi` has under a name: `ask("say", text="hi", user={…})`."""
        answer = self._pool.request("POST", f"{self.url}/control/{what}", json=told)
        assert answer.status == 200, answer.data
        return answer.json()
