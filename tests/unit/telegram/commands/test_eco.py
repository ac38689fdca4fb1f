import pytest

from cockpit.events import Eco
from unit.telegram.conftest import MAX


@pytest.fixture
def guid(chat):
    eco = Eco(
        app_name="shop",
        error_msg="disk sda is full",
        eco_type="BUG",
        func_filename="shop.py",
        line_nbr=7,
        code="write(x)",
        epoch=9,
    )
    chat.house.ledger.note(eco)
    return chat.house.ledger.note(eco).guid


def test_ecos_are_listed_counted_and_shown(chat, guid):
    assert chat.say("/eco list") == f"{guid[:8]} NEW 2 x shop: disk sda is full"
    assert chat.say("/eco list cpu") == "There is no eco."
    shown = chat.say(f"/eco show {guid[:8]}")
    assert "shop.py:7" in shown
    assert "write(x)" in shown
    assert chat.labels() == ["Close", "Why"]


def test_one_is_closed_and_reopened_by_buttons(chat, guid):
    chat.say("/eco show")
    chat.press(guid)
    assert "CLOSED" in chat.press("Close")
    assert chat.house.ledger.get(guid).by == "ann"
    chat.say(f"/eco show {guid}")
    assert "ALERT" in chat.press("Reopen")


@pytest.mark.parametrize("text", ["/errors", "/errors sda", "/errorsof DISK"])
def test_errors_are_a_short_list(chat, guid, text):
    assert guid
    assert chat.say(text) == "2 x disk sda is full"


def test_there_may_be_none(chat):
    assert chat.say("/errors") == "There is none."
    assert chat.say("/eco show") == "There is no eco."


def test_who_may_only_read_closes_nothing(chat, guid):
    assert "takes the role operate" in chat.say(f"/eco close {guid}", MAX)
    assert chat.house.ledger.get(guid).eco.state == "NEW"
