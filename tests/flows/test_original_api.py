"""A client of the cockpit of 2016 goes on as it was: the same addresses, in the order it uses them."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from flows.product import Product

REPO = "/ays/repository/shop"
DISK = {
    "name": "disk",
    "schema_hrd": "size = type:int default:1\n",
    "service_hrd": "",
    "actions_py": (
        "def install(service):\n    pass\n\n\ndef uninstall(service):\n    service.log('gone')\n"
    ),
}
NODE = DISK | {"name": "node", "schema_hrd": "disk = type:str consume:disk:1:1\n"}
BLUEPRINT = "disk__a:\n  size: 5\nnode__one:\n  disk: a\n"


class Client:
    """The requests that the client of 2016 makes; each says which status it expects."""

    def __init__(self, product: Product) -> None:
        self._url = f"http://{product.addresses()['http']}"
        self._token = (product.home / "run" / "token").read_text()
        self.tag = ""

    def ask(self, status: int, method: str, path: str, body: Any = None, **query: Any) -> Any:
        match = query.pop("if_match", "")
        address = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"bearer {self._token}", "Content-Type": "application/json"}
        headers |= {"If-Match": match} if match else {}
        octets = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(address, data=octets, headers=headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                got, said = answer.status, answer.read()
                self.tag = answer.headers["ETag"] or ""
        except HTTPError as refused:
            got, said = refused.code, refused.read()
            refused.close()
        assert got == status, said
        return json.loads(said) if said else None


@pytest.fixture
def client(cockpit: Callable[..., Product]) -> Client:
    return Client(cockpit().start())


def test_a_client_of_2016_makes_installs_and_removes_services(client: Client):
    ask = client.ask
    ask(201, "POST", "/ays/repository", {"name": "shop"})
    ask(409, "POST", "/ays/repository", {"name": "shop"})
    for template in (DISK, NODE):
        ask(201, "POST", f"{REPO}/template", template)
    assert {one["name"] for one in ask(200, "GET", f"{REPO}/template")} >= {"disk", "node"}

    ask(400, "POST", f"{REPO}/blueprint", {"name": "1.yaml", "content": "disk__a: [\n"})
    ask(201, "POST", f"{REPO}/blueprint", {"name": "1.yaml", "content": BLUEPRINT})
    done = ask(200, "POST", f"{REPO}/blueprint/1.yaml")
    assert done["created"] == ["disk!a", "node!one"]
    assert ask(200, "POST", f"{REPO}/init")["state"] == "ok"
    services = ask(200, "GET", f"{REPO}/service")
    assert [(one["key"], one["producers"]) for one in services] == [
        ("disk!a", []),
        ("node!one", ["disk!a"]),
    ]

    steps = ask(200, "POST", f"{REPO}/simulate", action="install")["steps"]
    assert [step["services_keys"] for step in steps] == [["disk!a"], ["node!one"]]
    run = ask(200, "POST", f"{REPO}/execute", action="install")
    assert (run["state"], run["steps"]) == ("ok", steps)
    assert ask(200, "GET", f"{REPO}/aysrun/{run['key']}") == run
    assert [one["key"] for one in ask(200, "GET", f"{REPO}/aysrun")] == [run["key"]]
    disk = ask(200, "GET", f"{REPO}/service/disk/a")
    assert disk["state"]["install"] == "ok"
    assert ask(200, "GET", f"{REPO}/source/{disk['source']}")["content"] == DISK["actions_py"]
    assert ask(200, "GET", f"{REPO}/hrd/{disk['hrd']}")["content"] == "size = 5\n"

    ask(409, "DELETE", f"{REPO}/blueprint/1.yaml")
    ask(409, "DELETE", f"{REPO}/service/disk/a")
    ask(204, "DELETE", f"{REPO}/service/node/one")
    ask(204, "DELETE", f"{REPO}/service/disk/a")
    assert ask(200, "GET", f"{REPO}/aysrun")[0]["action"] == "uninstall"

    assert ask(200, "PUT", f"{REPO}/blueprint/1.yaml/archive")["archived"]
    assert ask(200, "POST", f"{REPO}/blueprint/-")["created"] == []
    assert not ask(200, "PUT", f"{REPO}/blueprint/1.yaml/restore")["archived"]
    ask(204, "DELETE", f"{REPO}/blueprint/1.yaml")
    ask(404, "GET", f"{REPO}/blueprint/1.yaml")
    ask(204, "DELETE", REPO)
    ask(404, "GET", REPO)


def test_of_two_who_edit_a_blueprint_the_second_is_told(client: Client):
    ask = client.ask
    ask(201, "POST", "/ays/repository", {"name": "shop"})
    made = ask(201, "POST", f"{REPO}/blueprint", {"name": "1.yaml", "content": "disk__a:\n"})
    seen = client.tag

    ask(200, "PUT", f"{REPO}/blueprint/1.yaml", made | {"content": "disk__b:\n"}, if_match=seen)
    ask(412, "PUT", f"{REPO}/blueprint/1.yaml", made | {"content": "disk__c:\n"}, if_match=seen)
    assert ask(200, "GET", f"{REPO}/blueprint/1.yaml")["content"] == "disk__b:\n"


def test_a_failed_uninstall_keeps_the_service(client: Client):
    ask = client.ask
    ask(201, "POST", "/ays/repository", {"name": "shop"})
    broken = {"actions_py": "def uninstall(service):\n    raise j.exceptions.Input('no')\n"}
    ask(201, "POST", f"{REPO}/template", DISK | broken)
    ask(201, "POST", f"{REPO}/blueprint", {"name": "1.yaml", "content": "disk__a:\n"})
    ask(200, "POST", f"{REPO}/blueprint/1.yaml")

    refused = ask(409, "DELETE", f"{REPO}/service/disk/a")
    assert "disk!a is not uninstalled" in refused["detail"]
    ask(200, "GET", f"{REPO}/service/disk/a")
    ask(204, "DELETE", f"{REPO}/service/disk/a", uninstall="false")


def test_the_command_line_writes_archives_and_deletes_blueprints(
    cockpit: Callable[..., Product],
):
    product = cockpit().start()
    product.ask("repo", "create", "shop")
    words = ("--repo", "shop")
    made = product.ask("blueprint", "create", "1.yaml", *words, stdin="disk__a:\n")

    assert made["name"] == "1.yaml"
    assert product.run("blueprint", "show", "1.yaml", *words).stdout == "disk__a:\n"
    assert product.ask("blueprint", "archive", "1.yaml", *words)["name"] == "_1.yaml"
    assert product.ask("blueprint", "restore", "1.yaml", *words)["name"] == "1.yaml"
    product.ask("blueprint", "delete", "1.yaml", *words)
    assert product.ask("blueprint", "list", *words) == []
    assert product.run("blueprint", "show", "1.yaml", *words).returncode == 1
