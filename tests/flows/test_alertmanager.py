"""Debian's Alertmanager, which sends as docs/connect.md tells it to."""

import datetime as dt
import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.product import Product, until

PROGRAM = shutil.which("prometheus-alertmanager") or ""
CONFIG = """
route: {{receiver: cockpit, group_wait: 0s, group_interval: 1s}}
receivers:
  - name: cockpit
    webhook_configs:
      - url: http://{address}/webhooks/alertmanager
        http_config: {{authorization: {{credentials: s3cret}}}}
"""
pytestmark = pytest.mark.skipif(not PROGRAM, reason="apt-get install prometheus-alertmanager")


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    return cockpit(webhooks_alertmanager_secret="s3cret").start()


@pytest.fixture
def alertmanager(desk: Product) -> Iterator[str]:
    """Start one that tells this cockpit; gives its address."""
    folder = desk.home.parent / "alertmanager"
    folder.mkdir()
    (folder / "config.yml").write_text(CONFIG.format(address=desk.addresses()["http"]))
    address = f"127.0.0.1:{free_port()}"
    with (folder / "log").open("w") as log:
        program = subprocess.Popen(
            [
                *(PROGRAM, f"--config.file={folder / 'config.yml'}"),
                *(f"--storage.path={folder / 'data'}", f"--web.listen-address={address}"),
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    until(lambda: is_ready(address), what=(folder / "log").read_text())
    yield address
    program.terminate()
    program.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/-/ready", timeout=5):
            return True
    except OSError:
        return False


def alert(address: str, **times: dt.datetime) -> None:
    """Tell the Alertmanager of an alert, as Prometheus would."""
    told = {
        "labels": {"alertname": "DiskFull", "job": "node", "instance": "db1:9100"},
        "annotations": {"summary": "/ is full"},
    } | {name: moment.isoformat() for name, moment in times.items()}
    asked = urllib.request.Request(
        f"http://{address}/api/v2/alerts",
        data=json.dumps([told]).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(asked, timeout=30).close()


def alarms(desk: Product, status: str) -> list[dict]:
    found = desk.ask("event", "list", "--type", "alarm")
    return [alarm for alarm in found if alarm.get("status") == status]


def test_an_alert_fires_and_is_resolved(desk: Product, alertmanager: str):
    began = dt.datetime.now(dt.UTC)
    alert(alertmanager, startsAt=began)
    (firing,) = until(lambda: alarms(desk, "firing"))

    assert (firing["service"], firing["method"]) == ("node!db1:9100", "DiskFull")
    assert (firing["msg"], firing["epoch"]) == ("/ is full", int(began.timestamp()))

    alert(alertmanager, startsAt=began, endsAt=dt.datetime.now(dt.UTC))
    (resolved,) = until(lambda: alarms(desk, "resolved"))

    assert resolved["meta"]["fingerprint"] == firing["meta"]["fingerprint"]
    assert Path(resolved["meta"]["raw"]).name != Path(firing["meta"]["raw"]).name
