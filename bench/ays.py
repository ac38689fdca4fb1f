"""AYS: load, plan and execute 10,000 services; match events against 10,000 filters.

A chain of nodes, each with a fan of apps, as a blueprint. Redis is that of a product started by
its own command. The peer of loading is PyYAML's own safe loader over the same text.
"""

import statistics
import sys
import time
from pathlib import Path

import yaml
from _rounds import ROUNDS, folder, product, verdict

from cockpit import ays, events
from cockpit.ays.filter import compile_filter
from cockpit.ays.plan import plan
from cockpit.bus import Pipe
from cockpit.robot import Catalog, Runs, Selection
from cockpit.robot.sieve import Listener, Match, Sieve

SERVICES = 10_000
FAN = 9
SCHEMAS = {
    "node": "above = type:str consume:node:0:1\n",
    "app": "node = type:str parent:node\nsize = type:int default:1\n",
}
ACTIONS = "def install(service):\n    pass\n"
EVENT = events.Email(sender="ann@example.org", subject="disk 7 is full", body="x" * 500, to=["a@b"])


def repository(root: Path, services: int) -> Path:
    """Write a repository: a chain of nodes, each with a fan of apps."""
    repo = root / "bench"
    (repo / "blueprints").mkdir(parents=True, exist_ok=True)
    (repo / ".ays").write_text("cockpit\n")
    for name, schema in SCHEMAS.items():
        place = repo / "servicetemplates" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "schema.hrd").write_text(schema)
        (place / "actions.py").write_text(ACTIONS)
    lines = []
    for n in range(services // (FAN + 1)):
        lines.append(f"node__n{n}:\n  above: {f'n{n - 1}' if n else ''}\n")
        lines += [f"app__n{n}a{k}:\n  node: n{n}\n  size: {k}\n" for k in range(FAN)]
    (repo / "blueprints" / "1_all.yaml").write_text("".join(lines))
    return repo


def took(function) -> float:
    """Return the seconds of one call."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def load(repo: Path) -> None:
    """Read everything and plan it, as executing a blueprint does before it writes."""
    found = ays.Repository(repo)
    stanzas = found.read_blueprints().stanzas
    made = plan(stanzas, found.templates(), {}, repo="bench")
    assert len(made.created) == len(stanzas)


def engine(place: Path) -> dict[str, float]:
    """Measure load, execution and planning with a product's Redis."""
    home = place / "home"
    repo = repository(home / "repos", SERVICES)
    text = (repo / "blueprints" / "1_all.yaml").read_text()
    with product(home):
        pipe = Pipe(f"unix://{home / 'redis' / 'redis.sock'}")
        catalog = Catalog(pipe, home / "repos")
        found = {
            "peer_yaml_s": took(lambda: yaml.safe_load(text)),
            "load_s": took(lambda: load(repo)),
            "execute_s": took(lambda: catalog.execute("bench")),
            "again_s": took(lambda: catalog.execute("bench")),
            "plan_s": took(
                lambda: Runs(pipe, catalog).simulate("bench", "install", Selection("", ""))
            ),
        }
        pipe.close()
    return found


def growth(place: Path) -> float:
    """Return how much longer one of 100,000 services takes than one of 1,000."""
    small = repository(place / "small", 1000)
    large = repository(place / "large", 100_000)
    of_small = statistics.median(took(lambda: load(small)) for _ in range(5)) / 1000
    return took(lambda: load(large)) / 100_000 / of_small


def sieve(texts: list[str]) -> Sieve:
    """Return listeners with these filters; the same text is the same filter."""
    filters = {text: compile_filter(text, source="service.hrd:1") for text in set(texts)}
    return Sieve(
        [
            Listener(
                "bench", f"app!{n}", "app", [Match("bench", f"app!{n}", "act")], 0, filters[text]
            )
            for n, text in enumerate(texts)
        ],
        data=lambda paths: [{} for _ in paths],
    )


def per_second(texts: list[str], n: int, event: events.Event = EVENT) -> float:
    """Return how many events a second are matched."""
    made = sieve(texts)
    made.sift(event)
    return n / took(lambda: [made.sift(event) for _ in range(n)])


def matching() -> dict[str, float]:
    """Measure matching with distinct filters, one shared filter, expressions, own events."""
    distinct = [
        f'event.subject == "disk {n} is full"' if n % 2 else f'event.subject.contains("disk {n} ")'
        for n in range(SERVICES)
    ]
    own = ["event.service == service.key"] * SERVICES
    alarm = events.Alarm(service="app!7", method="m")
    return {
        "distinct_per_s": per_second(distinct, 60),
        "shared_per_s": per_second(['event.subject.contains("disk")'] * SERVICES, 2000),
        "regex_per_s": per_second(
            [f'event.subject.matches("disk {n}[0-9]* is")' for n in range(SERVICES)], 5
        ),
        "own_per_s": per_second(own, 2000, alarm),
    }


def main() -> int:
    """Measure some rounds; each figure is held to its own target."""
    rounds = []
    for n in range(ROUNDS):
        with folder() as place:
            found = engine(place) | {"growth": growth(place)} | matching()
        rounds.append({name: round(value, 3) for name, value in found.items()})
        print(f"round {n + 1}: {rounds[-1]}", flush=True)
    worst = 0
    for name, target in TARGETS.items():
        value = statistics.median(found[name] for found in rounds)
        figure = {"unit": name, "rounds": [found[name] for found in rounds]}
        worst |= verdict(f"ays_{name}", figure, value, target)
    regex = statistics.median(found["regex_per_s"] for found in rounds)
    own = statistics.median(found["own_per_s"] for found in rounds)
    yaml_s = statistics.median(found["peer_yaml_s"] for found in rounds)
    print(f"reported: regex {regex:g}/s, own events {own:g}/s, PyYAML alone {yaml_s:g} s")
    return worst


TARGETS = {
    "load_s": "<= 5",
    "plan_s": "<= 1",
    "again_s": "<= 3",
    "growth": "<= 1.3",
    "distinct_per_s": ">= 150",
    "shared_per_s": ">= 2000",
}


if __name__ == "__main__":
    sys.exit(main())
