"""Services as files: written soon, never over what somebody else wrote."""

import json

import pytest
from gevent.event import Event

from builders import Bot, a_repository
from cockpit.errors import OpsError
from cockpit.robot import Mirror, SoleWriter

OS = {"schema.hrd": "size = type:int default:1\n", "actions.py": "def install(): pass\n"}
DISK = {
    "schema.hrd": "os = type:str parent:os\nsize = type:int default:5\n",
    "actions.py": "def install(): pass\n",
}
BLUEPRINT = "os__a:\nos__b:\ndisk__one:\n  os: a\n"


@pytest.fixture
def bot(pipe, tmp_path):
    a_repository(tmp_path / "repos", {"os": OS, "disk": DISK}, BLUEPRINT)
    return Bot(pipe, tmp_path / "repos").execute()


@pytest.fixture
def told():
    return []


@pytest.fixture
def mirror(pipe, bot, told):
    writer = SoleWriter(pipe, "rack-a")
    return Mirror(pipe, bot.catalog, writer, on_trouble=lambda *one: told.append(one))


@pytest.fixture
def services(bot):
    return bot.root / "desk" / "services"


def data(path):
    return json.loads((path / "data.json").read_text())


def files(services):
    return sorted(p.relative_to(services).as_posix() for p in services.rglob("*") if p.is_file())


def change(pipe, key="os!a", size=7):
    pipe.calls(
        [
            ("HSET", f"cockpit:data:desk/{key}", "size", str(size)),
            ("HINCRBY", "cockpit:unmirrored:desk", f"desk/{key}", 1),
        ]
    )


def test_services_stand_in_the_folders_of_their_parents(mirror, services):
    mirror.follow()

    assert files(services) == [
        "os!a/data.json",
        "os!a/disk!one/data.json",
        "os!a/disk!one/service.json",
        "os!a/service.json",
        "os!b/data.json",
        "os!b/service.json",
    ]
    about = json.loads((services / "os!a/disk!one/service.json").read_text())
    assert (about["template"], about["parent"]) == ("disk", "os!a")
    assert data(services / "os!a/disk!one") == {"os": "a", "size": 5}


def test_what_did_not_change_is_not_looked_at(mirror, pipe, services):
    mirror.follow()
    (services / "os!b/data.json").unlink()
    mirror.follow()

    assert pipe.call("EXISTS", "cockpit:unmirrored:desk") == 0
    assert not (services / "os!b/data.json").exists()


def test_a_change_is_written(mirror, pipe, services):
    mirror.follow()
    change(pipe)
    mirror.follow()

    assert data(services / "os!a") == {"size": 7}


def test_a_deleted_service_goes_with_its_folder(mirror, bot, services):
    mirror.follow()
    bot.catalog.delete("desk", "disk!one")
    mirror.follow()

    assert not (services / "os!a/disk!one").exists()
    assert (services / "os!a/data.json").exists()


def test_a_service_that_gets_another_parent_moves(mirror, bot, services):
    mirror.follow()
    (bot.root / "desk/blueprints/1_main.yaml").write_text(BLUEPRINT.replace("os: a", "os: b"))
    bot.look()
    bot.execute()
    mirror.follow()

    assert not (services / "os!a/disk!one").exists()
    assert data(services / "os!b/disk!one")["size"] == 5


def test_children_move_along(pipe, tmp_path):
    part = {"schema.hrd": "disk = type:str parent:disk\n"}
    a_repository(
        tmp_path / "repos",
        {"os": OS, "disk": DISK, "part": part},
        BLUEPRINT + "part__p:\n  disk: one\n",
    )
    bot = Bot(pipe, tmp_path / "repos").execute()
    mirror = Mirror(pipe, bot.catalog, SoleWriter(pipe, "rack-a"))
    mirror.follow()
    (bot.root / "desk/blueprints/1_main.yaml").write_text(
        BLUEPRINT.replace("os: a", "os: b") + "part__p:\n  disk: one\n"
    )
    bot.look()
    bot.execute()
    mirror.follow()
    mirror.follow()

    services = bot.root / "desk/services"
    assert not (services / "os!a/disk!one").exists()
    assert (services / "os!b/disk!one/part!p/data.json").exists()


