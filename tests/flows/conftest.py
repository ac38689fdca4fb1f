"""Fixtures of the flow tests: a cockpit in a short path, stopped at the end."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot_api import BotApi
from flows.product import Product


@pytest.fixture
def place() -> Iterator[Path]:
    # The path of the Redis socket may have 107 bytes: pytest's own directories are too deep.
    with tempfile.TemporaryDirectory(prefix="ckpt-") as folder:
        yield Path(folder)


@pytest.fixture
def cockpit(place: Path) -> Iterator[Callable[..., Product]]:
    """Make cockpits with settings, in the same home unless told otherwise."""
    made: list[Product] = []

    def make(home: str = "home", **settings: object) -> Product:
        made.append(Product(place / home, **settings))
        return made[-1]

    yield make
    for product in made:
        product.stop()


@pytest.fixture
def bot_api() -> Iterator[BotApi]:
    """Telegram as bots see it, on loopback."""
    with BotApi() as found:
        yield found
        assert found.refused == []


@pytest.fixture(params=[0, 1], ids=["one-process", "child-process"])
def processes(request: pytest.FixtureRequest) -> int:
    """Both ways to run actions: inside the rack, or in a child process."""
    return int(request.param)
