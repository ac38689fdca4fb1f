"""The pytest plugin for authors: the fixture `robot`, a throw-away cockpit with their repository.

`cockpit template test` loads it; elsewhere: `pytest -p cockpit.cli.testing`.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.cli.throwaway import ThrowAway


@pytest.fixture
def robot(request: pytest.FixtureRequest) -> Iterator[ThrowAway]:
    """Lend a fresh cockpit with a copy of the repository that the test stands in."""
    repo = next((one for one in request.path.parents if (one / ".ays").exists()), None)
    if repo is None:
        pytest.fail(f"{request.path} stands in no repository: none of its directories has .ays")
    # The home holds sockets, and a socket's path has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="ckpt-", ignore_cleanup_errors=True) as place:
        made = ThrowAway(repo, Path(place))
        try:
            yield made
        finally:
            made.close()
