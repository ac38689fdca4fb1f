"""gevent patches before anything else, only shells know of it, and nobody knows of asyncio."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "cockpit"
PURE = ("ays", "mail", "events", "errors.py", "smtp/session.py", "smtp/command.py")
# What a pure core may not touch, directly.
IO = {"gevent", "redis", "socket", "subprocess", "threading", "asyncio"}


def imported(path):
    """Name the top packages that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def files(place):
    path = SOURCE / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def place(path):
    return path.relative_to(SOURCE).as_posix()


def test_the_server_patches_before_it_imports_anything_else():
    docstring, first, second, *_ = ast.parse((SOURCE / "app" / "__main__.py").read_text()).body

    assert isinstance(docstring, ast.Expr)
    assert ast.unparse(first) == "from gevent import monkey"
    assert ast.unparse(second) == "monkey.patch_all()"


@pytest.mark.parametrize("path", files(""), ids=place)
def test_nothing_imports_asyncio(path):
    assert "asyncio" not in imported(path)


@pytest.mark.parametrize("path", [path for one in PURE for path in files(one)], ids=place)
def test_a_pure_core_touches_no_network_and_no_hub(path):
    assert imported(path) & IO == set()


@pytest.mark.parametrize("path", files("cli"), ids=place)
def test_the_command_line_imports_nothing_of_the_server(path):
    assert imported(path) & {"gevent", "redis", "falcon"} == set()


@pytest.mark.parametrize(
    "package", ["cockpit.ays", "cockpit.mail", "cockpit.events", "cockpit.errors"]
)
def test_a_pure_package_brings_neither_gevent_nor_redis_with_it(package):
    code = f"import sys, {package}; print({{'gevent', 'redis', 'falcon'}} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "set()\n"


def test_a_process_loads_the_doors_only_to_open_them():
    # A child that runs actions starts by the same module, and again and again.
    code = (
        "from gevent import monkey; monkey.patch_all(); import sys, cockpit.app.main;"
        "print({'falcon', 'prometheus_client', 'cockpit.rest', 'cockpit.smtp'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert found.stdout.strip() == "set()"
