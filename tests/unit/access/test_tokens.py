import pytest

from cockpit.access.tokens import TokenFile
from cockpit.errors import InputError


def a_file(tmp_path):
    return TokenFile(tmp_path / "tokens.json", clock=lambda: 1456059789.9)


def test_added_token_is_verified_by_its_name(tmp_path):
    tokens = a_file(tmp_path)
    admin, guest = tokens.add("admin", "admin"), tokens.add("guest", "read")

    assert tokens.verify(admin).name == "admin"
    assert tokens.verify(guest).name == "guest"
    assert tokens.verify("ckpt_other") is None
    assert tokens.verify("") is None


def test_without_a_file_nothing_is_valid(tmp_path):
    assert a_file(tmp_path).verify("ckpt_any") is None


def test_disk_holds_no_token_and_only_the_owner_reads_it(tmp_path):
    token = a_file(tmp_path).add("admin", "admin")
    path = tmp_path / "tokens.json"

    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_entries_tell_name_scope_and_time(tmp_path):
    tokens = a_file(tmp_path)
    tokens.add("admin", "admin")

    [entry] = tokens.entries()

    assert (entry.name, entry.scope, entry.epoch) == ("admin", "admin", 1456059789)


def test_adding_a_name_again_ends_its_old_token(tmp_path):
    tokens = a_file(tmp_path)
    old = tokens.add("admin", "admin")
    new = tokens.add("admin", "admin")

    assert tokens.verify(old) is None
    assert tokens.verify(new).name == "admin"


def test_change_by_another_process_counts_at_once(tmp_path):
    running, other = a_file(tmp_path), a_file(tmp_path)
    first = running.add("admin", "admin")

    assert running.verify(first).name == "admin"

    second = other.add("guest", "read")
    other.remove("admin")

    assert running.verify(first) is None
    assert running.verify(second).name == "guest"


def test_removing_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="no token has the name ann"):
        a_file(tmp_path).remove("ann")


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 65, "-x"])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="name:"):
        a_file(tmp_path).add(name, "read")


@pytest.mark.parametrize("scope", ["", "all", "root"])
def test_a_scope_that_is_none_is_refused(tmp_path, scope):
    with pytest.raises(InputError, match="none of read, operate, admin"):
        a_file(tmp_path).add("ann", scope)


def test_a_token_is_valid_until_it_expires(tmp_path):
    now = [1000.0]
    tokens = TokenFile(tmp_path / "tokens.json", clock=lambda: now[0])
    token = tokens.add("ann", "read", lifetime_s=60)

    assert tokens.verify(token).expires == 1060

    now[0] = 1060.0

    assert tokens.verify(token) is None
    assert [entry.name for entry in tokens.entries()] == ["ann"]


def test_damaged_file_is_named(tmp_path):
    (tmp_path / "tokens.json").write_text("[{")

    with pytest.raises(InputError, match=r"tokens\.json is damaged"):
        a_file(tmp_path).verify("ckpt_any")
