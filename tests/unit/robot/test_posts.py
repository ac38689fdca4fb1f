import ipaddress

import pytest

from cockpit.bus import Made, keys
from cockpit.errors import GoneError, InputError, OpsError
from cockpit.robot import Poster, Posts
from cockpit.robot.posts import find
from receiver import Receiver

JOB = Made("j1", "post", 1)
YES, BUSY, GONE = (204, {}, b""), (503, {"Retry-After": "7"}, b"busy"), (410, {}, b"")


@pytest.fixture
def posts(pipe):
    poster = Poster([ipaddress.ip_network("127.0.0.0/8")])
    return Posts(pipe, poster, clock=lambda: 1000)


def post(posts, receiver, made=JOB, **more):
    terms = {"secret": None, "headers": None, "timeout_s": 20}
    return posts.post(made, receiver.url("/s3cret"), {"a": 1}, **(terms | more))


def test_what_was_sent_once_is_not_sent_again(pipe, posts):
    with Receiver((200, {"X-A": "1"}, b"hi"), BUSY) as receiver:
        first = post(posts, receiver)
        again = post(Posts(pipe, Poster()), receiver)

        assert first == again
        assert (again.status, again.text, again.headers["x-a"]) == (200, "hi", "1")
        assert len(receiver.received) == 1


def test_what_was_not_taken_is_sent_again_with_the_same_id(posts):
    with Receiver(BUSY, YES) as receiver:
        with pytest.raises(OpsError, match="503: busy") as trouble:
            post(posts, receiver)
        post(posts, receiver)

        assert trouble.value.after_s == 7
        assert len(receiver.ids()) == 2
        assert len(set(receiver.ids())) == 1


def test_each_call_of_each_job_has_an_id_of_its_own(posts):
    with Receiver() as receiver:
        for made in (JOB, Made("j1", "post", 2), Made("j2", "post", 1)):
            post(posts, receiver, made)

        assert len(set(receiver.ids())) == 3
        assert all(one.startswith("msg_") and "." not in one for one in receiver.ids())


def test_gone_is_not_kept(pipe, posts):
    with Receiver(GONE) as receiver:
        with pytest.raises(GoneError):
            post(posts, receiver)

        assert find(pipe, "j1", receiver.ids()[0]) is None


def test_what_is_kept_does_not_hold_the_address(pipe, posts):
    with Receiver() as receiver:
        post(posts, receiver)
        (post_id,) = receiver.ids()

    assert pipe.call("HGETALL", keys.made("j1")) == [b"post:1", post_id.encode()]
    assert find(pipe, "j1", post_id).to == receiver.url("")
    assert b"s3cret" not in pipe.call("HGET", keys.posts("j1"), post_id)


def test_what_cannot_be_sent_is_told_before_anything_leaves(posts):
    with Receiver() as receiver:
        with pytest.raises(InputError, match="secret is empty"):
            post(posts, receiver, secret="")

        assert receiver.received == []
