"""The registry, and the table of docs/operating.md: both tell the same figures."""

import re
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from cockpit.app.door_figures import DoorFigures
from cockpit.app.engine import Engine
from cockpit.app.hands import hands
from cockpit.app.home import Home
from cockpit.app.loop_lag import LoopLag
from cockpit.app.metrics import registry
from cockpit.app.settings import Settings
from cockpit.app.stored_figures import StoredFigures
from cockpit.bus import Census, Log
from cockpit.eco.alarms import Alarms
from cockpit.eco.ledger import Ledger
from cockpit.rest.traffic import Traffic

PAGE = (Path(__file__).parents[3] / "docs" / "operating.md").read_text()
ROW = re.compile(r"^\| `((?:cockpit|process)_\w+)` \| (.+?) \| (.*?) \|$", re.MULTILINE)
TOLD = {name: (text, alert.strip("`")) for name, text, alert in ROW.findall(PAGE)}
PARTS = ("", "_bucket", "_count", "_sum")


@pytest.fixture
def shown(pipe, tmp_path):
    """What `/metrics` of a rack shows: name → what it means."""
    home, traffic, logger = Home(tmp_path / "home"), Traffic(), structlog.get_logger()
    home.create()
    found = hands(pipe, home, Settings, logger, robot="r1")
    engine = Engine(
        pipe,
        found,
        Settings,
        logger,
        node="here",
        forget=pytest.fail,
        on_pressure=lambda *_: None,
    )
    collectors = [
        StoredFigures(
            pipe,
            Census(pipe, "robot"),
            found.jobs,
            Ledger(pipe),
            Alarms(pipe, Log(pipe)),
            repos=tuple,
        ),
        DoorFigures(engine, traffic, smtp=lambda: None, http=lambda: None),
        traffic,
        LoopLag(),
    ]
    return {
        one.name + ("_total" if one.type == "counter" else ""): one.documentation
        for one in registry(collectors).collect()
    }


def test_every_figure_is_in_the_documentation_with_its_meaning(shown):
    assert {name: text for name, (text, _) in TOLD.items()} == shown


def test_every_alert_asks_for_figures_that_there_are(shown):
    asked = {name for _, alert in TOLD.values() for name in re.findall(r"cockpit_\w+", alert)}

    assert asked
    assert asked <= {name + part for name in shown for part in PARTS}


def test_names_follow_the_conventions(shown):
    for name in shown:
        assert re.fullmatch(r"(cockpit|process)(_[a-z]+)+", name), name


@pytest.mark.usefixtures("shown")
def test_the_registry_of_the_library_is_left_alone():
    assert not any(one.name.startswith("cockpit") for one in REGISTRY.collect())
