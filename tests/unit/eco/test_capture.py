import json
import linecache
import os
import textwrap

import pytest

from cockpit import events
from cockpit.eco import Node, capture
from cockpit.errors import InputError, OpsError


def raised(error):
    """The error as it comes out of this function, with its traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def captured(error, **options):
    return capture(error, "robot.action", **({"epoch": 9} | options))


@pytest.fixture
def author(tmp_path):
    """Run an author's file and return what it raises."""

    def run(text):
        path = tmp_path / "actions.py"
        path.write_text(textwrap.dedent(text))
        scope = {}
        exec(compile(path.read_text(), str(path), "exec"), scope)
        try:
            scope["act"]()
        except BaseException as error:  # noqa: BLE001 - authors raise whatever exists
            return error
        raise AssertionError("it raises")

    return run


def test_an_eco_says_what_happened_and_where(author, tmp_path):
    found = captured(
        author("def act():\n    x = 1\n    return x / 0\n"), app_name="desk", about={"job": "j1"}
    )

    assert (found.error_msg, found.category, found.app_name) == (
        "ZeroDivisionError: division by zero",
        "robot.action",
        "desk",
    )
    assert (found.func_filename, found.line_nbr, found.func_name) == (
        str(tmp_path / "actions.py"),
        3,
        "act",
    )
    assert "return x / 0" in found.code
    assert "actions.py" in found.backtrace
    extra = json.loads(found.extra)
    assert (extra["job"], extra["exception"]) == ("j1", "builtins.ZeroDivisionError")
    assert extra["locals"] == {"x": "1"}
    assert (found.epoch, found.last_time, found.occurence) == (9, 9, 1)
    assert (found.state, found.pid) == ("NEW", os.getpid())


@pytest.mark.parametrize(
    ("error", "type_"),
    [
        (InputError("x"), "INPUT"),
        (OpsError("x"), "OPERATIONS"),
        (ValueError("x"), "BUG"),
        (SystemExit(1), "BUG"),
        (TimeoutError("x"), "PERFORMANCE"),
    ],
)
def test_the_family_of_an_error_is_its_type(error, type_):
    assert captured(raised(error)).eco_type == type_


def test_the_public_text_tells_nothing_of_the_error():
    assert "secret place" not in captured(raised(ValueError("secret place"))).error_pub


def test_each_eco_has_its_own_guid():
    error = raised(ValueError("x"))

    assert captured(error).guid != captured(error).guid


def test_it_can_be_stored_and_read_again():
    found = captured(raised(ValueError("x")))

    assert events.decode(events.encode(found)) == found


def test_an_error_inside_of_cockpit_points_at_the_authors_line(author):
    found = captured(
        author("""
        from cockpit import events

        def act():
            events.decode(b"{")
        """)
    )

    assert (found.func_name, found.line_nbr) == ("act", 5)
    assert "events.decode" in found.code


def test_an_error_of_cockpit_alone_points_into_cockpit():
    try:
        events.decode(b"{")
    except InputError as error:
        error.__traceback__ = error.__traceback__.tb_next
        found = captured(error)

    assert found.func_filename.endswith("wire.py")


def test_an_error_that_was_never_raised_has_no_place():
    found = captured(ValueError("x"))

    assert (found.func_filename, found.line_nbr, found.func_name, found.code) == ("", 0, "", "")
    assert found.error_msg == "ValueError: x"


def test_a_cause_stands_in_the_backtrace(author):
    found = captured(
        author("""
        def act():
            try:
                {}["a"]
            except KeyError as error:
                raise RuntimeError("no") from error
        """)
    )

    assert "KeyError" in found.backtrace
    assert found.error_msg == "RuntimeError: no"


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2",
        "PASSWORD = 'hunter2'",
        'api_key: "hunter2"',
        "token=hunter2&x=1",
        '{"client_secret": "hunter2"}',
        "Authorization: Bearer hunter2",
        "Authorization: Basic hunter2",
        "bearer hunter2",
        "db_passwd: hunter2",
    ],
)
def test_what_looks_like_a_credential_is_masked_everywhere(author, text):
    found = captured(author(f"def act():\n    raise ValueError({text!r})\n"), about={"text": text})

    assert "hunter2" not in events.encode(found).decode()
    assert "***" in found.error_msg


@pytest.mark.parametrize("text", ["the token was refused", "secretary of state", "no password"])
def test_other_text_stays_as_it_is(text):
    assert captured(raised(ValueError(text))).error_msg == f"ValueError: {text}"


def test_huge_texts_are_cut(author):
    found = captured(author("def act():\n    raise ValueError('x' * 1_000_000)\n"))

    assert len(events.encode(found)) < 64 * 1024
    assert found.error_msg.startswith("ValueError: xxx")
    assert found.backtrace.endswith("xxx\n")
    assert "Traceback" in found.backtrace


def test_a_line_of_endless_secrets_is_masked_in_time():
    found = captured(raised(ValueError("token" * 100_000)))

    assert found.error_msg.startswith("ValueError: tokentoken")


class RudeError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def test_an_error_whose_text_raises_still_has_a_name_and_a_place():
    found = captured(raised(RudeError()))

    assert found.error_msg == "RudeError"
    assert "test_capture.py" in found.backtrace


