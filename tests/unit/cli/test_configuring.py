import json

import pytest


def test_a_fine_file_is_fine(run, home):
    (home / "cockpit.toml").write_text('[smtp]\nlisten = "127.0.0.1:26"\n')
    ended = run("config", "check")

    assert (ended.code, ended.out) == (0, f"{home}/cockpit.toml: fine\n")


def test_a_missing_file_means_defaults_and_says_so(run):
    assert "is not there: defaults hold" in run("config", "check").out
    assert run("config", "check", "--json").document["ok"] is True


def test_all_mistakes_are_told_each_in_a_line(run, home):
    (home / "cockpit.toml").write_text('[smtp]\nlisen = "x"\n\n[robot]\nprocesses = "two"\n')
    ended = run("config", "check")

    assert (ended.code, ended.out) == (2, "")
    first, second = ended.err.splitlines()
    assert "cockpit.toml:2" in first
    assert "cockpit.toml:5" in second
    assert json.loads(run("config", "check", "--json").err)["error"] == ended.err.strip()


@pytest.mark.parametrize("words", [("config",), ("config", "show")])
def test_every_setting_is_shown_with_its_origin(run, home, monkeypatch, words):
    (home / "cockpit.toml").write_text('[smtp]\nlisten = "127.0.0.1:26"\n')
    monkeypatch.setenv("COCKPIT_HTTP_LISTEN", "127.0.0.1:81")
    rows = {row["key"]: row for row in run(*words, "--json").document}

    assert rows["smtp.listen"] == {
        "key": "smtp.listen",
        "value": '"127.0.0.1:26"',
        "origin": "cockpit.toml:2",
        "changes": "restart",
    }
    assert rows["log.keep"]["changes"] == "reload"
    assert rows["http.listen"]["origin"] == "COCKPIT_HTTP_LISTEN"
    assert rows["robot.processes"]["origin"] == "default"


def test_what_may_be_a_slip_is_a_warning(home, run):
    (home / "cockpit.toml").write_text('[calendars.oncall]\nshifts = [{who = ["late"]}]\n')
    done = run("config", "check", "--home", str(home))

    assert done.code == 0
    assert "warning: cockpit.toml:1: calendars.oncall: there is no [people.late]" in done.out
