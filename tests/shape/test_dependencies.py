"""What the product imports is installed with it, not only with its tests."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALLED = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
OWN = {"cockpit", "JumpScale"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_what_a_file_imports_is_in_the_lock_file(path):
    foreign = set(imported(path)) - OWN - set(sys.stdlib_module_names)
    known = packages_distributions()

    # The name of a distribution may be written with either.
    assert {
        name
        for name in foreign
        if not {d.lower().replace("_", "-") for d in known[name]} & INSTALLED
    } == set()
