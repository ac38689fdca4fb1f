import pytest

from cockpit.access.secrets import Secrets
from cockpit.ays import schema
from cockpit.errors import InputError
from cockpit.robot.capture import Output
from cockpit.robot.vault import Vault


def schema_of(repo, template):
    if template != "web":
        raise LookupError(f"{repo} has no template {template}")
    return schema.parse("pw = type:password", source="schema.hrd")


@pytest.fixture
def output():
    return Output()


@pytest.fixture
def vault(tmp_path, output):
    return Vault(Secrets(tmp_path), output, schema_of)


def test_what_is_kept_or_revealed_is_hidden(tmp_path, vault, output):
    Secrets(tmp_path).set("db", "pa55word")
    vault.keep({"pw": "s3cret"})

    assert vault.reveal("db") == "pa55word"
    assert output.conceal("s3cret and pa55word") == "*** and ***"


def test_what_would_show_a_secret_is_refused_by_its_name(vault):
    vault.keep({"pw": "s3cret"})

    vault.refuse("nothing", "the note")
    with pytest.raises(InputError, match="the note would show a secret"):
        vault.refuse(["a s3cret"], "the note")


def test_the_seal_is_of_the_services_template(vault):
    assert vault.seal("desk/web!main", "web").close("pw", "x", keeps_references=True).passwords
    assert not vault.seal("desk/web!main", "gone").close("pw", "x", keeps_references=True).passwords
