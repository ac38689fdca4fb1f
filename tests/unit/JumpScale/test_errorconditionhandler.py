import subprocess
import sys

import pytest

from cockpit.errors import InputError, OpsError
from JumpScale import error_condition, j


@pytest.fixture
def recorded():
    found = []
    with error_condition.bind(found.append):
        yield found


def caught():
    try:
        return 1 / 0
    except ZeroDivisionError as error:
        return error


@pytest.mark.parametrize(
    "name", ["processPythonExceptionObject", "parsePythonExceptionObject", "parsePythonErrorObject"]
)
def test_an_exception_that_was_caught_is_described(name, recorded):
    error = caught()
    made = getattr(j.errorconditionhandler, name)(error, level=2, message="it broke")

    assert (made.exception, made.errormessage, made.level) == (error, "it broke", 2)
    assert recorded == ([made] if name.startswith("process") else [])


def test_it_is_recorded_once_it_is_processed_with_what_was_set(recorded):
    made = j.errorconditionhandler.parsePythonErrorObject(caught())
    made.category, made.tags = "workers", "node:7"
    j.errorconditionhandler.processErrorConditionObject(made, tostdout=False)

    assert [(one.category, one.tags) for one in recorded] == [("workers", "node:7")]


def test_a_traceback_that_is_given_is_used_where_there_is_none():
    trace = caught().__traceback__
    made = j.errorconditionhandler.parsePythonExceptionObject(ValueError("no"), tb=trace)
    bug = j.errorconditionhandler.raiseBug("", "", ValueError("no"), trace, die=False)

    assert made.exception.__traceback__ is bug.exception.__traceback__ is trace


def test_an_error_that_was_not_raised_is_described_by_its_fields(recorded):
    made = j.errorconditionhandler.getErrorConditionObject(
        ddict={"errormessage": "full", "level": 2},
        msg="disk",
        msgpub="Sorry",
        category="disk",
        type="OPERATIONS",
        tags="node:7",
    )
    made.process()

    assert recorded == [made]
    assert (made.errormessage, made.errormessagePub, made.level) == ("full", "Sorry", 2)
    assert (made.category, made.tags, made.kind) == ("disk", "node:7", "OPERATIONS")
    assert isinstance(made.exception, OpsError)


@pytest.mark.parametrize(
    ("name", "family", "kind"),
    [
        ("raiseBug", j.exceptions.BUG, "BUG"),
        ("raiseCritical", j.exceptions.BUG, "BUG"),
        ("raiseOperationalCritical", OpsError, "OPERATIONS"),
        ("raiseInputError", InputError, "INPUT"),
        ("raiseMonitoringError", OpsError, "MONITORING"),
    ],
)
def test_to_die_is_to_raise_and_not_to_die_is_to_record(name, family, kind, recorded):
    call = getattr(j.errorconditionhandler, name)
    with pytest.raises(family, match="disk is full") as raised:
        call("disk is full", category="disk", msgpub="Sorry", die=True, tags="node:7")
    assert (raised.value.tags, raised.value.msgpub) == ("category:disk node:7", "Sorry")
    assert recorded == []

    made = call("disk is full", category="disk", msgpub="Sorry", die=False, tags="node:7")
    assert recorded == [made]
    assert (made.kind, made.level_name, str(made)) == (kind, "CRITICAL", "disk is full")
    assert (made.category, made.tags, made.errormessagePub) == ("disk", "node:7", "Sorry")


def test_a_check_does_not_die_by_itself_and_others_do(recorded):
    j.errorconditionhandler.raiseMonitoringError("disk is full")
    for name in ("raiseBug", "raiseOperationalCritical", "raiseInputError"):
        with pytest.raises(j.exceptions.BaseJSException):
            getattr(j.errorconditionhandler, name)("no")

    assert len(recorded) == 1


@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("raiseWarning", "BUG", "WARNING"),
        ("raiseOperationalWarning", "OPERATIONS", "WARNING"),
        ("raisePerformanceError", "PERFORMANCE", "CRITICAL"),
    ],
)
def test_what_one_can_live_with_is_recorded(name, kind, level, recorded):
    made = getattr(j.errorconditionhandler, name)("slow", "disk")

    assert recorded == [made]
    assert (made.kind, made.level_name, made.category) == (kind, level, "disk")


@pytest.mark.usefixtures("recorded")
def test_a_bug_leads_back_to_the_exception_that_showed_it():
    error = caught()
    with pytest.raises(j.exceptions.BUG) as raised:
        j.errorconditionhandler.raiseBug("cannot be", pythonExceptionObject=error)
    made = j.errorconditionhandler.raiseBug("cannot be", pythonExceptionObject=error, die=False)

    assert raised.value.__cause__ is error
    assert (made.exception, str(made)) == (error, "cannot be: division by zero")


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("name", ["raiseOperationalCritical", "raiseOperationalWarning"])
def test_words_may_come_from_another_error(name):
    eco = j.errorconditionhandler.getErrorConditionObject(msg="disk is full")
    options = {"die": False} if name.endswith("Critical") else {}

    assert str(getattr(j.errorconditionhandler, name)(eco=eco, **options)) == "disk is full"


@pytest.mark.parametrize("name", ["raiseRuntimeErrorWithEco", "reRaiseECO"])
def test_what_was_described_can_be_raised(name):
    error = caught()
    eco = j.errorconditionhandler.parsePythonExceptionObject(error)
    with pytest.raises(ZeroDivisionError) as raised:
        getattr(j.errorconditionhandler, name)(eco)

    assert raised.value is error


def test_a_program_may_stop():
    with pytest.raises(j.exceptions.HaltException, match="enough"):
        j.errorconditionhandler.halt("enough")


def test_what_nobody_caught_is_recorded_and_printed():
    code = """if True:
        import logging
        from JumpScale import j
        logging.basicConfig(format="logged %(name)s %(message)s")
        j.errorconditionhandler.setExceptHook()
        1 / 0
    """
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "logged j.errorconditionhandler division by zero" in ended.stderr
    assert ended.stderr.rstrip().endswith("ZeroDivisionError: division by zero")
    assert ended.stderr.count("Traceback") == 2
