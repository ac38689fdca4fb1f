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
