import pytest

from builders import a_repository
from cockpit.ays import Repository
from cockpit.ays.sealing import seal


@pytest.fixture
def sealed(tmp_path):
    """Seal the stanzas of a blueprint."""

    def sealed(blueprint):
        files = {"schema.hrd": "api.token = type:password\nname = type:str\n"}
        repository = Repository(a_repository(tmp_path, {"web.a": files}, blueprint))
        stanzas = repository.read_blueprints().stanzas
        made, found = seal(stanzas, repository.templates(), repo="desk")
        return [one.args for one in made], found

    return sealed


@pytest.mark.parametrize("spelling", ["api.token", "api_token", "apiToken"])
def test_a_password_becomes_a_reference(sealed, spelling):
    (args,), found = sealed(f"web.a__x:\n  {spelling}: s3cret\n  name: n\n")
    ((name, value),) = found.items()

    assert (args[spelling], args["name"], value) == (f"$(secret:{name})", "n", "s3cret")
    assert name.startswith("desk.web.x.api.token-")


def test_numbers_are_passwords_too(sealed):
    assert list(sealed("web.a__x:\n  api.token: 1234\n")[1].values()) == ["1234"]


@pytest.mark.parametrize("value", ["$(secret:mine)", "''", "null"])
def test_a_reference_stays_and_nothing_is_no_password(sealed, value):
    (args,), found = sealed(f"web.a__x:\n  api.token: {value}\n")

    assert found == {}
    assert args["api.token"] in ("$(secret:mine)", "", None)


def test_services_have_passwords_of_their_own(sealed):
    _, found = sealed("web.a__x:\n  api.token: a\nweb.a__y:\n  api.token: a\n")

    assert len(found) == 2


def test_an_unknown_template_is_left_to_the_plan(sealed):
    assert sealed("nosuch__x:\n  api.token: a\n")[1] == {}
