"""Programs of Debian that tests drive: from PATH, else where tools/install-debian put them."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from flows.product import ROOT, until

PLACE = ROOT / ".venv" / "debian"
FOLDERS = os.pathsep.join(
    [
        os.environ.get("PATH", ""),
        str(PLACE / "usr" / "bin"),
        str(PLACE / "usr" / "lib" / "chromium"),
    ]
)


def program(name: str) -> str:
    """The path of a program; a test that needs it fails without."""
    found = shutil.which(name, path=FOLDERS)
    assert found, f"{name} is missing: tools/install-debian fetches it"
    return found


def environ() -> dict[str, str]:
    """What a program that was only unpacked needs to find its libraries."""
    libraries = sorted({str(path.parent) for path in PLACE.glob("usr/lib/**/*.so*")})
    return dict(os.environ) | {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def _base() -> Path:
    return PLACE if PLACE.is_dir() else ROOT


@contextlib.contextmanager
def listening(words: list[str], folder: Path) -> Iterator[str]:
    """Run a server of Prometheus's family until the end, and lend the URL that it logs.

    Args:
        folder: Where its log goes. It works in another one, below which it looks for its files.
    """
    log = folder / f"{Path(words[0]).name}.log"
    with log.open("w") as file:
        server = subprocess.Popen(words, cwd=_base(), env=environ(), stderr=file, stdout=file)

    def url() -> str:
        assert server.poll() is None, log.read_text()
        for line in log.read_text().splitlines():
            if 'msg="Listening on"' in line:
                return "http://" + line.partition("address=")[2].split()[0]
        return ""

    try:
        yield until(url, what=f"{words[0]} listens")
    finally:
        server.terminate()
        server.wait(timeout=20)
