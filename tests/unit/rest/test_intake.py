import io

import falcon
import gevent
import pytest

from cockpit.rest.intake import Intake

KIB = 1024


@pytest.fixture
def intake():
    return Intake(most_bytes=300 * KIB, free_bytes=64 * KIB, timeout_s=0.2)


def stream(kib):
    return io.BytesIO(b"x" * kib * KIB)


@pytest.mark.parametrize("kib", [0, 1, 64, 65, 364])
def test_a_body_is_read_whole(intake, kib):
    with intake.body(stream(kib)) as body:
        assert len(body) == kib * KIB


def test_more_than_the_allowance_comes_later(intake):
    with (
        intake.body(stream(264)),
        pytest.raises(falcon.HTTPServiceUnavailable),
        intake.body(stream(200)),
    ):
        pass

    with intake.body(stream(264)) as body:
        assert len(body) == 264 * KIB


def test_a_small_body_always_passes(intake):
    with intake.body(stream(364)), intake.body(stream(64)) as body:
        assert len(body) == 64 * KIB


class Slow:
    def read(self, _size):
        gevent.sleep(0.15)
        return b"x"


def test_a_body_that_never_ends_is_cut_off(intake):
    with pytest.raises(falcon.HTTPError, match="408"), intake.body(Slow()):
        pass
