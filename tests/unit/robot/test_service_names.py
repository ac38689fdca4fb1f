import pytest

from builders import an_alarm
from cockpit.robot.service_names import missing


@pytest.mark.parametrize(
    "dotted",
    [
        "service.mail",
        "service.parent.parent.executor.cuisine",
        "service.hrd.getStr",
        "service.model.data.sshPort",
        "service.model.actionsState",
        "service.state.save",
        "service.colour =",
        "service.model.data.sshPort =",
        "job.service.aysrepo.servicesFind",
        "job.model.args.get",
        "job.id",
    ],
)
def test_what_is_provided_misses_nothing(dotted):
    assert missing(dotted) == ""


@pytest.mark.parametrize(
    ("dotted", "wanted"),
    [
        ("service.recipe.hrd", "service.recipe"),
        ("service.parent.consume", "service.parent.consume"),
        ("service.aysrepo.new", "service.aysrepo.new"),
        ("service.hrd.path", "service.hrd.path"),
        ("service.model =", "service.model ="),
        ("service.model.save", "service.model.save"),
        ("job.executeInProcess", "job.executeInProcess"),
        ("job.service.aysrepo.actorGet.x", "job.service.aysrepo.actorGet"),
    ],
)
def test_what_is_not_provided_is_told_as_far_as_it_goes(dotted, wanted):
    assert missing(dotted) == wanted


def test_what_objects_have_of_their_own_is_known(bot):
    robot = bot(
        "def act(job):\n    service = job.service\n    things = {'job': job, 'service': service,"
        " 'service.hrd': service.hrd, 'service.state': service.state,"
        " 'service.model': service.model, 'service.aysrepo': service.aysrepo}\n"
        "    return [f'{name}.{one}' for name, thing in things.items()"
        " for one in getattr(thing, '__dict__', {}) if one[0] != '_']\n"
    )
    robot.publish(an_alarm())
    names = robot.only_job().result

    assert "service.key" in names
    assert [name for name in names if missing(name)] == []
