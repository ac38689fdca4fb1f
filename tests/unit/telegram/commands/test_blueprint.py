import pytest

from unit.telegram.conftest import ANN, BOB, MAX

MORE = b"desk__main:\n\ndesk__second:\n  size: 5\n"


@pytest.fixture
def desk(chat):
    chat.say("/repo select desk")
    return chat


def test_a_file_is_looked_at_and_saved_by_a_button(desk):
    shown = desk.document("2_more.yaml", MORE)
    assert "+ desk!second" in shown
    assert "1 stay as they are" in shown
    assert desk.labels() == ["Save and execute", "Leave it"]
    assert "desk!second" not in desk.robot.catalog.existing("desk")

    assert "is saved in desk: services: 1 new, 1 as before." in desk.press("Save and execute")
    assert "desk!second" in desk.robot.catalog.existing("desk")
    assert (desk.robot.root / "desk" / "blueprints" / "2_more.yaml").read_bytes() == MORE


def test_an_unsound_one_is_told_by_its_lines_and_not_saved(desk):
    shown = desk.document("2_bad.yaml", b"desk__x:\n  colour: red\n")

    assert "2_bad.yaml:2" in shown
    assert desk.labels() == []


def test_a_pasted_one_is_taken_too(desk):
    assert "Paste the blueprint" in desk.say("/blueprint add")
    assert "+ desk!second" in desk.say(MORE.decode())


def test_one_may_be_pasted_behind_the_command(desk):
    assert "+ desk!second" in desk.say("/blueprint add\n" + MORE.decode())


def test_saving_again_is_the_next_version(desk):
    desk.document("2_more.yaml", MORE)
    desk.press("Save and execute")
    told = desk.document("2_more.yaml", MORE.replace(b"5", b"7"))
    assert told.startswith("2_more.yaml for desk, in place of the one there\n")

    assert "1 changed" in desk.press("Save and execute")
    assert desk.robot.catalog.data(["desk/desk!second"])[0]["size"] == 7


def test_a_button_of_an_older_version_saves_nothing_over_a_newer_one(desk):
    desk.document("2_more.yaml", MORE)
    old = desk._button("Save and execute", ANN.id)
    desk.document("2_more.yaml", MORE.replace(b"5", b"7"))
    desk.press("Save and execute")
    message = {"message_id": old[0], "chat": {"id": ANN.id, "type": "private"}}
    desk.api.press_data(old[1], message, user=ANN)

    assert "2_more.yaml changed meanwhile: send it again" in desk.heard(ANN.id)
    assert desk.robot.catalog.data(["desk/desk!second"])[0]["size"] == 7


def test_a_button_that_is_pressed_twice_saves_the_same(desk):
    desk.document("2_more.yaml", MORE)
    old = desk._button("Save and execute", ANN.id)
    desk.press("Save and execute")
    message = {"message_id": old[0], "chat": {"id": ANN.id, "type": "private"}}
    desk.api.press_data(old[1], message, user=ANN)

    assert "services: 2 as before" in desk.heard(ANN.id)


def test_they_are_listed_shown_and_executed(desk):
    assert desk.say("/blueprint list") == "desk\n1_main.yaml"
    assert desk.say("/blueprint show") == "Which blueprint?"
    assert "desk__main:" in desk.press("1_main.yaml")
    assert "services: 1 as before" in desk.say("/blueprint exec 1_main.yaml")


def test_one_is_archived_and_taken_back(desk):
    assert "_1_main.yaml" in desk.say("/blueprint disable 1_main.yaml")
    assert "archived" in desk.say("/blueprint list")
    desk.say("/blueprint enable")
    assert "is executed with the others again" in desk.press("_1_main.yaml")


def test_one_that_describes_services_is_not_deleted(desk):
    desk.say("/blueprint delete 1_main.yaml")
    assert "delete them first" in desk.press("Delete it")
    desk.robot.catalog.delete("desk", "desk!main")
    desk.say("/blueprint remove 1_main.yaml")
    assert "is in the trash" in desk.press("Delete it")
    assert "There is no blueprint" in desk.say("/blueprint list")


def test_without_a_repository_one_is_chosen_first(chat):
    assert "choose a repository first" in chat.say("/blueprint list")
    assert "for which repository?" in chat.document("2_more.yaml", MORE)
    assert "+ desk!second" in chat.press("desk")
    assert "is saved in desk" in chat.press("Save and execute")


@pytest.mark.parametrize(("user", "role"), [(BOB, "operate"), (MAX, "read")])
def test_only_an_admin_saves(desk, user, role):
    assert f"you have {role}" in desk.say("/blueprint add", user)
