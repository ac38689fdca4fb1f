import pytest

from cockpit.ays import schema
from cockpit.errors import InputError

EXAMPLE = """
# relations
node      = type:str parent:'node' auto
key       = descr:'key__used to log in' consume:sshkey:1:1 auto
disks     = list type:str consume:'disk':0
# data
ssh.port  = type:int default:22
modules   = type:str list default:'core,web'
motd      = type:multiline
debug     = type:bool default:False
ready     = type:bool
load      = type:float optional
"""


def a_schema(text=EXAMPLE):
    return schema.parse(text, source="schema.hrd")


def test_tags_and_labels_are_kept_as_data():
    fields = a_schema().fields

    assert fields["node"].parent == "node"
    assert fields["node"].auto
    assert fields["key"].descr == "key used to log in"
    assert fields["key"].consume == "sshkey:1:1"
    assert fields["disks"].is_list
    assert fields["disks"].consume == "disk:0"
    assert fields["load"].optional
    assert fields["ssh.port"].line == 7


def test_defaults_fill_what_is_not_given():
    assert a_schema().fill({"node": "web"}, where="b.yaml:1") == {
        "node": "web",
        "key": "",
        "disks": [],
        "ssh.port": 22,
        "modules": ["core", "web"],
        "motd": "",
        "debug": False,
        "ready": True,  # a bool without a default, as in every AYS
        "load": 0.0,
    }


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ("os.size = default:2 type:int", 2),
        ("path = type:string default: ''", ""),
        ("path = type:str default = '/x'", ""),
        ("path = type:'str' default:\"/opt/my code\"", "/opt/my code"),
        ("type = type:str default:'normal' default:'D'", "D"),
        ("kds.name== type:'str'", ""),
        ("x = default:'[]' list", []),
        ("x = type:list default:a,b", ["a", "b"]),
        ("x = TYPE:Int default:1 # list", 1),
        ("colour = default:a#b", "a#b"),
        ("admin.login = @ASK default:admin", "admin"),
        ("j = type:json default:'{\"a\": 1}'", '{"a": 1}'),
        ('x = default:"it\'s"', "it's"),
        ("x = default:'/opt/x", "/opt/x"),
        ("x = list default:'a','b'", ["a", "b"]),
        ("x = type:set default:'a,a,b'", ["a", "b"]),
        ("x = type:bool default:true singlechoice:'true'", True),
    ],
)
def test_odd_line_of_a_real_schema_reads(line, default):
    (field,) = a_schema(line).fields.values()

    assert field.default == default


@pytest.mark.parametrize("spelling", ["ssh.port", "ssh_port", "sshPort", "SSH.PORT"])
def test_all_spellings_are_one_field(spelling):
    made = a_schema("ssh.port = type:int").fill({spelling: "7"}, where="b:1")

    assert made == {"ssh.port": 7}
    assert a_schema("ssh.port = type:int").find(spelling).name == "ssh.port"


@pytest.mark.parametrize("spelling", ["maxCPU", "maxcpu", "max_cpu", "max.CPU"])
def test_field_in_camel_case_has_the_same_spellings(spelling):
    assert a_schema("maxCPU = type:int").fill({spelling: 4}, where="b:1") == {"maxCPU": 4}


def test_all_problems_of_the_arguments_come_at_once():
    args = {"ssh.prot": 1, "debug": "maybe", "ssh_port": 1, "sshPort": 2}
    with pytest.raises(InputError) as caught:
        a_schema().fill(args, where="1_x.yaml:3")

    assert str(caught.value).split("\n") == [
        "1_x.yaml:3: unknown argument ssh.prot (did you mean ssh.port?)",
        "1_x.yaml:3: sshPort: ssh.port is given twice",
        "1_x.yaml:3: debug: 'maybe' is no bool",
    ]


