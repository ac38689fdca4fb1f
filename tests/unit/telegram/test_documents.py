import re

import pytest

from bot_api.form import File
from unit.telegram.conftest import BOB, MAX


@pytest.fixture
def desk(chat):
    chat.say("/repo select desk")
    chat.say("/repo select desk", BOB)
    return chat


def test_any_other_file_goes_to_stor_and_its_link_is_answered(desk):
    told = desk.document("report.pdf", b"%PDF-1.7", BOB)

    digest = told.rpartition("/")[2]
    assert told.startswith("report.pdf is kept: http://here/stor/telegram/")
    with desk.house.stor.open("telegram", digest) as file:
        assert file.read() == b"%PDF-1.7"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a: [", "is no YAML, and was not saved"),
        (b"\xff\xfe", "is no UTF-8"),
        (b"nothing__x:\n", "unknown template nothing"),
        (b"!!python/object/apply:os.system ['true']\n", "2.yaml"),
    ],
)
def test_what_is_no_blueprint_is_told(desk, content, why):
    assert why in desk.document("2.yaml", content)
    assert desk.labels() == []


def test_its_name_becomes_one_word(desk):
    assert "etc_passwd.yaml for desk" in desk.document("../../etc/passwd.yaml", b"desk__x:\n")
    desk.press("Save and execute")

    names = [path.name for path in (desk.robot.root / "desk" / "blueprints").iterdir()]
    assert sorted(names) == ["1_main.yaml", "etc_passwd.yaml"]


def test_names_in_other_scripts_stay_two(desk):
    names = ("серверы.yaml", "клиенты.yaml", "серверы_1.yml")
    shown = [desk.document(name, b"desk__x:\n").split()[0] for name in names]

    assert len(set(shown)) == 3
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_]+\.ya?ml", name) for name in shown)
    assert "is saved" in desk.press("Save and execute")


def test_who_is_no_admin_has_a_yaml_kept(desk):
    told = desk.document("2.yaml", b"desk__x:\n", BOB)
    assert "is kept" in told
    assert told.endswith("Blueprints are saved for who may admin.")
    assert "a file takes the role operate" in desk.document("2.yaml", b"desk__x:\n", MAX)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("photo", "photo.jpg"),
        ("audio", "song.mp3"),
        ("video", "video.mp4"),
        ("voice", "voice.ogg"),
    ],
)
def test_what_a_telephone_sends_is_kept_as_well(desk, kind, name):
    file = desk.api.store(File(name if kind == "audio" else "", b"bytes"))
    small = file | {"file_id": "small"}
    desk.api.say("", user=BOB, **{kind: [small, file] if kind == "photo" else file})
    told = desk.heard(BOB.id)

    assert told.startswith(f"{name} is kept: http://here/stor/telegram/")
    with desk.house.stor.open("telegram", told.rpartition("/")[2]) as kept:
        assert kept.read() == b"bytes"


def test_one_that_telegram_does_not_give_is_told(desk):
    desk.document("2.yaml", b"x")
    desk.api.files.clear()
    update = desk.api.queue.pushed[-1]["message"] | {"message_id": 99}
    desk.api.push({"message": update})
    desk.take()

    assert "Telegram" in desk.texts()[-1]


def test_a_network_that_is_gone_for_a_moment_loses_no_file(desk, monkeypatch):
    monkeypatch.setattr("cockpit.telegram.documents._PAUSES_S", (0.001, 0.001))
    desk.api.fail("getFile", 500, times=2)

    assert "report.pdf is kept" in desk.document("report.pdf", b"x", BOB)


def test_while_it_is_looked_at_the_chat_shows_it(desk):
    desk.document("report.pdf", b"x", BOB)
    desk.api.wait(lambda: desk.api.actions)

    assert [one["chat_id"] for one in desk.api.actions] == [BOB.id]


def test_of_many_repositories_one_is_chosen_page_by_page(chat):
    for n in range(20):
        chat.house.worktrees.create(f"r{n:02}")
    chat.document("2.yaml", b"desk__x:\n")
    assert "for which repository?" in chat.press("more »")

    assert "unknown template desk" in chat.press("r18")
