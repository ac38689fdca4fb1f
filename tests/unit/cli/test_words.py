import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.cli.words import Globals, split
from cockpit.errors import InputError


@pytest.mark.parametrize(
    "line",
    [
        "--home h --json --url u event list",
        "event --home h list --json --url u",
        "event list --home=h --url=u --json",
    ],
)
def test_the_options_stand_anywhere_in_the_line(line):
    found, rest = split(line.split())

    assert found == Globals(home="h", url="u", json=True)
    assert rest == ["event", "list"]


def test_what_follows_two_dashes_is_left_alone():
    found, rest = split(["event", "show", "--", "--json", "--home", "x"])

    assert found == Globals()
    assert rest == ["event", "show", "--", "--json", "--home", "x"]


@pytest.mark.parametrize("line", ["event --home", "event --home --json", "--home --url u event"])
def test_an_option_without_its_value_is_wrong_usage(line):
    with pytest.raises(InputError, match="--home needs a value"):
        split(line.split())


@pytest.mark.parametrize("words", [["--url", ""], ["--url="], ["--url", " "]])
def test_an_empty_value_never_means_the_cockpit_here(words):
    with pytest.raises(InputError, match="--url needs a value"):
        split(["job", "drop", "j1", *words])


def test_the_last_of_two_homes_wins():
    assert split(["--home", "a", "--home", "b"])[0].home == "b"


@given(st.lists(st.text().filter(lambda word: not word.startswith("--"))))
def test_words_of_a_command_pass_unchanged(words):
    assert split(words) == (Globals(), words)
