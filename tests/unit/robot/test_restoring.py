"""From files to Redis: what only the disk has, and what people edited."""

import json

import pytest

from builders import Bot, a_repository, an_alarm
from cockpit.errors import InputError, OpsError
from cockpit.robot import Mirror, SoleWriter
from cockpit.robot.restoring import Restoring

OS = {
    "schema.hrd": "size = type:int default:1\nkey = type:password\n",
    "actions.py": "def install(): pass\n",
}
DISK = {"schema.hrd": "os = type:str parent:os\nsize = type:int default:5\n"}
BLUEPRINT = "os__a:\nos__b:\ndisk__one:\n  os: a\n"


@pytest.fixture
def bot(pipe, tmp_path):
    a_repository(tmp_path / "repos", {"os": OS, "disk": DISK}, BLUEPRINT)
    return Bot(pipe, tmp_path / "repos")


@pytest.fixture
def mirror(pipe, bot):
    return Mirror(pipe, bot.catalog, SoleWriter(pipe, "rack-a"))


@pytest.fixture
def restoring(bot, mirror):
    return Restoring(bot.catalog, mirror)


@pytest.fixture
def services(bot):
    return bot.root / "desk" / "services"


def lose_everything(pipe):
    """Redis forgets, as after a lost disk; the files stay."""
    pipe.call("FLUSHDB")


def rows(bot):
    return {row.key: row for row in bot.catalog.services("desk")}


def state(pipe, key):
    flat = pipe.call("HGETALL", f"cockpit:state:desk/{key}")
    return {flat[i].decode(): flat[i + 1].decode() for i in range(0, len(flat), 2)}


def test_lost_services_come_back_with_data_relations_and_states(
    pipe, bot, mirror, restoring, services
):
    bot.execute()
    pipe.call("HSET", "cockpit:state:desk/os!a", "install", "ok")
    before = rows(bot)
    mirror.follow()
    texts = {path: path.read_text() for path in services.rglob("*.json")}
    lose_everything(pipe)

    done = restoring.restore("desk")

    assert (done.restored, done.there) == (["disk!one", "os!a", "os!b"], [])
    assert rows(bot) == before
    assert state(pipe, "os!a") == {"install": "ok"}
    assert mirror.conflicts("desk") == []
    assert {path: path.read_text() for path in services.rglob("*.json")} == texts
    assert restoring.restore("desk").there == ["disk!one", "os!a", "os!b"]


def test_a_restored_service_is_as_good_as_executed(pipe, bot, mirror, restoring):
    bot.execute()
    mirror.follow()
    lose_everything(pipe)
    restoring.restore("desk")

    assert bot.catalog.execute("desk").unchanged == ["os!a", "os!b", "disk!one"]


@pytest.fixture
def reading(bot):
    """Let an action read the field `note` of the services of the template `os`."""
    folder = bot.root / "desk/servicetemplates/os"
    (folder / "schema.hrd").write_text(OS["schema.hrd"] + "note = type:str\nurl = type:str\n")
    (folder / "actions.py").write_text(
        "def read(service):\n    return [len(service.hrd.get(n)) for n in ('note', 'url')]\n"
    )
    (folder / "service.hrd").write_text("events.alarm = read\n")
    (bot.root / "desk/blueprints/1_main.yaml").write_text("os__a:\n  url: x $(secret:t)\n")
    bot.secrets.set("t", "0123456789")
    bot.look()
    return bot.execute()


@pytest.mark.parametrize("is_lost", [True, False])
def test_what_comes_from_files_names_secrets_only_where_a_blueprint_does(
    pipe, reading, mirror, restoring, services, is_lost
):
    mirror.follow()
    file = services / "os!a/data.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"note": "$(secret:t)"}))
    if is_lost:
        lose_everything(pipe)
        restoring.restore("desk")
        reading.group.ensure()
        reading.beat()
    else:
        restoring.resolve("desk", [], "disk")

    reading.publish(an_alarm())

    assert reading.only_job().result == [len("$(secret:t)"), len("x 0123456789")]
    assert reading.catalog.execute("desk").unchanged == ["os!a"]


def test_services_of_ays_80_come_in_as_they_are(pipe, bot, restoring, mirror, services):
    (bot.root / "desk/.ays").write_text("")
    old = services / "os!old"
    old.mkdir(parents=True)
    (old / "instance.hrd").write_text("# Ann's\nsize = 44\nkey = 's3cret'\n")
    (old / "state.yaml").write_text("recipe: os\nparent: ''\nstate: {install: OK}\n")

    restoring.restore("desk")
    mirror.follow()

    assert rows(bot)["os!old"].data["size"] == 44
    assert state(pipe, "os!old") == {"install": "ok"}
    # The password is kept with the secrets, and nobody rewrote the file for that.
    reference = rows(bot)["os!old"].data["key"]
    assert bot.secrets.get(reference.removeprefix("$(secret:").removesuffix(")")) == "s3cret"
    assert (old / "instance.hrd").read_text() == "# Ann's\nsize = 44\nkey = 's3cret'\n"


