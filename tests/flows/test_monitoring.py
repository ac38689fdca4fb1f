"""Debian's Prometheus and Alertmanager, with the configuration that docs/connect.md gives."""

import datetime as dt
import json
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.debian import listening, program
from flows.product import ROOT, Product, until

SECRET = "s3cret"
ALERTMANAGER = """
route: {receiver: cockpit, group_wait: 0s, group_interval: 1s, repeat_interval: 1s}
receivers:
  - name: cockpit
    webhook_configs:
      - url: http://%s/webhooks/alertmanager
        http_config: {authorization: {credentials: s3cret}}
"""
PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: cockpit
    authorization: {credentials_file: token}
    static_configs: [{targets: ["%(address)s"]}]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["%(address)s"]}]
      authorization: {credentials: s3cret}
"""
RULES = """
groups:
  - name: cockpit
    rules:
      - alert: DoorIsOpen
        expr: cockpit_door_open{door="smtp"} == 1
        labels: {severity: warning}
        annotations: {summary: "the door {{ $labels.door }} is open"}
"""


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    secrets = {f"webhooks_{name}_secret": SECRET for name in ("alertmanager", "prometheus")}
    return cockpit(**secrets).start()


def alarms(desk: Product) -> list[dict]:
    """Oldest first."""
    return desk.ask("event", "list", "--type", "alarm")[::-1]


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


@pytest.fixture
def alertmanager(desk: Product, place: Path) -> Iterator[str]:
    (place / "alertmanager.yml").write_text(ALERTMANAGER % desk.addresses()["http"])
    words = [program("prometheus-alertmanager"), f"--config.file={place}/alertmanager.yml"]
    words += [f"--storage.path={place}/alerts", "--cluster.listen-address="]
    with listening([*words, "--web.listen-address=127.0.0.1:0"], place) as url:
        yield url


def tell(alertmanager: str, **times: dt.datetime) -> None:
    """Tell the Alertmanager of the alert, as Prometheus does."""
    alert = {
        "labels": {"alertname": "DiskFull", "instance": "db1", "severity": "critical"},
        "annotations": {"summary": "the disk is full"},
        **{name: time.isoformat() for name, time in times.items()},
    }
    asked = urllib.request.Request(
        f"{alertmanager}/api/v2/alerts",
        data=json.dumps([alert]).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(asked, timeout=20).close()


def notified(alertmanager: str) -> int:
    """How often the Alertmanager notified us."""
    pattern = r'^alertmanager_notifications_total\{integration="webhook"\} (\d+)$'
    found = re.search(pattern, fetch(f"{alertmanager}/metrics"), re.MULTILINE)
    return int(found[1]) if found else 0


def test_an_alert_fires_once_and_is_resolved(desk: Product, alertmanager: str):
    began = dt.datetime.now(dt.UTC)
    tell(alertmanager, startsAt=began, endsAt=began + dt.timedelta(hours=1))
    (fired,) = until(lambda: alarms(desk), what="the alarm")
    assert (fired["status"], fired["severity"]) == ("firing", "critical")
    assert (fired["service"], fired["method"]) == ("DiskFull!db1", "DiskFull")
    assert "the disk is full" in fired["msg"]

    until(lambda: notified(alertmanager) >= 3, what="the Alertmanager's repeats")
    assert [alarm["id"] for alarm in alarms(desk)] == [fired["id"]]

    tell(alertmanager, startsAt=began, endsAt=dt.datetime.now(dt.UTC))
    _, resolved = until(lambda: len(alarms(desk)) > 1 and alarms(desk), what="its end")
    assert (resolved["status"], resolved["service"]) == ("resolved", "DiskFull!db1")


def test_prometheus_reads_our_figures_and_sends_its_alert(desk: Product, place: Path):
    token = desk.ask("token", "create", "prometheus", "--scope", "read")["token"]
    (place / "token").write_text(token)
    (place / "rules.yml").write_text(RULES)
    (place / "prometheus.yml").write_text(PROMETHEUS % {"address": desk.addresses()["http"]})
    words = [program("prometheus"), f"--config.file={place}/prometheus.yml"]
    words += [f"--storage.tsdb.path={place}/data"]
    with listening([*words, "--web.listen-address=127.0.0.1:0"], place):
        (fired, *_) = until(lambda: alarms(desk), timeout_s=40, what="the alarm")

    assert (fired["method"], fired["msg"]) == ("DoorIsOpen", "the door smtp is open")
    assert (fired["severity"], fired["labels"]["job"]) == ("warning", "cockpit")


def test_promtool_takes_our_figures_and_the_alerts_of_the_documentation(desk: Product, place: Path):
    token = (desk.home / "run" / "token").read_text()
    headers = {"Authorization": f"Bearer {token}"}
    asked = urllib.request.Request(f"http://{desk.addresses()['http']}/metrics", headers=headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        figures = answer.read()
    page = (ROOT / "docs" / "operating.md").read_text()
    alerts = re.findall(r"^\| `cockpit_\w+` \|.*\| `(.+)` \|$", page, re.MULTILINE)
    rules = [{"alert": f"Alert{n}", "expr": alert} for n, alert in enumerate(alerts)]
    (place / "alerts.yml").write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}))
    promtool = program("promtool")

    assert len(alerts) > 10
    subprocess.run([promtool, "check", "rules", place / "alerts.yml"], check=True, timeout=60)
    linted = subprocess.run(
        [promtool, "check", "metrics"], input=figures, capture_output=True, timeout=60, check=False
    )
    assert (linted.returncode, linted.stderr.decode()) == (0, "")
