import msgspec
import pytest

from builders import Bot, a_repository
from cockpit.errors import InputError
from cockpit.robot import Runs, Selection

TELL = """
def install(service):
    service.redis.call("RPUSH", "told", f"install {service.key}")
    if service.redis.call("GET", f"broken:{service.role}"):
        raise ValueError("no room")

def uninstall(service):
    service.redis.call("RPUSH", "told", f"uninstall {service.key}")
"""
SCHEMAS = {"key": "", "node": "key = consume:key:1", "app": "node = parent:node", "lone": ""}
ALL = Selection()


@pytest.fixture
def bot(tmp_path, pipe):
    templates = {name: {"schema.hrd": text, "actions.py": TELL} for name, text in SCHEMAS.items()}
    a_repository(tmp_path, templates)
    return Bot(pipe, tmp_path).execute()


@pytest.fixture
def runs(bot):
    return Runs(bot.pipe, bot.catalog)


def told(bot):
    found = [line.decode() for line in bot.pipe.call("LRANGE", "told", 0, -1)]
    bot.pipe.call("DEL", "told")
    return found


def break_(bot, role, broken="1"):
    bot.pipe.call("SET", f"broken:{role}", broken)


def states(run):
    return {part.service: part.state for part in run.parts}


def test_simulation_shows_the_steps_and_changes_nothing(bot, runs):
    before = bot.pipe.call("KEYS", "*")
    run = runs.simulate("desk", "install", Selection(role="app"))

    assert [(part.step, part.service) for part in run.parts] == [
        (1, "key!main"),
        (2, "node!main"),
        (3, "app!main"),
    ]
    assert (run.id, run.state, run.services) == (msgspec.UNSET, "simulated", 3)
    assert sorted(bot.pipe.call("KEYS", "*")) == sorted(before)


def test_run_installs_in_order_and_is_ok(bot, runs):
    begun = runs.start("desk", "install", Selection(role="app"))
    bot.work()
    run = runs.get(begun.id)

    assert told(bot) == ["install key!main", "install node!main", "install app!main"]
    assert (begun.id, begun.state, begun.left) == ("run-1", "running", 3)
    assert (run.state, run.left, set(states(run).values())) == ("ok", 0, {"ok"})
    assert run.ended >= run.began > 0
    assert runs.states("desk")["app!main"]["install"] == "ok"


def test_only_what_is_not_ok_runs_again_unless_forced(bot, runs):
    runs.start("desk", "install", ALL)
    bot.work()
    told(bot)
    again = runs.start("desk", "install", ALL)
    runs.start("desk", "install", Selection(role="node"), is_forced=True)
    bot.work()

    assert (again.state, again.parts) == ("ok", [])
    assert told(bot) == ["install node!main"]


def test_uninstall_goes_consumers_first_and_makes_install_new(bot, runs):
    runs.start("desk", "install", ALL)
    bot.work()
    told(bot)
    runs.start("desk", "uninstall", Selection(role="key"))
    bot.work()
    found = runs.states("desk")

    assert told(bot) == ["uninstall app!main", "uninstall node!main", "uninstall key!main"]
    assert (found["key!main"]["install"], found["lone!main"]["install"]) == ("new", "ok")


def test_failed_node_blocks_only_those_who_need_it(bot, runs):
    break_(bot, "node")
    run = runs.start("desk", "install", ALL)
    bot.work()
    run = runs.get(run.id)

    assert run.state == "error"
    assert states(run) == {
        "key!main": "ok",
        "lone!main": "ok",
        "node!main": "error",
        "app!main": "blocked",
    }
    assert runs.states("desk")["node!main"]["install"] == "error"
    assert sorted(told(bot)) == ["install key!main", "install lone!main", "install node!main"]


def test_retry_goes_on_from_the_failed_node(bot, runs):
    break_(bot, "node")
    run = runs.start("desk", "install", ALL)
    bot.work()
    told(bot)
    break_(bot, "node", "")
    taken_up = runs.retry(run.id)
    bot.work()

    assert taken_up.state == "running"
    assert told(bot) == ["install node!main", "install app!main"]
    assert runs.get(run.id).state == "ok"
    assert bot.jobs.counts()["dead"] == bot.jobs.counts()["queued"] == 0


