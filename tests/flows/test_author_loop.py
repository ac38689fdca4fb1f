"""An author writes a template, tests it, breaks it, and the test says so."""

import subprocess
from pathlib import Path

import pytest

from cockpit import events
from flows.product import COMMAND

MORE = """

def test_more_of_what_a_test_can_do(robot):
    robot.blueprint("mine__main:\\n")
    robot.publish("email", sender="ann@example.org", subject="disk full")
    (question,) = robot.asks
    assert question["options"] == ["Yes", "No"]
    why = robot.answer("yes")
    assert [job["state"] for job in why["jobs"]] == ["ok"]
    (mail,) = robot.mails
    assert mail["to"] == ["ann@example.org"]
    assert robot.service("mine!main")["data"]["answer"] == "Yes"
    assert robot.run("install")["state"] == "ok"
    assert [job["action"] for job in robot.jobs] == ["handle", "install"]
    assert robot.ecos == []
"""
SHARED = """
def test_a_shared_template(robot):
    robot.blueprint("shared__main:\\n")
    assert robot.run("install")["state"] == "ok"
"""
ACTIONS = """

def handle(event, service):
    answer = service.ask("ann", "Retry?", ["Yes", "No"])
    service.hrd.set("answer", answer)
    service.mail(event.sender, "Re", answer)


def install(service):
    pass
"""


@pytest.fixture
def repo(place: Path) -> Path:
    repo = place / "repo"
    repo.mkdir()
    (repo / ".ays").write_text("cockpit\n")
    return repo


def template(repo: Path, *words: str) -> subprocess.CompletedProcess:
    command = [*COMMAND, "template", *words]
    return subprocess.run(command, cwd=repo, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("type_", events.TYPES)
def test_a_new_template_passes_its_test(repo: Path, type_: str):
    assert template(repo, "new", "mine", "--event", type_).returncode == 0
    tested = template(repo, "test", "mine")

    assert (tested.returncode, "1 passed" in tested.stdout) == (0, True), tested.stdout


def test_a_broken_action_fails_its_test_and_says_why(repo: Path):
    template(repo, "new", "mine")
    actions = repo / "servicetemplates" / "mine" / "actions.py"
    actions.write_text(actions.read_text().replace("service.tell(", "service.tel("))
    tested = template(repo, "test", "mine")

    assert tested.returncode == 1
    assert "service.tel is not provided by Cockpit: did you mean tell?" in tested.stdout


def test_tests_ask_answer_run_and_look(repo: Path):
    template(repo, "new", "mine")
    folder = repo / "servicetemplates" / "mine"
    (folder / "actions.py").write_text(ACTIONS)
    (folder / "test_mine.py").write_text(MORE)
    tested = template(repo, "test", "mine")

    assert tested.returncode == 0, tested.stdout


def test_templates_of_template_repositories_are_there(repo: Path, place: Path):
    shared = place / "home" / "templates" / "ays_one" / "shared"
    shared.mkdir(parents=True)
    (shared / "actions.py").write_text("def install(service):\n    service.log('here')\n")
    template(repo, "new", "mine")
    (repo / "servicetemplates" / "mine" / "test_mine.py").write_text(SHARED)
    tested = template(repo, "test", "mine", "--home", str(place / "home"))

    assert tested.returncode == 0, tested.stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("robot.publish('emial')", "type: 'emial' is no type"),
        ("robot.answer('yes')", "answer: 0 questions wait: nobody was asked"),
    ],
)
def test_a_mistake_in_a_test_is_told_in_the_lines_of_the_author(repo: Path, line: str, told: str):
    template(repo, "new", "mine")
    test = repo / "servicetemplates" / "mine" / "test_mine.py"
    test.write_text(f"def test_wrong(robot):\n    {line}\n")
    tested = template(repo, "test", "mine")

    assert tested.returncode == 1
    assert told in tested.stdout
    assert "test_mine.py:2" in tested.stdout
    assert "throwaway.py" not in tested.stdout
    assert "client.py" not in tested.stdout
