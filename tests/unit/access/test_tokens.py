import pytest

from cockpit.access.tokens import TokenFile
from cockpit.errors import InputError


def a_file(tmp_path):
    return TokenFile(tmp_path / "tokens.json", clock=lambda: 1456059789.9)


def test_added_token_is_verified_by_its_name(tmp_path):
    tokens = a_file(tmp_path)
    admin, guest = tokens.add("admin", "all"), tokens.add("guest", "read")

    assert tokens.verify(admin) == "admin"
    assert tokens.verify(guest) == "guest"
    assert tokens.verify("ckpt_other") is None
    assert tokens.verify("") is None


def test_without_a_file_nothing_is_valid(tmp_path):
    assert a_file(tmp_path).verify("ckpt_any") is None


def test_disk_holds_no_token_and_only_the_owner_reads_it(tmp_path):
    token = a_file(tmp_path).add("admin", "all")
    path = tmp_path / "tokens.json"

    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_entries_tell_name_scope_and_time(tmp_path):
    tokens = a_file(tmp_path)
    tokens.add("admin", "all")

    [entry] = tokens.entries()

    assert tokens.names() == ("admin",)
    assert (entry.name, entry.scope, entry.epoch) == ("admin", "all", 1456059789)


def test_adding_a_name_again_ends_its_old_token(tmp_path):
    tokens = a_file(tmp_path)
    old = tokens.add("admin", "all")
    new = tokens.add("admin", "all")

    assert tokens.verify(old) is None
    assert tokens.verify(new) == "admin"


def test_change_by_another_process_counts_at_once(tmp_path):
    running, other = a_file(tmp_path), a_file(tmp_path)
    first = running.add("admin", "all")

    assert running.verify(first) == "admin"

    second = other.add("guest", "read")
    other.remove("admin")

    assert running.verify(first) is None
    assert running.verify(second) == "guest"


def test_removing_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="no token has the name ann"):
        a_file(tmp_path).remove("ann")


def test_nameless_token_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs a name"):
        a_file(tmp_path).add("", "all")


def test_damaged_file_is_named(tmp_path):
    (tmp_path / "tokens.json").write_text("[{")

    with pytest.raises(InputError, match=r"tokens\.json is damaged"):
        a_file(tmp_path).verify("ckpt_any")
