import json

from cockpit.eco.hit import Hit, arguments
from cockpit.eco.kept import Limits
from cockpit.events import Eco


def test_a_hit_needs_nothing_but_what_it_is_made_of():
    eco = Eco(error_msg="a", guid="some-guid", meta={"fingerprint": ["x"], "job": "j1"}, epoch=5)
    keys, (told, body, meta) = arguments(eco, Limits(new_per_5m=7), Hit(mark_key="m", mark_s=9))

    assert keys == ("ckpt.eco", "m", "")
    assert json.loads(told)["print"].startswith("1:")
    assert (json.loads(told)["guid"], json.loads(told)["epoch"]) == ("some-guid", 5)
    assert (json.loads(told)["per_5m"], json.loads(told)["job"]) == (7, "j1")
    assert json.loads(body)["error_msg"] == "a"
    assert not {"type", "guid", "state", "occurence", "meta"} & set(json.loads(body))
    assert json.loads(meta) == {"job": "j1"}


def test_an_eco_without_a_guid_gets_one_of_its_own():
    told = [json.loads(arguments(Eco(error_msg="a"), Limits(), Hit())[1][0]) for _ in range(2)]

    assert told[0]["guid"] != told[1]["guid"]
