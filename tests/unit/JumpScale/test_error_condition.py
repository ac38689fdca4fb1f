import logging
import traceback

import pytest

from JumpScale import error_condition
from JumpScale.error_condition import ErrorCondition


def raised(error):
    try:
        raise error
    except type(error) as found:
        return found


def functions(condition):
    return [frame.name for frame in traceback.extract_tb(condition.exception.__traceback__)]


def test_one_that_was_not_raised_has_the_lines_of_its_caller():
    def check_disk():
        return ErrorCondition(ValueError("full"))

    made = check_disk()

    assert functions(made)[-2:] == [
        "test_one_that_was_not_raised_has_the_lines_of_its_caller",
        "check_disk",
    ]


def test_one_that_was_raised_keeps_its_own():
    error = raised(ValueError("no"))
    trace = error.__traceback__

    assert ErrorCondition(error).exception.__traceback__ is trace


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("BUG", "BUG"),
        ("ops", "OPERATIONS"),
        ("PERF", "PERFORMANCE"),
        ("input", "INPUT"),
        ("MONITORING", "MONITORING"),
        ("UNKNOWN", None),
        ("runtime.error", None),
        (7, None),
        ("", None),
    ],
)
def test_types_of_every_age_are_those_of_today(given, kind):
    assert ErrorCondition(ValueError("no"), type=given).kind == kind


@pytest.mark.parametrize(
    ("level", "name"), [(1, "CRITICAL"), (2, "WARNING"), (3, "INFO"), (4, "DEBUG"), (9, "CRITICAL")]
)
def test_levels_are_words(level, name):
    assert ErrorCondition(ValueError("no"), level=level).level_name == name


def test_its_words_are_those_given_else_those_of_the_error():
    assert str(ErrorCondition(ValueError("no"), message="disk is full")) == "disk is full"
    assert str(ErrorCondition(ValueError("no"))) == "no"


def test_whoever_is_bound_records_it_until_the_end():
    inner, outer = [], []
    with error_condition.bind(outer.append):
        with error_condition.bind(inner.append):
            one = ErrorCondition(ValueError("one")).process()
        two = ErrorCondition(ValueError("two")).process()

    assert (inner, outer) == ([one], [two])


@pytest.mark.parametrize(("level", "logged"), [(1, logging.ERROR), (2, logging.WARNING)])
def test_in_a_plain_program_it_is_logged(level, logged, caplog):
    made = ErrorCondition(raised(ValueError("no")), level=level).process()

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("j.errorconditionhandler", logged)
    assert record.getMessage() == "no"
    assert record.exc_info[1] is made.exception
    assert record.condition is made
