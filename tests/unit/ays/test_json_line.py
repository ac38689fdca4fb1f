import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.json_line import key_lines

TEXT = st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{}", {}),
        (' \n{"a": 1,\n\n "b"\n:{"c":\n[{}]}\t,\r\n"c": "}\\n,"}\n', {"a": 2, "b": 4, "c": 7}),
        ('{"a": 1,\n"\\u0061": 2}', {"a": 2}),
        (f'{{"a": {"9" * 5000}}}', {"a": 1}),
    ],
)
def test_a_key_of_the_outermost_object_has_its_line(text, lines):
    assert key_lines(text) == lines


@given(st.dictionaries(TEXT, VALUES))
def test_every_key_stands_in_its_line(data):
    text = json.dumps(data, indent=1, ensure_ascii=False)

    for key, line in key_lines(text).items():
        assert text.split("\n")[line - 1].startswith(f" {json.dumps(key, ensure_ascii=False)}:")
    assert key_lines(text).keys() == data.keys()
