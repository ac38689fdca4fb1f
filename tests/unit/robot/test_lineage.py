import pytest

from builders import an_alarm
from cockpit import events
from cockpit.robot.asking import MAX_HOPS
from cockpit.robot.job import Taken
from cockpit.robot.lineage import is_cut, meta


def a_taken(raw):
    return Taken(
        service="desk/desk!main",
        job="j1",
        fence=1,
        event="alarm-5-0",
        action="act",
        failures=0,
        raw=raw,
    )


def test_what_a_job_leads_to_says_where_it_came_from():
    raw = events.encode(an_alarm(meta={"hops": 3}))

    assert meta(a_taken(raw)) == {"source": "robot", "parent": "alarm-5-0", "job": "j1", "hops": 4}


@pytest.mark.parametrize("raw", [b"", b"rubbish", b'{"type":"generic","meta":{"hops":"many"}}'])
def test_an_event_without_a_readable_past_begins_a_chain(raw):
    assert meta(a_taken(raw))["hops"] == 1


@pytest.mark.parametrize(("hops", "cut"), [(MAX_HOPS, False), (MAX_HOPS + 1, True)])
def test_a_chain_is_cut_one_later_than_actions_may(hops, cut):
    assert is_cut(a_taken(events.encode(an_alarm(meta={"hops": hops})))) == cut