def test_a_restored_child_of_ays_80_is_as_good_as_executed(bot, restoring, mirror, services):
    (bot.root / "desk/.ays").write_text("")
    texts = {
        "os!a": "recipe: os\nparent: ''\nproducers: {}\nstate: {install: OK}\n",
        "os!b": "recipe: os\n",
        "os!a/disk!one": "recipe: disk\nparent: os!a\nproducers: {os: [os!a]}\n",
    }
    for place, text in texts.items():
        (services / place).mkdir(parents=True)
        (services / place / "state.yaml").write_text(text)
    (services / "os!a/disk!one/instance.hrd").write_text("os = a\nsize = 5\n")
    restoring.restore("desk")

    assert bot.catalog.execute("desk").updated == []
    mirror.again(f"desk/{place.rpartition('/')[2]}" for place in texts)
    assert mirror.conflicts("desk") == []
    for place, text in texts.items():
        assert (services / place / "state.yaml").read_text() == text


def put(services, about):
    for place, text in about.items():
        (services / place).mkdir(parents=True)
        (services / place / "service.json").write_text(text)


def test_all_that_is_wrong_is_told_at_once_and_the_rest_comes_back(bot, restoring, services):
    wrong = {
        "os!a": '{"template": "so"}',
        "os!b": "{",
        "disk!d": '{"template": "os"}',
        "disk!f": '{"template": "disk", "parent": "os!b"}',
    }
    put(services, wrong | {"os!e": '{"template": "os"}'})
    (services / "os!g").mkdir()
    (services / "os!g/data.json").write_text("{}")
    (services / "os!h/data.json").mkdir(parents=True)

    done = restoring.restore("desk")

    told = "\n".join(done.problems)
    assert "services/os!a: unknown template 'so'" in told
    assert "services/os!b/service.json: " in told
    assert "services/disk!d: template os plays os, not disk" in told
    assert "services/disk!f: there is no service os!b" in told
    assert "services/os!g: no service.json or state.yaml" in told
    assert "services/os!h/data.json is no file" in told
    assert (len(done.problems), done.restored, list(rows(bot))) == (6, ["os!e"], ["os!e"])


def test_one_service_in_two_folders_is_not_restored(restoring, services):
    put(services, dict.fromkeys(("os!a", "os!b/os!a"), '{"template": "os"}'))

    done = restoring.restore("desk")
    assert done.problems == ["os!a is in services/os!a and services/os!b/os!a: which one counts?"]
    assert done.restored == []


def test_services_that_need_each_other_are_not_restored(restoring, services):
    for key, other in (("os!a", "os!b"), ("os!b", "os!a")):
        put(services, {key: json.dumps({"template": "os", "parent": other})})

    done = restoring.restore("desk")
    assert [one[:37] for one in done.problems] == [
        "services/os!a: these services need ea",
        "services/os!b: these services need ea",
    ]
    assert done.restored == []


@pytest.fixture
def edited(pipe, bot, mirror, services):
    bot.execute()
    pipe.call("HSET", "cockpit:state:desk/os!a", "install", "ok")
    mirror.follow()
    file = services / "os!a/data.json"
    file.write_text('{"size": 99}')
    return file


@pytest.mark.usefixtures("edited")
def test_what_was_edited_may_count(pipe, bot, mirror, restoring):
    done = restoring.resolve("desk", [], "disk")

    assert (done.side, done.services) == ("disk", ["os!a"])
    assert rows(bot)["os!a"].data["size"] == 99
    assert state(pipe, "os!a") == {"install": "changed"}
    assert mirror.conflicts("desk") == []


def test_redis_may_count(bot, mirror, restoring, edited):
    restoring.resolve("desk", ["os!a"], "redis")

    assert rows(bot)["os!a"].data["size"] == 1
    assert json.loads(edited.read_text()) == {"size": 1, "key": ""}
    assert mirror.conflicts("desk") == []


def test_an_edit_that_is_wrong_changes_nothing(bot, restoring, edited):
    edited.write_text('{"size": "big"}')

    with pytest.raises(InputError, match=r"services/os!a/data\.json:1: size: 'big' is no int"):
        restoring.resolve("desk", [], "disk")
    assert rows(bot)["os!a"].data["size"] == 1


