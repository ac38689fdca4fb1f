"""Every file of the source has its test file at the same place, and no test file is an orphan."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cockpit"
UNIT = ROOT / "tests" / "unit"

# A file that no test of its own could tell more of than the tests named here.
ELSEWHERE: dict[str, str] = {}


def has_code(path):
    """Tell whether a file does more than import names and name them."""
    told = (ast.Import, ast.ImportFrom)
    body = ast.parse(path.read_text()).body
    return not all(isinstance(part, told) or is_text(part) or is_map(part) for part in body)


def is_text(part):
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def is_map(part):
    return isinstance(part, ast.Assign) and [ast.unparse(one) for one in part.targets] == ["__all__"]


def sources():
    return {
        path.relative_to(SOURCE).as_posix(): path
        for path in sorted(SOURCE.rglob("*.py"))
        if has_code(path)
    }


def mirrors():
    return {
        test.relative_to(UNIT).with_name(test.name.removeprefix("test_")).as_posix()
        for test in UNIT.rglob("test_*.py")
    }


@pytest.mark.parametrize("place", [place for place in sources() if place not in ELSEWHERE])
def test_a_source_file_has_its_test_file(place):
    assert place in mirrors()


def test_no_test_file_is_an_orphan():
    assert mirrors() - set(sources()) == set()


def test_what_is_tested_elsewhere_exists_and_has_no_test_file():
    assert set(ELSEWHERE) <= set(sources()) - mirrors()
