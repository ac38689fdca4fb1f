import pytest

from cockpit.access.secrets import Secrets
from cockpit.ays import schema
from cockpit.ays.sealing import Seal
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


def test_only_the_passwords_of_a_service_go_with_it(secrets):
    fields = schema.parse("pw = type:password\npws = type:password list", source="schema.hrd")
    passwords = Passwords(secrets)
    for instance in ("a", "a.b"):
        one = Seal("desk", "web", instance, fields)
        passwords.keep(one.close_all({"pw": "x", "pws": ["y", "z"]}).passwords)
    secrets.set("desk.web.a.mine", "of a person")

    passwords.forget("desk", "web", "a")

    assert [name for name in secrets.names() if not name.startswith("desk.web.a.b.")] == [
        "desk.web.a.mine"
    ]
    assert len(secrets.names()) == 4
