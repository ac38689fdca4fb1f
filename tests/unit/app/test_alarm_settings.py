from cockpit.app.alarm_settings import Alarms
from cockpit.eco.standing import Level, Rules


def test_the_defaults_are_those_of_the_alarms():
    assert Alarms().rules == Rules()


def test_texts_with_units_give_their_value():
    rules = Alarms(keep="1d", flap_window="1m", flap_changes=3).rules

    assert (rules.keep_s, rules.flap_window_s, rules.flap_changes) == (86_400, 60, 3)


def test_who_is_told_when():
    rules = Alarms(escalate=("0m oncall", "15m leads"), escalate_severities=("critical",)).rules

    assert rules.levels == (Level(0, "oncall"), Level(900, "leads"))
    assert rules.severities == ("critical",)