def test_what_somebody_edited_is_never_overwritten(mirror, pipe, services):
    mirror.follow()
    (services / "os!a/data.json").write_text('{"size": 99}')
    change(pipe)
    mirror.follow()

    assert data(services / "os!a") == {"size": 99}
    (conflict,) = mirror.conflicts("desk")
    assert (conflict.service, conflict.file) == ("os!a", "services/os!a/data.json")
    assert conflict.why == "somebody edited it"


def test_an_edit_is_a_conflict_before_its_service_changes(mirror, services):
    mirror.follow()
    (services / "os!a/data.json").write_text('{"size": 99}')

    assert [one.service for one in mirror.conflicts("desk")] == ["os!a"]
    (services / "os!a/data.json").write_text('{\n  "size": 1\n}\n')
    assert mirror.conflicts("desk") == []


def test_a_file_that_was_there_before_is_a_conflict(mirror, services):
    (services / "os!a").mkdir(parents=True)
    (services / "os!a/data.json").write_text('{"size": 9}')
    mirror.follow()

    assert [one.why for one in mirror.conflicts("desk")] == ["it was there before"]
    assert (services / "os!a/data.json").read_text() == '{"size": 9}'
    assert (services / "os!a/service.json").exists()


def test_an_edited_file_of_a_deleted_service_stays(mirror, bot, services):
    mirror.follow()
    (services / "os!b/data.json").write_text('{"size": 99}')
    bot.catalog.delete("desk", "os!b")

    assert [one.why[:23] for one in mirror.conflicts("desk")] == ["its service was deleted"]
    assert files(services)[-1:] == ["os!b/data.json"]


def test_an_edited_file_stays_a_conflict_when_its_service_moves(mirror, bot, services):
    mirror.follow()
    (services / "os!a/disk!one/data.json").write_text('{"size": 99}')
    assert len(mirror.conflicts("desk")) == 1
    (bot.root / "desk/blueprints/1_main.yaml").write_text(BLUEPRINT.replace("os: a", "os: b"))
    bot.look()
    bot.execute()

    (conflict,) = mirror.conflicts("desk")
    assert conflict.file == "services/os!a/disk!one/data.json"
    assert conflict.why == "its service needs it no more, and somebody edited it"
    assert not (services / "os!a/disk!one/service.json").exists()
    assert (services / "os!b/disk!one/data.json").exists()
    (services / "os!a/disk!one/data.json").unlink()
    assert mirror.conflicts("desk") == []
    assert not (services / "os!a/disk!one").exists()


@pytest.mark.parametrize("is_link", [True, False])
def test_what_is_no_file_is_a_conflict_of_one_service(mirror, pipe, services, is_link):
    place = services / "os!a/data.json"
    place.parent.mkdir(parents=True)
    place.symlink_to("/etc/hostname") if is_link else place.mkdir()
    mirror.follow()

    assert [one.file for one in mirror.conflicts("desk")] == ["services/os!a/data.json"]
    assert (services / "os!b/data.json").exists()
    assert (services / "os!a/service.json").exists()
    assert pipe.call("EXISTS", "cockpit:unmirrored:desk") == 0


def test_a_service_that_cannot_be_written_stops_no_other(mirror, pipe, services, told):
    services.mkdir()
    (services / "os!a").write_text("in the way")
    mirror.follow()

    assert (services / "os!b/data.json").exists()
    first, second = mirror.problems("desk")
    assert first.startswith("disk!one: cannot write services/os!a/disk!one/data.json: ")
    assert second.startswith("os!a: cannot write services/os!a/data.json: ")
    assert mirror.conflicts("desk") == []
    assert told == [("desk", f"{first}; {second}")]
    assert pipe.call("HLEN", "cockpit:unmirrored:desk") == 2

    (services / "os!a").unlink()
    mirror.follow()
    assert (mirror.problems("desk"), told[-1]) == ([], ("desk", ""))
    assert data(services / "os!a") == {"size": 1}


