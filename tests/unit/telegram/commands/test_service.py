import pytest

import builders
from unit.telegram.conftest import ACTIONS, ANN, BOB, MAX


@pytest.fixture
def many(chat):
    """A chat about a repository with three services, all of one role."""
    blueprint = "desk__main:\n\ndesk__second:\n\ndesk__third:\n"
    (chat.robot.root / "desk" / "blueprints" / "1_main.yaml").write_text(blueprint)
    chat.robot.execute()
    chat.say("/repo select desk")
    return chat


def orders(chat):
    found = chat.robot.log.newest(["telegram"], 100)
    return [one for one in found if one.action == "service.execute"]


def test_services_are_listed_by_role_and_shown(many):
    assert many.say("/service list").splitlines() == ["desk!main", "desk!second", "desk!third"]
    assert "There are no services" in many.say("/service list node")
    shown = many.say("/service see desk!main")
    assert "size = 3" in shown
    assert many.labels() == ["Run an action"]


def test_without_a_repository_all_are_listed_with_theirs(chat):
    assert chat.say("/service list") == "desk!main · desk"


def test_an_action_is_an_event_that_the_robot_acts_on(many):
    assert many.say("/service execute act desk!main", BOB) == "desk!main: act is queued"
    (order,) = orders(many)
    assert order.args == {"name": "desk!main", "action": "act"}
    assert (order.meta["repo"], order.meta["by"]) == ("desk", "bob")

    many.robot.work()
    assert many.robot.only_job().state == "ok"
    assert many.bot.progress.round() == 0
    told = many.texts(BOB.id)[-1]
    assert told.startswith("✓ desk!main: act ok")
    assert told.endswith("→ desk!main")


def test_a_failed_one_is_told_with_what_can_be_done(many):
    many.say("/service execute fail desk!main")
    many.robot.work()
    many.bot.progress.round()

    assert "ValueError: no disk" in many.texts()[-1]
    assert many.labels() == ["Retry", "Why"]


def test_the_same_message_asks_for_nothing_twice(many):
    update = many.api.say("/service execute act desk!main", user=BOB)
    many.take()
    many.api.redeliver(update)
    many.take()

    assert len(orders(many)) == 1


@pytest.mark.parametrize("pattern", ["@desk", "desk!*"])
def test_a_pattern_means_several(many, pattern):
    told = many.say(f"/service execute act {pattern}")

    assert told.count("is queued") == len(orders(many)) == 3
    many.robot.work()
    assert many.bot.progress.round() == 0
    many.step()
    assert many.texts()[-1].count("act ok") == 3


def test_the_action_is_completed_by_buttons(many):
    many.say("/service execute")
    assert many.press("desk!second") == "Which action of desk!second?"
    assert many.labels() == ["act", "fail", "install"]
    assert "desk!second: act is queued" in many.press("act")


def test_an_action_without_a_service_asks_for_it_alone(many):
    assert many.say("/service execute act") == "Which service?"

    assert "desk!second: act is queued" in many.press("desk!second")


def test_a_button_that_is_pressed_twice_is_meant_once(many):
    many.say("/service execute desk!main")
    number, data = many._button("act", ANN.id)
    message = {"message_id": number, "chat": {"id": ANN.id, "type": "private"}}
    for _ in range(2):
        many.api.press_data(data, message, user=ANN)
    many.take()

    assert len(orders(many)) == 1
    assert many.texts()[-1] == "desk!main: act is queued"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/service execute act desk!nobody", "there is no service desk!nobody in desk"),
        ("/service execute fly desk!main", "desk!main has no action fly"),
        ("/service show nothing", "there is no service nothing in desk"),
    ],
)
def test_what_cannot_be_is_told(many, text, why):
    assert many.say(text) == why


def test_deleting_asks_first(many):
    many.say("/service del desk!third")
    assert "is deleted" in many.press("Delete it")
    assert "desk!third" not in many.robot.catalog.existing("desk")


@pytest.fixture
def two(chat):
    """A chat about no repository, while two have a service of the same name."""
    builders.a_repository(chat.robot.root, {"desk": {"actions.py": ACTIONS}}, name="other")
    chat.robot.look()
    chat.robot.execute("other")
    return chat


def test_a_name_that_several_repositories_have_runs_in_none_of_them(two):
    told = two.say("/service execute act desk!main")

    assert told.startswith("desk!main may be desk/desk!main, other/desk!main: name one so")
    assert orders(two) == []


def test_a_service_may_be_named_with_its_repository(two):
    assert "is queued" in two.say("/service execute act other/desk!main")

    assert [one.meta["repo"] for one in orders(two)] == ["other"]


def test_without_a_repository_the_buttons_name_it(two):
    two.say("/service execute")
    assert two.labels() == ["desk/desk!main", "other/desk!main"]
    two.press("other/desk!main")
    two.press("act")

    assert [one.meta["repo"] for one in orders(two)] == ["other"]


def test_who_may_only_read_runs_nothing(many):
    assert "takes the role operate" in many.say("/service execute act desk!main", MAX)
    assert orders(many) == []
