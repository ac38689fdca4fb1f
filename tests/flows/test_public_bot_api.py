"""The bot talks to `telegram-test-api`, a stand-in that others wrote for bots of any kind."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from flows.product import Product, until

PACKAGES = Path(__file__).parents[1] / "node"
TOKEN = "1234:abc"
ANN = 42


def node() -> str:
    """The path of Node."""
    folders = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    found = shutil.which("node", path=os.pathsep.join(folders))
    assert found, "node is missing: tools/install-node-packages fetches it"
    return found


class PublicBotApi:
    """The stand-in in a process of its own, and a person who talks to the bot through it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [node(), "serve.js", str(port)],
            cwd=PACKAGES,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        self._pool = urllib3.PoolManager()

    def close(self) -> None:
        self._process.communicate(timeout=10)
        self._pool.clear()

    def say(self, text: str) -> None:
        name = "sendCommand" if text.startswith("/") else "sendMessage"
        length = len(text.split(maxsplit=1)[0])
        marks = [{"type": "bot_command", "offset": 0, "length": length}]
        more = {"entities": marks} if name == "sendCommand" else {}
        self._post(name, {**_who(), "text": text, **more})

    def press(self, label: str) -> None:
        for message in reversed(self.messages()):
            for button in itertools.chain(*_rows(message)):
                if button["text"] == label:
                    told = {"message": {**_who(), "message_id": message["messageId"]}}
                    self._post("sendCallback", {**_who(), **told, "data": button["callback_data"]})
                    return
        raise LookupError(f"no button {label}")

    def messages(self) -> list[dict[str, Any]]:
        found = self._post("getUpdatesHistory", {"token": TOKEN})["result"]
        return [one for one in found if "message" in one and "chat_id" in one["message"]]

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.messages()]

    def _post(self, name: str, told: dict[str, Any]) -> Any:
        answer = self._pool.request("POST", f"{self.url}/{name}", json=told | {"botToken": TOKEN})
        assert answer.status == 200, answer.data
        return answer.json()


def _who() -> dict[str, Any]:
    name = {"first_name": "Ann", "username": "ann"}
    return {
        "from": {"id": ANN, "is_bot": False, **name},
        "chat": {"id": ANN, "type": "private", **name},
        "date": 1700000000,
    }


def _rows(message: dict[str, Any]) -> list[list[dict[str, str]]]:
    return message["message"].get("reply_markup", {}).get("inline_keyboard", [])


@pytest.fixture
def public() -> Iterator[PublicBotApi]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = PublicBotApi(port)
    yield found
    found.close()


def test_somebody_comes_in_makes_a_repository_and_runs_an_action(
    public: PublicBotApi, cockpit: Callable[..., Product]
):
    desk = cockpit(telegram_api_url=public.url).start("helpdesk")
    made = desk.run("telegram", "setup", "--admin", "ann", "--json", stdin=TOKEN)
    assert made.returncode == 0, made.stderr
    public.say(f"/start {made.stdout.partition('?start=')[2].partition(chr(34))[0]}")
    until(lambda: any(text.startswith("Hello ann") for text in public.texts()))

    public.say("/repo create")
    until(lambda: "How shall the repository be called?" in str(public.texts()))
    public.say("second")
    until(lambda: "Repository second is made" in str(public.texts()))
    public.say("/repo select")
    until(lambda: "Which repository?" in public.texts())
    public.press("helpdesk")
    until(lambda: "Commands are about helpdesk now." in public.texts())
    public.say("/service execute monitor helpdesk!main")
    until(lambda: any("helpdesk!main: monitor ok" in text for text in public.texts()))
