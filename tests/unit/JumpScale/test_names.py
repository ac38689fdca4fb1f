import pytest

from JumpScale.names import missing


@pytest.mark.parametrize(
    "dotted",
    [
        "j",
        "j.sal",
        "j.sal.fs.readFile",
        "j.core.db.incr",
        "j.dirs.tmpDir",
        "j.dirs.tmpDir.upper",
        "j.exceptions.Input.anything",
        "j.data.models.cockpit_event.Email",
        "j.logger.get",
    ],
)
def test_what_is_provided_is_not_missing(dotted):
    assert missing(dotted) == ""


@pytest.mark.parametrize(
    ("dotted", "part"),
    [
        ("j.tools.cuisine.get", "j.tools.cuisine"),
        ("j.clients", "j.clients"),
        ("j.sal.fs.readFyle", "j.sal.fs.readFyle"),
        ("j.core.db.flushall", "j.core.db.flushall"),
        ("j.dirs.varDir.x", "j.dirs.varDir"),
    ],
)
def test_the_first_part_that_is_not_there_is_named(dotted, part):
    assert missing(dotted) == part
