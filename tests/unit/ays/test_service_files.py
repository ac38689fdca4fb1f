"""The files of a service, in the format of each generation."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays import Listening, ServiceRecord, service_files, template
from cockpit.ays.service_files import Kept
from cockpit.errors import InputError

SCHEMA = """\
ssh.port = type:int default:22
name = type:str
tags = type:str list
sizes = type:int list
ports = type:dict
on = type:bool default:False
"""
GENERATIONS = ("8.0", "8.1", "cockpit")


@pytest.fixture
def node(tmp_path: Path) -> Any:
    folder = tmp_path / "node.docker"
    folder.mkdir()
    (folder / "schema.hrd").write_text(SCHEMA)
    (folder / "service.hrd").write_text("events.email = notify\nrecurring.probe = 1m\n")
    (folder / "actions.py").write_text("def notify(event): pass\ndef probe(): pass\n")
    return template.load(folder)


def a_record(**fields: Any) -> ServiceRecord:
    data = {"ssh.port": 2222, "name": "web", "tags": ["a"], "sizes": [1], "ports": {}, "on": True}
    usual = {"repo": "desk", "key": "node!web1", "role": "node", "instance": "web1"}
    return ServiceRecord(**(usual | {"template": "node.docker", "data": data} | fields))


def write(kept: Kept, node: Any, generation: Any, **options: Any) -> dict[str, str]:
    return service_files.write(
        kept, node, generation, template_of=lambda key: f"{key.partition('!')[0]}.x", **options
    )


def read(texts: dict[str, str], node: Any, key: str = "node!web1") -> Kept:
    templates = {node.name: node}
    return service_files.read(texts, key=key, repo="desk", templates=templates, source=key)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_service_comes_back_from_its_files_as_it_was(node: Any, generation: Any) -> None:
    record = a_record(
        parent="os!main",
        producers={"sshkey": ["sshkey!main"], "disk": ["disk!1", "disk!2"]},
        recurring={"probe": 5.0, "install": 0.0},
        recurring_from={"install": "1.yaml"},
        listens=[Listening("email", "notify", where="true", source="1.yaml")],
    )
    kept = Kept(record, {"init": "ok", "install": "changed"})
    assert read(write(kept, node, generation), node) == kept


VALUES = {
    "ssh.port": st.integers(0, 2**40),
    "name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    "tags": st.lists(st.text(alphabet="abc", min_size=1)),
    "sizes": st.lists(st.integers(-9, 9)),
    "ports": st.dictionaries(st.text(alphabet="xyz", min_size=1), st.text(alphabet="0:' ")),
    "on": st.booleans(),
}
NODE = template.Template(
    name="node.docker",
    directory=Path(),
    service_hrd=template.Hrd(),
    schema=template.schema.parse(SCHEMA, source="schema.hrd"),
    actions_path=None,
    subscriptions={},
    refusals=[],
    warnings=[],
    timeouts_s={},
    retry_counts={},
    orders={},
)


@pytest.mark.parametrize("generation", GENERATIONS)
@given(data=st.fixed_dictionaries(VALUES))
def test_any_data_comes_back(generation: Any, data: dict[str, Any]) -> None:
    kept = Kept(a_record(data=data))
    assert read(write(kept, NODE, generation), NODE) == kept


@pytest.mark.parametrize("generation", GENERATIONS)
def test_data_beyond_the_schema_comes_back(node: Any, generation: Any) -> None:
    data = a_record().data | {"seen.by": "Ann", "deep": {"a": [1, {"b": None}]}, "last": None}
    assert read(write(Kept(a_record(data=data)), node, generation), node).record.data == data


def test_each_generation_has_its_files(node: Any) -> None:
    kept = Kept(a_record(), {"install": "ok"})
    assert set(write(kept, node, "8.0")) == {"instance.hrd", "state.yaml"}
    assert set(write(kept, node, "8.1")) == {"data.json", "service.json"}
    assert set(write(kept, node, "cockpit")) == {"data.json", "service.json"}


def test_80_names_states_events_and_periods_as_it_did(node: Any) -> None:
    text = write(Kept(a_record(), {"init": "ok", "install": "changed"}), node, "8.0")["state.yaml"]
    assert text.startswith("recipe: node.docker\nparent: ''\nproducers: {}\n")
    assert "state: {init: OK, install: CHANGED}\nrecurring:\n  probe: [1m, 0]\n" in text
    assert "events:\n  email: [notify]\n" in text


def test_what_a_blueprint_ended_does_not_recur_in_80(node: Any) -> None:
    text = write(Kept(a_record(recurring={"probe": 0.0}), {}), node, "8.0")["state.yaml"]
    assert "recurring: {}\nevents:" in text


def test_81_names_fields_and_services_as_it_did(node: Any) -> None:
    made = write(Kept(a_record(parent="os!main"), {"install": "ok"}), node, "8.1")
    assert '"sshPort": 2222' in made["data.json"]
    assert '"actorName": "os.x"' in made["service.json"]
    assert '"state": "ok"' in made["service.json"]


def test_a_template_that_is_gone_does_not_stop_the_writing() -> None:
    for generation in GENERATIONS:
        assert write(Kept(a_record()), None, generation)


def test_comments_of_an_instance_hrd_stay(node: Any) -> None:
    former = {"instance.hrd": "# by Ann\nssh.port = 22  # usual\n\ngone = 1\n"}
    text = write(Kept(a_record()), node, "8.0", former=former)["instance.hrd"]
    assert text.startswith("# by Ann\nssh.port = 2222  # usual\n")
    assert "gone" not in text


def test_a_real_state_yaml_is_read(node: Any) -> None:
    state = """\
