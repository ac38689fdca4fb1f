import pytest

from cockpit.telegram.buttons import Button, Buttons


@pytest.fixture
def buttons(pipe):
    return Buttons(pipe)


def test_a_button_does_what_it_was_made_for_in_its_chat_alone(buttons):
    ((made,),) = buttons.rows(42, [[Button("Retry " + "x" * 100, "dead retry", {"text": "j1"})]])
    token = made["callback_data"]

    assert len(made["text"]) <= 60
    assert len(token.encode()) <= 64
    assert buttons.find(token, 42) == Button("", "dead retry", {"text": "j1"})
    assert buttons.find(token, 43) is None


@pytest.mark.parametrize("data", ["", "x" * 64, "../../etc", "a:b", "AAAAAAAAAAAAAAAA", "\x00"])
def test_data_of_another_bot_does_nothing(buttons, data):
    assert buttons.find(data, 42) is None


@pytest.mark.parametrize("label", ["", "  ", "\0", "\u202e"])
def test_one_without_a_label_keeps_no_message_from_being_sent(buttons, label):
    assert buttons.rows(42, [[Button(label, "help")]])[0][0]["text"] == "·"


def test_it_is_over_after_a_month(buttons, pipe):
    ((made,),) = buttons.rows(42, [[Button("Go", "help")]])

    assert 0 < pipe.call("TTL", f"cockpit:telegram:button:{made['callback_data']}") <= 30 * 86_400


def test_without_buttons_there_are_none(buttons):
    assert buttons.rows(42, []) == []


def test_one_that_confirms_is_soon_over(pipe):
    buttons = Buttons(pipe)
    (row,) = buttons.rows(42, [[Button("Delete it", "service delete", {"sure": True})]])

    assert 0 < pipe.call("TTL", f"cockpit:telegram:button:{row[0]['callback_data']}") <= 600
