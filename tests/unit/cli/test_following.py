import json

import pytest

from cockpit.cli.client import local
from cockpit.cli.following import follow, settled
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals

EVENT = "email-1795456059789-0"
WHY = f"GET /events/{EVENT}/why"


def test_each_state_of_each_job_is_told_once_as_it_comes(server, home, trail, job, capsys):
    waiting, running = job(state="queued", attempts=0), job(state="running", ended=0)
    second = job(id="j2", action="escalate")
    server.on(
        WHY,
        trail(note="stored, not dispatched yet", settled=False),
        trail(waiting, settled=False),
        trail(running, settled=False),
        trail(running, second, settled=False),
        trail(job(), second),
    )
    follow(Terminal(Globals()), local(home), EVENT)

    lines = capsys.readouterr().out.splitlines()
    told = [" ".join(line.split()[1:3]) for line in lines[2:]]
    assert told == ["notify running", "escalate ok", "notify ok"]
    assert server.asked[1].query == {"wait": "1"}


def test_the_event_is_told_first(server, home, trail, capsys):
    server.on(WHY, trail(note="nobody subscribes to this type of event"))
    follow(Terminal(Globals()), local(home), EVENT)

    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith(EVENT)
    assert "stored" in second
    assert last == "  nobody subscribes to this type of event"


def test_programs_get_the_last_state_only(server, home, trail, job, capsys):
    server.on(WHY, trail(settled=False), trail(job()))
    follow(Terminal(Globals(json=True)), local(home), EVENT)

    assert json.loads(capsys.readouterr().out) == trail(job())


def test_patience_ends_and_says_how_to_read_on(server, home, trail, job, capsys):
    server.on(WHY, trail(job(state="running"), settled=False))
    follow(Terminal(Globals()), local(home), EVENT, patience_s=0)

    assert f"cockpit why {EVENT}" in capsys.readouterr().out.splitlines()[-1]


def test_settled_asks_again_until_nothing_moves(server, home, trail, job):
    server.on(WHY, trail(settled=False), trail(settled=False), trail(job()))

    assert settled(local(home), EVENT) == trail(job())
    assert len(server.asked) == 3
    assert float(server.asked[0].query["wait"]) == pytest.approx(20)


def test_settled_gives_up_after_its_patience(server, home, trail):
    server.on(WHY, trail(settled=False))

    assert not settled(local(home), EVENT, patience_s=0)["settled"]
    assert len(server.asked) == 1
