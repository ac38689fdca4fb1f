import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "cockpit.cli"]


def test_init_makes_a_home_and_shows_the_token_once(run, tmp_path):
    ended = run("init", "new", "--json")

    assert ended.code == 0
    assert ended.document["home"] == str(tmp_path / "new")
    assert ended.document["token"]
    assert (tmp_path / "new" / "cockpit.toml").is_file()
    again = run("init", "new")
    assert "token" not in again.out
    assert "cockpit start --home new" in again.out


def test_init_says_a_start_that_a_shell_can_run(run):
    ended = run("init", "my home")

    assert ended.out.splitlines()[-1] == "start it with: cockpit start --home 'my home'"


def test_init_of_an_empty_word_is_wrong_usage_and_makes_nothing(run, tmp_path):
    ended = run("init", "")

    assert (ended.code, ended.out) == (2, "")
    assert "DIR" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_example_is_wrong_usage_and_makes_nothing(run, tmp_path):
    ended = run("init", "new", "--example", "nosuch")

    assert (ended.code, ended.out) == (2, "")
    assert "helpdesk" in ended.err
    assert not (tmp_path / "new").exists()


def test_robot_needs_to_know_whose_work_to_do(run):
    ended = run("robot")

    assert ended.code == 2
    assert "--redis" in ended.err


@pytest.mark.parametrize("words", [["start", "--home", "h"], ["--home=h", "robot", "--redis", "x"]])
def test_the_process_becomes_the_server(tmp_path, words):
    (tmp_path / "h").mkdir()
    (tmp_path / "h" / "cockpit.toml").write_text("[nosuch]\nx = 1\n")
    (tmp_path / "h" / "repos").mkdir()
    environ = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    with subprocess.Popen(
        [*COMMAND, *words], cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stderr.read()
        code = process.wait(timeout=60)

    # The settings are refused, by the program that came after the command line in this process.
    assert code == 2
    assert "cockpit.toml:2" in said
    assert said.count("| site\n") == 2
    assert "gevent.monkey" in said.rpartition("| site\n")[2]
