"""Templates that many repositories share come from git, and are updated when somebody asks."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from flows.product import Product, repository

ACTION = 'def handle(event, service):\n    return "first"\n'


def commit(path: Path) -> None:
    for words in (["add", "--all"], ["commit", "-qm", "news"]):
        name = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", "-C", str(path), *name, *words], check=True)


def test_a_shared_template_is_added_used_and_updated(cockpit: Callable[..., Product], place: Path):
    far = place / "ays_mail"
    (far / "_desk/desk").mkdir(parents=True)
    (far / "_desk/desk/service.hrd").write_text("events.email = handle\n")
    (far / "_desk/desk/actions.py").write_text(ACTION)
    subprocess.run(["git", "init", "-q", str(far)], check=True)
    commit(far)
    repository(place / "home", "mine", {}, "desk__main:\n")
    product = cockpit().start()

    refused = product.run("blueprint", "execute", "--repo", "mine")
    assert "unknown template desk" in refused.stderr
    added = product.ask("template", "add", f"file://{far}")
    assert (added["domain"], added["templates"]) == ("mail", 1)
    product.ask("blueprint", "execute", "--repo", "mine")
    (job,) = product.settled(product.mail("one"))["jobs"]
    assert job["error"] == ""
    assert product.ask("job", "show", job["id"])["result"] == "first"

    (far / "_desk/desk/actions.py").write_text(ACTION.replace("first", "second"))
    commit(far)
    assert product.ask("template", "update", "ays_mail")["ays_mail"]["commits"] == 1
    (job,) = product.settled(product.mail("two"))["jobs"]
    assert product.ask("job", "show", job["id"])["result"] == "second"
