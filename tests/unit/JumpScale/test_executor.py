import pytest

from JumpScale import j


def test_the_local_executor_runs_commands_here(capsys):
    local = j.tools.executor.getLocal()

    assert local.execute("echo shown") == (0, "shown\n", "")
    assert local.executeRaw("echo hidden").out == "hidden\n"
    assert capsys.readouterr().out == "shown\n"


def test_a_command_that_fails_raises_unless_told_otherwise():
    local = j.tools.executor.getLocal()

    with pytest.raises(j.exceptions.RuntimeError, match="exit code 1"):
        local.execute("false")
    assert local.execute("false", die=False).rc == 1


@pytest.mark.parametrize("addr", ["localhost", "127.0.0.1"])
def test_this_machine_has_an_executor(addr):
    assert j.tools.executor.get(addr).type == "local"


def test_another_machine_has_none():
    with pytest.raises(j.exceptions.NotFound, match=r"node1\.example\.org"):
        j.tools.executor.get("node1.example.org")


def test_what_it_does_not_have_it_says():
    with pytest.raises(AttributeError, match=r"getLocal\(\)\.cuisine is not provided by Cockpit"):
        _ = j.tools.executor.getLocal().cuisine