def test_a_file_that_vanished_comes_back_when_somebody_looks(mirror, services):
    mirror.follow()
    (services / "os!b/data.json").unlink()

    assert mirror.conflicts("desk") == []
    assert data(services / "os!b") == {"size": 1}


def test_a_disk_that_cannot_be_written_is_told_once_and_loses_nothing(mirror, pipe, services, told):
    services.write_text("in the way")
    mirror.follow()
    mirror.follow()
    assert [(repo, why[:12]) for repo, why in told] == [("desk", "cannot write")]
    assert "services/os!a" in mirror.trouble("desk")
    with pytest.raises(OpsError, match="cannot write services/"):
        mirror.conflicts("desk")
    assert pipe.call("HLEN", "cockpit:unmirrored:desk") == 3

    services.unlink()
    mirror.follow()
    assert (told[-1], mirror.trouble("desk")) == (("desk", ""), "")
    assert data(services / "os!a") == {"size": 1}


def test_another_node_does_not_write_and_takes_over_with_everything(mirror, bot, pipe, services):
    mirror.follow()
    other = Mirror(pipe, bot.catalog, SoleWriter(pipe, "rack-b"))
    change(pipe)
    other.follow()
    assert data(services / "os!a") == {"size": 1}

    mirror.stop()
    assert data(services / "os!a") == {"size": 7}
    (services / "os!b/data.json").unlink()
    other.follow()
    assert data(services / "os!b") == {"size": 1}
    assert other.conflicts("desk") == []


def test_another_node_knows_what_was_edited_on_its_disk(mirror, bot, pipe, services):
    mirror.follow()
    mirror.stop()
    other = Mirror(pipe, bot.catalog, SoleWriter(pipe, "rack-b"))
    other.follow()
    again = Mirror(pipe, bot.catalog, SoleWriter(pipe, "rack-a"))
    (services / "os!a/data.json").write_text("edited")

    assert [one.service for one in again.conflicts("desk")] == ["os!a"]


def test_a_change_while_it_is_written_is_written_again(mirror, pipe, services, monkeypatch):
    mirror.follow()
    change(pipe, size=7)
    real = mirror._wanted

    def late(*given):
        made = real(*given)
        change(pipe, size=8)
        return made

    monkeypatch.setattr(mirror, "_wanted", late)
    mirror.follow()
    assert data(services / "os!a") == {"size": 7}
    monkeypatch.undo()
    mirror.follow()
    assert data(services / "os!a") == {"size": 8}


def test_a_state_yaml_tells_when_a_recurring_action_began(mirror, bot, pipe, services):
    (bot.root / "desk/.ays").write_text("")
    (bot.root / "desk/servicetemplates/os/service.hrd").write_text("recurring.install = 15m\n")
    bot.look()
    pipe.call("LPUSH", "cockpit:recurred:desk/os!a:install", "j1")
    pipe.call("HSET", "cockpit:job:j1", "started", "1467000000123")
    mirror.follow()

    text = (services / "os!a/state.yaml").read_text()
    assert "recurring:\n  install: [15m, 1467000000]\n" in text


def test_a_repository_forgotten_begins_anew(mirror):
    mirror.follow()
    mirror.forget("desk")

    assert mirror.files("desk") == {}


def test_it_follows_by_itself(mirror, services):
    mirror.start()
    try:
        for _ in range(400):
            if (services / "os!b/service.json").exists():
                break
            Event().wait(0.01)
        assert data(services / "os!a") == {"size": 1}
    finally:
        mirror.stop()


def test_it_keeps_out_of_the_way_of_who_works_on_the_repository(pipe, bot, services, told):
    writer = SoleWriter(pipe, "rack-a")
    mirror = Mirror(pipe, bot.catalog, writer, on_trouble=lambda *one: told.append(one))
    with writer.alone("desk"):
        mirror.follow()
    assert (services.exists(), told) == (False, [])
    mirror.follow()
    assert services.exists()
