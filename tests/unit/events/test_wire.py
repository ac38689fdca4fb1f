import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import events
from cockpit.errors import InputError
from cockpit.events import kinds

EVENTS = st.from_type(events.Event)


def refusal(data):
    with pytest.raises(InputError) as refused:
        events.decode(data)
    return str(refused.value)


@given(EVENTS)
def test_decode_gives_back_what_was_encoded(event):
    assert events.decode(events.encode(event)) == event


@given(EVENTS)
def test_a_mapping_gives_back_the_event(event):
    assert events.from_mapping(events.to_mapping(event)) == event
    assert events.from_mapping(dict(event)) == event
    assert events.to_mapping(event) == json.loads(events.encode(event))


@given(st.binary() | st.text() | st.lists(st.text()).map(json.dumps))
def test_any_other_input_is_an_input_error(data):
    with pytest.raises(InputError):
        events.decode(data)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@given(st.sampled_from(events.TYPES), st.data())
def test_any_value_in_any_field_is_an_event_or_an_input_error(kind, data):
    names = st.sampled_from(sorted(kinds.attributes(kinds.BY_TYPE[kind])))
    found = {"type": kind} | data.draw(st.dictionaries(names, JSON_VALUES))
    try:
        made = events.decode(json.dumps(found))
    except InputError:
        return
    assert events.decode(events.encode(made)) == made


def test_specified_fields_are_on_the_wire_even_when_empty_and_additions_are_not():
    assert json.loads(events.encode(events.Email())) == {
        "type": "email",
        "body": "",
        "bodytype": "text",
        "attachments": {},
        "cc": [],
        "from": "",
        "subject": "",
    }
    assert events.encode(
        events.decode('{"type":"generic","to":[],"id":"","epoch":0,"meta":{}}')
    ) == (b'{"type":"generic","tags":[],"args":{}}')
    assert b'"epoch":0' in events.encode(events.Alarm(service="s", method="m"))


def test_an_id_is_the_first_key():
    event = events.Generic(id="generic-1-0", tags=["x"])

    assert events.encode(event).startswith(b'{"id":"generic-1-0","type":"generic"')
    assert next(iter(events.to_mapping(event))) == "id"
    assert events.decode(events.encode(event)) == event


def test_unknown_fields_are_ignored():
    assert events.decode('{"type":"generic","_cls":"x","zz":[{}]}') == events.Generic()


def test_old_spellings_are_read():
    old = (
        b'{"type":"Eco","errormessage":"boom","occurrences":3,"lasttime":9,"appname":"a",'
        b'"eco_type":"OPS","tags":["x","y"],"extra":{"k":1},"category":null}'
    )

    eco = events.decode(old)

    assert eco == events.Eco(
        error_msg="boom",
        occurence=3,
        last_time=9,
        app_name="a",
        eco_type="OPERATIONS",
        tags="x, y",
        extra='{"k":1}',
    )
    assert events.decode('{"type":"email","sender":"ann","body_type":"md"}').sender == "ann"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('{"subject":"x"}', "type: missing (one of email, telegram, alarm, eco, generic)"),
        ('{"type":"emai"}', "type: 'emai' is no type (one of email,"),
        ('{"type":3}', "type: 3 is no type"),
        ('{"type":["email"]}', "type: ['email'] is no type"),
        ('{"type":"telegram","io":"input"}', "action: missing"),
        ('{"type":"telegram","action":"a"}', "io: missing"),
        ('{"type":"alarm","method":"m"}', "service: missing"),
        ('{"type":"eco"}', "error_msg: missing"),
        (
            '{"type":"telegram","io":"in","action":"a"}',
            "io: invalid enum value 'in' (one of input, output)",
        ),
        ('{"type":"email","bodytype":"rtf"}', "(one of md, html, text)"),
        ('{"type":"eco","error_msg":"x","state":"GONE"}', "(one of NEW, ALERT, CLOSED)"),
        (
            '{"type":"telegram","io":"input","action":"a","args":"x"}',
            "args: expected object, got str",
        ),
        ('{"type":"generic","args":[1]}', "args: expected object, got array"),
        ('{"type":"email","cc":["a",1]}', "cc[1]: expected str, got int"),
        ('{"type":"email","attachments":{"a":1}}', "attachments[...]: expected str, got int"),
        ("[1]", "the event: expected a JSON object"),
        ("", "the event: "),
    ],
)
def test_a_refusal_names_the_field(data, reason):
    assert reason in refusal(data)


@pytest.mark.parametrize(
    "data",
    [
        '{"type":"generic","args":{"a":' + "[" * 100_000 + "]" * 100_000 + "}}",
        '{"zz":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + ',"type":"generic"}',
        '{"type":"generic","args":{"a":' + "9" * 5000 + "}}",
        '{"type":"generic","epoch":' + "9" * 5000 + "}",
        '{"type":"generic","epoch":' + "9" * 400 + "}",
        '{"type":"generic","epoch":9007199254740992}',
        '{"type":"generic","args":{"a":NaN}}',
        '{"type":"generic","args":{"a":1e999}}',
        '{"type":"email","subject":"\\ud800"}',
        '{"type":"email","sender":"\\udc00 "}',
        "\ud800",
        b'{"type":"email","subject":"\xff"}',
        b'\xff\xfe{"type":"email"}',
        '{"type":"telegram","action":"a","io":"' + "x" * 100_000 + '"}',
    ],
)
def test_hostile_input_is_a_short_refusal(data):
    assert len(refusal(data)) < 500


@pytest.mark.parametrize("value", ["\ud800", object(), 1j])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(InputError, match="cannot be written as JSON"):
        events.encode(events.Generic(args={"a": value}))
    with pytest.raises(InputError, match="cannot be written as JSON"):
        events.from_mapping({"type": "generic", "args": {"a": value}})


def test_events_work_with_the_standard_library_and_msgspec_alone():
    program = """
import sys

class NothingElse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in {"cockpit", "msgspec", *sys.stdlib_module_names}:
            raise ModuleNotFoundError(f"No module named {name}")

sys.meta_path.insert(0, NothingElse())
from cockpit import events
for kind in events.TYPES:
    event = events.example(kind)
    assert events.decode(events.encode(event)) == event
print(*sorted(sys.modules))
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert {"socket", "threading", "yaml", "gevent", "redis"}.isdisjoint(ran.stdout.split())
