"""The example `chain` does what its page says."""

from collections.abc import Callable

import pytest

from flows.product import Product


@pytest.fixture
def chain(cockpit: Callable[..., Product], processes: int) -> Product:
    return cockpit(robot_processes=processes).start(example="chain")


def steps(run: dict) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for part in run["parts"]:
        found.setdefault(part["step"], []).append(part["service"])
    return [sorted(services) for services in found.values()]


def output(chain: Product, run: dict, service: str) -> str:
    (part,) = [part for part in run["parts"] if part["service"] == service]
    return chain.ask("job", "show", part["jobs"][0])["output"]


def test_services_are_installed_in_order_and_only_what_changed_again(chain: Product):
    installed = chain.ask("run", "start", "install")
    blueprint = chain.home / "repos" / "chain" / "blueprints" / "1_chain.yaml"
    blueprint.write_text(blueprint.read_text().replace("size: 10", "size: 20"))
    chain.ask("blueprint", "execute")
    again = chain.ask("run", "start", "install")
    removed = chain.ask("run", "start", "uninstall", "-r", "database")

    assert steps(installed) == [
        ["network!office"],
        ["database!main"],
        ["web!one", "web!two"],
        ["proxy!main"],
    ]
    assert "proxy to ports [8001, 8002]" in output(chain, installed, "proxy!main")
    assert "port 8002, data in database!main" in output(chain, installed, "web!two")
    assert steps(again) == [["database!main"]]
    assert "database of 20 GB in 10.0.7.0/24" in output(chain, again, "database!main")
    assert steps(removed) == [["proxy!main"], ["web!one", "web!two"], ["database!main"]]


def test_tree_shows_who_lives_in_whom(chain: Product):
    assert chain.run("service", "tree").stdout.splitlines() == [
        "chain",
        "  network!office",
        "    database!main",
        "    proxy!main  uses web!one, web!two",
        "    web!one  uses database!main",
        "    web!two  uses database!main",
    ]