def test_existing_data_wins_over_defaults_and_loses_to_arguments():
    existing = {"SSH.port": 2222, "motd": "hi", "tickets": 4}
    made = a_schema("ssh.port = type:int\nmotd = type:str").fill(
        {"motd": "ho", "ssh.port": None}, where="b:1", existing=existing
    )

    assert made == {"ssh.port": 2222, "motd": "ho", "tickets": 4}
    assert existing["motd"] == "hi"


def test_filling_twice_changes_nothing():
    once = a_schema().fill({"disks": "a, b"}, where="b:1")

    assert a_schema().fill({"disks": "a, b"}, where="b:1", existing=once) == once


def test_without_a_schema_every_argument_is_kept():
    made = schema.Schema(is_open=True).fill({"a": [1], "b": "x"}, where="b:1", existing={"B": "y"})

    assert made == {"a": [1], "b": "x"}


def test_open_schema_refuses_what_json_cannot_hold_by_name():
    with pytest.raises(InputError, match=r"^b:1: a: "):
        schema.Schema(is_open=True).fill({"a": object()}, where="b:1")


def test_all_problems_of_a_schema_come_at_once():
    text = (
        "name: type:int\nx = type:dropdown\ny = type:int default:z\n"
        "a.b = type:str\naB = type:str\np = type:int minval:x"
    )
    with pytest.raises(InputError) as caught:
        a_schema(text)

    problems = str(caught.value).split("\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        f"schema.hrd:{line}" for line in (1, 2, 3, 5, 6)
    ]
    assert "unknown type dropdown" in problems[1]
    assert "aB is a.b of line 4" in problems[3]


def test_repeated_field_warns_and_the_last_one_counts():
    warnings = []
    made = schema.parse("a = default:1\na = default:2", source="s.hrd", warnings=warnings)

    assert made.fields["a"].default == "2"
    assert warnings == ["s.hrd:2: a replaces the one of line 1"]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("emai", ("email", "eco"), " (did you mean email?)"),
        ("zzz", ("email", "eco"), " (there is: email, eco)"),
        ("zzz", (), " (there is none)"),
    ],
)
def test_nearest_names_one_or_all(name, known, hint):
    assert schema.nearest(name, known) == hint


LIMITED = """port = type:ipport
mail = type:email
size = type:int minval:1 maxval:10 default:2
mode = type:str singlechoice:'fast,slow'
disks = list type:str regex:'sd[a-z]'
keep = type:duration
from = type:date
token = type:password regex:'"[a-z]+"'
"""


def test_what_nobody_set_is_not_held_to_the_limits():
    filled = a_schema(LIMITED).fill({}, where="x:1")

    assert (filled["port"], filled["mail"], filled["mode"]) == (0, "", "")
    assert a_schema(LIMITED).fill({}, where="x:1", existing=filled) == filled


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"port": 70000}, "port: 70000 is no ipport, write a port from 1 to 65535"),
        ({"mail": "ann"}, "mail: 'ann' is no email, write it as ann@example.org"),
        ({"size": 0}, "size: 0 is less than 1"),
        ({"size": "11"}, "size: 11 is more than 10"),
        ({"mode": "fas"}, "mode: 'fas' is no choice (did you mean fast?)"),
        ({"disks": ["sda", "hda"]}, "disks: 'hda' does not match sd[a-z]"),
        ({"keep": "soon"}, "keep: 'soon' is no duration"),
        ({"from": "yesterday"}, "from: 'yesterday' is no date"),
    ],
)
def test_values_are_really_validated(args, problem):
    with pytest.raises(InputError) as told:
        a_schema(LIMITED).fill(args, where="1.yaml:3")

    assert str(told.value).startswith(f"1.yaml:3: {problem}")


def test_quotes_inside_of_quotes_belong_to_the_value_and_a_password_is_not_shown():
    token = a_schema(LIMITED).fields["token"]

    assert token.convert('"abc"') == '"abc"'
    with pytest.raises(InputError, match=r"^the value does not match"):
        token.convert("abc")


