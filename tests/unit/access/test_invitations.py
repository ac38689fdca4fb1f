import re

import gevent
import pytest

from cockpit.access.invitations import LIFE_S, Invitations, Invited
from cockpit.access.token import digest
from cockpit.bus import keys
from cockpit.errors import InputError


@pytest.fixture
def invitations(pipe):
    return Invitations(pipe, clock=lambda: 1000.9)


def test_a_secret_opens_once(invitations):
    made = invitations.invite("ann", "admin")

    assert invitations.accept(digest(made.token), by=1) == Invited("ann", "admin")
    assert invitations.end(digest(made.token))
    assert invitations.accept(digest(made.token), by=1) is None


def test_whoever_opened_it_and_was_interrupted_comes_in_and_nobody_else(invitations):
    token = invitations.invite("ann").token
    invitations.accept(digest(token), by=1)

    assert invitations.accept(digest(token), by=2) is None
    assert invitations.accept(digest(token), by=1) == Invited("ann")


def test_a_secret_opens_once_however_many_try(invitations):
    token = invitations.invite("ann").token
    tries = [gevent.spawn(invitations.accept, digest(token), by=n) for n in range(20)]
    gevent.joinall(tries)

    assert [one.value for one in tries if one.value] == [Invited("ann")]


def test_telegram_hands_a_secret_on_as_it_is(invitations):
    tokens = {invitations.invite("ann").token for _ in range(50)}

    assert len(tokens) == 50
    assert all(re.fullmatch("[A-Za-z0-9_-]{32}", token) for token in tokens)


def test_redis_holds_no_secret_and_not_for_long(invitations, pipe):
    made = invitations.invite("ann")
    (key,) = pipe.call("KEYS", keys.telegram_invited("*"))

    assert made.token not in f"{key}{pipe.call('GET', key)}"
    assert LIFE_S - 9 < pipe.call("TTL", key) <= LIFE_S
    assert made.expires == 1000 + LIFE_S


@pytest.mark.parametrize("token", ["", "x", "*", "\0", "x" * 10_000])
def test_any_other_text_opens_nothing(invitations, token):
    invitations.invite("ann")

    assert invitations.accept(digest(token), by=1) is None


@pytest.mark.parametrize(("name", "role"), [("", ""), ("a b", "admin"), ("ann", "king")])
def test_who_cannot_be_a_person_is_not_invited(invitations, pipe, name, role):
    with pytest.raises(InputError):
        invitations.invite(name, role)

    assert pipe.call("DBSIZE") == 0
