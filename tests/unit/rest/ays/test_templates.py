import subprocess

import pytest

TEMPLATES = "/ays/repository/desk/template"
NEW = {
    "name": "mailbox",
    "schema_hrd": "who = type:str default:ann\n",
    "service_hrd": "events.email = handle\n",
    "actions_py": "def handle(event, service):\n    pass\n",
}
FILES = {"schema.hrd": "schema_hrd", "service.hrd": "service_hrd", "actions.py": "actions_py"}


@pytest.fixture
def folder(repos):
    return repos / "desk" / "servicetemplates"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_template_is_written_listed_shown_and_counts(client, folder, rooms):
    made = client.simulate_post(TEMPLATES, json=NEW)

    assert (made.status_code, made.headers["Location"]) == (201, f"{TEMPLATES}/mailbox")
    assert {file: (folder / "mailbox" / file).read_text() for file in FILES} == {
        file: NEW[field] for file, field in FILES.items()
    }
    assert names(folder) == ["desk", "mailbox"]
    shown = client.simulate_get(f"{TEMPLATES}/mailbox")
    assert NEW.items() <= shown.json.items()
    assert shown.headers["ETag"] == made.headers["ETag"]
    assert [one["name"] for one in client.simulate_get(TEMPLATES).json] == ["desk", "mailbox"]
    assert rooms.catalog.template("desk", "mailbox").actions == {"handle"}


def test_what_was_seen_is_not_sent_again(client):
    seen = client.simulate_get(f"{TEMPLATES}/desk").headers["ETag"]

    headers = {"If-None-Match": seen}
    assert client.simulate_get(f"{TEMPLATES}/desk", headers=headers).status_code == 304


@pytest.mark.parametrize(
    ("name", "status"),
    [("desk", 409), ("../x", 400), ("_x", 400), ("a__b", 422), ("", 400), ("x\n", 422)],
)
def test_a_name_that_cannot_be_or_is_taken_is_refused(client, folder, name, status):
    assert client.simulate_post(TEMPLATES, json=NEW | {"name": name}).status_code == status
    assert names(folder) == ["desk"]


@pytest.mark.parametrize(
    ("field", "text", "where"),
    [
        ("schema_hrd", "a = type:str\nb = type:nosuch\n", "schema.hrd:2:"),
        ("service_hrd", "events.emai = handle\n", "service.hrd:1:"),
        ("service_hrd", "events.email = hndle\n", "service.hrd:1:"),
        ("actions_py", "def handle(:\n", "actions.py:1:"),
    ],
)
def test_a_file_with_mistakes_writes_nothing(client, folder, field, text, where):
    refused = client.simulate_post(TEMPLATES, json=NEW | {field: text})

    assert refused.status_code == 422
    (mistake,) = refused.json["errors"]
    assert mistake["field"] == f"/{field}"
    assert mistake["detail"].startswith(f"servicetemplates/mailbox/{where}")
    assert names(folder) == ["desk"]


def test_what_is_not_there_is_404(client):
    assert client.simulate_get(f"{TEMPLATES}/mailbox").status_code == 404
    assert client.simulate_get("/ays/repository/dsk/template").status_code == 404
    assert client.simulate_post("/ays/repository/dsk/template", json=NEW).status_code == 404


@pytest.fixture
def far(tmp_path):
    """Another machine's template repository."""
    path = tmp_path / "far" / "ays_mail.git"
    (path / "mail").mkdir(parents=True)
    (path / "mail" / "schema.hrd").write_text("a = type:str\n")
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for words in (["init", "-q", "-b", "master"], ["add", "-A"], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", str(path), *words], check=True)
    return f"file://{path}"


def test_a_template_repository_is_added(client, far):
    done = client.simulate_post("/ays/template", json={"url": far})

    assert done.status_code == 201
    assert done.json == {"name": "ays_mail", "url": far, "branch": "master"}
    assert done.headers["Location"] == "/templates/ays_mail/transfer"
    names = [one["name"] for one in client.simulate_get(TEMPLATES).json]
    assert names == ["desk", "mail"]
    assert client.simulate_post("/ays/template", json={"url": far}).status_code == 409


@pytest.mark.parametrize("given", [{"url": "ext::sh"}, {"branch": "no"}, {"url": "file:///none"}])
def test_what_cannot_be_cloned_is_told(client, far, given):
    assert client.simulate_post("/ays/template", json={"url": far} | given).status_code == 422
