import falcon
import falcon.testing
import pytest

from cockpit.access.identity import Identity
from cockpit.access.person import person
from cockpit.errors import InputError
from cockpit.rest.author import author


@pytest.fixture
def request_of_bot():
    found = falcon.Request(falcon.testing.create_environ())
    found.context.identity = Identity(name="bot", scope="operate")
    return found


def test_the_holder_of_the_token_did_it(rooms, request_of_bot):
    assert author(request_of_bot, rooms.directory, "") == "bot"


@pytest.mark.parametrize("by", ["ann", "@ann"])
def test_or_a_person_who_is_named(rooms, request_of_bot, by):
    rooms.directory.put(person("ann"))

    assert author(request_of_bot, rooms.directory, by) == "ann"


def test_nobody_else_did(rooms, request_of_bot):
    with pytest.raises(InputError, match="nobody called eve"):
        author(request_of_bot, rooms.directory, "eve")
