import pytest
from joserfc.jwk import ECKey

from cockpit.access.identity import Identity
from cockpit.app import credentials
from cockpit.app.home import Home
from cockpit.app.settings import Http, Jwt, Settings
from cockpit.errors import InputError, OpsError

JWT = {"issuer": "i", "audience": "a", "organisation": "o", "key": "jwt.pem"}


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    made.create()
    return made


def ring(home, pipe, **jwt):
    return credentials.keyring(home, Settings(jwt=Jwt(**jwt)), pipe, local="l")


def test_without_settings_there_are_tokens_only(home, pipe):
    assert ring(home, pipe).identify("l") == Identity("local", "admin", "local")
    assert ring(home, pipe).identify("a.b.c") is None


@pytest.mark.parametrize("name", ["audience", "organisation", "key"])
def test_settings_of_jwts_must_be_whole(home, pipe, name):
    with pytest.raises(InputError, match=rf"jwt\.{name}: needed"):
        ring(home, pipe, **(JWT | {name: ""}))


def test_the_key_is_read_at_the_start(home, pipe):
    with pytest.raises(OpsError, match=r"jwt\.pem"):
        ring(home, pipe, **JWT)
    (home.path / "jwt.pem").write_text("no key")
    with pytest.raises(InputError, match=r"jwt\.key"):
        ring(home, pipe, **JWT)
    (home.path / "jwt.pem").write_bytes(ECKey.generate_key("P-384").as_pem(private=False))

    assert ring(home, pipe, **JWT).identify("a.b.c") is None


def test_a_certificate_needs_its_key(home):
    def made(**http):
        return credentials.certificate(home, Settings(http=Http(**http)), report=pytest.fail)

    assert made() is None
    assert made(certificate="cert.pem", key="key.pem") is not None
    for one in ({"certificate": "cert.pem"}, {"key": "key.pem"}):
        with pytest.raises(InputError, match="go together"):
            made(**one)


OAUTH = {
    "authorize_url": "https://id.example.org/authorize",
    "token_url": "https://id.example.org/token",
    "client_id": "cockpit",
    "client_secret": "s3cret",
}


def way(home, pipe, *, http=None, **jwt):
    (home.path / "jwt.pem").write_bytes(ECKey.generate_key("P-384").as_pem(private=False))
    settings = Settings(jwt=Jwt(**jwt), http=http or Http())
    return credentials.oauth(home, settings, pipe, here=lambda: "here")


def test_without_settings_nobody_logs_in(home, pipe):
    assert way(home, pipe) is None
    assert way(home, pipe, **JWT) is None


@pytest.mark.parametrize("name", ["issuer", *OAUTH])
def test_settings_of_a_login_must_be_whole(home, pipe, name):
    with pytest.raises(InputError, match=rf"jwt\.{name}: needed"):
        way(home, pipe, **(JWT | OAUTH | {name: ""}))


@pytest.mark.parametrize("name", ["authorize_url", "token_url"])
def test_codes_go_nowhere_in_clear(home, pipe, name):
    with pytest.raises(InputError, match=rf"jwt\.{name}: .* https"):
        way(home, pipe, **(JWT | OAUTH | {name: "http://id.example.org/x"}))

    assert way(home, pipe, **(JWT | OAUTH | {name: "http://127.0.0.1:1/x"}))


def test_people_come_back_over_tls_when_it_is_spoken(home, pipe):
    http = Http(certificate="cert.pem", key="key.pem")

    assert way(home, pipe, http=http, **JWT, **OAUTH).is_safe
    assert not way(home, pipe, **JWT, **OAUTH).is_safe


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({}, ["redirect_uri=http%3A%2F%2Fhere%2Foauth%2Fcallback", "scope=user%3Amemberof%3Ao&"]),
        (
            {"redirect_url": "https://c/oauth/callback", "request_scope": "openid"},
            ["redirect_uri=https%3A%2F%2Fc%2Foauth%2Fcallback", "scope=openid&"],
        ),
    ],
)
def test_people_are_sent_where_the_settings_say(home, pipe, more, asked):
    url, _ = way(home, pipe, **(JWT | OAUTH | more)).begin()

    assert url.startswith("https://id.example.org/authorize?")
    assert all(one in url for one in asked)
