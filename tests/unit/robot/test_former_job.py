from types import SimpleNamespace

import pytest

from cockpit.robot.former_job import FormerJob


def test_arguments_may_be_changed_before_the_call():
    given = {"a": 1}
    service = SimpleNamespace(act=lambda action, payload: (action, payload))
    job = FormerJob(service, "hello", given)
    job.model.args["b"] = 2

    assert job.executeInProcess() == ("hello", {"a": 1, "b": 2})
    assert given == {"a": 1}


def test_what_is_not_provided_says_so():
    with pytest.raises(AttributeError, match=r"service\.getJob\(…\)\.execute is not provided"):
        FormerJob(None, "hello", {}).execute()
