import pytest

from builders import an_alarm


@pytest.fixture
def act(bot):
    """Run an action with this body; the job."""

    def act(body, more=""):
        robot = bot(f"{more}\n\ndef act(job):\n    service = job.service\n    {body}\n")
        robot.publish(an_alarm())
        return robot.only_job()

    return act


def test_a_service_answers_to_its_former_names(act):
    job = act("return [service.name, service.templatename, service.gkey]")

    assert job.result == ["main", "desk", "desk!desk!main"]


@pytest.mark.parametrize(
    "call",
    ["service.actions.other()", "service.runAction('other')", "service.executeAction('other')"],
)
def test_its_other_actions_are_called(act, call):
    assert act(f"return {call}", "def other(event):\n    return 7\n").result == 7


def test_its_logger_writes_to_the_output(act):
    job = act("service.logger.info('disk %s', 3); service.logger.error('full')")

    assert "INFO disk 3" in job.output
    assert "ERROR full" in job.output


def test_the_executor_is_that_of_this_machine(act):
    assert act("return list(service.executor.execute('echo hi', showout=False))").result[0] == 0


def test_an_executor_of_its_own_counts(act):
    assert (
        act("return service.executor", "def getExecutor(service):\n    return 'x'\n").result == "x"
    )


def test_producers_are_found_by_role(act):
    assert act("return service.getProducers('node')").result == []


def test_saving_is_always_done_already(act):
    assert act("service.save(); service.saveAll(); service.reload()").state == "ok"


def test_what_is_not_provided_says_so_by_name(act):
    job = act("service.recipe")

    assert "service.recipe is not provided by Cockpit" in job.error


def test_a_slip_is_told_the_nearest_name(act):
    assert "service.logg is not provided by Cockpit: did you mean log?" in act("service.logg").error


def test_a_model_object_is_published(act):
    job = act("return service.publish(j.data.models.cockpit_event.Generic(args={'a': 1}))")

    assert job.result.startswith("generic-")


def test_redis_is_lent_while_an_action_runs(act):
    assert act("j.core.db.set('k', 'v'); return j.core.db.get('k').decode()").result == "v"


def test_its_repository_finds_other_services(act):
    body = "return [service.aysrepo.getService('desk', 'main').key, service.aysrepo.basepath[-5:]]"

    assert act(body).result == ["desk!main", "/desk"]
