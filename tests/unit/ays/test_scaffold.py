import ast

import pytest

from cockpit import events
from cockpit.ays import template
from cockpit.ays.scaffold import scaffold
from cockpit.errors import InputError


@pytest.mark.parametrize("type_", events.TYPES)
def test_a_new_template_listens_to_its_type_and_does_something(tmp_path, type_):
    folder = tmp_path / "my.desk"
    folder.mkdir()
    for name, text in scaffold("my.desk", type_).items():
        (folder / name).write_text(text)
    made = template.load(folder)

    assert [one.action for one in made.subscriptions[type_]] == ["handle"]
    assert (made.refusals, made.warnings) == ([], [])
    ast.parse((folder / "test_my_desk.py").read_text())


@pytest.mark.parametrize(
    ("name", "type_", "why"),
    [
        ("a b", "email", "letters, digits"),
        ("../x", "email", "letters, digits"),
        ("_off", "email", "no _ in front"),
        ("desk", "emai", r"unknown event type emai \(did you mean email\?\)"),
    ],
)
def test_what_cannot_be_is_refused(name, type_, why):
    with pytest.raises(InputError, match=why):
        scaffold(name, type_)


def test_mail_is_email():
    assert scaffold("mine", "mail") == scaffold("mine", "email")
