from cockpit.eco import Node


def test_a_machine_that_says_nothing_is_the_first_of_the_first_grid():
    assert Node() == Node(gid=1, nid=1)
