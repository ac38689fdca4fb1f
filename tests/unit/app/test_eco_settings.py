from cockpit import eco
from cockpit.app.eco_settings import Eco, Node
from cockpit.eco.kept import Limits


def test_the_defaults_are_those_of_the_ledger():
    assert Eco().limits == Limits()


def test_texts_with_units_give_their_value():
    limits = Eco(keep="2d", max_bytes="1mb", new_per_5m=3).limits

    assert (limits.keep_s, limits.most_bytes, limits.new_per_5m) == (172_800, 1024**2, 3)


def test_a_node_is_as_captures_take_it():
    assert Node(gid=7, nid=12).node == eco.Node(7, 12)
