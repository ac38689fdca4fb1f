import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import GoneError, InputError, OpsError
from cockpit.robot.policy import Policy, is_final, least_delay_s
from JumpScale.exceptions import OPERATIONS

DELAYS = st.lists(st.floats(0, 1e6), max_size=6)


def a_policy(retries=3, delays_s=(5.0, 30.0)):
    return Policy(retries=retries, delays_s=delays_s, strict=False, timeout_s=1)


@given(st.integers(0, 20), DELAYS, st.integers(1, 30), st.integers())
def test_a_delay_is_the_listed_one_with_up_to_a_tenth_more(retries, delays_s, failures, seed):
    found = a_policy(retries, delays_s).delay_s(failures, random.Random(seed))
    if failures > retries:
        assert found is None
    else:
        base = delays_s[min(failures, len(delays_s)) - 1] if delays_s else 0
        assert base <= found <= base * 1.1 + 1e-9


def test_jobs_that_failed_together_do_not_come_back_together():
    rng = random.Random(1)

    assert len({a_policy().delay_s(1, rng) for _ in range(10)}) == 10


def test_retries_are_tries_after_the_first():
    rng = random.Random(1)

    assert [a_policy(2).delay_s(n, rng) is None for n in (1, 2, 3)] == [False, False, True]
    assert a_policy(0).delay_s(1, rng) is None


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (InputError("x"), True),
        (GoneError("x"), True),
        (OpsError("x"), False),
        (ValueError("x"), False),
        (SystemExit(), False),
    ],
)
def test_only_a_wrong_caller_is_final(error, final):
    assert is_final(error) is final


def test_a_delay_is_no_shorter_than_the_least():
    rng = random.Random(1)

    assert 60 <= a_policy().delay_s(1, rng, least_s=60) <= 66
    assert 30 <= a_policy().delay_s(2, rng, least_s=6) <= 33
    assert a_policy(0).delay_s(1, rng, least_s=60) is None


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (OpsError("x"), 0),
        (OpsError("x", after_s=60), 60),
        (OpsError("x", after_s=1e9), 86400),
        (OpsError("x", after_s=-1), 0),
        (OpsError("x", after_s=float("nan")), 0),
        (OPERATIONS("x"), 0),
        (ValueError("x"), 0),
    ],
)
def test_the_world_may_say_how_long_to_wait(error, seconds):
    assert least_delay_s(error) == seconds
