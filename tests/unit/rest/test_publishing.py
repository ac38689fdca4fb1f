import pytest

from cockpit import events
from cockpit.errors import InputError
from cockpit.rest.payload import choices
from cockpit.rest.publishing import Publishing, decode_event, fitting, refs
from cockpit.stor import link

URL = "http://stor.example.org/stor"
YAML = "service: web!main\nmethod: monitor\n"


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream"])
@pytest.mark.parametrize(
    "text", [YAML + "type: alarm\n", '{"type":"alarm","service":"web!main","method":"m"}']
)
def test_what_nobody_names_tells_by_itself(kind, text):
    assert decode_event(text.encode(), kind, "").service == "web!main"


def test_the_type_may_come_from_elsewhere():
    assert decode_event(YAML.encode(), "application/yaml", "alarm").type == "alarm"


def test_the_address_may_say_each_type():
    assert choices(Publishing, "type") == events.TYPES


def test_an_event_of_another_type_is_refused():
    assert fitting(events.example("eco"), "eco") == fitting(events.example("eco"), "")
    with pytest.raises(InputError, match="the body is of type eco, the address says alarm"):
        fitting(events.example("eco"), "alarm")


def test_all_links_into_the_store_are_found_once():
    one, two, three = ("ab" * 32, "cd" * 32, "ef" * 32)
    event = events.Email(
        attachments={"a": link(URL, "mail", one), "b": "http://elsewhere/x"},
        meta={
            "raw": link(URL, "mail", two),
            "again": link(URL, "mail", one),
            "attachments": {"c": link(URL, "mail", three), "d": 7},
            "odd": f"{URL}/mail/short",
        },
    )

    assert refs(event, URL) == [f"mail/{one}", f"mail/{three}", f"mail/{two}"]
    assert refs(events.Alarm(service="a", method="b", meta={"attachments": "x"}), URL) == []