def test_job_of_a_run_is_not_retried_by_itself(bot, runs):
    break_(bot, "key")
    run = runs.start("desk", "install", Selection(role="key"))
    bot.work()
    (part,) = runs.get(run.id).parts

    with pytest.raises(InputError, match="cockpit run retry run-1"):
        bot.jobs.retry(part.jobs[0])


def test_job_that_is_dropped_fails_its_node(bot, runs):
    run = runs.start("desk", "install", Selection(role="app"))
    (job,) = bot.jobs.newest(10, "queued")
    bot.jobs.drop(job.id)
    bot.work()

    assert (runs.get(run.id).state, told(bot)) == ("error", [])


def test_part_whose_job_runs_is_told_from_one_that_waits_for_its_turn(bot, runs):
    run = runs.start("desk", "install", ALL)
    (taken,) = bot.take(1)
    found = states(runs.get(run.id))

    assert found.pop(taken.service.removeprefix("desk/")) == "running"
    assert sorted(found.values()) == ["queued", "waiting", "waiting"]


def test_cancelled_run_begins_nothing_more(bot, runs):
    run = runs.start("desk", "install", Selection(role="app"))
    (taken,) = bot.take(1)
    cancelled = runs.cancel(run.id)
    bot.attempt(taken)
    bot.work()
    run = runs.get(run.id)

    assert (cancelled.state, run.state) == ("cancelling", "cancelled")
    assert states(run) == {"key!main": "ok", "node!main": "cancelled", "app!main": "cancelled"}
    assert told(bot) == ["install key!main"]


def test_cancelled_run_can_be_taken_up_again(bot, runs):
    run = runs.start("desk", "install", Selection(role="app"))
    assert runs.cancel(run.id).state == "cancelled"
    runs.retry(run.id)
    bot.work()

    assert (runs.get(run.id).state, len(told(bot))) == ("ok", 3)


def test_run_survives_its_robot(bot, runs):
    run = runs.start("desk", "install", Selection(role="app"))
    bot.take(1)
    bot.inboxes.lose(bot.name, "killed")
    bot.beat()
    bot.work()

    assert runs.get(run.id).state == "ok"
    assert told(bot) == ["install key!main", "install node!main", "install app!main"]


def test_service_that_is_gone_is_left_out_of_its_run(bot, runs):
    run = runs.start("desk", "install", Selection(role="app"))
    bot.pipe.call("HDEL", "cockpit:services", "desk/node!main")
    bot.work()
    run = runs.get(run.id)

    assert (run.state, told(bot)) == ("ok", ["install key!main", "install app!main"])
    assert states(run) == {"key!main": "ok", "node!main": "cancelled", "app!main": "ok"}
    assert bot.pipe.call("EXISTS", "cockpit:state:desk/node!main") == 0


def test_nothing_is_written_of_a_service_that_went_while_its_job_ran(bot, runs):
    runs.start("desk", "install", Selection(role="key"))
    (taken,) = bot.take(1)
    bot.pipe.call("HDEL", "cockpit:services", "desk/key!main")
    bot.pipe.call("DEL", "cockpit:state:desk/key!main")
    bot.attempt(taken)

    assert bot.pipe.call("EXISTS", "cockpit:state:desk/key!main") == 0


def test_retry_is_refused_while_another_run_works_on_the_same_services(bot, runs):
    break_(bot, "node")
    failed = runs.start("desk", "install", Selection(role="app"))
    bot.work()
    runs.start("desk", "install", Selection(role="node"))

    with pytest.raises(InputError, match="run-2 works on the same services"):
        runs.retry(failed.id)
    assert runs.get(failed.id).state == "error"
    bot.work()
    assert runs.retry(failed.id).state == "running"


def test_retry_leaves_out_what_became_ok_meanwhile(bot, runs):
    break_(bot, "node")
    failed = runs.start("desk", "install", Selection(role="app"))
    bot.work()
    runs.set_state("desk", "node!main", "install", "ok")
    told(bot)
    runs.retry(failed.id)
    bot.work()
    run = runs.get(failed.id)

    assert (run.state, told(bot)) == ("ok", ["install app!main"])
    assert [(part.service, part.at) for part in run.parts] == [
        ("key!main", 1),
        ("node!main", 1),
        ("app!main", 1),
    ]


