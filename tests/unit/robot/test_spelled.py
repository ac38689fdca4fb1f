import pytest

from cockpit.robot.spelled import Spelled


@pytest.fixture
def args():
    return Spelled({"changeCategory": "dataschema", "ssh.port": 22, "a_b": 1})


def test_the_keys_are_in_camel_case(args):
    assert args == {"changeCategory": "dataschema", "sshPort": 22, "aB": 1}


@pytest.mark.parametrize("key", ["ssh.port", "ssh_port", "sshPort"])
def test_every_spelling_finds_a_value(args, key):
    assert (args[key], args.get(key), key in args) == (22, 22, True)
    assert args.pop(key) == 22
    assert (args.get(key, 0), args.pop(key, 1), key in args) == (0, 1, False)


def test_what_is_not_there_is_a_key_error(args):
    with pytest.raises(KeyError, match="colour"):
        _ = args["colour"]
    assert None not in args
