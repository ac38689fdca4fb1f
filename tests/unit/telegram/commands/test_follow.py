from unit.telegram.conftest import GROUP, MAX


def test_a_chat_follows_and_leaves(chat):
    told = chat.say('/follow alarm severity == "critical"', MAX)
    assert told == 'This chat hears of events of type alarm where severity == "critical"'
    assert "This chat hears of alarm" in chat.say("/follow", MAX)
    chat.say("/unfollow", MAX)
    assert "hears of it no more" in chat.press('alarm severity == "critical"', MAX)
    assert chat.say("/unfollow", MAX) == "This chat follows nothing. /follow begins."


def test_the_type_is_completed_by_buttons(chat):
    chat.say("/follow")
    assert chat.labels() == ["email", "telegram", "alarm", "eco", "generic"]
    assert "events of type eco" in chat.press("eco")


def test_a_wrong_expression_is_told(chat):
    assert "where" in chat.say("/follow alarm )(").lower()
    assert chat.say("/unfollow") == "This chat follows nothing. /follow begins."


def test_a_group_follows_too(chat):
    assert "events of type alarm" in chat.say("/follow alarm", MAX, GROUP)
