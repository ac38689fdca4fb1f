import threading

import pytest

from cockpit.errors import OpsError
from JumpScale import j
from JumpScale.database import bind


@pytest.fixture
def db(pipe):
    with bind(pipe.call, lambda: {"push.1": b'{"ref": "main"}'}):
        yield j.core.db


@pytest.mark.parametrize(
    "call",
    [
        lambda: j.core.db.get("a"),
        lambda: j.core.db.hget("webhooks", "a"),
        lambda: j.core.db.hdel("webhooks", "a"),
        lambda: j.core.db.execute_command("PING"),
    ],
)
def test_outside_of_an_action_it_says_that_there_is_none(call):
    with pytest.raises(OpsError, match=r"^j\.core\.db: no action runs here"):
        call()


def test_in_an_action_it_is_the_robots_redis(db, pipe):
    db.set("greeting", "hello")

    assert pipe.call("GET", "greeting") == b"hello"
    assert db.get("greeting") == b"hello"
    assert db.get("nothing") is None


def test_plain_commands_take_their_arguments_in_order(db):
    db.rpush("list", "a", "b")

    assert db.lrange("list", 0, -1) == [b"a", b"b"]
    assert db.incr("visits") == 1
    assert db.exists("visits") == 1
    assert db.delete("visits", "list", "nothing") == 2


def test_set_can_expire_and_can_leave_what_is_there(db):
    assert db.set("lock", "me", ex=60, nx=True) is True
    assert db.set("lock", "you", nx=True) is False
    assert 0 < db.ttl("lock") <= 60


def test_a_hash_is_a_mapping(db):
    assert db.hset("disk", "size", 3) == 1

    assert db.hgetall("disk") == {b"size": b"3"}
    assert db.hgetall("nothing") == {}


def test_any_command_can_be_run(db):
    assert db.execute_command("SETRANGE", "text", 2, "x") == 3


def test_a_payload_of_todays_event_is_found_where_old_handlers_look(db):
    assert db.hget("webhooks", "push.1") == b'{"ref": "main"}'


def test_a_payload_that_was_deleted_is_gone(db):
    db.hset("webhooks", "push.2", "{}")

    assert db.hdel("webhooks", "push.1", "push.2", "push.3") == 2
    assert db.hget("webhooks", "push.1") is None
    assert db.hget("webhooks", "push.2") is None


def test_payloads_that_another_part_stored_are_found_too(db, pipe):
    pipe.call("HSET", "webhooks", "push.9", "{}")

    assert db.hget("webhooks", "push.9") == b"{}"


def test_a_command_that_is_not_provided_says_so(db):
    with pytest.raises(AttributeError, match=r"j\.core\.db\.blpop is not provided by Cockpit"):
        db.blpop("list")


def test_what_was_lent_before_holds_again_afterwards():
    with bind(lambda *_: "outer"):
        with bind(lambda *_: "inner"):
            inside = j.core.db.get("a")
        after = j.core.db.get("a")

    assert (inside, after) == ("inner", "outer")


def test_it_is_lent_from_the_call_of_bind_on():
    bound = bind(lambda *command: command)
    lent = j.core.db.get("a")
    bound.close()
    bound.close()

    assert lent == ("GET", "a")
    with pytest.raises(OpsError, match="no action runs here"):
        j.core.db.get("a")


def test_what_runs_beside_an_action_is_lent_nothing():
    refused = []

    def beside():
        try:
            j.core.db.get("a")
        except OpsError as error:
            refused.append(str(error))

    with bind(lambda *_: "mine"):
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()

    assert len(refused) == 1
