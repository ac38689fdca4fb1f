from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.circle import find_circle

NAMES = st.sampled_from("abcdefg")


def is_circular(needs):
    try:
        list(TopologicalSorter(needs).static_order())
    except CycleError:
        return True
    return False


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=4)))
def test_a_circle_is_found_when_there_is_one_and_is_one(needs):
    found = find_circle(needs)

    assert bool(found) == is_circular(needs)
    assert found[:1] == found[-1:]
    assert all(b in needs[a] for a, b in pairwise(found))


def test_a_chain_of_any_depth_is_no_circle():
    deep = {str(n): [str(n + 1)] for n in range(100_000)}

    assert find_circle(deep) == []
    assert len(find_circle(deep | {"100000": ["0"]})) == 100_002
