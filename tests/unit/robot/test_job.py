import re

from hypothesis import given
from hypothesis import strategies as st

from cockpit.robot.job import Taken, from_fields, job_id

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.tuples(TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT))
def test_two_jobs_have_one_name_only_if_cause_service_and_action_are_the_same(one, other):
    assert (job_id(*one) == job_id(*other)) == (one == other)


def test_a_name_is_short_text_that_keys_and_lists_can_hold():
    assert re.fullmatch(r"[0-9a-f]{24}", job_id("alarm-1-0", "desk/desk!main", "act"))


def test_a_taken_job_knows_its_repository():
    taken = Taken("desk/web.x!a", "j", 1, "alarm-1-0", "act", 0, b"")

    assert taken.repo == "desk"


def test_a_record_reads_in_seconds():
    found = from_fields(
        "j1",
        {
            "service": "desk/web!a",
            "state": "error",
            "attempts": "2",
            "queued": "1000",
            "started": "2000",
            "ended": "2500",
            "due": "9000",
            "error": "E: x",
            "lost": "1",
        },
    )

    assert (found.repo, found.service, found.attempts) == ("desk", "web!a", 2)
    assert (found.queued, found.started, found.ended, found.seconds) == (1, 2, 2.5, 0.5)
    assert (found.next_epoch, found.error) == (9, "E: x")
    assert found.note == "lost with its process 1 times"


def test_a_job_that_went_well_shows_no_former_error():
    found = from_fields("j1", {"state": "ok", "error": "E: x", "traceback": "T", "result": "[1]"})

    assert (found.error, found.traceback, found.result) == ("", "", [1])


def test_a_run_under_way_has_no_length_yet():
    assert from_fields("j1", {"state": "running", "started": "3000", "ended": "2000"}).seconds == 0
