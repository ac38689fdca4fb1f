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


def test_what_only_looks_like_json_is_masked_as_a_text():
    assert SECRET not in guarded(Eco(error_msg="x", extra=f'{{"password": "{SECRET}"')).extra


def test_what_the_house_needs_stays():
    given = example("eco")

    assert guarded(given) == given
