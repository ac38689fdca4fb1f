import pytest

from cockpit.access.identity import Identity
from cockpit.access.keyring import Keyring
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.errors import InputError


@pytest.fixture
def tokens(tmp_path):
    return TokenFile(tmp_path / "tokens.json")


def test_the_command_line_of_the_home_may_everything(tokens):
    assert Keyring(digest("local"), tokens).identify("local") == Identity("local", "admin", "local")


def test_a_token_has_its_name_and_scope(tokens):
    token = tokens.add("ann", "operate")

    assert Keyring(digest("local"), tokens).identify(token) == Identity("ann", "operate")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ckpt_x"])
def test_everything_else_is_nobody(tokens, token):
    tokens.add("ann", "operate")

    assert Keyring(digest("local"), tokens).identify(token) is None


def test_a_damaged_file_lets_nobody_in(tokens, tmp_path):
    (tmp_path / "tokens.json").write_text("[{")

    with pytest.raises(InputError):
        Keyring(digest("local"), tokens).identify("x")
