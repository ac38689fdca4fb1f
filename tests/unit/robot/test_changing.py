import pytest

from cockpit.ays import template
from cockpit.robot import changing
from cockpit.robot.changing import Change, Prints


@pytest.fixture
def made(tmp_path):
    def make(actions):
        (tmp_path / "os").mkdir(exist_ok=True)
        (tmp_path / "os/actions.py").write_text(actions)
        return template.load(tmp_path / "os")

    return make


def test_ays_8_initializes_a_new_service_and_today_a_run_does(made):
    both = made("def init(): pass\n")

    assert [changing.of_creation(both, kind) for kind in ("8.0", "8.1", "cockpit")] == [
        "init",
        "init",
        "",
    ]
    assert changing.of_creation(made("def install(): pass\n"), "8.0") == ""


@pytest.mark.parametrize(
    ("actions", "handler"),
    [
        ("def processChange(job): pass\n", "processChange"),
        ("class Actions:\n    def change_hrd_instance(self, service, originalhrd): pass\n",) * 1
        + ("change_hrd_instance",),
        ("def install(): pass\n", ""),
    ],
)
def test_changed_data_is_told_to_who_wants_to_know(made, actions, handler):
    assert changing.of_data(made(actions)) == handler


def test_what_changed_is_named_as_ays_81_does():
    former = Prints({"a": "1", "b": "1"}, "x", {"k": "v"})
    now = Prints({"b": "2", "c": "1"}, "y", {"k": "w"})

    assert list(changing.differences(now, former)) == [
        "dataschema",
        "config",
        "action_del_a",
        "action_mod_b",
        "action_new_c",
    ]
    assert list(changing.differences(now, now)) == []


@pytest.mark.parametrize(
    ("actions", "category", "handler"),
    [
        ("def processChange(job): pass\n", "action_new_x", "processChange"),
        (
            "class Actions:\n    def change_method(self, service, m): pass\n",
            "action_mod_x",
            "change_method",
        ),
        ("class Actions:\n    def change_method(self, service, m): pass\n", "config", ""),
        (
            "class Actions:\n    def change_hrd_template(self, s, o): pass\n",
            "config",
            "change_hrd_template",
        ),
        ("def install(): pass\n", "dataschema", ""),
    ],
)
def test_a_changed_template_is_told_to_who_wants_to_know(made, actions, category, handler):
    assert changing.of_template(made(actions), category) == handler


def test_one_change_makes_one_job():
    change = Change({"changeCategory": "config"})

    first = changing.job("desk/os!a", "processChange", change, 7)
    assert first == changing.job("desk/os!a", "processChange", change, 7)
    assert first[1:3] == ["processChange", "change-7-config"]
    assert changing.read(first[3].encode()) == change
    assert changing.job("desk/os!a", "processChange", change, 8)[0] != first[0]


def test_a_handler_of_ays_80_gets_what_was():
    given = Change({"changeCategory": "action_mod_install"}, {"size": "1"}).given()

    assert (given["methodname"], given["originalhrd"].get_int("size")) == ("install", 1)
