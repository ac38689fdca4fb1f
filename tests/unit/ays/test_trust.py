import pytest

from cockpit.ays import schema
from cockpit.ays.trust import names_secret, trusted, written

FIELDS = schema.parse(
    "a.b = type:str\nlist = type:str list\nown = type:str default:'$(secret:o)'", source="s"
)
DATA = {"a.b": "x $(secret:t)", "list": ["$(secret:u)"], "own": "$(secret:o)", "plain": "text"}


@pytest.mark.parametrize("value", ["$(secret:t)", ["x", "a $(secret:t)"], {"k": "$(secret:t)"}])
def test_a_reference_is_found_in_every_shape(value):
    assert names_secret(value)
    assert not names_secret("secret:t")


def test_only_what_was_written_and_defaults_may_name_secrets():
    assert trusted(DATA, FIELDS, []) == ["own"]
    assert trusted(DATA, FIELDS, ["list", "plain"]) == ["list", "own"]
    assert trusted(DATA | {"own": "$(secret:t)"}, FIELDS, []) == []


def test_what_a_blueprint_says_was_written_in_any_spelling():
    args = {"aB": "x $(secret:t)", "list": "$(secret:u)", "own": None, "plain": "other"}

    assert written(args, DATA, FIELDS) == ["a.b", "list"]
