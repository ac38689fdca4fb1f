import pytest

from cockpit.ays.action_file import action_names
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def install(service):\n    pass\n\ndef _own():\n    pass\n", {"install"}),
        ("class Actions:\n    def install(self, service): pass\ndef helper(): pass\n", {"install"}),
        ("from elsewhere import install, go as start", {"install", "start"}),
        ("install = print\n(a, b) = 1, 2", {"install"}),
        ("try:\n    def stop(): pass\nexcept ImportError:\n    pass", {"stop"}),
        ("", set()),
    ],
)
def test_names_of_actions_are_read(text, names):
    assert action_names(text, source="actions.py") == names


@pytest.mark.parametrize(
    ("text", "why"),
    [("x = 1\ndef install(:\n", "actions.py:2: "), ("\0", "actions.py:1: ")],
)
def test_what_is_no_python_is_refused_by_line(text, why):
    with pytest.raises(InputError) as error:
        action_names(text, source="actions.py")

    assert str(error.value).startswith(why)
