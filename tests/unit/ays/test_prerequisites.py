import pytest

from cockpit.ays import prerequisites

DOCUMENTED = """
def init_actions_(service, args):
    'Says what comes first.'
    return {'install': ['init'], 'probe': ('install',), 'test': 'probe'}
"""


def read(body):
    warnings = []
    text = "def install(service): pass\n" + body
    return prerequisites.read(text, source="actions.py", warnings=warnings), warnings


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("install", ["init", "install"]),
        ("monitor", ["init", "install", "start", "monitor"]),
        ("probe", ["init", "install", "probe"]),
        ("uninstall", ["stop", "uninstall"]),
        ("cleanup", ["cleanup"]),
    ],
)
def test_usual_order(action, expected):
    assert prerequisites.chain(action, None) == expected


def test_order_of_its_own_replaces_the_usual_one():
    own = {"probe": ("warm", "install"), "warm": ("install",)}

    assert prerequisites.chain("probe", own) == ["install", "warm", "probe"]
    assert prerequisites.chain("install", own) == ["install"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", None),
        ("def init_actions_(service, args):\n    return {}\n", {}),
        (
            DOCUMENTED,
            {"install": ("init",), "probe": ("install",), "test": ("probe",)},
        ),
        ("# init_actions_ is for others\n", None),
    ],
)
def test_a_literal_is_read(body, expected):
    assert read(body) == (expected, [])


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("    deps = {}\n    return deps\n", 4),
        ("    if args:\n        return {}\n    return {'a': []}\n", 2),
        ("    pass\n", 2),
        ("    return {'probe': 'install' + service.name}\n", 3),
        ("    return {'probe': [1]}\n", 3),
        ("    return {'probe': 1}\n", 3),
        ("    return ['probe']\n", 3),
    ],
)
def test_what_is_no_literal_is_told_with_its_line(body, line):
    found, warnings = read("def init_actions_(service, args):\n" + body)

    assert found is None
    (warning,) = warnings
    assert warning.startswith(f"actions.py:{line}: init_actions_ is read and not run")


def test_actions_that_come_before_each_other_are_told():
    body = "def init_actions_(service, args):\n    return {'a': ['b'], 'b': ['a']}\n"

    assert read(body) == (None, ["actions.py:3: init_actions_: a circle: a → b → a"])
