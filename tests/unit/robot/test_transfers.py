import gevent
import pytest
from gevent.event import Event

from cockpit.errors import InputError, OpsError
from cockpit.robot import Transfers


@pytest.fixture
def reported():
    return []


@pytest.fixture
def transfers(reported):
    return Transfers(report=reported.append)


def ended(transfers, repo="desk"):
    with gevent.Timeout(10):
        while transfers.get(repo).state == "running":
            gevent.idle()
    return transfers.get(repo)


def test_a_transfer_tells_its_progress_and_its_result(transfers):
    told, go = Event(), Event()

    def work(tell):
        tell("10%")
        told.set()
        go.wait()
        return {"commits": 2}

    begun = transfers.begin("desk", "pull", work)
    told.wait(10)

    assert (begun.state, begun.what, transfers.get("desk").progress) == ("running", "pull", "10%")
    go.set()
    assert (ended(transfers).state, ended(transfers).result) == ("ok", {"commits": 2})


def test_one_transfer_of_a_repository_runs_at_a_time(transfers):
    go = Event()
    transfers.begin("desk", "pull", lambda _: go.wait())

    with pytest.raises(InputError, match="a pull of desk is running"):
        transfers.begin("desk", "push", lambda _: None)
    assert transfers.begin("other", "push", lambda _: None).repo == "other"
    go.set()
    assert ended(transfers).what == "pull"
    assert transfers.begin("desk", "push", lambda _: None).what == "push"


@pytest.mark.parametrize(("error", "is_wrong"), [(InputError("no"), True), (OpsError("no"), False)])
def test_a_failure_is_kept_with_whose_fault_it_is(transfers, reported, error, is_wrong):
    def work(_):
        raise error

    transfers.begin("desk", "pull", work)
    found = ended(transfers)

    assert (found.state, found.error, found.is_wrong, reported) == ("error", "no", is_wrong, [])


def test_a_bug_is_reported_and_not_told_to_the_caller(transfers, reported):
    transfers.begin("desk", "pull", lambda _: {}["secret"])
    found = ended(transfers)

    assert (found.state, "secret" in found.error) == ("error", False)
    assert isinstance(reported[0], KeyError)


def test_what_is_not_known_is_refused(transfers):
    with pytest.raises(InputError, match="no clone, pull or push of desk"):
        transfers.get("desk")


def test_only_the_newest_are_kept(transfers):
    for number in range(150):
        transfers.begin(f"r{number}", "pull", lambda _: None)
        ended(transfers, f"r{number}")

    with pytest.raises(InputError):
        transfers.get("r0")
    assert transfers.get("r149").state == "ok"
