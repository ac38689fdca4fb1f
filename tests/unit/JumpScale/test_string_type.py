import pytest

from cockpit.errors import InputError
from JumpScale import j

string = j.data.types.string


def test_text_is_known_as_text():
    assert string.check("")
    assert not string.check(b"a")
    assert not string.check(1)


def test_text_is_kept_as_it_is():
    assert string.fromString(" a ") == string.clean(" a ") == " a "
    assert string.get_default() == ""


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match="1 is no text"):
        string.fromString(1)


def test_anything_can_be_told_as_text():
    assert string.toString(1) == "1"