def test_retry_of_a_forced_run_does_again_what_it_had_not_done_but_not_what_was_mended(bot, runs):
    runs.start("desk", "install", ALL)
    bot.work()
    break_(bot, "key")
    break_(bot, "lone")
    failed = runs.start("desk", "install", ALL, is_forced=True)
    bot.work()
    runs.set_state("desk", "lone!main", "install", "ok")
    break_(bot, "key", "")
    told(bot)
    runs.retry(failed.id)
    bot.work()

    assert told(bot) == ["install key!main", "install node!main", "install app!main"]


def test_time_that_a_run_lay_over_is_not_its_own(bot, runs):
    run = runs.start("desk", "install", Selection(role="key"))
    runs.cancel(run.id)
    bot.pipe.call("HSET", f"cockpit:run:{run.id}", "ended", 1000)
    taken_up = runs.retry(run.id)

    assert taken_up.idle == pytest.approx(taken_up.began - 1, abs=60)


@pytest.mark.parametrize("former", ["ok", "changed", "scheduled"])
def test_cancel_gives_an_action_back_the_state_it_had(bot, runs, former):
    bot.pipe.call("HSET", "cockpit:state:desk/key!main", "install", former)
    run = runs.start("desk", "install", Selection(role="key"), is_forced=True)
    runs.cancel(run.id)

    assert runs.states("desk")["key!main"]["install"] == former


def test_cancel_of_what_was_cut_short_leaves_it_in_error(bot, runs):
    run = runs.start("desk", "install", Selection(role="key"))
    bot.take(1)
    bot.inboxes.lose(bot.name, "killed")
    runs.cancel(run.id)

    assert runs.states("desk")["key!main"]["install"] == "error"


def test_run_that_is_refused_uses_up_no_number(runs):
    runs.start("desk", "install", Selection(role="key"))
    with pytest.raises(InputError, match="run-1 works"):
        runs.start("desk", "install", Selection(role="key"))

    assert runs.start("desk", "install", Selection(role="lone")).id == "run-2"


def test_second_run_of_the_same_services_is_refused_while_the_first_lasts(runs):
    runs.start("desk", "install", Selection(role="app"))

    with pytest.raises(InputError, match="run-1 works on the same services"):
        runs.start("desk", "install", Selection(role="key"))
    assert runs.start("desk", "install", Selection(role="lone")).state == "running"


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda runs: runs.start("nowhere", "install", ALL), "no repository nowhere"),
        (lambda runs: runs.start("desk", "fly", ALL), "no service that is meant has an action fly"),
        (
            lambda runs: runs.start("desk", "install", Selection("ap", "main")),
            r"no service ap!main \(did you mean app!main\?\)",
        ),
        (lambda runs: runs.get("run-9"), "there is no run run-9"),
        (lambda runs: runs.cancel("run-9"), "there is no run run-9"),
        (lambda runs: runs.set_state("desk", "app!main", "install", "fine"), "none of new, "),
        (lambda runs: runs.set_state("desk", "app!main", "install", "running"), "is none of new, "),
        (lambda runs: runs.set_state("desk", "app!man", "install", "ok"), "did you mean app!main"),
        (lambda runs: runs.set_state("desk", "app!main", "instal", "ok"), "did you mean install"),
    ],
)
def test_wrong_call_is_refused_with_a_hint(runs, call, why):
    with pytest.raises(InputError, match=why):
        call(runs)


def test_run_that_is_over_is_not_cancelled_and_one_that_is_ok_not_retried(bot, runs):
    run = runs.start("desk", "install", Selection(role="key"))
    bot.work()

    with pytest.raises(InputError, match="run-1 is ok: it cannot be cancelled"):
        runs.cancel(run.id)
    with pytest.raises(InputError, match="run-1 is ok: it cannot be taken up again"):
        runs.retry(run.id)


def test_newest_runs_are_listed_in_short(runs):
    runs.start("desk", "install", Selection(role="key"))
    runs.start("desk", "install", Selection(role="lone"))

    assert [(run.id, run.role, run.parts) for run in runs.newest(5)] == [
        ("run-2", "lone", []),
        ("run-1", "key", []),
    ]
    assert [run.id for run in runs.newest(1, "desk")] == ["run-2"]
    assert runs.newest(5, "other") == []


def test_state_that_is_set_by_hand_counts(runs):
    runs.set_state("desk", "key!main", "install", "disabled")

    assert runs.simulate("desk", "install", Selection(role="key")).parts == []


