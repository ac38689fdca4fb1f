import re
from pathlib import Path

import pytest

import cockpit
from cockpit import events
from cockpit.bus import keys

SOURCE = Path(cockpit.__file__).parent
TABLE = re.findall(r"^    (cockpit:\S+) +(\w+) ", keys.__doc__, re.MULTILINE)
ROOTS = {name.split(":<")[0] for name, _ in TABLE}
# A name as code writes it: the rest of `cockpit:job:<job>` is put behind it.
WRITTEN = re.compile(r"(?<![\w/:])cockpit:[a-z]+(?::[a-z]+)*")
FUNCTIONS = [
    "mark", "trail", "job", "tries", "made", "inbox", "ready", "solo", "robot", "working", "data",
    "mail", "lease", "state", "run",
]  # fmt: skip


def sources():
    return [path for ext in ("py", "lua") for path in sorted(SOURCE.rglob(f"*.{ext}"))]


def names_in(path):
    text = path.read_text()
    return set(WRITTEN.findall(text.replace(keys.__doc__, "")))


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_name_in_the_code_stands_in_the_table(path):
    assert names_in(path) <= ROOTS


def test_every_name_in_the_table_is_used():
    assert set().union(*map(names_in, sources())) == ROOTS


def test_every_name_that_begins_with_ckpt_is_one_of_the_five_topics():
    found = {
        name
        for path in sources()
        for name in re.findall(r"(?<![\w-])ckpt\.([a-z]+)", path.read_text())
    }

    assert found <= set(events.TYPES)
    assert tuple(f"ckpt.{type_}" for type_ in events.TYPES) == keys.TOPICS
    assert keys.topic("email") == "ckpt.email"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_puts_its_argument_behind_the_name(name):
    assert getattr(keys, name)("x!y") == f"cockpit:{name}:x!y"
    assert f"cockpit:{name}" in ROOTS


def test_names_without_an_argument_are_in_the_table():
    constants = {value for value in vars(keys).values() if isinstance(value, str)}

    assert {value for value in constants if value.startswith("cockpit:")} <= ROOTS
