import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, UnverifiedError, plain


def delivered(body=b'{"a": 1}', query=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers=named, query=query or {}, body=body, epoch=7.0)


@pytest.mark.parametrize("body", [b'{"a": 1}', b"[1]", b'"x"', b"null"])
def test_any_json_is_the_payload(body):
    (entry,) = plain.read(delivered(body))

    assert entry.event.args["source"] == "generic"
    assert entry.mark == ""


def test_the_address_names_and_tags_it():
    (entry,) = plain.read(delivered(query={"event": "built", "tags": "ci, linux,,"}))

    assert entry.event.tags == ["generic", "built", "ci", "linux"]
    assert entry.event.args["event"] == "built"


def test_an_idempotency_key_names_what_happened():
    (entry,) = plain.read(delivered(idempotency_key="k"))

    assert entry.mark == "generic:k"


def test_what_is_no_json_is_refused():
    with pytest.raises(InputError, match="the body"):
        plain.read(delivered(b"hello"))


@pytest.mark.parametrize("headers", [{"authorization": "Bearer s"}, {"x_webhook_token": "s"}])
def test_the_secret_comes_in_one_of_two_headers(headers):
    plain.verify(delivered(**headers), "s")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer t"}, {"x_webhook_token": "t"}])
def test_another_is_refused(headers):
    with pytest.raises(UnverifiedError):
        plain.verify(delivered(**headers), "s")
