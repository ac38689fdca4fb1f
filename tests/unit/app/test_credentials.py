import pytest
from joserfc.jwk import ECKey

from cockpit.app.credentials import Credentials
from cockpit.app.door_settings import Http, Jwt
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.errors import InputError, OpsError

JWT = {"issuer": "i", "audience": "a", "organisation": "o", "key": "jwt.pem"}
OAUTH = {
    "authorize_url": "https://id.example.org/authorize",
    "token_url": "https://id.example.org/token",
    "client_id": "cockpit",
    "client_secret": "s3cret",
}
TLS = Http(certificate="cert.pem", key="key.pem")


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    made.create()
    return made


@pytest.fixture
def made(home, pipe):
    def make(*, http=None, **jwt):
        settings = Settings(jwt=Jwt(**jwt), http=http or Http())
        return Credentials(home, settings, pipe, here=lambda: "here", report=pytest.fail)

    return make


def write_key(home):
    key = ECKey.generate_key("P-384").as_pem(private=False)
    (home.path / "jwt.pem").write_bytes(key)


def test_without_settings_there_is_no_certificate_and_nobody_is_believed(made):
    found = made()

    assert (found.certificate, found.jwt(), found.oauth(), found.trusted()) == (
        None,
        None,
        None,
        (),
    )


def test_the_key_is_read_at_the_start(home, made):
    with pytest.raises(OpsError, match=r"jwt\.pem"):
        made(**JWT)
    (home.path / "jwt.pem").write_text("no key")
    with pytest.raises(InputError, match=r"jwt\.key"):
        made(**JWT)
    write_key(home)

    assert made(**JWT).jwt().identify("a.b.c") is None
    assert made(**JWT).oauth() is None


def test_what_is_prepared_holds_once_it_is_taken(home, made):
    found = made()
    write_key(home)
    told = Settings(jwt=Jwt(**JWT, **OAUTH), http=Http(trusted_proxies=("10.0.0.5",)))
    take = found.prepare(told)
    before = (found.jwt(), found.oauth(), found.trusted())
    take()

    assert before == (None, None, ())
    assert None not in (found.jwt(), found.oauth())
    assert [str(network) for network in found.trusted()] == ["10.0.0.5/32"]


def test_what_cannot_be_used_is_refused(made):
    with pytest.raises(OpsError, match=r"jwt\.pem"):
        made().prepare(Settings(jwt=Jwt(**JWT)))
    with pytest.raises(OpsError, match=r"cert\.pem"):
        made(http=TLS).prepare(Settings(http=TLS))


def test_people_come_back_over_tls_when_it_is_spoken(home, made):
    write_key(home)

    assert made(http=TLS, **JWT, **OAUTH).oauth().is_safe
    assert not made(**JWT, **OAUTH).oauth().is_safe


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
def test_people_are_sent_where_the_settings_say(home, made, more, asked):
    write_key(home)
    url, _ = made(**(JWT | OAUTH | more)).oauth().begin()

    assert url.startswith("https://id.example.org/authorize?")
    assert all(one in url for one in asked)
