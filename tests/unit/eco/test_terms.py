import pytest

from cockpit.bus import keys
from cockpit.bus.pipe import client
from cockpit.eco import Node
from cockpit.eco.kept import Limits
from cockpit.eco.terms import Terms, read, write


@pytest.fixture
def server(pipe):
    found = client(pipe.url)
    yield found
    found.close()


def test_what_a_cockpit_says_others_read(pipe, server):
    assert read(server) == Terms()
    said = Terms(Limits(most=5, keep_s=1.5), Node(7, 9))
    write(pipe, said)

    assert read(server) == said


def test_what_nobody_understands_is_as_if_it_were_not_said(pipe, server):
    pipe.call("SET", keys.ECO_TERMS, b"{")

    assert read(server) == Terms()
