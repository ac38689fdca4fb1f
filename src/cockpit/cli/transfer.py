"""Clones, pulls and pushes that go on in the server, followed to their end."""

from typing import Any

from cockpit.cli.client import Client
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError


def follow(terminal: Terminal, client: Client, begun: dict[str, Any], path: str) -> dict[str, Any]:
    """Wait for the end of a transfer, its progress shown on a terminal; return its result.

    Args:
        path: Of the repository, `/repos/desk`.

    Raises:
        InputError: What was asked for is wrong.
        OpsError: It failed.
    """
    now = begun
    while now["state"] == "running":
        terminal.progress(now["progress"])
        now = client.get(f"{path}/transfer", wait=0.3 if terminal.shows_progress else 20)
    terminal.progress("")
    if now["state"] == "ok":
        result: dict[str, Any] = now["result"]
        return result
    raise (InputError if now["is_wrong"] else OpsError)(now["error"])


def last_part(url: str) -> str:
    """Return what git would call the clone: `https://x/y/mine.git` → mine.

    Raises:
        InputError: Its last part is no name.
    """
    place = url.rstrip("/").removesuffix("/.git").removesuffix(".git")
    name = place.replace(":", "/").rpartition("/")[2]
    if name in {"", ".", ".."}:
        raise InputError(f"{url:.200} tells no name: say one behind it")
    return name
