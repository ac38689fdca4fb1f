"""Changes of services and templates, and what they call."""

import pytest

from builders import an_alarm
from cockpit.robot import Changes

PLAIN = "def install(service):\n    return 1\n"
SCHEMA = "size = type:int default:1\n"


@pytest.fixture
def changes(pipe):
    return lambda bot: Changes(pipe, bot.catalog)


def state(bot, action="install"):
    raw = bot.pipe.call("HGET", "cockpit:state:desk/desk!main", action)
    return raw.decode() if raw else "new"


def rewrite(bot, file, text):
    (bot.root / "desk/servicetemplates/desk" / file).write_text(text)
    bot.look()


def install(bot):
    bot.pipe.call("HSET", "cockpit:state:desk/desk!main", "install", "ok")


def update(bot, text="desk__main:\n  size: 2\n"):
    (bot.root / "desk/blueprints/1_main.yaml").write_text(text)
    bot.look()
    bot.execute()
    bot.work()


def test_an_action_that_was_rewritten_is_changed(bot, changes):
    made = bot(PLAIN)
    look = changes(made)
    look.look()
    install(made)
    rewrite(made, "actions.py", "# the same\n" + PLAIN)
    look.look()
    assert state(made) == "ok"

    rewrite(made, "actions.py", PLAIN.replace("1", "2"))
    look.look()
    assert state(made) == "changed"


def test_a_change_while_nothing_ran_is_noticed(bot, changes):
    made = bot(PLAIN)
    changes(made).look()
    install(made)
    rewrite(made, "actions.py", PLAIN.replace("1", "2"))
    changes(made).look()

    assert state(made) == "changed"


def test_a_broken_file_changes_nothing_until_it_is_mended(bot, changes):
    made = bot(PLAIN)
    look = changes(made)
    look.look()
    install(made)
    for text in ("def install(:\n", PLAIN):
        rewrite(made, "actions.py", text)
        look.look()

    assert state(made) == "ok"


def test_an_action_that_never_was_ok_stays_as_it_is(bot, changes):
    made = bot(PLAIN)
    look = changes(made)
    look.look()
    rewrite(made, "actions.py", PLAIN.replace("1", "2"))
    look.look()

    assert state(made) == "new"


def test_changed_data_marks_install(bot):
    made = bot(PLAIN, schema=SCHEMA)
    install(made)
    update(made)

    assert state(made) == "changed"


def test_a_template_with_process_change_is_called_with_the_new_values(bot):
    made = bot(PLAIN + "def processChange(job):\n    return dict(job.model.args)\n", schema=SCHEMA)
    install(made)
    update(made)

    job = made.only_job()
    assert (job.action, job.state) == ("processChange", "ok")
    assert job.result == {"changeCategory": "dataschema", "size": 2}
    assert job.event.startswith("change-")
    # It takes care of the change itself.
    assert state(made) == "ok"


OLD = """
class Actions(ActionsBaseMgmt):
    def install(self, service):
        return 1

    def change_hrd_instance(self, service, originalhrd):
        return [originalhrd.getInt("size"), service.hrd.getInt("size")]

    def change_hrd_template(self, service, originalhrd):
        return originalhrd.getStr("timeout.install")

    def change_method(self, service, methodname):
        service.state.set(methodname, "scheduled")
        return methodname
"""


def test_handlers_of_ays_80_are_called_as_they_were(bot, changes):
    made = bot(OLD, hrd="timeout.install = 5s\n", schema=SCHEMA)
    look = changes(made)
    look.look()
    update(made)
    assert made.only_job().result == [1, 2]

    rewrite(made, "service.hrd", "timeout.install = 6s\n")
    look.look()
    made.work()
    rewrite(made, "actions.py", OLD.replace("return 1", "return 2"))
    look.look()
    made.work()

    jobs = {job.action: made.jobs.get(job.id) for job in made.jobs.newest(9)}
    assert jobs["change_hrd_template"].result == "5s"
    assert jobs["change_method"].result == "install"
    assert state(made) == "scheduled"


def test_a_new_service_of_ays_8_is_initialized_at_once(bot, pipe):
    made = bot(PLAIN)
    (made.root / "desk/.ays").write_text("")
    rewrite(made, "actions.py", 'def init(service):\n    service.hrd.set("token", "x")\n')
    update(made, "desk__other:\n")

    assert made.only_job().action == "init"
    assert pipe.call("HGET", "cockpit:state:desk/desk!other", "init") == b"ok"
    assert pipe.call("HGET", "cockpit:data:desk/desk!other", "token") == b'"x"'


def test_old_jobs_of_changes_are_forgotten(bot):
    made = bot(PLAIN + "def processChange(job): pass\n", schema=SCHEMA)
    for size in range(2, 30):
        update(made, f"desk__main:\n  size: {size}\n")

    assert len(made.jobs.newest(100)) == 20


def test_schema_and_config_are_told_by_name(bot, changes):
    made = bot(PLAIN + "def processChange(job):\n    return job.model.args['changeCategory']\n")
    look = changes(made)
    look.look()
    rewrite(made, "schema.hrd", SCHEMA)
    look.look()
    rewrite(made, "service.hrd", "events.email = install\n")
    look.look()
    made.work()

    told = {made.jobs.get(job.id).result for job in made.jobs.newest(9)}
    assert told == {"dataschema", "config"}


def test_a_field_that_becomes_a_password_is_hidden_at_once_and_sealed(bot, changes):
    made = bot(
        "def act(service):\n    return len(service.hrd.get('pw'))\n",
        schema="pw = type:str\n",
        blueprint="desk__main:\n  pw: s3cret\n",
    )
    look = changes(made)
    look.look()
    rewrite(made, "schema.hrd", "pw = type:password\n")

    assert "s3cret" not in repr(made.catalog.services())
    look.look()
    assert b"s3cret" not in made.pipe.call("HGET", "cockpit:data:desk/desk!main", "pw")
    assert "desk/desk!main" in repr(made.pipe.call("HGETALL", "cockpit:unmirrored:desk"))
    made.publish(an_alarm())
    assert made.only_job().result == len("s3cret")
