import pytest

from builders import a_repository
from cockpit.ays import Repository, schema
from cockpit.ays.sealing import Seal, seal
from cockpit.errors import InputError

FIELDS = "api.token = type:password\nname = type:str\npws = type:password list\n"


@pytest.fixture
def sealed(tmp_path):
    """Seal the stanzas of a blueprint."""

    def sealed(blueprint, template="web.a"):
        files = {"schema.hrd": FIELDS}
        repository = Repository(a_repository(tmp_path, {template: files}, blueprint))
        stanzas = repository.read_blueprints().stanzas
        made, found = seal(stanzas, repository.templates(), repo="desk")
        return [one.args for one in made], found

    return sealed


@pytest.fixture
def one():
    return Seal("desk", "web", "x", schema.parse(FIELDS, source="schema.hrd"))


@pytest.mark.parametrize("spelling", ["api.token", "api_token", "apiToken"])
def test_a_password_becomes_a_reference(sealed, spelling):
    (args,), found = sealed(f"web.a__x:\n  {spelling}: s3cret\n  name: n\n")
    ((name, value),) = found.items()

    assert (args[spelling], args["name"], value) == (f"$(secret:{name})", "n", "s3cret")
    assert name.startswith("desk.web.x.api.token-")


@pytest.mark.parametrize(
    ("value", "kept"), [("1234", "1234"), ("[x]", "x"), ("'a$(b)c'", "a$(b)c")]
)
def test_a_password_is_whatever_the_field_makes_of_it(sealed, value, kept):
    (args,), found = sealed(f"web.a__x:\n  api.token: {value}\n")

    assert list(found.values()) == [kept]
    assert args["api.token"] == f"$(secret:{next(iter(found))})"


@pytest.mark.parametrize("value", ["[a, $(secret:mine), '', b]", "'a, $(secret:mine), b'"])
def test_each_password_of_a_list_becomes_a_reference(sealed, value):
    (args,), found = sealed(f"web.a__x:\n  pws: {value}\n")

    assert list(found.values()) == ["a", "b"]
    first, last = (f"$(secret:{name})" for name in found)
    assert [one for one in args["pws"] if one] == [first, "$(secret:mine)", last]


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


def test_what_is_no_password_is_left_to_the_plan(sealed):
    assert sealed("web.a__x:\n  api.token: {a: b}\n")[1] == {}


def test_a_template_may_be_called_without_its_first_word(sealed):
    assert list(sealed("web__x:\n  api.token: a\n", "blueprint.web")[1].values()) == ["a"]


def test_what_an_action_gives_is_a_password_whatever_it_looks_like(one):
    closed = one.close("apiToken", "$(secret:mine)", keeps_references=False)

    assert list(closed.passwords.values()) == ["$(secret:mine)"]
    assert one.close("name", "n", keeps_references=False).value == "n"


def test_a_value_that_does_not_fit_is_refused_and_not_shown(one):
    with pytest.raises(InputError) as caught:
        one.close("api.token", {"hush": "hush"}, keeps_references=False)

    assert "hush" not in str(caught.value)


def test_data_is_sealed_as_a_whole_in_any_case_and_what_is_no_password_goes(one):
    sealed = one.close_all({"API.token": "a", "name": "n", "pws": {"a": "b"}})

    assert list(sealed.passwords.values()) == ["a"]
    assert sealed.value["API.token"] == f"$(secret:{next(iter(sealed.passwords))})"
    assert (sealed.value["name"], sealed.value["pws"]) == ("n", "")


def test_own_references_are_known(one):
    token = one.close("api.token", "a", keeps_references=False).value
    several = one.close("pws", ["a", "b"], keeps_references=False).value

    assert one.is_own("api_token", token)
    assert one.is_own("pws", several)
    assert not one.is_own("pws", several[::-1])
    assert not one.is_own("pws", token)
    assert not one.is_own("name", token)
