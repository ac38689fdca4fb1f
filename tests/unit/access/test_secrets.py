import stat

import pytest

from cockpit.access.secrets import Secrets
from cockpit.errors import InputError, OpsError


@pytest.fixture
def secrets(tmp_path):
    return Secrets(tmp_path / "secrets" / "values")


def test_a_secret_is_kept_read_listed_and_removed(secrets):
    secrets.set("db.password", "s3cret\nmore")
    secrets.set("api-key_2", "x")

    assert secrets.get("db.password") == "s3cret\nmore"
    assert secrets.names() == ["api-key_2", "db.password"]
    secrets.remove("api-key_2")
    assert secrets.names() == ["db.password"]


def test_only_its_owner_may_read_it(secrets, tmp_path):
    secrets.set("db", "x")
    folder = tmp_path / "secrets" / "values"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "db").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", ".hidden", "x" * 201, "a\n"])
def test_a_name_never_becomes_a_path_unchecked(secrets, name):
    for act in (secrets.get, secrets.remove, lambda name: secrets.set(name, "x")):
        with pytest.raises(InputError, match="a name has letters"):
            act(name)


def test_what_is_not_there_is_named_with_the_nearest(secrets):
    secrets.set("db", "x")

    for act in (secrets.get, secrets.remove):
        with pytest.raises(InputError, match=r"no secret dbb \(did you mean db\?\): `cockpit"):
            act("dbb")


@pytest.mark.parametrize("value", ["", "x" * 70_000])
def test_a_value_that_is_none_is_refused(secrets, value):
    with pytest.raises(InputError, match="a value has 1 to"):
        secrets.set("db", value)


def test_what_is_no_text_is_refused(secrets):
    with pytest.raises(InputError, match="secret db: it is no UTF-8 text"):
        secrets.set("db", "\udcff")


def test_the_names_of_other_secrets_are_not_told(secrets):
    secrets.set("db", "x")

    with pytest.raises(InputError, match="there is no secret zzz: `cockpit secret set zzz`"):
        secrets.get("zzz")


def test_without_a_directory_there_are_none(secrets):
    assert secrets.names() == []


def test_a_file_in_the_place_of_the_directory_is_trouble(tmp_path):
    (tmp_path / "values").touch()

    with pytest.raises(OpsError):
        Secrets(tmp_path / "values").set("db", "x")
