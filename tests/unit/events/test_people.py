import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import events
from cockpit.errors import InputError
from cockpit.events.people import SUMMARY_CHARS

EVENTS = st.from_type(events.Event)
ECO = """type: 'eco'
guid : '762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd'
gid: 1
nid: 10
pid: 239
app_name: 'myapp'
eco_type: 'BUG'
state: 'NEW'
error_msg: 'error internal'
error_pub: 'Something went wrong, sorry'
category: 'eco.category'
func_name: 'hello'
func_filename: 'main.py'
line_nbr: 23
code: |
from JumpScale import j
print('hello world')
backtrace: |
backtrace here
extra: 'extra detail'
last_time: 1462275396
close_time: 1462275496
occurence: 2
tags: 'list of tags here'
"""
ALARM = """type: 'alarm'
service: 'myservice!instance'
method: 'monitor'
msg: 'Something wrong happend'
epoch: 1462275396
"""
REPO_CREATE = """type: telegram
io: input
action: repo.create
args:
 name:'env du-conv2'
"""
BP_CREATE = """type: telegram
io: input
action: bp.create
args:
 name:'1_nodes.yaml'
 content: |
 here the content of the blueprint
"""
EXECUTE = """type: telegram
io: input
action: service.execute
args:
 name:'node!cpu1'
 action: 'monitor'
"""
EMAIL = """type: email
body: '
  this is a test

  can be multiple lines

  '
bodytype: md
attachments: {"aname.doc":"https://stor.something.com:8080/myspacename/aa/bb/aabbccddeeffgghh",...}
cc: []
from: kristof@incubaid.com
subject: a subject
"""
SPECIFIED = [ECO, ALARM, REPO_CREATE, BP_CREATE, EXECUTE, EMAIL]


def repaired(text):
    """Indent the blocks, put a space after `name:`, drop the ellipsis."""
    blocks = ("from JumpScale", "print(", "backtrace here", " here the content")
    lines = [f"  {line}" if line.startswith(blocks) else line for line in text.splitlines()]
    return "\n".join(lines).replace("name:'", "name: '").replace(",...}", "}") + "\n"


@pytest.mark.parametrize("text", SPECIFIED)
def test_an_example_of_the_specification_loads_repaired_and_round_trips(text):
    event = events.load_yaml(repaired(text))

    assert events.load_yaml(events.dump_yaml(event)) == event
    assert events.decode(events.encode(event)) == event


def test_the_specifications_values_arrive():
    eco, alarm, repo, blueprint, execute, email = (
        events.load_yaml(repaired(text)) for text in SPECIFIED
    )

    assert eco == events.example("eco")
    assert alarm == events.example("alarm")
    assert execute == events.example("telegram")
    assert repo == events.Telegram(io="input", action="repo.create", args={"name": "env du-conv2"})
    assert blueprint.args["content"] == "here the content of the blueprint\n"
    assert email.sender == "kristof@incubaid.com"
    assert email.body.split("\n") == [" this is a test", "can be multiple lines", ""]
    assert list(email.attachments) == ["aname.doc"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (REPO_CREATE, "args: expected object, got str"),
        (ECO, "YAML line 17: "),
        (EMAIL, "attachments[...]: expected str, got null"),
        ("", "an event is a mapping"),
        ("- type: alarm", "an event is a mapping"),
        ("subject: x", "type: missing"),
        ("a: &x [1]\nb: *x\n", "YAML line 2: aliases are refused"),
        ("[" * 5000, "nested too deep"),
        ("when: 2016-99-99", "YAML: "),
        ('n: !!int ""', "YAML: "),
        ("t: !!timestamp x", "YAML: "),
        ("x: !!python/object:os.system {}", "YAML line 1: "),
        ("\0", "YAML: "),
    ],
)
def test_broken_yaml_is_refused_with_the_place(text, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        events.load_yaml(text)


def test_a_name_that_stands_twice_is_refused_with_its_line():
    with pytest.raises(InputError, match="YAML line 2: a name stands twice in one mapping"):
        events.load_yaml("type: generic\nargs: {a: 1, a: 2}")


def test_values_that_json_has_not_become_text_or_null():
    event = events.load_yaml("type: generic\nargs: {day: 2016-05-03, limit: .inf, 3: x}")

    assert event.args == {"day": "2016-05-03", "limit": None, "3": "x"}


@given(EVENTS)
def test_yaml_gives_back_any_event(event):
    assert events.load_yaml(events.dump_yaml(event)) == event


def test_yaml_shows_lines_as_a_block_and_repeats_shared_values():
    shared = ["x"]
    event = events.Generic(args={"text": "one\ntwo\n", "a": shared, "b": shared})

    text = events.dump_yaml(event)

    assert "text: |\n    one\n    two\n" in text
    assert "&" not in text


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (events.Email(subject="disk full", sender="ann@x"), "disk full from ann@x"),
        (events.Email(), "(no subject) from nobody"),
        (events.example("alarm"), "myservice!instance monitor: Something wrong happend"),
        (events.Alarm(service="d!1", method="m", status="firing"), "d!1 m firing"),
        (events.example("eco"), "BUG myapp: error internal"),
        (events.example("telegram"), "input service.execute: name=node!cpu1 action=monitor"),
        (events.Telegram(io="output", action="message"), "output message"),
        (events.Generic(tags=["a", "b"], args={"n": 1, "deep": {}}), "a b n=1"),
    ],
)
def test_summary_says_what_it_is_about(event, line):
    assert events.summary(event) == line


@given(EVENTS)
def test_a_summary_is_one_printable_line(event):
    line = events.summary(event)

    assert line.isprintable()
    assert len(line) <= SUMMARY_CHARS


def test_a_long_summary_is_cut_visibly():
    line = events.summary(events.Email(subject="x" * 10_000))

    assert len(line) == SUMMARY_CHARS
    assert line.endswith("…")


@pytest.mark.parametrize("kind", events.TYPES)
def test_there_is_an_example_of_each_type(kind):
    assert events.example(kind).type == kind


def test_an_example_of_an_unknown_type_is_refused():
    with pytest.raises(InputError, match="'emai' is no type"):
        events.example("emai")
