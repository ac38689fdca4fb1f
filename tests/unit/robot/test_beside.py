import pytest

from cockpit.robot import Actions

GIVEN = {"event": "E", "service": "S", "job": "J"}
LATE = "def act():\n    from .mail import WORD\n    return WORD\n"


@pytest.fixture
def template(tmp_path):
    """Write a template and call its `act`; files that are named are written."""
    clock = [0.0]
    actions = Actions(clock=lambda: clock[0])

    def template(name, **files):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / f"{file}.py").write_text(text)
        clock[0] += 1
        return actions.find(folder / "actions.py", f"actions!desk!{name}", "act")(**GIVEN)

    return template


@pytest.mark.parametrize(
    "text",
    [
        "from . import mail\n\ndef act():\n    return mail.WORD\n",
        "from .mail import WORD\n\ndef act():\n    return WORD\n",
        LATE,
    ],
)
def test_a_module_beside_an_action_file_is_imported(template, text):
    assert template("a", actions=text, mail="WORD = 1\n") == 1


def test_modules_of_one_name_of_two_templates_stay_apart(template):
    found = [template(name, actions=LATE, mail=f"WORD = {name!r}\n") for name in ("a", "b")]

    assert [*found, template("a")] == ["a", "b", "a"]


def test_a_saved_module_counts_and_leaves_nothing_on_disk(template, tmp_path):
    assert template("a", actions=LATE, mail="WORD = 1\n") == 1

    assert template("a", mail="WORD = 2\n") == 2
    assert sorted(one.name for one in (tmp_path / "a").iterdir()) == ["actions.py", "mail.py"]


def test_modules_beside_it_may_import_each_other(template):
    files = {"mail": "from .words import WORD\n", "words": "WORD = 3\n"}

    assert template("a", actions=LATE, **files) == 3


def test_what_is_not_there_is_not_found(template):
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'actions!desk!a.mail'"):
        template("a", actions=LATE)


def test_without_the_dot_it_is_another_module(template):
    with pytest.raises(ModuleNotFoundError, match="No module named 'mail'"):
        template("a", actions="import mail\n", mail="")
