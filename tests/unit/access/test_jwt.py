import base64
import hmac

import msgspec
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from cockpit.access.identity import Identity
from cockpit.access.jwt import Jwt, Terms
from cockpit.access.keyring import Keyring
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.errors import InputError

NOW = 1_700_000_000
CLAIMS = {
    "iss": "itsyouonline",
    "aud": "ops",
    "exp": NOW + 3600,
    "username": "ann",
    "scope": ["user:name", "user:memberof:ops"],
}
KEY = ECKey.generate_key("P-384", parameters={"kid": "1"})
OTHER = ECKey.generate_key("P-384")


def terms(**changes):
    usual = {
        "issuer": "itsyouonline",
        "audience": "ops",
        "organisation": "ops",
        "key": KEY.as_pem(private=False),
        "algorithms": ("ES384",),
        "scope": "operate",
    }
    return Terms(**usual | changes)


def signed(claims=None, *, key=KEY, algorithm="ES384", **changes):
    told = {
        name: value for name, value in ((claims or CLAIMS) | changes).items() if value is not None
    }
    return jwt.encode({"alg": algorithm}, told, key, algorithms=[algorithm])


def holder(token, **changes):
    return Jwt(terms(**changes), clock=lambda: NOW).identify(token)


def test_a_member_of_the_organisation_comes_in():
    assert holder(signed()) == Identity("ann", "operate", "jwt")
    assert holder(signed(scope="user:name,user:memberof:ops")) == Identity("ann", "operate", "jwt")


def test_the_organisation_itself_comes_in():
    assert holder(signed(scope=None, globalid="ops")) == Identity("ops", "operate", "jwt")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": NOW + 60},
        {"scope": ["user:memberof:opsx"]},
        {"scope": None},
        {"scope": 7},
        {"scope": None, "globalid": "another"},
    ],
)
def test_a_claim_that_does_not_fit_keeps_out(changes):
    assert holder(signed(**changes)) is None


def test_a_clock_may_be_half_a_minute_off():
    assert holder(signed(exp=NOW - 29)) is not None


def test_another_key_keeps_out():
    assert holder(signed(key=OTHER)) is None


def test_the_token_does_not_choose_the_algorithm():
    """A public key that is taken for a shared secret is the classic way in."""
    body = signed().split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    made = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    forged = f"{head}.{body}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    assert holder(forged) is None
    assert holder(forged, algorithms=("HS256", "ES384")) is None
    assert holder(f"eyJhbGciOiJub25lIn0.{body}.") is None


@pytest.mark.parametrize("token", ["", "a.b.c", "..", "x" * 20_000, "é.é.é", "eyJ9.e30.x"])
def test_what_is_no_token_keeps_out(token):
    assert holder(token) is None


def test_claims_nested_too_deep_keep_out():
    deep = b"[" * 3000 + b"]" * 3000
    token = jws.serialize_compact({"alg": "ES384"}, deep, KEY, algorithms=["ES384"])

    assert holder(token) is None


def test_the_key_may_be_a_jwks():
    keys = {"keys": [KEY.as_dict(private=False)]}
    token = jwt.encode({"alg": "ES384", "kid": "1"}, CLAIMS, KEY, algorithms=["ES384"])

    assert holder(token, key=msgspec.json.encode(keys))
    assert holder(token, key=msgspec.json.encode(KEY.as_dict(private=False)))


def test_rsa_keys_are_taken_too():
    key = RSAKey.generate_key(2048)

    assert holder(
        signed(key=key, algorithm="RS256"), key=key.as_pem(private=False), algorithms=("RS256",)
    )


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"no key",
        b"{}",
        b'{"keys": [7]}',
        b'{"kty": "oct", "k": "AAAA"}',
        KEY.as_pem(private=True),
        msgspec.json.encode({"keys": [KEY.as_dict(private=True)]}),
    ],
)
def test_what_is_no_public_key_is_told(key):
    with pytest.raises(InputError, match=r"jwt\.key"):
        Jwt(terms(key=key)).check()


def test_a_keyring_takes_jwts_beside_tokens(pipe, tmp_path):
    tokens = TokenFile(tmp_path / "tokens.json")
    ring = Keyring(digest("local"), tokens, pipe, lambda: Jwt(terms(), clock=lambda: NOW))

    assert ring.identify(signed()).name == "ann"
    assert ring.identify(tokens.add("bob", "read")).name == "bob"
    assert ring.identify(signed(key=OTHER)) is None
