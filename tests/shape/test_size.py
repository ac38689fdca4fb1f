"""Files and functions that fit into a head."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def paths(*kinds):
    return [path for kind in kinds for path in sorted(SOURCE.rglob(f"*.{kind}"))]


def place(path):
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", paths("py", "lua"), ids=place)
def test_a_file_is_not_too_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", paths("py"), ids=place)
def test_no_function_is_too_long(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    too_long = [f.name for f in functions if f.end_lineno - f.lineno >= LONGEST_FUNCTION]

    assert too_long == []
