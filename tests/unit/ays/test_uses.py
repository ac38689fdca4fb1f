import ast

import pytest

from cockpit.ays.uses import imports
from cockpit.ays.uses import names as used


def names(text):
    return [(use.name, use.line) for use in used(ast.parse(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("j.sal.fs.readFile('x')", [("j.sal.fs.readFile", 1)]),
        ("def a(service):\n    j.do.execute('ls').strip()", [("j.do.execute", 2)]),
        ("j.a.b(j.c.d)", [("j.a.b", 1), ("j.c.d", 1)]),
        ("j.a()[0].b", [("j.a", 1)]),
        ("from JumpScale import j as x\nx.tools", [("j.tools", 2)]),
        ("def a():\n    from JumpScale import j as x\n    x.y\nx.z", [("j.y", 3)]),
        ("x = j", []),
        ("k.j.a", []),
    ],
)
def test_names_below_j_are_found_as_they_are_written(text, wanted):
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "for j in range(3):\n    j.x",
        "def a(j):\n    return j.x",
        "def a():\n    j = 1\n    j.x",
        "[j.x for j in y]",
        "lambda j: j.x",
        "def a(j):\n    def b():\n        j.x",
    ],
)
def test_a_variable_that_is_called_j_is_another(text):
    assert names(text) == []


def test_a_variable_of_one_function_hides_nothing_in_the_next():
    assert names("def a(j):\n    j.x\ndef b():\n    j.y") == [("j.y", 4)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("def a(service):\n    service.hrd.get('x').y", [("service.hrd.get", 2)]),
        ("def a(job):\n    job.service.recipe", [("job.service.recipe", 2)]),
        (
            "def a(job):\n    service = job.service\n    service.x",
            [("job.service", 2), ("service.x", 3)],
        ),
        (
            "def a(job):\n    service = job.service\n    def b():\n        service.x",
            [("job.service", 2), ("service.x", 4)],
        ),
        ("def a(job):\n    vdc = job.service\n    vdc.x", [("job.service", 2), ("service.x", 3)]),
        ("class A:\n    def a(self):\n        self.service.x", [("service.x", 3)]),
        ("def a(service):\n    service.model = {}", [("service.model =", 2)]),
        ("def a(service):\n    service = other()\n    service.x", []),
        ("service.x\nself.x\nself.service", []),
        ("def a(event):\n    service.x", []),
    ],
)
def test_names_below_service_and_job_are_found_where_functions_take_them(text, wanted):
    assert names(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import os, sys.x as y", ["os", "sys.x"]),
        ("from a.b import c", ["a.b"]),
        ("from . import c, d", [".c", ".d"]),
        ("from ..a import c", ["..a"]),
        ("def f():\n    import late", ["late"]),
        ("try:\n    import a\nexcept ImportError:\n    import b", ["b"]),
        ("try:\n    import a\nexcept (KeyError, ImportError):\n    pass", []),
        ("try:\n    import a\nexcept:\n    pass", []),
        ("try:\n    import a\nexcept KeyError:\n    pass", ["a"]),
        ("try:\n    import a\nfinally:\n    pass", ["a"]),
    ],
)
def test_imports_are_found_but_those_whose_failure_is_expected(text, wanted):
    assert [use.name for use in imports(ast.parse(text))] == wanted
