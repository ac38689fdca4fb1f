import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("cockpit")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cockpit.service"


@pytest.fixture
def install(run, home):
    return lambda *words: run("service-install", "--home", str(home), *words)


def test_the_unit_is_written_and_the_rest_is_told(install, home, path):
    ended = install("--path", str(path), "--user", "nobody-here", "--json")

    text = path.read_text()
    assert f"ExecStart={PROGRAM} start --home {home}\n" in text
    assert "User=nobody-here\n" in text
    assert path.stat().st_mode & 0o777 == 0o644
    steps = ended.document["steps"]
    assert steps[0].startswith("useradd --system")
    assert steps[1:] == [
        f"{PROGRAM} init {home}",
        f"chown --recursive nobody-here:nobody-here {home}",
        "systemctl daemon-reload",
        "systemctl enable --now cockpit",
    ]
    assert ended.document["done"] is False


def test_for_somebody_who_is_there_and_owns_the_home_less_is_left(install, home, path):
    (home / "cockpit.toml").write_text("")
    ended = install("--path", str(path), "--user", home.owner(), "--json")

    assert ended.document["steps"] == [
        "systemctl daemon-reload",
        "systemctl enable --now cockpit",
    ]


def test_printing_writes_nothing(install, path):
    ended = install("--path", str(path), "--print")

    assert ended.out.startswith("# Written by `cockpit service-install`")
    assert not path.exists()


def test_a_port_below_1024_gives_the_capability(install, home):
    assert "AmbientCapabilities" not in install("--print").out
    (home / "cockpit.toml").write_text('[smtp]\nlisten = "0.0.0.0:25"\n')

    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in install("--print").out


def test_it_writes_over_its_own_unit_and_not_over_an_edited_one(install, path):
    assert install("--path", str(path)).code == 0
    assert install("--path", str(path), "--user", "bob").code == 0
    path.write_text(path.read_text() + "# mine\n")
    refused = install("--path", str(path))

    assert (refused.code, path.read_text()[-7:]) == (2, "# mine\n")
    assert "was edited by somebody: --force writes over it" in refused.err
    assert install("--path", str(path), "--force").code == 0
    assert "# mine" not in path.read_text()


@pytest.mark.parametrize("path", ["/nowhere/cockpit.service", "/nowhere/cockpit.conf"])
def test_a_path_that_will_not_do_is_told(install, path):
    ended = install("--path", path)

    assert ended.code == (1 if path.endswith(".service") else 2)
    assert path in ended.err


def test_a_mistake_in_the_settings_is_told_before_anything_is_written(install, home, path):
    (home / "cockpit.toml").write_text('[smtp]\nlisten = "25"\n')

    assert install("--path", str(path)).code == 2
    assert not path.exists()
