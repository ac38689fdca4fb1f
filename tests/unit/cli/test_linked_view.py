from cockpit.cli.linked_view import causes, history, works
from cockpit.cli.terminal import Terminal, moment
from cockpit.cli.words import Globals

AT = 1795456059
MAIL = {
    "id": "email-1-0",
    "type": "email",
    "epoch": AT,
    "summary": "disk full from ann@example.org",
}
JOB = {
    "id": "4f", "repo": "helpdesk", "service": "helpdesk!main", "action": "notify", "state": "dead",
    "attempts": 2,
}  # fmt: skip


def test_what_led_to_it_is_shown_with_what_tells_more():
    assert list(causes("why", [MAIL])) == [
        "  why",
        f"    email {moment(AT)} disk full from ann@example.org",
        "      cockpit why email-1-0",
    ]


def test_a_run_is_looked_at_as_a_run_and_what_is_gone_is_named():
    run = {"id": "run-1", "type": "run", "epoch": 0, "summary": ""}
    gone = {"id": "eco-1-0", "type": "eco", "epoch": 0, "summary": ""}

    assert list(causes("why", [run, gone]))[1:] == [
        "    run", "      cockpit run show run-1", "    eco", "      eco-1-0, gone from the log",
    ]  # fmt: skip


def test_jobs_are_shown_with_what_tells_more():
    assert list(works(Terminal(Globals()), [JOB, JOB | {"state": "ok", "attempts": 1}])) == [
        "  jobs",
        "    helpdesk!main notify in helpdesk  dead after 2 attempts",
        "      cockpit job show 4f",
        "    helpdesk!main notify in helpdesk  ok",
        "      cockpit job show 4f",
    ]


def test_a_long_history_shows_its_end():
    rows = [
        {"epoch": AT, "what": f"w{n}", "who": "ann" if n else "", "event": "", "note": "a\nb"}
        for n in range(12)
    ]
    title, more, first, *_, last = history(rows)

    assert (title, more) == ("  history", "    … 2 more before")
    assert first == f"    {moment(AT)}  w2  by ann  a b"
    assert last.startswith(f"    {moment(AT)}  w11")


def test_nothing_has_no_heading():
    assert [*causes("why", []), *works(Terminal(Globals()), []), *history([])] == []
