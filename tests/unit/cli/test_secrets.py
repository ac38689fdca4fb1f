import io
import sys

import pytest


@pytest.fixture
def secret(run, home, monkeypatch):
    def secret(*words, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        return run("secret", *words, "--home", str(home))

    return secret


def test_a_secret_is_set_from_standard_input_listed_and_removed(secret, home):
    assert secret("set", "db", stdin="s3cret\n").out == "write it as $(secret:db)\n"
    assert (home / "secrets" / "values" / "db").read_text() == "s3cret"
    assert "db    $(secret:db)" in secret().out
    assert secret("list", "--json").document == [{"name": "db", "write": "$(secret:db)"}]
    assert secret("remove", "db").out == "db is removed\n"
    assert secret("list").out == "none\n"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("set", "../x"), "a name has letters"),
        (("set", "db"), "a value has 1 to"),
        (("remove", "db"), "there is no secret db"),
    ],
)
def test_what_cannot_be_is_exit_code_2(secret, words, text):
    ended = secret(*words)

    assert (ended.code, text in ended.err) == (2, True)


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_is_no_text_is_refused(run, home, monkeypatch, errors):
    raw = io.TextIOWrapper(io.BytesIO(b"\xff\xfe"), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", raw)
    ended = run("secret", "set", "bin", "--home", str(home))

    assert (ended.code, "secret bin: it is no UTF-8 text" in ended.err) == (2, True)


def test_whoever_still_names_a_removed_secret_is_told(secret, home):
    place = home / "repos" / "desk" / "blueprints"
    place.mkdir(parents=True)
    (place / "1.yaml").write_text("\nweb__x:\n  pw: $(secret:db)\n")
    secret("set", "db", stdin="x")

    assert secret("remove", "db").out == (
        "db is removed\nwarning: desk/blueprints/1.yaml:3 names it\n"
    )
