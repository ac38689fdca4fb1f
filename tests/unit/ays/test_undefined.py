import ast

import pytest

from cockpit.ays.undefined import undefined


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ActionsBase = service.aysrepo.get()\n", [("service", 1)]),
        ("\nclass Actions(ActionsBaseNode):\n    pass\n", [("ActionsBaseNode", 2)]),
        ("class Actions:\n    x = service.hrd\n", [("service", 2)]),
        ("@mark\ndef act(x=default):\n    pass\n", [("default", 2), ("mark", 1)]),
        ("b = a\na(a)\n", [("a", 1)]),
    ],
)
def test_a_name_that_nobody_defines_is_found(text, wanted):
    assert sorted((use.name, use.line) for use in undefined(ast.parse(text))) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "class Actions(ActionsBaseMgmt):\n    @action()\n    def act(self):\n        j.x\n",
        "def act(event):\n    return later\n",
        "f = lambda: later\n",
        "import a.b, c as d\nfrom e import f\nprint(a, d, f, __name__)\n",
        "x = [y for y in range(3)]\ntry:\n    x\nexcept OSError as error:\n    print(error)\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "from x import *\nservice.y\n",
    ],
)
def test_what_is_defined_given_or_asked_for_later_is_none(text):
    assert undefined(ast.parse(text)) == []
