import pytest

from cockpit.access.secrets import Secrets
from cockpit.errors import InputError
from cockpit.robot.passwords import Passwords


@pytest.fixture
def secrets(tmp_path):
    return Secrets(tmp_path)


def test_what_is_new_or_changed_is_kept_and_told(secrets):
    passwords = Passwords(secrets)

    assert passwords.keep({"a": "1", "b": "2"}) == ["a", "b"]
    assert passwords.keep({"a": "1", "b": "3"}) == ["b"]
    assert (secrets.get("a"), secrets.get("b")) == ("1", "3")


def test_where_nothing_keeps_secrets_a_password_is_refused():
    assert Passwords(None).keep({}) == []
    with pytest.raises(InputError, match="nothing keeps secrets here"):
        Passwords(None).keep({"a": "1"})
