import pytest

from cockpit import ays
from cockpit.ays import template
from cockpit.ays.service_files import Kept
from cockpit.robot.writing import blueprint_row, kept_row, scheduled_row


@pytest.fixture
def os(tmp_path):
    (tmp_path / "os").mkdir()
    (tmp_path / "os/actions.py").write_text("def install(): pass\n")
    return template.load(tmp_path / "os")


def row_of(record, former, made):
    return blueprint_row(record, former, template=made, kind="cockpit", version=7)


def a_record(**data):
    return ays.ServiceRecord("desk", "os!a", "os", "a", "os", data)


def test_a_new_service_is_written_with_all_its_data(os):
    row = row_of(a_record(maxCPU=2), None, os)

    assert (row["service"], row["data"], row["changed"]) == ("desk/os!a", {"maxcpu": "2"}, [])


def test_only_values_that_differ_are_written_and_install_is_changed(os):
    row = row_of(a_record(a=1, b=2), a_record(a=1, b=1), os)

    assert (row["data"], row["changed"]) == ({"b": "2"}, ["install"])


def test_what_is_scheduled_writes_no_record():
    assert scheduled_row("desk", "os!a", "install") == {
        "service": "desk/os!a",
        "data": {},
        "changed": [],
        "scheduled": ["install"],
    }


def test_files_take_out_what_they_do_not_have():
    row = kept_row(Kept(a_record(a=1), {"install": "ok"}), a_record(a=1), {"a": 1, "seen": 2})

    assert (row["gone"], row["states"], row["changed"]) == (["seen"], {"install": "ok"}, [])


def test_files_of_a_service_that_moved_are_written_again():
    child = Kept(ays.ServiceRecord("desk", "os!a", "os", "a", "os", {}, parent="os!b"))

    assert kept_row(child, a_record(), {})["mirrored"] is False
    assert kept_row(child, None, {})["mirrored"] is True
