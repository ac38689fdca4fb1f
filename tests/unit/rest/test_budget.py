import falcon
import pytest

from cockpit.rest.budget import Budget


def test_what_is_too_much_is_refused_until_something_is_given_back():
    budget = Budget(10)
    budget.take(6)
    with pytest.raises(falcon.HTTPServiceUnavailable) as refused:
        budget.take(5)

    assert refused.value.headers["Retry-After"] == "5"
    assert budget.held_bytes == 6
    budget.give_back(6)
    budget.take(10)
    assert budget.held_bytes == 10
