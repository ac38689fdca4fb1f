from unit.telegram.conftest import BOB


def test_a_repository_is_made_in_one_line_or_in_two_and_chosen(chat):
    assert chat.say("/repo create env du-conv2").startswith("Repository env-du-conv2 is made")
    assert "How shall the repository be called?" in chat.say("/repo add")
    assert chat.say("second").startswith("Repository second is made")
    assert "second · chosen" in chat.say("/repo list")
    assert chat.robot.catalog.repos() == ["desk", "env-du-conv2", "second"]


def test_one_that_is_there_is_chosen(chat):
    assert "is chosen now" in chat.say("/repo create desk")


def test_a_name_that_cannot_be_one_is_refused_and_says_why(chat):
    assert "letters, digits" in chat.say("/repo create ../etc")


def test_choosing_is_completed_by_buttons(chat):
    assert chat.say("/repo select") == "Which repository?"
    assert chat.labels() == ["desk"]
    assert "Commands are about desk now." in chat.press("desk")
    assert "There is no repository dask" in chat.say("/project select dask")


def test_deleting_asks_first_and_refuses_what_changed_meanwhile(chat):
    chat.say("/repo delete")
    assert "1 services go with it" in chat.press("desk")
    chat.robot.catalog.delete("desk", "desk!main")
    assert "changed meanwhile" in chat.press("Delete it")
    chat.say("/repo delete desk")
    assert "is in the trash" in chat.press("Delete it")
    assert chat.robot.catalog.repos() == []
    assert "There is no repository" in chat.say("/repo list")


def test_keeping_it_keeps_it(chat):
    chat.say("/repo delete desk")
    assert "Left." in chat.press("Keep it")
    assert chat.robot.catalog.repos() == ["desk"]


def test_only_an_admin_makes_and_deletes(chat):
    for text in ("/repo create x", "/repo delete desk"):
        assert "takes the role admin" in chat.say(text, BOB)
    assert chat.robot.catalog.repos() == ["desk"]


def test_a_name_that_cannot_be_one_is_asked_for_again(chat):
    chat.say("/repo create")
    assert "/cancel to leave it." in chat.say("../x")

    assert "Repository fine is made" in chat.say("fine")


def test_without_any_repository_the_way_to_one_is_told(chat):
    chat.house.worktrees.delete("desk", force=True)

    assert "/repo create makes one" in chat.say("/repo delete")
    assert "/repo create makes one" in chat.document("2.yaml", b"desk__x:\n")
