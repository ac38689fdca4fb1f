import msgspec
import pytest

from cockpit.eco.foreign import guarded
from cockpit.events import Eco, example

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "name",
    [
        "app_name",
        "error_msg",
        "error_pub",
        "category",
        "func_name",
        "func_filename",
        "code",
        "backtrace",
        "extra",
        "tags",
    ],
)
def test_no_text_shows_a_password(name):
    given = msgspec.structs.replace(example("eco"), **{name: f"login with password={SECRET} no"})

    assert getattr(guarded(given), name) == "login with password=*** no"


def test_json_is_masked_by_its_values_and_stays_json():
    extra = {"password": SECRET, "said": f'"api_key={SECRET}" now', "n": [1, {"token": SECRET}]}
    found = guarded(Eco(error_msg="x", extra=msgspec.json.encode(extra).decode())).extra

    assert msgspec.json.decode(found) == {
        "password": "***",
        "said": '"api_key=***" now',
        "n": [1, {"token": "***"}],
    }


@pytest.mark.parametrize(
    "extra", ['{"a":  1}', "[1, 2]", "plain", "", "{no json", "[" * 5_000, '{"n": 1' + "0" * 5_000]
)
def test_what_holds_no_secret_stays_as_it_was(extra):
    assert guarded(Eco(error_msg="x", extra=extra)).extra == extra


@pytest.mark.parametrize("depth", [100, 400, 600, 900, 990])
def test_deep_json_is_masked(depth):
    extra = '{"a":' * depth + f'"password={SECRET}"' + "}" * depth

    assert SECRET not in guarded(Eco(error_msg="x", extra=extra)).extra


def test_what_only_looks_like_json_is_masked_as_a_text():
    assert SECRET not in guarded(Eco(error_msg="x", extra=f'{{"password": "{SECRET}"')).extra


def test_what_the_house_needs_stays():
    given = example("eco")

    assert guarded(given) == given


LONG = 64 * 1024


@pytest.mark.parametrize("name", ["error_msg", "backtrace", "extra", "tags"])
def test_a_text_has_an_end(name):
    found = guarded(Eco(**({"error_msg": "x"} | {name: "a b " * 10_000_000})))

    assert getattr(found, name) == ("a b " * 10_000_000)[:LONG]


def test_where_a_text_ends_is_no_half_password():
    for at in range(LONG - 40, LONG):
        text = "x" * (at - 1) + " ghp_" + "a1" * 18

        assert "ghp_a1" not in guarded(Eco(error_msg=text)).error_msg


def test_of_long_json_the_largest_values_go_and_it_stays_json():
    extra = {"small": 7, "password": SECRET, "large": "x" * (2 * LONG)}
    found = guarded(Eco(error_msg="x", extra=msgspec.json.encode(extra).decode())).extra

    assert msgspec.json.decode(found) == {"small": 7, "password": "***"}
