import pytest

from builders import an_alarm
from cockpit.errors import InputError
from cockpit.robot.binding import bind_function, bind_method
from cockpit.robot.event_text import EventText

EVENT = an_alarm(msg="hot")
GIVEN = {"event": EVENT, "service": "S", "job": "J"}


class Actions:
    def both(self, service, event):
        return service, event

    def alone(self, service):
        return service

    def other_names(self, robot, payload):
        return robot, payload

    def by_name(self, job, event, service):
        return job, event, service

    def more(self, service, event, times=3, **rest):
        return service, event.msg, times, rest

    @staticmethod
    def no_self(service):
        return service

    @classmethod
    def of_class(cls, service):
        return cls, service

    def too_much(self, service, event, colour):
        return service, event, colour


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("both", ("S", EventText(EVENT))),
        ("alone", "S"),
        ("other_names", ("S", EventText(EVENT))),
        ("by_name", ("J", EventText(EVENT), "S")),
        ("more", ("S", "hot", 3, {})),
        ("no_self", "S"),
        ("of_class", (Actions, "S")),
    ],
)
def test_a_method_gets_the_service_and_then_the_event(name, result):
    assert bind_method(Actions, name, "f")(**GIVEN) == result


def test_a_method_receives_a_text_with_the_fields():
    _, event = bind_method(Actions, "both", "f")(**GIVEN)

    assert (isinstance(event, str), event.msg) == (True, "hot")


def test_a_method_that_asks_for_more_is_refused():
    with pytest.raises(InputError, match="f: nothing is known to give for 'colour'"):
        bind_method(Actions, "too_much", "f")(**GIVEN)


def test_a_function_gets_the_event_itself():
    assert bind_function(lambda event: event, "act")(**GIVEN) is EVENT


def test_a_function_of_one_other_name_gets_the_payload():
    assert bind_function(lambda mail: mail, "act")(**GIVEN) is EVENT


def test_the_style_of_8_1_takes_the_job():
    assert bind_function(lambda job: job, "act")(**GIVEN) == "J"


def test_a_function_that_asks_for_more_is_refused():
    with pytest.raises(InputError, match="act: nothing is known to give for 'colour'"):
        bind_function(lambda event, colour: (event, colour), "act")(**GIVEN)


@pytest.mark.parametrize(
    ("args", "kwargs", "result"),
    [
        ((), {"service": "O", "event": "E", "colour": "red"}, ("O", "E", "red")),
        (("O", "E", "red"), {}, ("O", "E", "red")),
        ((), {"colour": "red"}, ("S", EventText(EVENT), "red")),
    ],
)
def test_arguments_of_the_caller_are_passed_on(args, kwargs, result):
    assert bind_method(Actions, "too_much", "f").call(GIVEN, args, kwargs) == result


def test_beside_arguments_of_the_caller_nothing_is_guessed():
    with pytest.raises(InputError, match="nothing is known to give for 'payload'"):
        bind_method(Actions, "other_names", "f").call(GIVEN, (), {"robot": "R"})
    with pytest.raises(InputError, match="nothing is known to give for 'port'"):
        bind_function(lambda port, size: (port, size), "f").call(GIVEN, (), {"size": 1})


def test_an_argument_that_it_does_not_take_is_refused():
    with pytest.raises(InputError, match="f: got an unexpected keyword argument 'size'"):
        bind_method(Actions, "alone", "f").call(GIVEN, (), {"size": 1})


def test_what_only_a_change_gives_is_missed_by_name():
    class Changed:
        def change_method(self, service, methodname):
            pass

    with pytest.raises(InputError, match="'methodname'"):
        bind_method(Changed, "change_method", "f")(**GIVEN)
