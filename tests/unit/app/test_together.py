import pytest

from cockpit.app.door_settings import Http, Jwt
from cockpit.app.settings import Settings
from cockpit.app.together import unsound

JWT = {"issuer": "i", "audience": "a", "organisation": "o", "key": "jwt.pem"}
LOGIN = JWT | {
    "authorize_url": "https://id.example.org/authorize",
    "token_url": "https://id.example.org/token",
    "client_id": "cockpit",
    "client_secret": "s3cret",
}


def found(**jwt):
    return list(unsound(Settings(jwt=Jwt(**jwt))))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(jwt=Jwt(**JWT)),
        Settings(jwt=Jwt(**LOGIN)),
        Settings(jwt=Jwt(audience="a")),
        Settings(http=Http(certificate="c.pem", key="k.pem")),
    ],
)
def test_what_is_whole_or_not_in_use_is_fine(settings):
    assert list(unsound(settings)) == []


def test_a_certificate_needs_its_key():
    for one, other in (("certificate", "key"), ("key", "certificate")):
        told = list(unsound(Settings(http=Http(**{one: "x.pem"}))))

        assert told == [(f"http.{one}", f"needs http.{other} as well")]


@pytest.mark.parametrize("name", ["audience", "organisation", "key"])
def test_settings_of_jwts_must_be_whole(name):
    assert found(**(JWT | {name: ""})) == [("jwt.issuer", f"needs jwt.{name} as well")]


@pytest.mark.parametrize("name", ["issuer", "authorize_url", "token_url", "client_id"])
def test_settings_of_a_login_must_be_whole(name):
    ((key, problem),) = found(**(LOGIN | {name: ""}))

    assert (key.partition(".")[0], problem) == ("jwt", f"needs jwt.{name} as well")


@pytest.mark.parametrize("name", ["authorize_url", "token_url"])
def test_codes_go_nowhere_in_clear(name):
    assert found(**(LOGIN | {name: "http://id.example.org/x"})) == [
        (f"jwt.{name}", "expected https, for codes and the secret go there")
    ]
    assert found(**(LOGIN | {name: "http://127.0.0.1:1/x"})) == []
