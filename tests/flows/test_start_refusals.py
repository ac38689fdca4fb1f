"""What cannot work is refused with one line, and nothing is left half started."""

import socket
from collections.abc import Callable

import pytest

from flows.product import Product


def refused(product: Product, *words: str, **env: str) -> tuple[int, str]:
    done = product.run("start", *words, env=env)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('[smtp]\nlisen = "127.0.0.1:1"\n', ["cockpit.toml:2", "smtp.lisen", "smtp.listen"]),
        ('[robot]\nprocesses = "two"\n', ["cockpit.toml:2", "robot.processes", "whole number"]),
    ],
)
def test_a_wrong_key_names_file_key_type_and_the_nearest(
    cockpit: Callable[..., Product], line: str, words: list[str]
):
    product = cockpit()
    product.home.mkdir()
    (product.home / "cockpit.toml").write_text(line)
    code, text = refused(product)

    assert code == 2
    assert len(text.splitlines()) == 1
    for word in words:
        assert word in text


@pytest.mark.parametrize("door", ["smtp", "http"])
def test_a_taken_port_is_one_line_and_leaves_nothing(cockpit: Callable[..., Product], door: str):
    product = cockpit()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, text = refused(product, **{f"COCKPIT_{door.upper()}_LISTEN": f"127.0.0.1:{port}"})

    assert code == 1
    last = text.splitlines()[-1]
    assert f"{door}.listen" in last
    assert str(port) in last
    assert not (product.home / "run/addresses.json").exists()
    assert not (product.home / "run/rack.pid").exists()


def test_a_second_rack_is_refused_by_the_pid_of_the_first(cockpit: Callable[..., Product]):
    first = cockpit().start()
    code, text = refused(first)

    assert code == 1
    assert str(first.rack.pid if first.rack else None) in text


def test_a_newer_layout_is_refused(cockpit: Callable[..., Product]):
    product = cockpit()
    product.home.mkdir()
    (product.home / "format").write_text('{"layout": 99, "redis": ""}')
    code, text = refused(product)

    assert code == 2
    assert "99" in text


def test_an_older_redis_is_refused(cockpit: Callable[..., Product]):
    product = cockpit()
    product.home.mkdir()
    (product.home / "format").write_text('{"layout": 1, "redis": "99.0.0"}')
    code, text = refused(product)

    assert code in (1, 2)
    assert "99.0" in text
