import pytest

from builders import an_alarm

HRD = "events.alarm = on_alarm\n"


@pytest.fixture
def act(bot):
    def act(text, hrd=HRD):
        robot = bot(text, hrd)
        robot.publish(an_alarm(msg="hot"))
        return robot.only_job(), robot

    return act


def test_a_class_of_actions_needs_no_import(act):
    job, _ = act(
        "class Actions(ActionsBaseMgmt):\n"
        "    @action()\n"
        "    def on_alarm(self, service, event):\n"
        "        found = j.data.serializer.json.loads(event)\n"
        "        return [service.key, found['msg'], event.msg]\n"
    )

    assert (job.state, job.result) == ("ok", ["desk!main", "hot", "hot"])


@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("self.change_hrd_template(service, None)", "install"),
        ("self.change_hrd_instance(service, None)", "install"),
        ("self.change_method(service, 'probe')", "probe"),
    ],
)
def test_a_change_has_the_action_run_again(act, call, action):
    job, _ = act(
        "class Actions(ActionsBaseMgmt):\n"
        "    def on_alarm(self, service, event):\n"
        f"        {call}\n"
        f"        return service.state.get('{action}')\n"
    )

    assert job.result == "CHANGED"


def test_a_message_that_expects_no_answer_is_only_told(act):
    job, _ = act(
        "class Actions(ActionsBaseMgmt):\n"
        "    def on_alarm(self, service, event):\n"
        "        return self.ask_telegram('@ann', 'hello', expect_response=False)\n"
    )

    assert (job.state, job.result) == ("ok", None)


def test_the_given_names_are_no_actions(act):
    job, _ = act("def other(event):\n    pass\n", "events.alarm = action\n")

    assert "has no action named action" in job.error
