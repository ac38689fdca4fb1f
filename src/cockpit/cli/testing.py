"""The pytest plugin for authors: the fixture `robot`, a throw-away cockpit with their repository.

`cockpit template test` loads it; elsewhere: `pytest -p cockpit.cli.testing`.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.cli import client, throwaway
from cockpit.cli.throwaway import ThrowAway


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--cockpit-templates DIR`: the template repositories that the cockpits see."""
    for module in (client, throwaway):
        # pytest leaves out its frames: what an author did wrong stands in the author's lines.
        vars(module)["__tracebackhide__"] = True
    parser.addoption("--cockpit-templates", metavar="DIR", help="template repositories to lend")


@pytest.fixture
def robot(request: pytest.FixtureRequest) -> Iterator[ThrowAway]:
    """Lend a fresh cockpit with a copy of the repository that the test stands in."""
    repo = next((one for one in request.path.parents if (one / ".ays").exists()), None)
    if repo is None:
        pytest.fail(f"{request.path} stands in no repository: none of its directories has .ays")
    # The home holds sockets, and a socket's path has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="ckpt-", ignore_cleanup_errors=True) as place:
        templates = request.config.getoption("--cockpit-templates")
        made = ThrowAway(repo, Path(place), Path(templates) if templates else None)
        try:
            yield made
        finally:
            made.close()
