import io
import sys

import pytest


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("words", [(), ("list", "--state", "dead", "--limit", "7")])
def test_the_group_lists(server, run, job, words):
    server.on("GET /jobs", [job(error="boom")])
    ended = run("job", *words)

    for word in ("j1", "email-1795456059789-0", "helpdesk!main", "notify", "boom"):
        assert word in ended.out
    assert server.asked[0].query == ({"state": "dead", "limit": "7"} if words else {"limit": "50"})


def test_a_list_for_programs_has_what_they_need(server, run, job):
    server.on("GET /jobs", [job()])
    (row,) = run("job", "list", "--json").document

    assert {"id", "event", "service", "action", "state", "attempts"} <= row.keys()


def test_a_job_is_shown_with_its_attempts_and_what_it_made(server, run, job):
    tries = [{"attempt": 1, "state": "error", "ended_ms": 5, "error": "boom"}]
    made = [{"kind": "mail", "id": "m1"}]
    server.on("GET /jobs/j1", job(output="hello\n", tries=tries, made=made))
    out = run("job", "show", "j1").out

    for text in (
        "caused by email-1795456059789-0",
        "hello",
        "made mail m1",
        "attempt 1: error: boom",
    ):
        assert text in out


def test_retry_tells_the_new_state(server, run, job):
    server.on("POST /jobs/j1/retry", job(state="queued"))

    assert run("job", "retry", "j1").out == "j1 is queued\n"


@pytest.mark.parametrize("words", [("--yes",), ()])
def test_drop_asks_nobody_where_there_is_nobody_or_yes_is_said(
    server, run, job, monkeypatch, words
):
    monkeypatch.setattr(sys, "stdin", Terminal("") if words else io.StringIO(""))
    server.on("DELETE /jobs/j1", job(state="dropped"))

    assert run("job", "drop", "j1", *words).out == "j1 is dropped\n"


def test_drop_asks_on_a_terminal_and_keeps_standard_output_clean(server, run, job, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    server.on("DELETE /jobs/j1", job(state="dropped"))
    ended = run("job", "drop", "j1", "--json")

    assert ended.document["state"] == "dropped"
    assert ended.out[0] == "{"
    assert "Give up job j1?" in ended.err


def test_a_no_drops_nothing(server, run, job, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    server.on("DELETE /jobs/j1", job(state="dropped"))
    ended = run("job", "drop", "j1")

    assert (ended.code, ended.out) == (1, "")
    assert "nothing was dropped" in ended.err
    assert server.asked == []
