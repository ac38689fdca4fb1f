import ast

import pytest

from cockpit.ays import action_file
from cockpit.ays.action_file import action_digests
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def install(service):\n    pass\n\ndef _own():\n    pass\n", {"install"}),
        ("class Actions:\n    def install(self, service): pass\ndef helper(): pass\n", {"install"}),
        ("class A:\n    def go(): pass\nclass Actions(A):\n    x = 1\n", {"go", "x"}),
        ("class Actions(Actions): pass\n", set()),
        ("from elsewhere import install, go as start", {"install", "start"}),
        ("install = print\n(a, b) = 1, 2", {"install"}),
        ("try:\n    def stop(): pass\nexcept ImportError:\n    pass", {"stop"}),
        ("", set()),
    ],
)
def test_names_of_actions_are_read(text, names):
    assert action_digests(text, source="actions.py").keys() == names


@pytest.mark.parametrize(
    ("text", "why"),
    [("x = 1\ndef install(:\n", "actions.py:2: "), ("\0", "actions.py:1: ")],
)
def test_what_is_no_python_is_refused_by_line(text, why):
    with pytest.raises(InputError) as error:
        action_digests(text, source="actions.py")

    assert str(error.value).startswith(why)


def test_a_digest_is_of_what_is_done_and_not_of_how_it_looks():
    def digest(text):
        return action_digests(text, source="actions.py")["install"]

    first = digest("def install(service):\n    return 1\n")
    assert digest("# new\n\ndef install( service ):\n\n    return 1  # same\n") == first
    assert digest("def install(service):\n    return 2\n") != first
    assert digest("def install(service, event):\n    return 1\n") != first


def test_the_definition_that_counts_is_the_last_one():
    tree = ast.parse("def act():\n    pass\n\nx = 1\n\ndef act():\n    pass\n")

    assert action_file.definition(tree, "act").lineno == 6
    assert (action_file.definition(tree, "x"), action_file.actions_class(tree)) == (None, None)


def test_in_a_class_of_actions_its_methods_count():
    tree = ast.parse("def act():\n    pass\n\nclass Actions:\n    def act(self):\n        pass\n")

    assert action_file.definition(tree, "act").lineno == 5
    assert action_file.actions_class(tree).lineno == 4
