from cockpit.ays.action_state import FORMER, TODAY
from cockpit.ays.run import STATES


def test_every_state_has_a_name_of_80_and_back():
    assert {TODAY[FORMER[state]] for state in STATES} == set(STATES)
