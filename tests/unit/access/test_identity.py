import pytest

from cockpit.access.identity import Identity


@pytest.mark.parametrize(
    ("scope", "needed", "may"),
    [
        ("read", "read", True),
        ("read", "operate", False),
        ("operate", "read", True),
        ("operate", "admin", False),
        ("admin", "operate", True),
        ("admin", "admin", True),
    ],
)
def test_each_scope_reaches_those_before_it(scope, needed, may):
    assert Identity("ann", scope).may(needed) is may
