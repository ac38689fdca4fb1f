"""Services as files: what robots learn is on disk, and what people write there is never lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.product import Product, repository, until

DESK = {
    "schema.hrd": "limit = type:int default:5\n",
    "service.hrd": "events.email = count\n",
    "actions.py": """
def count(service):
    service.hrd.set("seen", service.hrd.get_int("seen", default=0) + 1)
""",
}


def test_what_people_and_robots_write_meets_on_disk(cockpit: Callable[..., Product], place: Path):
    product, home = cockpit(), place / "home"
    folder = repository(home, "desk", {"desk": DESK}, "desk__main:\n") / "services/desk!main"
    product.start()
    product.ask("blueprint", "execute", "--repo", "desk")
    product.settled(product.mail("one"))

    def data() -> dict[str, Any]:
        return json.loads((folder / "data.json").read_text())

    until(lambda: (folder / "data.json").exists() and data().get("seen") == 1)
    assert product.ask("repo", "commit", "desk", "-m", "one mail")["files"] > 0
    assert product.ask("repo", "status", "desk")["tree"]["changes"] == []

    # Ann edits the file while mails come in.
    (folder / "data.json").write_text('{"limit": 9, "seen": 1}')
    product.settled(product.mail("two"))
    (conflict,) = product.ask("repo", "status", "desk")["conflicts"]
    assert conflict["file"] == "services/desk!main/data.json"
    assert data() == {"limit": 9, "seen": 1}

    product.ask("repo", "resolve", "desk", "--disk")
    assert product.ask("service", "show", "desk!main")["data"]["limit"] == 9

    # The next change is written over her edit, for it counts by now.
    product.settled(product.mail("three"))
    until(lambda: data() == {"limit": 9, "seen": 2})

    # Redis is lost with all it knew.
    product.kill()
    shutil.rmtree(home / "redis")
    product.start()
    done = product.ask("repo", "restore", "desk")
    assert done["restored"] == ["desk!main"]
    assert product.ask("service", "show", "desk!main")["data"] == {"limit": 9, "seen": 2}
    assert product.ask("repo", "status", "desk")["conflicts"] == []


def test_what_the_last_job_changed_is_written_before_the_end(
    cockpit: Callable[..., Product], place: Path
):
    folder = repository(place / "home", "desk", {"desk": DESK}, "desk__main:\n")
    product = cockpit().start()
    product.ask("blueprint", "execute", "--repo", "desk")
    product.settled(product.mail("one"))
    assert product.stop() == 0

    text = (folder / "services/desk!main/data.json").read_text()
    assert json.loads(text) == {"limit": 5, "seen": 1}
