import json

import pytest

from cockpit.cli.several import each
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals
from cockpit.errors import OpsError

PEOPLE = Terminal(Globals())
PROGRAMS = Terminal(Globals(json=True))


def change(name):
    if name.startswith("no"):
        raise OpsError(f"there is\n no {name}\x1b[2J")
    return {"id": name}


def told(done):
    return f"{done['id']} is done"


def test_each_is_changed_once(capsys):
    each(PEOPLE, ["a", "b", "a"], change, told)

    assert capsys.readouterr().out == "a is done\nb is done\n"


def test_what_is_refused_keeps_nothing_else_from_being_done(capsys):
    with pytest.raises(OpsError) as refused:
        each(PEOPLE, ["no1", "a", "no2"], change, told)

    assert str(refused.value) == "there is no no1\ufffd[2J\nthere is no no2\ufffd[2J"
    assert capsys.readouterr().out == "a is done\n"


def test_programs_get_one_document(capsys):
    each(PROGRAMS, ["a", "b"], change, told)

    assert json.loads(capsys.readouterr().out) == [{"id": "a"}, {"id": "b"}]


def test_when_all_are_refused_nothing_is_said_of_the_others(capsys):
    with pytest.raises(OpsError):
        each(PROGRAMS, ["no"], change, told)

    assert capsys.readouterr().out == ""


def test_nothing_to_do_is_told(capsys):
    each(PEOPLE, [], change, told)
    each(PROGRAMS, [], change, told)

    assert capsys.readouterr().out == "none\n[]\n"
