import pytest

MAIL = {
    "id": "m1",
    "to": ["ann@example.org", "bob@example.org"],
    "sender": "support@localhost",
    "subject": "Re: disk full",
    "state": "held",
    "epoch": 1795456059,
    "job": "j1",
    "raw": "",
}


@pytest.mark.parametrize("words", [(), ("list", "--limit", "7")])
def test_the_group_lists(server, run, words):
    server.on("GET /outbox", [MAIL])
    ended = run("outbox", *words)

    assert "ann@example.org, bob@example.org  Re: disk full  held" in ended.out
    assert server.asked[0].query == {"limit": "7" if words else "50"}


def test_a_list_for_programs_has_what_they_need(server, run):
    server.on("GET /outbox", [MAIL])
    (row,) = run("outbox", "--json").document

    assert {"id", "to", "subject", "state"} <= row.keys()


def test_a_mail_is_shown_as_it_would_leave(server, run):
    server.on("GET /outbox/m1", MAIL | {"raw": "Subject: Re: disk full\r\n\r\nWe are on it.\r\n"})
    out = run("outbox", "show", "m1").out

    assert out.splitlines()[0] == "m1  held  to ann@example.org, bob@example.org"
    assert "\nSubject: Re: disk full\n\nWe are on it.\n" in out
