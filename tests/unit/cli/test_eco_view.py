import time

import pytest
from rich.cells import cell_len

from cockpit.cli.eco_view import listed, notice, whole
from cockpit.cli.terminal import Terminal, ago, moment
from cockpit.cli.words import Globals
from cockpit.events import example, to_mapping

TERMINAL = Terminal(Globals())
EVIL = "Evil: \x1b]0;title\x07\x1b[2J\u202e 漢字漢字\nsecond line " + "x" * 9000


def test_a_list_has_a_line_for_each(eco):
    rows = [eco(last_time=time.time() - 180, occurence=12), eco(state="CLOSED", func_filename="")]

    assert [line.split() for line in listed(TERMINAL, rows, 0)][:2] == [
        ["ID", "SEEN", "STATE", "COUNT", "TYPE", "APP", "WHERE", "MESSAGE"],
        ["762d6f24", "3", "min", "ago", "NEW", "12", "BUG", "shop", "actions.py:5",
         "RuntimeError:", "the", "disk", "is", "on", "fire"],
    ]  # fmt: skip
    assert listed(TERMINAL, [], 0) == ["none"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_stranger_breaks_no_screen(eco, width):
    rows = [eco(error_msg=EVIL, app_name=EVIL, func_filename=f"/{EVIL}"), eco()]
    lines = listed(TERMINAL, rows, width)

    assert len(lines) == 3
    assert all(cell_len(line) <= width for line in lines)
    assert not set("".join(lines)) & set("\x1b\x07\u202e\n")


def test_an_eco_is_shown_with_its_code_and_what_led_to_it(whole_eco):
    assert list(whole(TERMINAL, whole_eco(occurence=1000), is_long=False)) == [
        "762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd  NEW",
        "  RuntimeError: the disk is on fire",
        "  BUG of shop in robot.action",
        "  notify in repos/helpdesk/actions.py:5",
        "    3 | x = 1",
        "    4 |",
        "  > 5 | def notify():",
        "    6 |     pass",
        '    7 |     raise RuntimeError("the disk is on fire")',
        *_times("seen 1,000 times"),
        "  what led to it",
        f"    email {moment(1795456059)} disk full from ann@example.org",
        "      cockpit why email-1-0",
        "  jobs",
        "    helpdesk!main notify in helpdesk  dead",
        "      cockpit job show 4f2a",
        "  history",
        f"    {moment(1795456059)}  new  eco-1795456059789-0",
        "  next",
        "    cockpit why eco-1795456059789-0",
        "    cockpit eco close 762d6f24",
        "    cockpit eco show 762d6f24 --long",
    ]


def _times(seen):
    at = 1795456059
    return [
        f"  {seen}, last {moment(at)} ({ago(at)})",
        "  1 event told of it, the newest eco-1795456059789-0",
    ]


def test_a_closed_one_says_who_and_can_be_reopened(whole_eco):
    closed = whole_eco(state="CLOSED", by="ann", close_time=time.time() - 7200, event="", notices=0)
    text = "\n".join(whole(TERMINAL, closed, is_long=False))

    assert text.splitlines()[0].startswith("762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd  CLOSED by ann ")
    assert "(2 h ago)" in text
    assert "cockpit eco reopen 762d6f24" in text
    assert "0 events told of it\n" in text
    assert "cockpit why eco" not in text


def test_all_of_it_has_the_backtrace_and_the_details(whole_eco):
    short, long = (list(whole(TERMINAL, whole_eco(), is_long=one)) for one in (False, True))

    assert set(long) - set(short) == {
        "  process 239 on node 10 of grid 1", "  error_pub: sorry", "  extra", '    {"a": 1}',
        "  backtrace", "    Traceback", "      a.py",
    }  # fmt: skip


def test_a_message_that_is_too_long_is_cut_unless_all_of_it_is_wanted(whole_eco):
    message = "\n".join(["y" * 900] * 14)
    found = whole_eco(eco=whole_eco()["eco"] | {"error_msg": message})

    assert [line for line in whole(TERMINAL, found, is_long=False) if "yy" in line or "…" in line] == [
        *["  " + "y" * 499 + "…"] * 10, "  … 4 more lines",
    ]  # fmt: skip
    shown = [line for line in whole(TERMINAL, found, is_long=True) if "yy" in line]
    assert shown == ["  " + "y" * 900] * 14


def test_a_notice_is_one_line():
    event = to_mapping(example("eco")) | {
        "last_time": 1795456059, "occurence": 10, "error_msg": EVIL, "meta": {"reason": "repeat"},
    }  # fmt: skip
    line = notice(TERMINAL, event)

    assert line.startswith(f"{moment(1795456059)}  repeat  762d6f24  BUG myapp: Evil: ")
    assert line.endswith("  10 times")
    assert not set(line) & set("\x1b\x07\u202e\n")
    assert len(line) < 300


def test_a_notice_of_a_stranger_says_what_it_can():
    event = to_mapping(example("eco")) | {"last_time": 0, "occurence": 1}
    at = moment(1795456059)

    assert notice(TERMINAL, event | {"id": "eco-1795456059789-0"}) == (
        f"{at}  NEW  762d6f24  BUG myapp: error internal"
    )
