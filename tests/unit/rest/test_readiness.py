import pytest

from cockpit.rest.readiness import DoorState, judge

WELL = {
    "trouble": "",
    "dispatching": True,
    "robots": 1,
    "memory_used": 0.5,
    "memory_short": False,
}
OPEN = DoorState(state="open", last_receive_age_s=1.5)


def test_a_cockpit_that_lacks_nothing_is_ready():
    found = judge({"smtp": OPEN}, **WELL)

    assert (found.ready, found.reasons, found.redis) == (True, [], True)
    assert found.doors == {"smtp": OPEN}


def test_a_door_on_another_machine_counts_as_open():
    away = DoorState(state="elsewhere", last_receive_age_s=None)

    assert judge({"bridge": away}, **WELL).ready


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"trouble": "Redis is away: gone"}, "Redis is away: gone"),
        ({"dispatching": False}, "no dispatcher runs: events are stored and wait"),
        ({"robots": 0}, "no robot is alive: jobs wait"),
        (
            {"memory_used": 0.815, "memory_short": True},
            "Redis uses 82% of its memory: the doors answer later",
        ),
    ],
)
def test_what_is_missing_is_said(wrong, reason):
    found = judge({}, **(WELL | wrong))

    assert (found.ready, found.reasons) == (False, [reason])


def test_a_closed_door_is_said_by_its_name():
    closed = DoorState(state="closed", last_receive_age_s=None)

    assert judge({"smtp": closed}, **WELL).reasons == ["the door smtp is closed"]


def test_without_redis_nobody_claims_to_know_of_robots():
    found = judge({}, **(WELL | {"trouble": "Redis is away", "robots": 0, "dispatching": False}))

    assert found.reasons == ["Redis is away"]
    assert not found.redis
