"""Every file of the source has its test file at the same place, and no test file is an orphan."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
UNIT = ROOT / "tests" / "unit"

# A file that no test of its own could tell more of than the tests named here.
FLOWS = "puts real parts together; every story in tests/flows runs through it"
ELSEWHERE = {
    "app/__main__.py": "patches and calls main: tests/shape/test_patch_first.py",
    "app/child.py": FLOWS,
    "app/engine.py": FLOWS,
    "app/hands.py": FLOWS,
    "app/inline.py": FLOWS,
    "app/main.py": FLOWS,
    "app/process.py": FLOWS,
    "app/rack.py": FLOWS,
    "app/supervisor.py": "starts and kills processes: tests/flows/test_bad_actions.py, test_kills.py",
    "app/telegram.py": FLOWS,
    "telegram/bot.py": FLOWS,
    "telegram/house.py": "names what the commands use",
    "cli/testing.py": "a fixture: tests/flows/test_author_loop.py uses it as authors do",
    "cli/throwaway.py": "starts a cockpit: tests/flows/test_author_loop.py",
    "cli/__main__.py": "calls main: tests/flows start by it",
}


def has_code(path):
    """Tell whether a file does more than name things."""
    told = (ast.Import, ast.ImportFrom)
    body = ast.parse(path.read_text()).body
    return not all(isinstance(part, told) or is_text(part) or is_name(part) for part in body)


def is_text(part):
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def is_name(part):
    """Tell whether it is `__all__ = …` and the like, or a class that is but a name."""
    if isinstance(part, ast.ClassDef):
        return all(is_text(one) for one in part.body)
    return isinstance(part, ast.Assign) and ast.unparse(part.targets[0]).startswith("__")


def sources():
    return {place(path): path for path in sorted(SOURCE.rglob("*.py")) if has_code(path)}


def place(path):
    """Name a file as its test is named: cockpit's own packages stand at the top."""
    return path.relative_to(SOURCE).as_posix().removeprefix("cockpit/")


def mirrors():
    return {
        test.relative_to(UNIT).with_name(test.name.removeprefix("test_")).as_posix()
        for test in UNIT.rglob("test_*.py")
    }


@pytest.mark.parametrize("one", [one for one in sources() if one not in ELSEWHERE])
def test_a_source_file_has_its_test_file(one):
    assert one in mirrors()


def test_no_test_file_is_an_orphan():
    assert mirrors() - set(sources()) == set()


def test_what_is_tested_elsewhere_exists_and_has_no_test_file():
    assert set(ELSEWHERE) <= set(sources()) - mirrors()
