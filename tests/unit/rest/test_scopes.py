import pytest

from cockpit.rest.scopes import is_change, needed


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/events", "read"),
        ("GET", "/people", "read"),
        ("GET", "/people/ann", "read"),
        ("POST", "/events", "operate"),
        ("POST", "/events/simulate", "read"),
        ("POST", "/runs", "operate"),
        ("POST", "/repos/desk/commit", "operate"),
        ("POST", "/ays/repository/desk/blueprint/1.yaml", "operate"),
        ("GET", "/tokens", "admin"),
        ("DELETE", "/tokens/ann", "admin"),
        ("GET", "/audit", "admin"),
        ("PUT", "/people/ann", "admin"),
        ("POST", "/repos/desk", "admin"),
        ("DELETE", "/repos/desk", "admin"),
        ("POST", "/repos/desk/enable", "admin"),
        ("POST", "/repos/desk/pull", "admin"),
        ("POST", "/templates/all/clone", "admin"),
        ("POST", "/ays/repository/desk/template", "admin"),
        ("POST", "/ays/repository/desk/blueprint", "admin"),
        ("PUT", "/ays/repository/desk/blueprint/1.yaml", "admin"),
        ("DELETE", "/ays/repository/desk/blueprint/1.yaml", "admin"),
        ("PUT", "/ays/repository/desk/blueprint/1.yaml/archive", "operate"),
        ("POST", "/ays/template", "admin"),
        ("POST", "/ays/repository", "admin"),
        ("DELETE", "/ays/repository/desk", "admin"),
        ("POST", "/ays/repository/desk/execute", "operate"),
        ("POST", "/ays/repository/desk/simulate", "read"),
        ("POST", "/ays/repository/desk/template/simulate", "operate"),
        ("POST", "/cockpit/update", "admin"),
        ("GET", "/ecos/{eco}", "read"),
        ("POST", "/ecos/{eco}/close", "operate"),
        ("GET", "/alarms", "read"),
        ("POST", "/alarms/{alarm}/ack", "operate"),
        ("DELETE", "/alarms/{alarm}/silence", "operate"),
        ("BREW", "/events", "operate"),
    ],
)
def test_what_a_request_needs(method, path, scope):
    assert needed(method, path) == scope


@pytest.mark.parametrize(
    ("method", "path", "change"),
    [
        ("GET", "/events", False),
        ("OPTIONS", "/events", False),
        ("POST", "/events", True),
        ("POST", "/events/simulate", False),
        ("POST", "/ays/repository/desk/simulate", False),
        ("POST", "/ays/reload", False),
        ("DELETE", "/people/ann", True),
    ],
)
def test_what_stands_in_the_audit_log(method, path, change):
    assert is_change(method, path) is change