recipe: node.docker
parent: os!web1
producers: {os: [os!web1], sshkey: [sshkey!main]}
state: {init: OK, install: CHANGEDHRD}
recurring: {probe: [15m, 1467000000]}
events: {generic: [on_webhook]}
instanceHRDHash: 0f343b0931126a20f133d67c2b018a3b
templateHRDHash: ''
"""
    kept = read({"state.yaml": state, "instance.hrd": "ssh.port = '23'\n"}, node)
    assert kept.states == {"init": "ok", "install": "changed"}
    assert kept.record.parent == "os!web1"
    assert kept.record.data["ssh.port"] == 23
    # Its periods and events are the template's: they are read there.
    assert kept.record.recurring == {}


GENUINE = {
    "state.yaml": """\
recipe: node.docker
parent: os!web1
producers: {sshkey: [sshkey!main], os: [os!web1]}
state: {init: OK, install: CHANGEDHRD}
recurring: {probe: [60s, 1467000000]}
events: {email: [notify]}
instanceHRDHash: 0f343b0931126a20f133d67c2b018a3b
templateHRDHash: ''
""",
    "instance.hrd": "# caf\udce9\nssh.port = 23\nbin = b\n\udcff\0\udcfe\n#BINARYEND\n\n"
    "process.1 =\n    cmd:'run me',\n    ports:[80,81],\n    prio:5,\n\n",
}


def test_files_that_say_the_same_stay_as_they_are(node: Any) -> None:
    kept = read(GENUINE, node)
    assert kept.record.producers == {"sshkey": ["sshkey!main"]}
    assert write(kept, node, "8.0", former=GENUINE) == GENUINE


@pytest.mark.parametrize("generation", ["8.1", "cockpit"])
def test_json_that_says_the_same_stays_as_it_is(node: Any, generation: Any) -> None:
    kept = Kept(a_record(), {"install": "ok"})
    made = write(kept, node, generation)
    compact = {name: text.replace("\n", "") for name, text in made.items()}
    assert write(kept, node, generation, former=compact) == compact
    changed = msgspec.structs.replace(kept, states={"install": "error"})
    again = write(changed, node, generation, former=compact)
    assert again["data.json"] == compact["data.json"]
    assert again["service.json"] == write(changed, node, generation)["service.json"]


def test_80_keeps_what_did_not_change(node: Any) -> None:
    kept = read(GENUINE, node)
    begun = msgspec.structs.replace(kept, states={"init": "ok"}, begun={"probe": 1467000060})
    made = write(begun, node, "8.0", former=GENUINE)
    assert made["instance.hrd"] == GENUINE["instance.hrd"]
    assert "producers:\n  os: [os!web1]\n  sshkey: [sshkey!main]\n" in made["state.yaml"]
    assert "recurring:\n  probe: [60s, 1467000060]\n" in made["state.yaml"]
    assert "instanceHRDHash: 0f343b0931126a20f133d67c2b018a3b\n" in made["state.yaml"]

    data = kept.record.data | {"ssh.port": 8081}
    changed = msgspec.structs.replace(kept, record=msgspec.structs.replace(kept.record, data=data))
    made = write(changed, node, "8.0", former=GENUINE)
    assert made["instance.hrd"].startswith(GENUINE["instance.hrd"].replace("= 23", "= 8081"))
    assert "model.yaml" not in made
    assert "0f343b0931126a20f133d67c2b018a3b" not in made["state.yaml"]


@pytest.mark.parametrize("parent", ["os!a", ""])
def test_a_parent_that_is_consumed_as_well_comes_back(node: Any, parent: str) -> None:
    kept = Kept(a_record(parent=parent, producers={"os": ["os!a", "os!b"]}))
    assert read(write(kept, node, "8.0"), node) == kept


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"state.yaml": "recipe: nod\n"}, "node!web1: unknown template 'nod'"),
        ({"state.yaml": "a: [\n"}, "node!web1/state.yaml:2: "),
        ({"state.yaml": "- a\n"}, "node!web1/state.yaml: it must be a mapping"),
        ({"service.json": "{"}, "node!web1/service.json: "),
        ({"service.json": '{"template": ["x"]}'}, "node!web1: template must be a text"),
        ({"service.json": '{"template": "x", "parent": 1}'}, "node!web1: parent must be a text"),
        ({"service.json": '{"actorName": "node.docker", "producers": [1]}'}, "actorName and"),
        ({"service.json": '{"actorName": "node.docker", "actions": {"a": 1}}'}, "must be a list"),
        ({"service.json": '{"template": "node.docker", "states": {"a": "up"}}'}, "'up' is no"),
        ({"service.json": '{"template": "node.docker", "states": []}'}, None),
        ({"service.json": '{"template": "node.docker", "states": 1}'}, "states must be"),
        ({"service.json": '{"template": "node.docker", "producers": {"a": 1}}'}, "producers: "),
        ({"service.json": '{"template": "node.docker", "listens": 1}'}, "recurring or listens"),
        (
            {"state.yaml": "recipe: node.docker\n", "instance.hrd": "# Ann\nssh_port = x\n"},
            "node!web1/instance.hrd:2: ssh.port: ",
        ),
        (
            {"state.yaml": "recipe: node.docker\n", "model.yaml": "on: no\nssh_port: x\n"},
            "node!web1/model.yaml:2: ssh.port: ",
        ),
        (
            {
                "service.json": '{"template": "node.docker"}',
                "data.json": '{"ports":\n{"sshPort": 1},\n"sshPort": "big"}\n',
            },
            "node!web1/data.json:3: ssh.port: 'big' is no int",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_file(
    node: Any, texts: dict[str, str], told: str | None
) -> None:
    if told is None:
        assert read(texts, node)
        return
    with pytest.raises(InputError, match=re.escape(told)):
        read(texts, node)


def test_the_directory_must_be_called_as_the_template_plays(node: Any) -> None:
    with pytest.raises(InputError, match="plays node, not disk"):
        read({"service.json": '{"template": "node.docker"}'}, node, key="disk!a")


def test_an_empty_number_of_ays_80_is_its_default(node: Any) -> None:
    found = read({"state.yaml": "recipe: node.docker\n", "instance.hrd": "ssh.port  =\n"}, node)

    assert found.record.data["ssh.port"] == node.schema.fields["ssh.port"].default
