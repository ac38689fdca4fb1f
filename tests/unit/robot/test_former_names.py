import pytest

from builders import Bot, a_repository, an_alarm

NODE = """
class Actions(ActionsBaseMgmt):
    def getExecutor(self, service):
        return f"of {service.key}"

    def open_port(self, service, requested_port, public_port=0):
        service.log("opening")
        return [service.key, self.service.key, requested_port, public_port]
"""
TEMPLATES = {
    "vdc": {"schema.hrd": ""},
    "node": {"schema.hrd": "vdc = parent:vdc\ntoken = type:password", "actions.py": NODE},
    "app": {"schema.hrd": "node = parent:node", "service.hrd": "events.alarm = act\n"},
}


@pytest.fixture
def act_in_app(pipe, tmp_path):
    """Run an action of app!main, whose parent is node!main, in a repository of AYS 8.0."""

    def act_in_app(body, more="", *, node=NODE, mark=""):
        text = f"{more}\n\ndef act(job):\n    service = job.service\n    {body}\n"
        app = TEMPLATES["app"] | {"actions.py": text}
        files = TEMPLATES | {"app": app, "node": TEMPLATES["node"] | {"actions.py": node}}
        repo = a_repository(tmp_path / "repos", files)
        (repo / ".ays").write_text(mark)
        robot = Bot(pipe, tmp_path / "repos").execute()
        robot.publish(an_alarm())
        return next(robot.jobs.get(one.id) for one in robot.jobs.newest(9) if one.action == "act")

    return act_in_app


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


def test_the_executor_of_the_nearest_parent_counts(act_in_app):
    assert act_in_app("return service.executor").result == "of node!main"


@pytest.mark.parametrize(
    ("node", "why"),
    [
        ("1 / 0\n", "ZeroDivisionError"),
        ("def getExecutor(service):\n    return j.tools.cuisine\n", "j.tools.cuisine is not"),
    ],
)
def test_an_executor_that_cannot_be_had_is_never_that_of_this_machine(act_in_app, node, why):
    job = act_in_app("return str(service.executor)", node=node)

    assert job.state != "ok"
    assert why in job.error


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (
            "service.parent.actions.open_port(service=service.parent, requested_port=80)",
            "node!main",
        ),
        ("service.parent.actions.open_port(service.parent, 80)", "node!main"),
        ("service.parent.run('open_port', requested_port=80)", "node!main"),
        ("service.parent.actions.open_port(service=service, requested_port=80)", "app!main"),
        ("service.parent.getAction('open_port')(requested_port=80)", "node!main"),
    ],
)
def test_arguments_and_the_service_reach_the_action(act_in_app, call, result):
    assert act_in_app(f"return {call}").result == [result, result, 80, 0]


def test_an_argument_may_have_any_name(act):
    text = "def hello(name, action):\n    return [name, action]\n"

    assert act("return service.actions.hello(name=1, action=2)", text).result == [1, 2]


def test_an_argument_that_is_missing_is_named(act_in_app):
    job = act_in_app("service.parent.actions.open_port(public_port=80)")

    assert (job.state, "nothing is known to give for 'requested_port'" in job.error) == (
        "dead",
        True,
    )


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("service.executeAction('hello', args={'a': 1})", {"a": 1}),
        ("service.executeAction('hello', {'a': 1}, True)", {"a": 1}),
        ("service.executeAction('hello')", {}),
        ("service.getJob('hello', {'a': 2}).executeInProcess()", {"a": 2}),
    ],
)
def test_an_action_of_81_is_called_with_arguments(act, call, result):
    assert act(f"return {call}", "def hello(job):\n    return job.model.args\n").result == result


def test_services_around_it_have_the_same_names(act_in_app):
    body = (
        "up = service.parent; return [up.name, up.templatename, [one.key for one in service.parents],"
        " [one.key for one in up.get_consumers()], up.children[0].gkey, up.path == service.path]"
    )

    assert act_in_app(body).result == [
        "main",
        "node",
        ["node!main", "vdc!main"],
        [],
        "desk!app!main",
        True,
    ]


def test_what_a_service_around_it_publishes_is_of_the_job(act_in_app):
    body = (
        "event = {'type': 'generic'}; "
        "return [service.publish(event), service.parent.publish(event)]"
    )
    first, second = act_in_app(body).result

    assert first != second


def test_a_password_of_a_service_around_it_is_kept_as_a_secret(act_in_app, pipe):
    body = "service.parent.hrd.set('token', 'geheim'); return service.parent.hrd.get('token')"

    assert act_in_app(body).result == "***"
    assert b"geheim" not in pipe.call("HGET", "cockpit:data:desk/node!main", "token")


@pytest.mark.parametrize(("mark", "keys"), [("", ["node!main"]), ("cockpit\n", None)])
def test_in_80_the_parent_is_a_producer(act_in_app, mark, keys):
    body = "return [one.key for one in service.producers['node']]"

    assert act_in_app(body, mark=mark).result == keys


def test_producers_that_are_not_there_are_a_key_error(act_in_app):
    body = "return [one.key for one in service.getProducers('node')]"
    assert act_in_app(body).result == ["node!main"]

    body = (
        "\n    try: service.getProducers('disk')\n    except KeyError as error: return str(error)"
    )
    assert act_in_app(body).result == "app!main has no producers of role disk"


def test_an_action_is_scheduled_for_the_next_run(act):
    body = (
        "service.state.set('install', 'ok'); service.scheduleAction('install'); "
        "service.scheduleAction('start'); service.scheduleAction('probe', force=True); "
        "return service.states()"
    )

    assert act(body).result == {"install": "ok", "start": "scheduled", "probe": "scheduled"}


def test_a_schedule_of_its_own_is_refused(act):
    assert "no args or period" in act("service.scheduleAction('install', period='5m')").error


def test_states_have_their_old_names_in_a_class_of_actions(act_in_app):
    node = (
        "class Actions(ActionsBaseMgmt):\n    def see(self, service):\n"
        "        service.state.set('install', 'OK')\n        return service.state.get('install')\n"
    )
    body = "return [service.parent.run('see'), service.parent.state.get('install')]"

    assert act_in_app(body, node=node).result == ["OK", "ok"]


def test_services_are_found_by_an_action_that_they_have(act_in_app):
    repo = "service.aysrepo"
    body = (
        f"return [one.key for one in {repo}.findServices(hasAction='open_port')"
        f" + {repo}.servicesFind(hasAction='act')]"
    )

    assert act_in_app(body).result == ["node!main", "app!main"]


def test_an_action_tells_its_state_and_its_period(bot):
    text = (
        "def act(job):\n    model = job.service.model\n"
        "    return [model.actions['act'].period, model.actionsState, job.service.dataJSON]\n"
    )
    robot = bot(text, "events.alarm = act\nrecurring.act = 1m\n")
    robot.publish(an_alarm())

    assert robot.only_job().result == [60, {"act": "new"}, "{}"]


def test_saving_is_always_done_already(act):
    assert (
        act("service.save(); service.saveAll(); service.reload(); service.hrdCreate()").state
        == "ok"
    )


def test_what_is_not_provided_says_so_by_name(act):
    job = act("service.recipe")

    assert "service.recipe is not provided by Cockpit: see docs/migrating.md" in job.error


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
