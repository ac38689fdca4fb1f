import pytest

from cockpit.ays import Repository
from cockpit.ays.shared import Shared, domain


@pytest.fixture
def root(tmp_path):
    return tmp_path / "templates"


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_templates_stand_in_the_usual_folders_or_at_the_root(root):
    write(
        root,
        {
            "ays_one/servicetemplates/_group/node.a/schema.hrd": "",
            "two/_nodes/node.b/schema.hrd": "",
            "two/special__node.c/schema.hrd": "",
            "two/_off/schema.hrd": "",
            "two/.git/x/schema.hrd": "",
            "two/schema.hrd": "",
        },
    )
    found, problems, _ = Shared(root).templates()

    domains = {name: one.domain for name, one in found.items()}
    assert domains == {"node.a": "one", "node.b": "two", "node.c": "special"}
    assert problems == []


def test_of_two_with_one_name_neither_counts(root):
    write(root, {"one/node/schema.hrd": "", "two/node/schema.hrd": "", "two/disk/schema.hrd": ""})
    found, problems, doubles = Shared(root).templates()

    assert (list(found), problems) == (["disk"], [])
    why = "template node is in templates/one, templates/two: none of them counts"
    assert doubles == {"node": why}


@pytest.mark.parametrize(("own", "count"), [("node", 0), ("disk", 1)])
def test_two_with_one_name_are_told_unless_the_repository_has_its_own(root, tmp_path, own, count):
    write(root, {"one/node/schema.hrd": "", "two/node/schema.hrd": ""})
    write(tmp_path / "desk", {".ays": "", f"servicetemplates/{own}/schema.hrd": ""})
    repository = Repository(tmp_path / "desk", shared=Shared(root).templates)

    assert len(repository.problems) == count


def test_one_of_the_repository_itself_goes_before(root, tmp_path):
    write(root, {"one/node/schema.hrd": "a = type:int\n", "one/disk/schema.hrd": ""})
    write(tmp_path / "desk", {".ays": "", "servicetemplates/node/schema.hrd": "b = type:int\n"})
    found = Repository(tmp_path / "desk", shared=Shared(root).templates).templates()

    assert list(found["node"].schema.fields) == ["b"]
    assert (found["node"].domain, found["disk"].domain) == ("", "one")


def test_a_shared_role_gives_its_service_hrd(root, tmp_path):
    write(root, {"one/node/service.hrd": "events.email = act\n", "one/node/actions.py": ""})
    write(tmp_path / "desk", {".ays": "", "servicetemplates/node.x/schema.hrd": ""})
    found = Repository(tmp_path / "desk", shared=Shared(root).templates).templates()

    assert list(found["node.x"].subscriptions) == ["email"]


def test_what_cannot_be_read_is_told_with_its_place(root):
    write(root, {"one/node/schema.hrd": "x\n"})

    assert Shared(root).templates()[1][0].startswith("templates/one/node/schema.hrd:1: ")


def test_the_fingerprint_changes_with_a_file(root):
    shared = Shared(root)
    assert shared.fingerprint() == ()
    write(root, {"one/node/schema.hrd": ""})
    before = shared.fingerprint()
    write(root, {"one/node/schema.hrd": "a = type:int\n"})

    assert shared.fingerprint() != before
    assert shared.templates()[0]["node"].schema.fields


def test_a_domain_is_the_name_without_its_prefix():
    assert (domain("ays_jumpscale8"), domain("mine")) == ("jumpscale8", "mine")
