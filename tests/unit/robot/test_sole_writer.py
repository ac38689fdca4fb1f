import gevent
import pytest

from cockpit.errors import OpsError
from cockpit.robot import SoleWriter


def test_one_node_mirrors_a_repository_until_it_leaves(pipe):
    ours, theirs = SoleWriter(pipe, "rack-a"), SoleWriter(pipe, "rack-b")

    assert ours.mirrors("desk")
    assert ours.mirrors("desk")
    assert not theirs.mirrors("desk")
    assert theirs.mirrors("other")
    ours.leave("desk")
    assert theirs.mirrors("desk")


def test_a_lease_ends_with_its_node(pipe):
    SoleWriter(pipe, "rack-a").mirrors("desk")

    assert 0 < pipe.call("PTTL", "cockpit:lease:mirror:desk") <= 30_000


def test_one_at_a_time_works_on_a_repository(pipe):
    writer = SoleWriter(pipe, "rack-a")

    def intrude():
        with pytest.raises(OpsError, match="desk is being worked on"):
            writer.alone("desk", patience_s=0.0).__enter__()
        with writer.alone("other", patience_s=0.0):
            return "elsewhere"

    assert not writer.is_busy("desk")
    with writer.alone("desk"):
        assert writer.is_busy("desk")
        assert gevent.spawn(intrude).get() == "elsewhere"
    with writer.alone("desk", patience_s=0.0):
        pass
