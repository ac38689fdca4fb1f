import base64
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from cockpit.access import signing
from cockpit.errors import InputError

# The vector that the libraries of Standard Webhooks share.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, EPOCH, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 byte").decode()


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_the_vector_of_standard_webhooks(secret):
    assert signing.sign(secret, ID, str(EPOCH), BODY) == SIGNATURE


@pytest.mark.parametrize(
    ("secret", "message_id", "stamp", "body"),
    [
        (OTHER, ID, str(EPOCH), BODY),
        (SECRET, ID + "x", str(EPOCH), BODY),
        (SECRET, ID, str(EPOCH + 1), BODY),
        (SECRET, ID, str(EPOCH), BODY[:-1] + b" }"),
    ],
)
def test_whatever_changes_changes_the_signature(secret, message_id, stamp, body):
    assert signing.sign(secret, message_id, stamp, body) != SIGNATURE


@given(st.binary(min_size=1, max_size=64), st.text(st.characters(exclude_categories=["Cs"])))
def test_the_library_of_standard_webhooks_signs_the_same(octets, body):
    secret = "whsec_" + base64.b64encode(octets).decode()
    theirs = Webhook(secret).sign(ID, dt.datetime.fromtimestamp(EPOCH, dt.UTC), body)

    assert signing.sign(secret, ID, str(EPOCH), body.encode()) == theirs


def test_the_headers_of_a_message():
    assert signing.headers(SECRET, ID, EPOCH, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": str(EPOCH),
        "webhook-signature": SIGNATURE,
    }


def test_while_one_secret_replaces_another_both_sign():
    found = signing.headers(f"{OTHER} {SECRET}", ID, EPOCH, BODY)["webhook-signature"].split(" ")

    assert found == [signing.sign(OTHER, ID, str(EPOCH), BODY), SIGNATURE]


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("whsec_", "empty"),
        (f"{SECRET} whsec_", "empty"),
        ("whsec_?", "base64"),
        ("whsec_AAA", "base64"),
        ("gehëim", "base64"),
    ],
)
def test_what_is_no_secret_signs_nothing(secret, why):
    with pytest.raises(InputError, match=why):
        signing.headers(secret, ID, EPOCH, BODY)
