import base64

import pytest


def test_each_hrd_file_is_shown_with_its_values_and_warnings(run, tmp_path):
    (tmp_path / "a.hrd").write_text(
        "root = /srv\nweb =\n  path:$(root)/x,\n\nlist = a, b\nroot = /opt\n"
    )
    (tmp_path / "b.hrd").write_text("")
    first, second = run("hrd", "show", "a.hrd", "b.hrd", "--json").document

    assert first == {
        "file": "a.hrd",
        "data": {"root": "/opt", "web": {"path": "/opt/x"}, "list": ["a", "b"]},
        "warnings": ["a.hrd:6: root replaces the one of line 1"],
        "errors": [],
    }
    assert second == {"file": "b.hrd", "data": {}, "warnings": [], "errors": []}


def test_an_hrd_value_that_cannot_be_read_is_null_and_told_once(run, tmp_path):
    (tmp_path / "a.hrd").write_text("a = $(b)\nb = $(a)\nc = k:v, x\nd = 1\n")
    ended = run("hrd", "show", "a.hrd", "--json")
    (found,) = ended.document

    assert ended.code == 2
    assert found["data"] == {"a": None, "b": None, "c": None, "d": "1"}
    assert [error.partition(": ")[0] for error in found["errors"]] == [
        "a.hrd:1",
        "a.hrd:2",
        "a.hrd:3",
    ]
    assert found["warnings"] == []


def test_a_schema_is_shown_with_its_fields(run, tmp_path):
    (tmp_path / "schema.hrd").write_text("port = type:int default:80\nhosts = type:str list\n")
    (found,) = run("schema", "show", "schema.hrd", "--json").document

    assert found["fields"]["port"]["type"] == "int"
    assert found["fields"]["port"]["default"] == 80
    assert found["fields"]["hosts"]["is_list"] is True
    assert (found["warnings"], found["errors"]) == ([], [])


def test_every_mistake_of_a_schema_is_told_by_line(run, tmp_path):
    (tmp_path / "schema.hrd").write_text("port = type:inte\nx\n")
    ended = run("schema", "show", "schema.hrd")

    assert ended.code == 2
    assert "schema.hrd:1" in ended.out
    assert "schema.hrd:2" in ended.out


def test_people_read_keys_values_and_warnings(run, tmp_path):
    (tmp_path / "a.hrd").write_text("a = x\nstray\n")
    ended = run("hrd", "show", "a.hrd")

    assert ended.out.splitlines()[:2] == ["a.hrd", '  a = "x"']
    assert "warning: a.hrd:2" in ended.out


def test_people_read_fields_in_columns(run, tmp_path):
    (tmp_path / "schema.hrd").write_text(
        "port = type:int default:80 maxval:90 descr:'where it__listens'\n"
        "hosts = type:str list consume:node auto @ASK\nwrong\n"
    )
    ended = run("schema", "show", "schema.hrd")

    assert ended.code == 2
    assert ended.out.splitlines()[:3] == [
        "schema.hrd",
        "  port   int       80  maxval:90  where it listens",
        "  hosts  str list  []  consume:node  auto  @ASK",
    ]
    assert "error: schema.hrd:3: " in ended.out


@pytest.mark.parametrize("group", ["hrd", "schema"])
def test_a_file_that_cannot_be_read_fails_is_named_and_hides_no_other(run, tmp_path, group):
    (tmp_path / "a.hrd").write_text("a = type:str\n")
    (tmp_path / "binary").write_bytes(b"\x7fELF\0\0")
    (tmp_path / "folder").mkdir()
    ended = run(group, "show", "none.hrd", "folder", "a.hrd", "binary")

    assert ended.code == 1
    assert "type" in ended.out or "str" in ended.out
    assert "none.hrd: No such file" in ended.err
    assert "folder: Is a directory" in ended.err
    assert "binary: is no text" in ended.err


def test_a_binary_block_is_shown_as_the_bytes_it_is(run, tmp_path):
    (tmp_path / "a.hrd").write_bytes(b"blob = b\n\xff\0\n#BINARYEND#########\n")
    (found,) = run("hrd", "show", "a.hrd", "--json").document

    assert base64.b64decode(found["data"]["blob"]) == b"\xff\0"
