"""What state.yaml says in its own way."""

from typing import Any

import pytest

from cockpit.ays import ServiceRecord, service_state
from cockpit.ays.service_lines import Recurring

LINES = {"probe": Recurring("probe", 900.0, "service.hrd:1", text="15m")}


def a_record(producers: dict[str, list[str]]) -> ServiceRecord:
    return ServiceRecord("desk", "node!a", "node", "a", "node", {}, "os!a", producers)


def test_a_parent_is_the_first_of_its_role() -> None:
    record = a_record({"key": ["key!a"], "os": ["os!b"]})
    made = service_state.with_parent(record)
    assert made == {"os": ["os!a", "os!b"], "key": ["key!a"]}
    assert service_state.without(made, "os!a") == record.producers
    assert service_state.with_parent(a_record({"os": ["os!a"]})) == {"os": ["os!a"]}


@pytest.mark.parametrize(
    ("former", "period_s", "row"),
    [
        (None, 900.0, ["15m", 5]),
        (["900s", 9], 900.0, ["900s", 9]),
        (["1m", 3], 900.0, ["15m", 5]),
        (["15m", "x"], 60.0, ["60s", 5]),
        ("odd", 900.0, ["15m", 5]),
        ([None], 900.0, ["15m", 5]),
    ],
)
def test_a_period_keeps_its_spelling_while_it_means_the_same(
    former: Any, period_s: float, row: list[Any]
) -> None:
    told = {"recurring": {"probe": former}}
    made = service_state.recurring({"probe": period_s}, LINES, {"probe": 5}, told)
    assert made == {"probe": row}


def test_the_digest_of_what_did_not_change_stays() -> None:
    files, told = {"instance.hrd": "a = 1\n"}, {"instanceHRDHash": "0f"}
    assert service_state.instance_hash(files, files, told) == "0f"
    made = service_state.instance_hash(files, {}, told)
    assert made == service_state.instance_hash(files, files, {}) != "0f"