@pytest.mark.parametrize(
    "body",
    [
        "msgpub = property(lambda self: 1 / 0)",
        "tags = property(lambda self: 1 / 0)",
        "def __getattr__(self, name): raise RuntimeError",
        "def __getattribute__(self, name): raise RuntimeError",
        "__class__ = property(lambda self: 1 / 0)",
        "def __str__(self): raise SystemExit",
        "def __str__(self): return 5",
        "__cause__ = property(lambda self: 1 / 0)",
    ],
)
def test_an_error_that_lets_nobody_look_at_it_is_described_all_the_same(author, tmp_path, body):
    found = captured(
        author(f"""
        class Rude(Exception):
            {body}

        def act():
            n = 10 ** 5000
            raise Rude
        """)
    )

    assert found.error_msg.startswith("Rude")
    assert (found.func_filename, found.line_nbr) == (str(tmp_path / "actions.py"), 7)
    assert "raise Rude" in found.code
    assert found.error_pub


def test_a_number_too_long_to_write_is_told_by_its_size(author):
    error = author("def act():\n    n = -10 ** 5000\n    raise ValueError\n")

    assert json.loads(captured(error).extra)["locals"] == {"n": "<int of 16610 bits>"}


@pytest.mark.parametrize("name", ["__bool__", "__len__"])
def test_what_a_caller_says_may_be_foreign(name):
    def rude(_self):
        raise RuntimeError

    value = type("Rude", (), {name: rude})()
    found = captured(raised(ValueError("x")), about={"what": value})

    assert json.loads(found.extra)["what"] == "<Rude>"


def test_half_characters_do_not_keep_an_eco_from_being_stored():
    found = captured(raised(ValueError("file \udcff")), about={"file": "\udcff"})

    assert b"udcff" in events.encode(found)


def test_what_the_shim_raises_is_told_of_the_authors_own_line(author, tmp_path):
    found = captured(
        author("""\
            from JumpScale import j
            def act():
                j.events.inputerror_raise("no such disk")
        """)
    )

    assert (found.func_filename, found.line_nbr) == (str(tmp_path / "actions.py"), 3)
    assert (found.eco_type, found.error_msg) == ("INPUT", "Input: no such disk")


def test_every_field_of_the_specification_is_filled_and_none_is_the_same_twice(author):
    one = author("def act():\n    raise ValueError('one')\n")
    other = raised(OpsError("b"))
    other.msgpub, other.tags = "Come back later", "category:disk"
    first = capture(one, "robot.action", epoch=9, node=Node(7, 12), app_name="desk", tags=["a"])
    second = capture(other, "smtp.door", node=Node(8, 13), about={"job": "j"})

    blank = events.Eco(error_msg="")
    for name in events.Eco.__struct_fields__:
        # The log gives the id; the ledger the state, the counts and the closing; the publisher meta.
        if name in {"id", "to", "meta", "state", "occurence", "close_time", "pid"}:
            continue
        values = getattr(first, name), getattr(second, name)
        assert values[0] != values[1], name
        assert getattr(blank, name) not in values, name
    assert first.pid == os.getpid()


def test_an_author_says_what_strangers_may_read(author):
    error = author("""
        from JumpScale import j

        def act():
            j.events.opserror_raise("disk sda of db7 is full", "disk", "We are out of room")
        """)

    assert (captured(error).error_pub, captured(error).eco_type) == (
        "We are out of room",
        "OPERATIONS",
    )


@pytest.mark.parametrize("name", ["password", "api_key", "session_token", "AUTHORIZATION"])
def test_what_a_name_says_is_secret_is_masked_by_its_name(author, name):
    error = author(f"def act():\n    {name} = 'hun' + 'ter2'\n    raise ValueError\n")
    found = captured(error, about={"request": {name: ["hunter2"]}})

    assert "hunter2" not in found.extra
    assert json.loads(found.extra)["locals"] == {name: "***"}


def test_known_secrets_are_concealed_everywhere(author):
    error = author("def act():\n    word = 'open sesame'\n    raise ValueError('open sesame')\n")
    found = captured(error, conceal=lambda text: text.replace("open sesame", "***"))

    assert "sesame" not in events.encode(found).decode()


def test_large_and_foreign_values_around_an_error_are_not_written_out(author):
    found = captured(
        author("""
        class Odd:
            def __repr__(self):
                raise SystemExit

        def act():
            big, odd, raw = "x" * 10_000_000, [Odd()], b"\\xff" * 10_000_000
            raise ValueError
        """)
    )

    told = json.loads(found.extra)["locals"]
    assert told["odd"] == "[<Odd>]"
    assert all(len(text) < 1000 for text in told.values())


def test_what_makes_extra_too_long_is_left_out(author):
    error = author("def act():\n    raise ValueError\n")
    found = captured(error, about={"job": "j1", "huge": "x" * 100_000})

    assert json.loads(found.extra)["job"] == "j1"
    assert "huge" not in json.loads(found.extra)


def test_a_circle_of_causes_ends():
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one

    found = captured(raised(one))

    assert found.backtrace.count("ValueError: two") == 1


def test_a_file_that_is_gone_leaves_the_place(author, tmp_path):
    error = author("def act():\n    raise ValueError\n")
    (tmp_path / "actions.py").unlink()
    linecache.clearcache()

    found = captured(error)

    assert (found.code, found.line_nbr) == ("", 2)


def test_octets_in_a_message_stay_readable():
    assert captured(raised(ValueError(b"\xff"))).error_msg == "ValueError: b'\\xff'"
