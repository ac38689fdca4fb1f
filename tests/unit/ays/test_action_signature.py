import ast

import pytest

from cockpit.ays.action_signature import refusal, variables

METHOD = "class Actions:\n    {}\n    def act({}):\n        pass\n"


def told(text):
    found = refusal(ast.parse(text), "act")
    return found and (found.name, found.line)


@pytest.mark.parametrize(
    "signature",
    ["", "event", "mail", "mail, service", "event, x=1, *, y=2", "job, *a, **b", "a, /, service"],
)
def test_a_function_that_can_be_called_is_fine(signature):
    assert told(f"def act({signature}):\n    pass\n") is None


@pytest.mark.parametrize("signature", ["self", "self, a, b", "self, service, event, x=1", "*a"])
def test_a_method_that_can_be_called_is_fine(signature):
    assert told(METHOD.format("", signature)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\ndef act(a, b):\n    pass\n", ("asks for b: ", 2)),
        ("def act(event, *, colour):\n    pass\n", ("asks for colour: ", 1)),
        (METHOD.format("", "self, service, event, a, b"), ("asks for a, b: ", 3)),
        (METHOD.format("@staticmethod", "service, event, a"), ("asks for a: ", 3)),
        ("async def act(event):\n    pass\n", ("is async", 1)),
        ("class act:\n    pass\n", ("is a class", 1)),
    ],
)
def test_what_cannot_be_called_is_told_with_its_line(text, wanted):
    why, line = told(text)

    assert why.startswith(wanted[0])
    assert line == wanted[1]


def test_what_another_file_defines_is_not_judged():
    assert told("from x import act\n") is None


def test_variables_in_texts_of_actions_of_80_are_found():
    text = """
class Actions(ActionsBaseMgmt):
    @action()
    def act(self, service):
        return "$(ssh.port)" + f"x $(addr) {service}"

    def helper(self, service):
        return "$(addr)"
"""
    found = [(use.name, use.line) for use in variables(ast.parse(text))]

    assert found == [("$(ssh.port)", 5), ("$(addr)", 5)]
    assert variables(ast.parse("def act(event):\n    return '$(addr)'\n")) == []
