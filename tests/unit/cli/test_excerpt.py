import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.cli.excerpt import Line, excerpt

CODE = "def notify(event):\n\n    pay(event)\n    pay(event)\n\n    return 1\n"
TRACE = """Traceback (most recent call last):
  File "main.py", line 3, in main
    notify(1)
  File "actions.py", line 12, in notify
    pay(event)
RuntimeError: on fire
"""


def marked(code, line_nbr, backtrace=""):
    return [line.number for line in excerpt(code, line_nbr, backtrace) if line.is_it]


def test_the_line_that_the_trace_quotes_is_marked_and_the_others_are_numbered():
    found = list(excerpt(CODE, 12, TRACE))

    assert found[3] == Line(12, "    pay(event)", True)
    assert [line.number for line in found] == [9, 10, 11, 12, 13, 14]
    assert [line.is_it for line in found].count(True) == 1


@pytest.mark.parametrize(
    ("code", "line_nbr", "index"),
    [("a\nb\nc\nd\ne", 20, 2), ("a\nb\nc\nd\ne", 2, 1), ("a", 7, 0), ("a\nb", 1, 0)],
)
def test_without_a_trace_it_is_the_middle_or_near_the_top_of_the_file(code, line_nbr, index):
    found = list(excerpt(code, line_nbr, ""))

    assert [line.is_it for line in found].index(True) == index
    assert found[index].number == line_nbr


def test_what_the_trace_quotes_and_the_excerpt_has_not_is_not_looked_for():
    assert marked("a\nb\nc", 12, TRACE) == [12]


@pytest.mark.parametrize(("code", "line_nbr"), [("a\nb", 0), ("a\nb", -5)])
def test_a_line_that_is_not_known_is_not_marked(code, line_nbr):
    assert [line.number for line in excerpt(code, line_nbr, TRACE)] == [0, 0]
    assert marked(code, line_nbr) == []


def test_no_code_is_no_lines():
    assert list(excerpt(" \n", 3, "")) == []


@given(st.text(), st.integers(-3, 30), st.text())
def test_anything_is_shown_as_it_is(code, line_nbr, backtrace):
    lines = list(excerpt(code, line_nbr, backtrace))

    assert "\n".join(line.text for line in lines) == code.expandtabs(4).rstrip()
    assert all(line.number > 0 for line in lines) or not marked(code, line_nbr, backtrace)
