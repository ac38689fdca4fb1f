import os
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.app.config import template
from cockpit.app.home import LAYOUT, Home, find
from cockpit.errors import InputError, OpsError


def a_home(tmp_path):
    home = Home(tmp_path / "home")
    home.create()
    return home


def test_option_comes_before_variable(tmp_path):
    environ = {"COCKPIT_HOME": "/srv/b"}

    assert find("/srv/a", environ, tmp_path) == Path("/srv/a")
    assert find("a", environ, tmp_path) == tmp_path / "a"
    assert find(None, environ, tmp_path) == Path("/srv/b")


def test_home_is_found_upwards(tmp_path):
    home = a_home(tmp_path)
    deep = home.repos / "helpdesk" / "services"
    deep.mkdir(parents=True)

    assert find(None, {}, deep) == home.path
    assert find(None, {}, home.path) == home.path


def test_nothing_found_means_a_home_below_the_working_directory(tmp_path):
    assert find(None, {"COCKPIT_HOME": ""}, tmp_path) == tmp_path / "home"


def test_created_home_keeps_secrets_from_others(tmp_path):
    home = a_home(tmp_path)

    private = (home.path, home.redis, home.secrets, home.run)
    assert {path.stat().st_mode & 0o777 for path in private} == {0o700}
    assert all(path.is_dir() for path in (home.repos, home.stor, home.log))
    assert home.config.read_text() == template()
    assert home.format.read_text() == '{"layout":1,"redis":""}\n'


def test_creating_again_keeps_what_is_there_and_closes_what_is_open(tmp_path):
    home = a_home(tmp_path)
    home.config.write_text("# mine\n")
    home.record_redis("7.0.15")
    home.secrets.chmod(0o755)

    home.create()

    assert home.config.read_text() == "# mine\n"
    assert home.check_format().redis == "7.0.15"
    assert home.secrets.stat().st_mode & 0o777 == 0o700


def test_file_in_the_place_of_a_home_is_refused(tmp_path):
    (tmp_path / "home").write_text("")

    with pytest.raises(InputError, match="home is not a directory"):
        a_home(tmp_path)


def test_later_layout_is_refused_in_one_line(tmp_path):
    home = a_home(tmp_path)
    home.format.write_text(f'{{"layout": {LAYOUT + 1}, "redis": ""}}')

    with pytest.raises(InputError, match=f"has layout {LAYOUT + 1}.*up to {LAYOUT}$"):
        home.check_format()


def test_damaged_format_is_named(tmp_path):
    home = a_home(tmp_path)
    home.format.write_text("layout 1")

    with pytest.raises(InputError, match="format is damaged"):
        home.check_format()


def test_second_rack_is_refused_by_the_pid_of_the_first(tmp_path):
    home = a_home(tmp_path)

    with home.lock(), pytest.raises(OpsError, match=f"in use by the rack with pid {os.getpid()}$"):
        home.lock()


def test_released_home_can_be_taken_again(tmp_path):
    home = a_home(tmp_path)
    lock = home.lock()
    lock.release()
    lock.release()

    home.lock().release()

    assert home.lock_file.read_text() == f"{os.getpid()}\n"


def test_killed_rack_leaves_no_lock(tmp_path):
    home = a_home(tmp_path)
    code = (
        "import sys; from pathlib import Path; from cockpit.app.home import Home\n"
        f"lock = Home(Path({str(home.path)!r})).lock(); print('held', flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as rack:
        rack.stdout.readline()
        with pytest.raises(OpsError, match=f"pid {rack.pid}$"):
            home.lock()
        rack.kill()
        rack.wait()

        home.lock().release()


def test_node_is_made_once_and_kept(tmp_path):
    node = a_home(tmp_path).node

    assert len(node) == 16
    assert a_home(tmp_path).node == node
    assert Home(tmp_path / "home").node == node
    assert [p.name for p in (tmp_path / "home" / "run").iterdir()] == ["node"]
