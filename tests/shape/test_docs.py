import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = runpy.run_path(str(DOCS / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_gives(name):
    committed = (DOCS / name).read_text()

    assert committed == PAGES[name](), "run: python docs/generate.py"
