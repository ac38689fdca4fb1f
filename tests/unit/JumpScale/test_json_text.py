import pytest

from cockpit.errors import InputError
from JumpScale import j

json = j.data.serializer.json


@pytest.mark.parametrize("value", [{"a": [1, None, "é"]}, [], "text", 1.5, None])
def test_what_is_written_reads_as_the_same(value):
    assert json.loads(json.dumps(value)) == value


def test_bytes_are_read_too():
    assert json.loads(b'{"a": 1}') == {"a": 1}


def test_keys_can_be_sorted_and_lines_indented():
    assert json.dumps({"b": 1, "a": 2}, True, True) == '{\n    "a": 2,\n    "b": 1\n}'


@pytest.mark.parametrize("text", ["{", "", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(InputError, match=r"^JSON: "):
        json.loads(text)


def test_what_json_does_not_know_is_refused():
    with pytest.raises(InputError, match=r"^JSON: .*set"):
        json.dumps({1, 2})
