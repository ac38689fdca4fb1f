import pytest

from builders import a_repository
from cockpit.ays import Repository
from cockpit.ays.secret_hint import in_clear, missing

FIELDS = (
    "api.token = type:password default:'$(secret:usual)'\nname = type:str\npws = type:password list"
)


@pytest.fixture
def read(tmp_path):
    def read(blueprint):
        path = a_repository(tmp_path, {"web": {"schema.hrd": FIELDS}}, blueprint)
        repository = Repository(path)
        return repository.read_blueprints().stanzas, repository.templates()

    return read


@pytest.mark.parametrize("value", ["s3cret", "1234", "[s3cret, $(secret:a)]"])
def test_a_password_in_clear_is_told_with_what_to_write(read, value):
    (told,) = in_clear(*read(f"\nweb__x:\n  apiToken: {value}\n"))

    assert told == (
        "1_main.yaml:3: apiToken is a password in clear: `cockpit secret set web.x.api.token`"
        " keeps it, then write $(secret:web.x.api.token)"
    )


@pytest.mark.parametrize("value", ["$(secret:a)", "''", "null", "[$(secret:a)]", "[]"])
def test_a_reference_and_nothing_are_no_passwords_in_clear(read, value):
    assert in_clear(*read(f"web__x:\n  pws: {value}\n  name: n\nnosuch__x:\n  pws: a\n")) == []


def test_a_secret_that_is_not_there_is_told_with_the_nearest_only(read):
    blueprint = "web__x:\n  name: $(secret:dbb) $(secret:dbb)\n  pws: ['$(secret:zz)']\n"

    assert missing(*read(blueprint), ["db", "usual", "other"]) == [
        "1_main.yaml:2: name: there is no secret dbb (did you mean db?): `cockpit secret set dbb`",
        "1_main.yaml:3: pws: there is no secret zz: `cockpit secret set zz`",
    ]


def test_a_default_counts_where_a_blueprint_says_nothing(read):
    assert missing(*read("web__x:\n  api_token: a\n"), []) == []
    (told,) = missing(*read("web__x:\n"), [])
    assert told.startswith("1_main.yaml:1: api.token: there is no secret usual")
