import base64

import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, UnverifiedError, signature

# The vector of the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def signed(*, given=SIGNATURE, body=BODY, epoch=1614265330.0, **headers):
    named = {"webhook-id": ID, "webhook-timestamp": STAMP, "webhook-signature": given}
    return Delivery(headers=named | headers, body=body, epoch=epoch)


def test_what_standard_webhooks_signed_is_let_in():
    signature.need_signed(signed(), SECRET)


def test_one_of_several_signatures_is_enough():
    signature.need_signed(signed(given=f"v1,AAAA v1a,BBBB {SIGNATURE}"), SECRET)


@pytest.mark.parametrize(
    "delivery",
    [
        signed(body=BODY + b" "),
        signed(given="v1,AAAA"),
        signed(given=""),
        signed(epoch=1614265330.0 + 301),
        signed(epoch=1614265330.0 - 301),
        signed(**{"webhook-timestamp": "soon"}),
        signed(**{"webhook-timestamp": "1614265331"}),
        signed(**{"webhook-id": "msg_other"}),
    ],
)
def test_what_does_not_fit_is_not_let_in(delivery):
    with pytest.raises(UnverifiedError):
        signature.need_signed(delivery, SECRET)


@pytest.mark.parametrize(("secret", "why"), [("whsec_?", "base64"), ("whsec_", "empty")])
def test_a_secret_that_signs_nothing_is_told(secret, why):
    with pytest.raises(InputError, match=why):
        signature.need_signed(signed(), secret)


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "given", ["Bearer s3cret", "bearer s3cret ", basic("me:s3cret"), basic(":s3cret")]
)
def test_the_secret_comes_as_bearer_or_as_the_password_of_basic(given):
    signature.need_secret(Delivery(headers={"authorization": given}), "s3cret")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "s3cret",
        "Bearer",
        "Bearer S3cret",
        basic("s3cret"),
        "Basic ?",
        "Digest s3cret",
        "Bearer s3crét",
    ],
)
def test_another_secret_is_refused(given):
    with pytest.raises(UnverifiedError):
        signature.need_secret(Delivery(headers={"authorization": given}), "s3cret")


def test_any_of_some_texts():
    assert signature.any_same(["a", "b"], ["b", "c"])
    assert not signature.any_same(["a", ""], ["b"])
    assert not signature.any_same(["a"], [])
