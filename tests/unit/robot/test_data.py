import pytest

from cockpit.access.secrets import Secrets
from cockpit.ays import ServiceRecord, schema
from cockpit.errors import InputError
from cockpit.robot.capture import Output
from cockpit.robot.data import Data, current, read
from cockpit.robot.vault import Vault

SERVICE = "desk/desk!main"
KEY = f"cockpit:data:{SERVICE}"


@pytest.fixture
def data(pipe):
    pipe.call("HSET", "cockpit:services", SERVICE, "{}")
    return Data(pipe, SERVICE)


def test_a_value_is_durable_before_set_returns(pipe, data):
    data.set("tickets", 3)
    data.set("who", ["ann"])

    assert pipe.call("HGETALL", KEY) == [b"tickets", b"3", b"who", b'["ann"]']
    assert Data(pipe, SERVICE).get("tickets") == 3


def test_only_what_changed_is_written(pipe, data):
    other = Data(pipe, SERVICE)
    other.set("b", 1)
    data.set("a", 1)

    assert read(pipe.call("HGETALL", KEY)) == {"a": 1, "b": 1}


def test_upper_and_lower_case_are_one_key(pipe, data):
    data.set("Tickets", 1)
    data.set("TICKETS", 2)

    assert read(pipe.call("HGETALL", KEY)) == {"tickets": 2}
    assert Data(pipe, SERVICE).get_int("TicKets") == 2


def test_a_deleted_key_is_gone_durably(pipe, data):
    data.set("a", 1)
    data.delete("A")
    data.delete("never was")

    assert pipe.call("EXISTS", KEY) == 0


@pytest.mark.parametrize("value", [object(), None, {1: object()}])
def test_what_json_cannot_hold_is_refused_and_not_kept(pipe, data, value):
    with pytest.raises(InputError):
        data.set("a", value)

    assert not data.exists("a")
    assert pipe.call("EXISTS", KEY) == 0


def test_a_missing_key_is_named(data):
    with pytest.raises(InputError, match=r"service\.hrd: no key oncall"):
        data.get("oncall")


def test_every_change_is_mirrored(pipe, data):
    data.set("a", 1)
    data.delete("a")

    assert pipe.call("HGETALL", "cockpit:unmirrored:desk") == [b"desk/desk!main", b"2"]


def test_data_of_a_service_that_is_gone_is_not_made(pipe, data):
    data.set("a", 1)
    pipe.call("HDEL", "cockpit:services", SERVICE)
    pipe.call("DEL", KEY, "cockpit:unmirrored:desk")

    with pytest.raises(InputError, match=r"desk/desk!main is gone"):
        data.set("b", 1)
    with pytest.raises(InputError, match=r"desk/desk!main is gone"):
        data.delete("a")
    assert pipe.call("EXISTS", KEY, "cockpit:unmirrored:desk") == 0


def test_what_is_current_has_the_spelling_that_was_given():
    assert current({"maxCPU": 1, "a": 2}, {"maxcpu": 3, "seen": 4}) == {
        "maxCPU": 3,
        "a": 2,
        "seen": 4,
    }


FIELDS = "ssh.port = type:int\ndb.pass = type:password\nnote = type:str\npws = type:password list"


@pytest.fixture
def sealed(pipe, tmp_path):
    """Read the data again, as the next attempt does."""
    fields = schema.parse(FIELDS, source="schema.hrd")
    record = ServiceRecord("desk", "desk!main", "desk", "main", "desk", {})

    pipe.call("HSET", "cockpit:services", SERVICE, "{}")

    def sealed():
        vault = Vault(Secrets(tmp_path), Output(), lambda _repo, _template: fields)
        return Data(pipe, SERVICE, record=lambda: record, template=lambda: "desk", vault=vault)

    return sealed


@pytest.mark.parametrize("spelling", ["ssh.port", "ssh_port", "sshPort", "SSH.PORT"])
def test_the_spellings_of_a_field_are_one_key(pipe, sealed, spelling):
    pipe.call("HSET", KEY, "ssh.port", "22")

    assert sealed().get_int(spelling) == 22
    assert sealed().exists(spelling)
    sealed().set(spelling, 99)
    assert read(pipe.call("HGETALL", KEY)) == {"ssh.port": 99}
    sealed().delete(spelling)
    assert pipe.call("EXISTS", KEY) == 0


def test_a_key_that_is_no_field_is_as_it_is_written(pipe, sealed):
    sealed().set("process.1", 1)
    sealed().set("process_1", 2)

    assert read(pipe.call("HGETALL", KEY)) == {"process.1": 1, "process_1": 2}


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [("db_pass", 5432, "5432"), ("pws", ["s3cret", 1234], ["s3cret", "1234"]), ("pws", [], [])],
)
def test_a_password_is_the_same_now_and_later_and_never_in_the_data(pipe, sealed, key, value, kept):
    data = sealed()
    data.set(key, value)

    assert data.get(key) == sealed().get(key) == kept
    assert not any(word in repr(pipe.call("HGETALL", KEY)) for word in ("5432", "s3cret", "1234"))


def test_a_password_that_is_none_is_refused(sealed):
    with pytest.raises(InputError, match=r"hrd.set\('db.pass', …\): the value is no password"):
        sealed().set("db.pass", {"a": "b"})


def test_a_secret_does_not_get_into_other_fields(sealed):
    data = sealed()
    data.set("db.pass", "s3cret")
    data.set("note", "harmless")

    with pytest.raises(InputError, match=r"hrd.set\('note', …\) would show a secret"):
        data.set("note", ["kept s3cret"])
    assert sealed().get("note") == "harmless"