@pytest.mark.usefixtures("edited")
def test_only_conflicts_are_resolved(restoring):
    with pytest.raises(InputError, match="os!b is in no conflict"):
        restoring.resolve("desk", ["os!b"], "disk")


def test_a_deleted_service_does_not_come_back_by_resolving(bot, mirror, restoring, services):
    bot.execute()
    mirror.follow()
    (services / "os!b/data.json").write_text('{"size": 3}')
    bot.catalog.delete("desk", "os!b")

    with pytest.raises(InputError, match="os!b: deleted"):
        restoring.resolve("desk", [], "disk")
    restoring.resolve("desk", [], "redis")
    assert not (services / "os!b").exists()


def test_a_state_and_a_parent_may_be_edited(pipe, bot, mirror, restoring, services):
    bot.execute()
    mirror.follow()
    file = services / "os!a/disk!one/service.json"
    about = json.loads(file.read_text()) | {"parent": "os!b", "states": {"install": "disabled"}}
    file.write_text(json.dumps(about))

    restoring.resolve("desk", ["disk!one"], "disk")

    assert rows(bot)["disk!one"].parent == "os!b"
    assert state(pipe, "disk!one") == {"install": "disabled"}
    assert (services / "os!b/disk!one/service.json").exists()
    assert not (services / "os!a/disk!one").exists()


def test_a_value_taken_out_is_gone(bot, mirror, restoring, services):
    bot.execute()
    bot.pipe.call("HSET", "cockpit:data:desk/os!a", "seen", '"Ann"')
    bot.pipe.call("HINCRBY", "cockpit:unmirrored:desk", "desk/os!a", 1)
    mirror.follow()
    file = services / "os!a/data.json"
    assert json.loads(file.read_text())["seen"] == "Ann"
    file.write_text('{"size": 2}')

    restoring.resolve("desk", [], "disk")

    assert rows(bot)["os!a"].data == {"size": 2, "key": ""}


def test_a_state_taken_out_is_gone(pipe, restoring, services, edited):
    file = services / "os!a/service.json"
    about = json.loads(file.read_text())
    assert about["states"] == {"install": "ok"}
    file.write_text(json.dumps(about | {"states": {}}))
    edited.write_text('{"size": 1, "key": ""}')

    restoring.resolve("desk", [], "disk")

    assert state(pipe, "os!a") == {}


def test_an_edit_that_redis_does_not_have_yet_stays_a_conflict(
    bot, mirror, restoring, edited, monkeypatch
):
    def crash(*_given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bot.catalog, "put", crash)
        with pytest.raises(KeyboardInterrupt):
            restoring.resolve("desk", [], "disk")
    bot.pipe.call("HINCRBY", "cockpit:unmirrored:desk", "desk/os!a", 1)
    mirror.follow()

    assert edited.read_text() == '{"size": 99}'
    assert [one.service for one in mirror.conflicts("desk")] == ["os!a"]


@pytest.fixture
def left_behind(bot, mirror, services):
    """A file that somebody edited before its service moved to another parent."""
    bot.execute()
    mirror.follow()
    file = services / "os!a/disk!one/data.json"
    file.write_text('{"size": 99}')
    (bot.root / "desk/blueprints/1_main.yaml").write_text(BLUEPRINT.replace("os: a", "os: b"))
    bot.look()
    bot.execute()
    mirror.follow()
    return file


def test_what_was_left_behind_does_not_stop_a_restore(bot, restoring, left_behind):
    bot.catalog.delete("desk", "disk!one")

    done = restoring.restore("desk")
    assert len(done.problems) == 1
    assert "services/os!a/disk!one: no service.json or state.yaml" in done.problems[0]
    assert left_behind.exists()


def test_what_was_left_behind_goes_only_when_redis_counts(mirror, restoring, left_behind):
    with pytest.raises(InputError, match=r"os!a/disk!one/data\.json: its service needs it no more"):
        restoring.resolve("desk", [], "disk")
    restoring.resolve("desk", [], "redis")

    assert not left_behind.parent.exists()
    assert mirror.conflicts("desk") == []


@pytest.mark.usefixtures("edited")
def test_what_cannot_be_written_is_not_resolved(mirror, restoring, services):
    file = services / "os!a/data.json"
    file.unlink()
    file.mkdir()
    assert [one.file for one in mirror.conflicts("desk")] == ["services/os!a/data.json"]

    with pytest.raises(InputError, match=r"services/os!a/data\.json is no file"):
        restoring.resolve("desk", [], "disk")
    with pytest.raises(OpsError, match=r"os!a: cannot write services/os!a/data\.json"):
        restoring.resolve("desk", [], "redis")
    file.rmdir()
    mirror.follow()
    assert file.is_file()
