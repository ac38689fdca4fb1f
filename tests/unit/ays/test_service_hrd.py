"""Data in instance.hrd and model.yaml: what comes back is what was written."""

from typing import Any

import pytest

from cockpit.ays import schema, service_hrd
from cockpit.errors import InputError

SCHEMA = schema.parse("port = type:int default:22\n", source="schema.hrd")


@pytest.mark.parametrize("value", ["5", ["a"], {"a": ["b"]}, {"a": "b"}])
def test_what_hrd_can_hold_stands_in_instance_hrd(value: Any) -> None:
    made = service_hrd.write({"port": 8080, "seen": value}, SCHEMA, {})
    assert set(made) == {"instance.hrd"}
    assert service_hrd.read(made, "x") == {"port": "8080", "seen": value}


@pytest.mark.parametrize("value", [5, 1.5, True, None, [1, "x"], {"a": 1}, [["a"]]])
def test_what_hrd_would_give_back_as_something_else_stands_in_model_yaml(value: Any) -> None:
    made = service_hrd.write({"seen": value}, SCHEMA, {"instance.hrd": "seen = 1\n"})
    assert service_hrd.read(made, "x") == {"seen": value}
    assert "seen" in made["model.yaml"]


def test_octets_are_base64_and_stay_as_they_are() -> None:
    former = {"instance.hrd": "# \udce9\nname = \udcff\nbin = b\n\udcff\0\udcfe\n#BINARYEND\n"}
    data = service_hrd.read(former, "x")
    assert data == {"name": "\ufffd", "bin": "/wD+"}
    made = service_hrd.write(data | {"more": "1"}, SCHEMA, former)
    assert made["instance.hrd"].startswith(former["instance.hrd"])


def test_yaml_that_is_no_mapping_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match=r"x:2: "):
        service_hrd.load("a: [\n", "x")
    with pytest.raises(InputError, match="x: it must be a mapping"):
        service_hrd.load("- a\n", "x")