def test_blueprint_that_changes_a_service_has_it_installed_again_and_nothing_else(
    bot, runs, tmp_path
):
    repo = a_repository(
        tmp_path, {"lone": {"schema.hrd": "size = type:int", "actions.py": TELL}}, "lone__main:\n"
    )
    bot.look()
    bot.execute()
    runs.start("desk", "install", ALL)
    bot.work()
    told(bot)
    (repo / "blueprints" / "1_main.yaml").write_text("lone__main:\n  size: 7\n")
    bot.execute().execute()
    changed = runs.states("desk")
    runs.start("desk", "install", ALL)
    bot.work()

    assert changed["lone!main"]["install"] == "changed"
    assert told(bot) == ["install lone!main"]
    assert runs.states("desk")["lone!main"]["install"] == "ok"


def test_change_of_what_was_never_installed_leaves_it_new(bot, runs, tmp_path):
    a_repository(
        tmp_path,
        {"lone": {"schema.hrd": "size = type:int", "actions.py": TELL}},
        "lone__main:\n  size: 2\n",
    )
    bot.look()
    bot.execute()

    assert runs.states("desk") == {}


def test_run_without_an_action_does_what_is_pending_once(bot, runs):
    runs.start("desk", "install", ALL)
    bot.work()
    told(bot)
    runs.set_state("desk", "key!main", "install", "changed")
    runs.set_state("desk", "lone!main", "uninstall", "scheduled")
    first = runs.start("desk", "", ALL)
    bot.work()
    again = runs.start("desk", "", ALL)

    assert sorted(told(bot)) == ["install key!main", "uninstall lone!main"]
    assert (runs.get(first.id).state, again.state, again.parts) == ("ok", "ok", [])


def test_old_runs_go_with_their_jobs_but_not_while_they_last(bot, runs):
    break_(bot, "key")
    before = bot.pipe.call("KEYS", "cockpit:job*")
    runs.start("desk", "install", Selection(role="key"))
    bot.work()
    lasting = runs.start("desk", "install", Selection(role="lone"))

    assert runs.trim(0) == 0
    assert runs.trim(2**40) == 1
    assert [run.id for run in runs.newest(9)] == [lasting.id]
    bot.work()
    assert runs.trim(2**40) == 1
    assert bot.pipe.call("KEYS", "cockpit:job*") == before == []
    assert bot.pipe.call("KEYS", "cockpit:run:*") == []
    assert set(bot.jobs.counts().values()) == {0}


def test_a_template_that_cannot_be_read_fails_and_the_rest_is_installed(bot, runs):
    (bot.root / "desk/servicetemplates/node/actions.py").write_text("def install(service)\n")
    bot.look()
    run = runs.start("desk", "install", ALL)
    bot.work()
    failed = next(job for job in bot.jobs.newest(10) if job.state == "dead")

    assert states(runs.get(run.id)) == {
        "key!main": "ok",
        "lone!main": "ok",
        "node!main": "error",
        "app!main": "blocked",
    }
    assert "servicetemplates/node/actions.py" in failed.error


def test_a_service_without_its_template_fails_and_says_why(bot, runs):
    (bot.root / "desk/servicetemplates/lone/schema.hrd").write_text("x = type:nothing\n")
    bot.look()
    run = runs.start("desk", "install", ALL)
    bot.work()
    failed = next(job for job in bot.jobs.newest(10) if job.state == "dead")

    assert states(runs.get(run.id))["lone!main"] == "error"
    assert "servicetemplates/lone/schema.hrd:1: unknown type nothing" in failed.error


def test_no_state_is_made_for_actions_that_nobody_ran(bot, runs):
    runs.start("desk", "install", Selection(role="lone"))
    bot.work()

    assert runs.states("desk")["lone!main"] == {"install": "ok"}


@pytest.mark.parametrize(
    ("others", "reached"),
    [(None, ["key", "node", "app"]), ({"node"}, ["node", "app"]), (set(), ["app"])],
)
def test_a_run_reaches_only_the_roles_that_it_may(runs, others, reached):
    selection = Selection(role="app", others=None if others is None else frozenset(others))
    run = runs.simulate("desk", "install", selection)

    assert [part.service for part in run.parts] == [f"{role}!main" for role in reached]
