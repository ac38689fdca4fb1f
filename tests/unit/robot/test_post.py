import datetime as dt
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook

from builders import an_alarm
from cockpit import events
from cockpit.errors import GoneError, InputError, OpsError
from cockpit.robot.post import Reply, judge, write

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://a.example/hook?key=s3cret"
NOW = 1_700_000_000.0


def written(body=b"x", **more):
    return write(more.pop("url", URL), body, post_id="msg_1", epoch=int(NOW), **more)


@pytest.mark.parametrize(
    ("body", "octets", "kind"),
    [
        ({"a": [1, None]}, b'{"a":[1,null]}', "application/json"),
        (["é"], '["é"]'.encode(), "application/json"),
        ("é", "é".encode(), "text/plain; charset=utf-8"),
        (b"\xff", b"\xff", "application/octet-stream"),
        (bytearray(b"x"), b"x", "application/octet-stream"),
    ],
)
def test_octets_and_texts_are_sent_as_they_are_and_anything_else_as_json(body, octets, kind):
    post = written(body)

    assert (post.body, post.headers["content-type"]) == (octets, kind)


def test_an_event_is_sent_as_it_is_on_the_wire():
    alarm = an_alarm(id="alarm-1-0", msg="down")

    assert events.decode(written(alarm).body) == alarm
    assert written({"data": alarm}).body == b'{"data":' + written(alarm).body + b"}"


@pytest.mark.parametrize("body", [{"a": object()}, "\ud800", {"a": "\ud800"}])
def test_a_body_that_cannot_be_written_is_refused(body):
    with pytest.raises(InputError, match="post: the body"):
        written(body)


def test_a_body_that_goes_round_in_circles_is_refused():
    body = []
    body.append(body)

    with pytest.raises(InputError, match="post: the body"):
        written(body)


def test_what_is_signed_is_what_is_sent():
    now = int(dt.datetime.now(dt.UTC).timestamp())
    post = write(URL, {"a": 1}, post_id="msg_1", epoch=now, secret=SECRET)

    assert Webhook(SECRET).verify(post.body, post.headers) == {"a": 1}


def test_without_a_secret_there_is_an_id_and_no_signature():
    assert set(written().headers) == {"webhook-id", "content-type", "user-agent"}


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "whsec_?"])
def test_what_is_no_secret_is_told_and_nothing_leaves_unsigned(secret):
    with pytest.raises(InputError, match="post: the secret is"):
        written(secret=secret)


def test_headers_of_the_author_are_added_or_replace_the_usual_ones():
    post = written(headers={"Content-Type": "text/csv", "Authorization": "Bearer s3cret"})

    assert post.headers == {
        "content-type": "text/csv",
        "authorization": "Bearer s3cret",
        "user-agent": "cockpit",
        "webhook-id": "msg_1",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "b.example"},
        {"Content-Length": "1"},
        {"Transfer-Encoding": "chunked"},
        {"connection": "keep-alive"},
        {"Webhook-Id": "msg_2"},
        {"webhook-signature": "v1,s3cret"},
        {"X-A": "s3cret\r\nX-B: 1"},
        {"X-A": "s3cret\n"},
        {"X-A": "é"},
        {"X-A": 7},
        {"X A": "s3cret"},
        {"X-A:": "s3cret"},
        {"": "s3cret"},
        {"X-A\r\nX-B": "s3cret"},
    ],
)
def test_headers_that_are_not_the_authors_or_none_are_refused(headers):
    with pytest.raises(InputError, match="post: ") as refusal:
        written(headers=headers)

    assert "s3cret" not in str(refusal.value)


def reply(status, text="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply("https://a.example", status, text, named)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_yes(status):
    assert judge(reply(status), now=NOW) == reply(status)


def test_gone_is_final():
    with pytest.raises(GoneError, match=r"post: https://a\.example replied 410"):
        judge(reply(410), now=NOW)


@pytest.mark.parametrize(
    "status", [199, 300, 301, 304, 307, 308, 400, 401, 404, 422, 429, 500, 503, 600]
)
def test_anything_else_is_tried_again(status):
    with pytest.raises(OpsError, match=rf"post: https://a\.example replied {status}") as trouble:
        judge(reply(status), now=NOW)

    assert trouble.value.after_s == 0
    assert ("redirects are not followed" in str(trouble.value)) == (300 <= status < 400)


def test_what_the_reply_says_is_told_in_one_printable_line():
    with pytest.raises(OpsError) as trouble:
        judge(reply(500, "  no\n\x1b[31mway " + "x" * 1000), now=NOW)

    said = str(trouble.value).removeprefix("post: https://a.example replied 500: ")
    assert said.startswith("no [31mway xxx")
    assert len(said) == 200


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(dt.datetime.fromtimestamp(NOW + 90, dt.UTC), usegmt=True), 90),
        (format_datetime(dt.datetime.fromtimestamp(NOW - 90, dt.UTC), usegmt=True), 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("Fri, 99 Foo 9999 99:99:99 GMT", 0),
    ],
)  # fmt: skip
def test_a_busy_receiver_says_when(said, seconds):
    with pytest.raises(OpsError) as trouble:
        judge(reply(503, retry_after=said), now=NOW)

    assert trouble.value.after_s == seconds
