import pytest

from unit.telegram.conftest import MAX


@pytest.fixture
def desk(chat):
    chat.say("/repo select desk")
    return chat


def test_a_run_is_simulated_and_started_by_a_button_and_goes_on_telling(desk):
    assert "desk!main install" in desk.say("/run sim install")
    assert "run-1 desk: install · running" in desk.press("Start it")
    desk.robot.work()
    desk.bot.progress.round()

    told = desk.texts()[-1]
    assert "run-1 desk: install · ok" in told
    assert "✓ desk!main install" in told


def test_one_action_of_one_service_is_a_run(desk):
    assert "run-1 desk: act" in desk.say("/run start act desk!main")


def test_a_button_of_the_menu_shows_first_what_it_would_do(desk):
    (desk.robot.root / "desk" / "blueprints" / "2.yaml").write_text("desk__two:\n")
    desk.robot.execute()
    desk.say("/run")
    told = desk.press("Start one; all that is pending")
    assert desk.house.runs.newest(9) == []
    assert told == "There is nothing to do." or desk.labels() == ["Start it"]


def test_what_failed_can_be_taken_up_again(desk):
    desk.say("/run execute fail")
    desk.robot.work()
    desk.bot.progress.round()

    assert "run-1 desk: fail · error" in desk.texts()[-1]
    assert "running" in desk.press("Take it up again")


def test_runs_are_listed_shown_and_cancelled(desk):
    assert desk.say("/run list") == "There was no run."
    desk.say("/run create act")
    assert "run-1 desk: act" in desk.say("/run list")
    assert "run-1 desk: act" in desk.say("/run list new")
    assert desk.say("/run list executed") == "There was no run."
    assert desk.say("/run list x") == "x: write all, new, executed"
    desk.say("/run show")
    assert "run-1 desk: act" in desk.press("run-1 desk: act · running · 0 of 1")
    assert "run-1" in desk.say("/run cancel run-1")


def test_which_run_is_meant_is_asked_with_those_that_can_be(desk):
    assert desk.say("/run cancel") == desk.say("/run retry") == "There is no such run."
    desk.say("/run start fail")
    assert desk.say("/run retry") == "There is no such run."
    assert desk.say("/run cancel") == "Which run?"
    desk.robot.work()
    assert desk.say("/run retry") == "Which run?"
    (label,) = desk.labels()

    assert label.startswith("run-1 desk: fail · error")
    assert "running" in desk.press(label)


def test_nothing_to_do_is_said(desk):
    assert desk.say("/run simulate") == "There is nothing to do."


def test_a_repository_is_needed_and_a_role(chat):
    assert "choose a repository first" in chat.say("/run start")
    assert "takes the role operate" in chat.say("/run start", MAX)
