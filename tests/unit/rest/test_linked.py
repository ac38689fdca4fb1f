import msgspec
import pytest

from cockpit import events
from cockpit.rest.linked import Linked, linked, works


@pytest.fixture
def stored(rooms):
    mail = {"type": "email", "from": "ann@example.org", "subject": "disk full", "epoch": 7}
    return rooms.log.append(events.from_mapping(mail)).id


def test_an_event_is_shown_as_lists_show_it(rooms, stored):
    assert linked(rooms.log, [stored]) == [
        Linked(id=stored, type="email", epoch=7, summary="disk full from ann@example.org")
    ]


def test_an_event_without_a_time_has_that_of_its_storing(rooms):
    alarm = rooms.log.append(msgspec.structs.replace(events.example("alarm"), epoch=0)).id
    (found,) = linked(rooms.log, [alarm])

    assert found.epoch == int(alarm.split("-")[1]) // 1000


@pytest.mark.parametrize(
    ("gone", "kind"),
    [
        ("alarm-1-0", "alarm"),
        ("run-7", "run"),
        ("due-1795456059789", "due"),
        ("change-a-1", "change"),
    ],
)
def test_what_is_gone_or_no_event_is_named(rooms, stored, gone, kind):
    first, second = linked(rooms.log, [gone, stored])

    assert first == Linked(id=gone, type=kind)
    assert second.id == stored


def test_jobs_are_shown_in_short_and_those_that_are_gone_left_out(rooms, dispatch):
    rooms.catalog.execute("desk")
    cause = rooms.log.append(events.example("alarm")).id
    dispatch()
    ids = [job.id for job in rooms.trail.why(cause).jobs]
    found = works(rooms.jobs, ["f" * 24, *ids])

    assert [work.id for work in found] == ids
    assert {work.action for work in found} == {"notify", "escalate"}
    assert {(work.event, work.repo, work.service, work.state) for work in found} == {
        (cause, "desk", "desk!main", "queued")
    }