@pytest.mark.parametrize("value", ["", " ", "none", "None"])
def test_an_empty_number_is_not_set(value):
    fields = a_schema("port = type:int default:22\nload = type:float\nname = type:str")

    assert fields.fill({"port": value, "load": value}, where="x:1") == {
        "port": 22,
        "load": 0.0,
        "name": "",
    }
    assert fields.fill({}, where="x:1", existing={"port": value})["port"] == 22


@pytest.mark.parametrize("spelling", ["xx", "yy", "a.b"])
def test_an_alias_is_a_spelling(spelling):
    fields = a_schema("a.b = type:str alias:'xx, yy,'")

    assert fields.fill({spelling: "v"}, where="x:1") == {"a.b": "v"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = alias:b\nb = type:str", "schema.hrd:1: alias b is b of line 2"),
        ("a = alias:x\nb = alias:x", "schema.hrd:2: alias x is a of line 1"),
        ("a = consume:x:3:1", "schema.hrd:1: consume:x:3:1: the least is more than the most"),
        ("a = consume:x:a", "schema.hrd:1: consume:x:a: write consume:ROLE:MIN:MAX"),
        ("a = type:", "schema.hrd:1: type: names none; without it a field is text"),
    ],
)
def test_a_tag_that_makes_no_sense_is_told(text, problem):
    with pytest.raises(InputError) as told:
        a_schema(text)

    assert str(told.value) == problem


ASKING = """a = @ASK descr:'API__token'
b = type:str @ask default:x
c = parent:node @ASK
d = @ASk
"""


def test_what_is_asked_for_must_be_said():
    fields = a_schema(ASKING)

    with pytest.raises(InputError, match=r"^x:1: a: no value is given: API token$"):
        fields.fill({}, where="x:1", is_asking=True)
    for args, existing in (({"a": "1"}, {}), ({}, {"a": "1"})):
        made = fields.fill(args, where="x:1", existing=existing, is_asking=True)
        assert made == {"a": "1", "b": "x", "c": "", "d": ""}
    assert fields.fill({}, where="x:1")["a"] == ""


def test_a_field_may_have_its_own_place_in_the_error():
    with pytest.raises(InputError, match=r"^x.hrd:7: port: 'p' is no int\nx: mail: "):
        a_schema("port = type:int\nmail = type:email").fill(
            {"port": "p", "mail": "m"}, where="x", places={"port": "x.hrd:7"}
        )


def test_a_default_that_does_not_fit_is_told_with_its_line():
    with pytest.raises(InputError, match=r"schema.hrd:2: default: 0 is less than 1"):
        a_schema("a = type:str\nb = type:int minval:1 default:0\n")


def test_unknown_arguments_may_be_warnings():
    warnings = []
    filled = a_schema("size = type:int").fill({"siz": 1, "size": 2}, where="x:1", ignored=warnings)

    assert filled == {"size": 2}
    assert warnings == ["x:1: unknown argument siz (did you mean size?), ignored"]


def test_a_problem_is_told_where_its_argument_stands():
    args = {"siz": 1, "Size": "x", "ssh_port": 1, "sshPort": 2, "up": "maybe"}
    with pytest.raises(InputError) as told:
        a_schema("size = type:int\nssh.port = type:int\nup = type:bool").fill(
            args, where="b:1", places={"siz": "b:2", "size": "b:3", "ssh.port": "b:5"}
        )

    assert [line.split(": ")[0] for line in str(told.value).splitlines()] == [
        "b:2",
        "b:5",
        "b:3",
        "b:1",
    ]


def test_a_kept_value_that_no_longer_fits_is_told_as_such():
    with pytest.raises(InputError) as told:
        a_schema("size = type:int maxval:5").fill({}, where="b:1", existing={"size": 9})

    assert str(told.value) == "b:1: kept from before: size: 9 is more than 5"
