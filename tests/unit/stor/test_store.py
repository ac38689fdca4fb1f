import hashlib
import io
import os

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.errors import InputError, OpsError
from cockpit.stor import Stor
from cockpit.stor.store import PIECE_BYTES

NOWHERE = "0" * 64
BIG = bytes(range(256)) * 4 * 1024 + b"end"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def files(root):
    return sorted(path for path in (root / "mail").rglob("*") if path.is_file())


def as_pieces(data, size):
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.fixture
def root(tmp_path):
    return tmp_path / "stor"


@pytest.fixture
def stor(root):
    return Stor(root)


@pytest.mark.parametrize("data", [b"", b"hello", BIG])
def test_what_was_put_opens_by_its_digest(stor, root, data):
    digest = stor.put("mail", data)

    assert digest == sha256(data)
    assert stor.path("mail", digest) == root / "mail" / digest[:2] / digest[2:4] / digest
    assert stor.exists("mail", digest)
    assert stor.size_bytes("mail", digest) == len(data)
    with stor.open("mail", digest) as file:
        assert file.read() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=200))
def test_put_twice_is_one_file_and_one_digest(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("stor")
    stor = Stor(root)

    digests = {stor.put("mail", data), stor.put("mail", io.BytesIO(data)), stor.put("mail", [data])}

    assert digests == {sha256(data)}
    assert stor.exists("mail", sha256(data))
    assert len(files(root)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.sampled_from([b"", b"x", b"y" * 1000, b"z" * PIECE_BYTES, BIG]), max_size=6))
def test_any_pieces_of_the_same_bytes_give_the_same_digest(tmp_path_factory, pieces):
    root = tmp_path_factory.mktemp("stor")
    whole = b"".join(pieces)

    stor = Stor(root)
    digest = stor.put("mail", iter(pieces))

    assert stor.exists("mail", digest)
    assert digest == sha256(whole)
    assert [path.read_bytes() for path in files(root)] == [whole]


@pytest.mark.parametrize("size", [1000, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1])
def test_any_size_of_pieces_gives_the_same_file(stor, root, size):
    digest = stor.put("mail", as_pieces(BIG, size))

    assert digest == sha256(BIG)
    assert [path.read_bytes() for path in files(root)] == [BIG]


def test_a_file_is_read_as_it_comes(stor):
    class Endless(io.RawIOBase):
        n_left = 40

        def read(self, size=-1):
            assert 0 < size <= PIECE_BYTES
            self.n_left -= 1
            return b"x" * size if self.n_left >= 0 else b""

    assert stor.size_bytes("files", stor.put("files", Endless())) == 40 * PIECE_BYTES


def test_spaces_are_apart(stor):
    digest = stor.put("mail", b"hello")

    assert not stor.exists("files", digest)


def test_the_same_object_put_by_many_at_once_is_one_file(stor, root):
    greenlets = [gevent.spawn(stor.put, "mail", BIG) for _ in range(20)]
    gevent.joinall(greenlets, timeout=60, raise_error=True)

    assert {greenlet.value for greenlet in greenlets} == {sha256(BIG)}
    assert len(files(root)) == 1


def test_a_source_that_fails_leaves_nothing(stor, root):
    def broken():
        yield BIG
        raise ConnectionResetError("the peer went away")

    with pytest.raises(ConnectionResetError):
        stor.put("mail", broken())

    gevent.get_hub().threadpool.join()
    assert files(root) == []


def test_a_time_out_leaves_nothing(stor, root):
    never = gevent.event.Event()

    def stuck():
        yield BIG
        never.wait()

    with gevent.Timeout(0.05, exception=False):
        stor.put("mail", stuck())

    gevent.get_hub().threadpool.join()
    assert files(root) == []


@pytest.mark.parametrize("data", [b"hello", BIG])
def test_the_hub_runs_on_while_the_disk_is_slow(stor, monkeypatch, data):
    reading, writing = os.pipe()
    fsync = os.fsync

    def slow(handle):
        os.read(reading, 1)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    putting = gevent.spawn(stor.put, "mail", data)
    gevent.sleep(0)
    os.write(writing, b"." * 100)  # Only a hub that is not waiting in fsync gets here.

    assert putting.get(timeout=60) == sha256(data)
    os.close(reading)
    os.close(writing)


def test_remove_is_idempotent(stor):
    digest = stor.put("mail", b"hello")

    stor.remove("mail", digest)
    stor.remove("mail", digest)

    assert not stor.exists("mail", digest)


@pytest.mark.parametrize("method", ["open", "size_bytes"])
def test_what_is_not_there_is_the_callers_error(stor, method):
    with pytest.raises(InputError, match=f"there is no mail/{NOWHERE}"):
        getattr(stor, method)("mail", NOWHERE)


@pytest.mark.parametrize("method", ["open", "exists", "size_bytes", "remove", "path"])
def test_what_is_no_address_is_the_callers_error(stor, method):
    with pytest.raises(InputError, match=r"^space: "):
        getattr(stor, method)("../etc", NOWHERE)
    with pytest.raises(InputError, match=r"^digest: "):
        getattr(stor, method)("mail", "../passwd")


def test_put_into_no_space_reads_nothing(stor):
    with pytest.raises(InputError, match=r"^space: "):
        stor.put("No Space", (pytest.fail("it was read") for _ in range(1)))


@pytest.mark.parametrize("data", [b"hello", BIG])
def test_a_file_where_the_root_should_be_is_named(root, stor, data, capfd):
    root.write_bytes(b"in the way")

    with pytest.raises(OpsError, match=f"{root}.*Not a directory"):
        stor.put("mail", data)

    assert capfd.readouterr().err == ""


def test_a_disk_that_refuses_is_named_and_no_draft_stays(root, stor):
    stor.put("mail", b"first")
    (root / "files").write_bytes(b"in the way")

    with pytest.raises(OpsError, match=f"{root}/files.*Not a directory"):
        stor.put("files", BIG)

    gevent.get_hub().threadpool.join()
    assert list((root / "tmp").iterdir()) == []


def test_reading_from_a_broken_tree_is_the_worlds_error(root, stor):
    root.mkdir()
    (root / "mail").write_bytes(b"in the way")

    with pytest.raises(OpsError, match="Not a directory"):
        stor.open("mail", NOWHERE)


def test_sweep_removes_what_a_killed_process_left(root, stor):
    stor.put("mail", BIG)
    left = root / "tmp" / "left"
    left.write_bytes(b"half")
    os.utime(left, (1000, 1000))

    assert stor.sweep(older_than_s=3600, now=1000) == 0
    assert stor.sweep(older_than_s=3600, now=10_000) == 1
    assert len(files(root)) == 1
