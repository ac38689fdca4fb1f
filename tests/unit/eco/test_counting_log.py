import pytest

from builders import an_alarm
from cockpit.bus import Made
from cockpit.eco.counting_log import CountingLog
from cockpit.eco.kept import Limits
from cockpit.eco.ledger import Ledger
from cockpit.errors import QuotaError
from cockpit.events import Eco


@pytest.fixture
def log(pipe):
    return CountingLog(pipe, Ledger(pipe, limits=lambda: Limits(new_per_5m=1)))


def test_an_eco_that_comes_again_makes_no_second_event(log):
    first, again = log.append(Eco(error_msg="a")), log.append(Eco(error_msg="a"))

    assert (first.is_new, again.is_new) == (True, False)
    assert first.id == again.id
    assert log.get(first.id).occurence == 1


def test_other_events_are_appended_as_ever(log):
    one, other = log.append(an_alarm()), log.append(an_alarm())

    assert one.is_new
    assert other.is_new
    assert one.id != other.id


def test_a_replay_is_an_event_and_no_hit(log):
    first = log.append(Eco(error_msg="a"))
    again = log.replay(first.id)

    assert again.is_new
    assert log.ledger.page().ecos[0].eco.occurence == 1


def test_a_call_of_a_job_counts_once(log):
    made = Made("j1", "publish", 1)
    ids = {log.append(Eco(error_msg="a"), made=made).id for _ in range(2)}

    assert len(ids) == 1
    assert log.ledger.page().ecos[0].eco.occurence == 1


def test_a_foreign_id_is_kept(log):
    appended = log.append(Eco(error_msg="a", id="mine"))

    assert log.get(appended.id).meta["source_id"] == "mine"


def test_what_is_over_the_quota_is_told_to_come_later(log):
    log.append(Eco(error_msg="a", app_name="shop"))

    with pytest.raises(QuotaError, match="shop") as caught:
        log.append(Eco(error_msg="b", app_name="shop"))
    assert caught.value.after_s == 60


def test_what_a_stranger_publishes_is_kept_without_passwords(log):
    event = log.append(Eco(error_msg="login with password=hunter2", extra='{"token": "abcdef"}')).id

    for found in (log.get(event), log.ledger.page().ecos[0].eco):
        assert found.error_msg == "login with password=***"
        assert found.extra == '{"token":"***"}'
