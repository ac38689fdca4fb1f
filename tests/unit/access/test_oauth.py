import ssl
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from certificates import write
from cockpit.access.jwt import Jwt, Terms
from cockpit.access.oauth import LIFE_S, Oauth, RefusedError
from cockpit.access.oauth import Provider as Registered
from cockpit.bus import keys
from cockpit.errors import InputError, OpsError
from provider import CLIENT, ORGANISATION, SECRET, Provider

BACK = "http://127.0.0.1:8080/oauth/callback"


@pytest.fixture
def provider():
    made = Provider()
    yield made
    made.close()


def a_way(provider, pipe, **options):
    terms = Terms(
        issuer="itsyouonline",
        audience=ORGANISATION,
        organisation=ORGANISATION,
        key=provider.key,
        algorithms=("ES384",),
        scope="operate",
    )
    registered = Registered(
        authorize_url=f"{provider.url}/authorize?tenant=1",
        token_url=f"{provider.url}/token",
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_url=lambda: BACK,
        scope="user:memberof:ops",
    )
    pool = urllib3.PoolManager(retries=False, **options) if options else None
    return Oauth(registered, pipe, Jwt(terms), pool=pool)


@pytest.fixture
def way(provider, pipe):
    return a_way(provider, pipe)


def came_back(provider, way):
    """Go to the provider and back; returns state and code."""
    url, state = way.begin()
    told = dict(parse_qsl(urlsplit(provider.let_in(url)).query))
    assert told["state"] == state
    return state, told["code"]


def test_who_goes_there_says_what_is_asked(way, provider):
    url, state = way.begin()
    asked = dict(parse_qsl(urlsplit(url).query))

    assert url.startswith(f"{provider.url}/authorize?tenant=1&")
    assert (asked["redirect_uri"], asked["scope"]) == (BACK, "user:memberof:ops")
    assert asked["state"] == state != way.begin()[1]
    assert len(asked["code_challenge"]) == 43


def test_a_member_gets_the_token_of_the_provider(way, provider):
    token = way.finish(*came_back(provider, way))

    assert token.count(".") == 2


def test_redis_holds_no_state_that_can_be_used_and_not_for_long(way, pipe):
    _, state = way.begin()
    (key,) = pipe.call("KEYS", keys.oauth("*"))

    assert state not in key.decode()
    assert 0 < pipe.call("TTL", key) <= LIFE_S


@pytest.mark.parametrize("end", [lambda way, state: way.finish(state, "x"), None])
def test_a_state_works_once(way, provider, end):
    state, code = came_back(provider, way)
    if end:
        with pytest.raises(RefusedError, match="invalid_grant"):
            end(way, state)
    else:
        with pytest.raises(RefusedError, match="the provider says access_denied"):
            way.refuse(state, "access_denied")

    with pytest.raises(InputError, match="not one of ours, used already"):
        way.finish(state, code)


def test_a_state_that_is_too_old_is_none(way, provider, pipe):
    state, code = came_back(provider, way)
    pipe.call("DEL", *pipe.call("KEYS", keys.oauth("*")))

    with pytest.raises(InputError, match="too old"):
        way.finish(state, code)
    assert provider.asked == []


def test_a_code_of_another_login_is_refused(way, provider):
    _, code = came_back(provider, way)
    state, _ = came_back(provider, way)

    with pytest.raises(RefusedError, match="invalid_grant"):
        way.finish(state, code)


@pytest.mark.parametrize(
    "claims", [{"scope": ["user:memberof:dev"]}, {"aud": "dev"}, {"iss": "x"}, {"exp": 1}]
)
def test_who_is_no_member_gets_nothing(way, provider, claims):
    provider.claims = claims

    with pytest.raises(RefusedError, match="not for a member"):
        way.finish(*came_back(provider, way))


def test_a_token_that_tells_nobody_anything_is_refused(way, provider):
    provider.token = "opaque"

    with pytest.raises(RefusedError, match="no JWT"):
        way.finish(*came_back(provider, way))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, b"{}"), "answers 500"),
        ((200, b"<html>"), "no JSON"),
        ((200, b"[]"), "no JSON"),
        ((200, b"{}"), "no access_token"),
        ((200, b'{"access_token": "' + b"x" * 100_000), "no JSON"),
        ((307, b"{}"), "answers 307"),
    ],
)
def test_a_provider_that_makes_no_sense_is_trouble(way, provider, answer, why):
    provider.answer = answer

    with pytest.raises(OpsError, match=why):
        way.finish(*came_back(provider, way))
    assert provider.asked == ["/token"]


def test_a_provider_that_is_away_is_trouble(way, provider, pipe):
    state, code = came_back(provider, way)
    gone = a_way(SimpleNamespace(url="http://127.0.0.1:1", key=provider.key), pipe)

    with pytest.raises(OpsError, match=r"127\.0\.0\.1:1/token"):
        gone.finish(state, code)


def test_a_certificate_that_nobody_vouches_for_gets_no_code(pipe, tmp_path):
    write(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    provider = Provider(context)
    try:
        way = a_way(provider, pipe)
        with pytest.raises(OpsError, match="CERTIFICATE_VERIFY_FAILED"):
            way.finish(*came_back(provider, way))

        assert provider.asked == []
        known = a_way(provider, pipe, ca_certs=str(tmp_path / "cert.pem"))
        assert known.finish(*came_back(provider, known))
    finally:
        provider.close()
