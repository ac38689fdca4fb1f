import pytest

from cockpit.errors import InputError
from JumpScale import j

yaml = j.data.serializer.yaml


@pytest.mark.parametrize("value", [{"b": [1, None, "é"], "a": {}}, [], "text", 1.5, None])
def test_what_is_written_reads_as_the_same(value):
    assert yaml.loads(yaml.dumps(value)) == value


def test_keys_keep_their_order():
    assert yaml.dumps({"b": 1, "a": "é"}) == "b: 1\na: é\n"


def test_a_file_is_written_and_read(tmp_path):
    yaml.dump(str(tmp_path / "a.yaml"), {"a": [1, 2]})

    assert yaml.load(str(tmp_path / "a.yaml")) == {"a": [1, 2]}


def test_a_broken_file_is_named_with_its_line(tmp_path):
    (tmp_path / "a.yaml").write_text("a: 1\nb: [\n")

    with pytest.raises(InputError, match=r"(?s)a\.yaml: YAML: .*line 3"):
        yaml.load(str(tmp_path / "a.yaml"))


@pytest.mark.parametrize(
    "text", ["a: [", '!!int ""', "!!python/object/apply:os.getcwd []", "2016-99-99"]
)
def test_what_is_no_plain_yaml_is_refused(text):
    with pytest.raises(InputError, match=r"^YAML: "):
        yaml.loads(text)


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(InputError, match=r"^YAML: "):
        yaml.dumps(object())
