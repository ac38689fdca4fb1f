"""A flood of errors that are all different: memory is bounded, and what is lost is counted."""

from collections.abc import Callable, Iterator

import pytest
from gevent.pool import Pool

from cockpit.bus import Pipe, Pressure
from cockpit.eco.kept import Limits, Noted
from cockpit.eco.ledger import Ledger
from cockpit.events import Eco
from flows.product import Product

LETTERS = str.maketrans("0123456789", "abcdefghij")
MANY = 200


@pytest.fixture
def lone(cockpit: Callable[..., Product]) -> Iterator[tuple[Product, Pipe]]:
    """A cockpit, and a client of its Redis beside it."""
    product = cockpit().start()
    pipe = Pipe(f"unix://{product.home / 'redis' / 'redis.sock'}")
    yield product, pipe
    pipe.close()


def different(n: int) -> Eco:
    """One of 1,000 applications fails in a way of its own; numbers would not tell errors apart."""
    word = str(n).translate(LETTERS)
    return Eco(
        app_name=f"app{n % 1_000}",
        error_msg=f"order {word} is gone",
        backtrace=f"{word} " * 200,
        epoch=1,
        last_time=1,
    )


@pytest.mark.parametrize("ecos", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
@pytest.mark.timeout(1_200)
def test_of_a_million_different_errors_the_newest_stay_and_the_rest_are_counted(
    lone: tuple[Product, Pipe], ecos: int
):
    product, pipe = lone
    most = ecos // 20
    ledger = Ledger(pipe, limits=lambda: Limits(most=most, new_per_5m=ecos, new_per_hour=ecos))
    pressure = Pressure(pipe, on_change=lambda *_: None)
    sizes: list[int] = []

    def note(n: int) -> Noted:
        if n % most == 0:
            pressure.measure()
            sizes.append(pressure.used_bytes)
        return ledger.note(different(n), is_quiet=True)

    noted = Pool(MANY).map(note, range(ecos))

    assert {one.outcome for one in noted} == {"new"}
    figures = ledger.figures()
    assert sum(figures["states"].values()) == most
    assert figures["evicted"] == ecos - most
    # Once it is full it grows no more; Redis itself goes up and down a little.
    assert max(sizes[2:]) < 1.3 * sizes[2]
    (newest,) = product.ask("eco", "list", "--limit", "1")
    assert newest["guid"] in {one.guid for one in noted[-MANY:]}
