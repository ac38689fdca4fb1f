import pytest

from builders import Bot, a_repository, an_alarm

ACT = "def act(job):\n    service = job.service\n    {}\n"


@pytest.fixture
def run(pipe, tmp_path):
    """Run the action of node!main; the templates node and node.kvm have these modules."""

    def run(body, **modules):
        hrd = {"service.hrd": "events.alarm = act\n"}
        files = {
            "node": hrd | {"actions.py": ACT.format(body)},
            "node.kvm": {"service.hrd": "", **{f"{one}.py": text for one, text in modules.items()}},
        }
        a_repository(tmp_path / "repos", files, "node__main:\n\nnode.kvm__other:\n")
        robot = Bot(pipe, tmp_path / "repos").execute()
        robot.publish(an_alarm())
        return robot.only_job()

    return run


@pytest.fixture
def other():
    return "service.find(instance='other')[0]"


def test_an_action_of_another_service_sees_that_service_and_the_same_job(run, other):
    text = (
        "def hello(job, service):\n    return [service.key, job.service.key, job.action, job.id]\n"
    )
    job = run(f"return [*{other}.run('hello'), job.id]", actions=text)

    assert job.result[:3] == ["node!other", "node!other", "hello"]
    assert job.result[3] == job.result[4] == job.id


def test_templates_whose_names_begin_alike_stay_apart(run, other):
    text = "from . import kvm\n\ndef hello(service):\n    return kvm.WORD\n"

    assert run(f"return {other}.run('hello')", actions=text, kvm="WORD = 1\n").result == 1


def test_an_action_that_another_service_lacks_is_named(run, other):
    assert "template node.kvm of desk has no actions.py" in run(f"{other}.run('hello')").error


def test_the_names_of_states_are_those_of_the_action_that_asks(run, other):
    text = "class Actions:\n    def hello(self, service):\n        raise ValueError\n"
    body = f"""
    try: {other}.run('hello')
    except ValueError: return service.state.get('install')"""

    assert run(body, actions=text).result == "new"
