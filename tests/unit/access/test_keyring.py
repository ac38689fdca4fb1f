import pytest

from cockpit.access.identity import Identity
from cockpit.access.keyring import Keyring
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.errors import InputError


@pytest.fixture
def tokens(tmp_path):
    return TokenFile(tmp_path / "tokens.json")


def test_the_command_line_of_the_home_may_everything(pipe, tokens):
    assert Keyring(digest("local"), tokens, pipe).identify("local") == Identity(
        "local", "admin", "local"
    )


def test_a_token_has_its_name_and_scope(pipe, tokens):
    token = tokens.add("ann", "operate")

    assert Keyring(digest("local"), tokens, pipe).identify(token) == Identity("ann", "operate")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ckpt_x"])
def test_everything_else_is_nobody(pipe, tokens, token):
    tokens.add("ann", "operate")

    assert Keyring(digest("local"), tokens, pipe).identify(token) is None


def test_a_damaged_file_lets_nobody_in(pipe, tokens, tmp_path):
    (tmp_path / "tokens.json").write_text("[{")

    with pytest.raises(InputError):
        Keyring(digest("local"), tokens, pipe).identify("x")


def test_when_a_token_was_used_is_known_to_the_minute(pipe, tokens):
    now = [1000.0]
    ring = Keyring(digest("local"), tokens, pipe, clock=lambda: now[0])
    token = tokens.add("ann", "read")
    tokens.add("bob", "read")

    assert ring.used() == {}
    for now[0] in (1000.0, 1059.0):
        ring.identify(token)
    assert ring.used() == {"ann": 1000}

    now[0] = 1060.0
    ring.identify(token)
    assert ring.used() == {"ann": 1060}

    ring.forget("ann")
    assert ring.used() == {}
