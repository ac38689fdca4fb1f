import gevent
import pytest

from cockpit.errors import InputError
from cockpit.robot.shelf import Shelf
from cockpit.stor import Stor


@pytest.fixture
def stor(tmp_path):
    return Stor(tmp_path / "stor")


@pytest.fixture
def shelf(stor):
    return Shelf(stor, "desk")


@pytest.mark.parametrize(("data", "kept"), [(b"\xff\x00", b"\xff\x00"), ("hé", "hé".encode())])
def test_what_is_put_is_there(shelf, data, kept):
    address = shelf.put(data)

    assert address.startswith("desk/")
    assert shelf.get(address) == kept
    assert shelf.path(address).read_bytes() == kept


def test_a_link_of_an_attachment_is_an_address(shelf):
    assert shelf.get(f"http://127.0.0.1:8080/stor/{shelf.put(b'x')}") == b"x"


def test_what_another_process_stores_now_is_waited_for(stor, tmp_path):
    address = Shelf(Stor(tmp_path / "other"), "desk").put(b"x")
    gevent.spawn_later(0.1, stor.put, "desk", b"x")

    assert Shelf(stor, "other").get(address) == b"x"


@pytest.mark.parametrize("link", ["", "../../etc/passwd", "desk/ab/cd/ef", "http://x/y"])
def test_what_is_no_address_is_refused(shelf, link):
    with pytest.raises(InputError, match=f"stor: '{link}' is no address of this store"):
        shelf.get(link)


def test_what_is_not_there_is_told(shelf, monkeypatch):
    monkeypatch.setattr("cockpit.robot.shelf._PLACED_S", 0.01)
    digest = "ab" * 32

    with pytest.raises(InputError, match="there is nothing at desk/ab/ab"):
        shelf.get(f"desk/ab/ab/{digest}")
