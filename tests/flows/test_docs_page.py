"""/docs in a real browser: authorise, try, see the answer; and no other host is asked."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flows.debian import PLACE, environ, program
from flows.product import Product

BROWSE = Path(__file__).with_name("browse_docs.py")


def browse(desk: Product, folder: Path) -> dict:
    # Debian's command looks for the browser below /usr, where an unpacked one is not.
    unpacked = PLACE / "usr" / "lib" / "chromium" / "chromium"
    chromium = unpacked if unpacked.exists() else program("chromium")
    token = (desk.home / "run" / "token").read_text().strip()
    done = subprocess.run(
        [
            sys.executable,
            BROWSE,
            chromium,
            f"http://{desk.addresses()['http']}/docs",
            token,
            folder,
        ],
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_alarm_is_published_from_the_page(cockpit: Callable[..., Product], tmp_path: Path):
    desk = cockpit().start(example="helpdesk")

    seen = browse(desk, tmp_path)

    assert (seen["status"], seen["answer"]["is_new"]) == ("201", True)
    (event,) = desk.ask("event", "list", "--type", "alarm")
    assert event["id"] == seen["answer"]["id"]
    assert "cockpit token create" in seen["dialog"]
    assert {"Events", "Jobs", "Runs", "Services"} <= set(seen["headings"])
    assert {urlsplit(url).netloc for url in seen["requests"]} == {desk.addresses()["http"]}
    assert (seen["sockets"], seen["failed"]) == ([], [])
    assert (seen["console"], seen["violations"]) == ([], [])
    assert seen["too_wide"] == 0
    assert {path.name for path in tmp_path.glob("*.png")} == {"published.png", "narrow.png"}
