import pytest

from cockpit.ays import duration, hrd
from cockpit.ays.hrd import Hrd
from cockpit.errors import InputError, OpsError


def read(text):
    return hrd.parse(text, source="service.hrd")


def test_block_of_the_specification_reads_byte_for_byte():
    made = read("events.emai = \n\tnotify,\n\tescalate,\n")

    assert made.get("events.emai") == ["notify", "escalate"]
    assert made.entries()[0].line == 1
    assert made.warnings == []


def test_broken_value_raises_only_when_it_is_asked_for():
    made = read("a = k:v, plain\nb = 1")

    assert made.get("b") == "1"
    assert made.get_str("b") == "1"
    with pytest.raises(InputError, match=r"service\.hrd:1: 'plain' has no ':'"):
        made.get("a")


def test_missing_key_raises_without_a_default_only():
    made = read("a = 1")

    assert made.get("b", None) is None
    assert made.get("b", 7) == 7
    with pytest.raises(InputError, match=r"service\.hrd: no key b"):
        made.get("b")


def test_keys_are_found_in_any_case():
    made = read("Key.Up = 1")

    assert made.exists("key.up")
    assert made.get_int("KEY.UP") == 1


@pytest.mark.parametrize(
    ("text", "accessor", "value"),
    [
        ("-5", "get_int", -5),
        ("none", "get_int", 0),
        ("'7'", "get_int", 7),
        ("1.5", "get_float", 1.5),
        ("TRUE", "get_bool", True),
        ("1", "get_bool", True),
        ("yes", "get_bool", False),
        ("a, b", "get_list", ["a", "b"]),
        ("'a, b'", "get_list", ["a", "b"]),
        ('"a", "b"', "get_list", ["a", "b"]),
        ("a", "get_list", ["a"]),
        ("i:1, f:1.5, b:true, s:x", "get_dict", {"i": 1, "f": 1.5, "b": True, "s": "x"}),
        ("", "get_dict", {}),
        ("http://h:80/p", "get_str", "http://h:80/p"),
        ("12:30", "get_str", "12:30"),
        ("x, y", "get_str", "['x','y']"),
        ("x, y", "raw", "x, y"),
        ("a == 'b' # c", "raw", "a == 'b'"),
        ("\n x,\n y,", "raw", "x,\ny,"),
    ],
)
def test_accessor_gives_its_type(text, accessor, value):
    assert getattr(read(f"k = {text}"), accessor)("k") == value


ALIASES = {
    "getStr": "get_str",
    "getInt": "get_int",
    "getFloat": "get_float",
    "getBool": "get_bool",
    "getList": "get_list",
    "getDict": "get_dict",
    "getListFromPrefix": "list_from_prefix",
    "getDictFromPrefix": "dict_from_prefix",
    "getHRDAsDict": "as_dict",
    "getListFromPrefixEachItemDict": "items_from_prefix",
    "setArgs": "set_args",
    "listAdd": "list_add",
}


@pytest.mark.parametrize(("old", "name"), ALIASES.items())
def test_old_spelling_is_the_same_method(old, name):
    assert getattr(Hrd, old) is getattr(Hrd, name)


def test_the_calls_of_ays_8_take_their_old_arguments(tmp_path):
    made = read("a = 1")
    (tmp_path / "x").write_text("$(a) $(b)")
    made.applyTemplate(hrd=read("c = 3"), args={"d": 4}, prefix="t")
    made.set("e", 5, persistent=True, ttype="int")

    assert made.data() == {"a": "1", "t.c": "3", "t.d": 4, "e": 5}
    assert made.applyOnContent("$(a) $(b)", additionalArgs={"b": 2}) == "1 2"
    made.applyOnFile(str(tmp_path / "x"), additionalArgs={"b": "$(b)"})
    made.applyOnDir(str(tmp_path), additionalArgs={"b": 2})
    assert (tmp_path / "x").read_text() == "1 2"


def test_a_dict_that_was_set_is_joined_as_text():
    made = Hrd.of({"of": {"a": "b"}})
    made.set("d", {"a": "b", "c": 1})

    assert (made.get_str("d"), made.get_str("of")) == ("a:b c:1", "a:b")


def test_bad_number_names_file_line_key_and_text():
    with pytest.raises(InputError, match=r"service\.hrd:2: port = 'x' is not a number"):
        read("a = 1\nport = x").get_int("port")


def test_empty_list_with_a_default_is_the_default():
    assert read("a =").get_list("a", ["x"]) == ["x"]


def test_set_keeps_types_spelling_and_remembers_changes():
    made = Hrd.of({"Tickets": 4, "old": "x"})
    made.set("tickets", made.get_int("tickets") + 1)
    made.set("alarms.db!main", (1, 2))
    made.delete("OLD")
    made.delete("never")

    assert made.data() == {"Tickets": 5, "alarms.db!main": [1, 2]}
    assert made.changes == {"Tickets": 5, "alarms.db!main": [1, 2], "old": None}


@pytest.mark.parametrize(
    ("key", "value"), [("a", None), ("a", object()), (" ", 1), ("a", float("nan"))]
)
def test_set_refuses_what_cannot_be_kept(key, value):
    made = Hrd()
    with pytest.raises(InputError):
        made.set(key, value)

    assert made.changes == {}


def test_list_that_was_handed_out_changes_nothing_inside():
    made = Hrd.of({"a": ["x"]})
    made.get("a").append("y")

    assert made.get("a") == ["x"]


@pytest.mark.parametrize("accessor", ["get_str", "get_int", "get_float", "get_bool", "get_list"])
def test_typed_accessor_takes_none_for_no_default(accessor):
    with pytest.raises(InputError, match="no key a"):
        getattr(Hrd(), accessor)("a", None)


def test_typed_accessor_gives_its_default_for_a_missing_key():
    made = Hrd()

    assert (made.get_str("a", ["x"]), made.get_int("a", 1), made.get_bool("a", default=True)) == (
        "['x']",
        1,
        True,
    )


def test_text_of_bytes_is_utf_8_or_refused():
    made = read("a = b\nü\n#BINARYEND#########\nb = bqp\n=FF\n#BINARYEND#########\n")

    assert made.get("a") == "ü".encode()
    assert made.get_str("a") == "ü"
    with pytest.raises(InputError, match=r"service\.hrd:4: b = b'\\xff' is no UTF-8 text"):
        made.get_str("b")


def test_every_accessor_sees_variables_replaced():
    made = read("n = 7\na = $(n)\nl = $(n), x\nd = k:$(n)\nu = http://h:$(n)/")

    assert (made.get_int("a"), made.get_list("l"), made.get_dict("d")) == (7, ["7", "x"], {"k": 7})
    assert made.get_str("u") == "http://h:7/"
    assert made.raw("a") == made.data()["a"] == "$(n)"


def test_circle_of_variables_is_refused_when_it_is_asked_for():
    made = read("a = $(b)\nb = $(a)\nc = 1")

    assert made.get("c") == "1"
    with pytest.raises(InputError, match=r"service\.hrd:1 a → service\.hrd:2 b → service\.hrd:1 a"):
        made.get("a")


def test_secret_comes_from_whoever_knows_it():
    text = "a = $(secret:db)"

    assert read(text).get("a") == "$(secret:db)"
    assert hrd.parse(text, source="", secret=str.upper).get("a") == "DB"


def test_only_a_key_brings_a_secret_into_other_texts(tmp_path):
    made = hrd.parse("a = $(secret:db)", source="", secret=str.upper)
    (tmp_path / "x").write_text("$(secret:db) $(a)")
    made.apply_on_file(str(tmp_path / "x"))
    made.apply_template(read("b = $(secret:db) $(a)"))

    assert made.apply_on_content("$(secret:db) $(a)$(secret:x)") == "$(secret:db) DB$(secret:x)"
    assert (tmp_path / "x").read_text() == "$(secret:db) DB"
    assert made.get("b") == "$(secret:db) $(a)"


def test_data_is_text_unless_its_key_is_named():
    data = {"A": "$(b)", "b": "$(secret:x)", "c": "$(a)"}

    assert Hrd.of(data).get("a") == "$(b)"
    assert Hrd.of(data, variables=["a"]).get("a") == "$(secret:x)"
    assert Hrd.of(data, variables=["b", "c"], secret=str.upper).get("b") == "X"


def test_value_that_was_set_is_text_and_brings_no_secret_out():
    made = hrd.parse("a = <$(mail)>", source="", secret=str.upper)
    made.set("mail", "$(secret:x)")

    assert made.get("mail") == "$(secret:x)"
    assert made.get("a") == "<$(secret:x)>"


def test_question_is_read_on_request():
    made = read("a = @ASK type:int default:5\nb = x\nc = @ask retry:no")

    question = made.question("a")
    assert question
    assert (question.type, question.default) == ("int", "5")
    assert made.get("a") == "@ASK type:int default:5"
    assert made.question("b") is None
    with pytest.raises(InputError, match=r"service\.hrd:3: retry"):
        made.question("c")


def test_pop_gives_the_value_and_removes_the_key():
    made = read("a = 1")

    assert made.pop("A") == "1"
    assert made.pop("a", 2) == 2
    assert made.changes == {"a": None}
    with pytest.raises(InputError):
        made.pop("a")


def test_arguments_are_set_below_their_prefix():
    made = read("P.a = 1")
    made.set_args({"a": 2, "b": 3}, prefix="p")
    made.set_args({"c": 4})

    assert made.data() == {"P.a": 2, "p.b": 3, "c": 4}


def test_item_is_added_to_a_list_once():
    made = read("a = x, y")
    made.list_add("a", "x")
    made.list_add("a", "z")
    made.list_add("b", "q")

    assert made.data() == {"a": ["x", "y", "z"], "b": ["q"]}


def test_template_overrules_where_it_says_something():
    made = read("t.a = 1\nt.b = 2\nt.c = 3")
    made.apply_template(read("a = $(t.c)\nb =\nd =\ne = k:v, x"), {"c": 4}, prefix="t")

    assert made.data() == {"t.a": "$(t.c)", "t.b": "2", "t.c": 4, "t.d": ""}
    assert made.get("t.a") == "4"


def test_variables_in_other_text_are_replaced_and_arguments_go_first():
    made = read("a = 1\nb = $(a)2")

    assert (
        made.apply_on_content("$(a) $(B) $(c) $(no)", {"A": "$(b)", "c": 3}) == "$(b) $(b)2 3 $(no)"
    )


def test_variables_in_files_are_replaced(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.conf").write_bytes(b"port $(a)\r\n")
    (tmp_path / "x.bin").write_bytes(b"$(a)\xff")
    (tmp_path / "link").symlink_to(tmp_path / "x.bin")
    made = read("a = 1")
    made.apply_on_dir(str(tmp_path), {"b": 2})

    assert (tmp_path / "sub" / "x.conf").read_bytes() == b"port 1\r\n"
    assert (tmp_path / "x.bin").read_bytes() == b"$(a)\xff"
    with pytest.raises(InputError, match="no UTF-8 text"):
        made.apply_on_file(str(tmp_path / "x.bin"))
    with pytest.raises(OpsError, match="No such file"):
        made.apply_on_file(str(tmp_path / "missing"))


# The trickiest constructs of real files, by their numbers, in words of our own.


def test_construct_01_command_with_every_sign_inside_quotes():
    made = read(
        "p.1=\n    cmd:'export P=/a:/b;/bin/sh -c \"run(\\\"x\\\")\"',\n    args:'',\n    prio:10,\n"
    )

    assert made.get("p.1") == {
        "cmd": r'export P=/a:/b;/bin/sh -c "run(\"x\")"',
        "args": "",
        "prio": "10",
    }
    assert made.warnings == []


def test_construct_02_long_path_of_variables_and_an_empty_list():
    path = ";".join(f"$(param.base)/lib{n}/?.lua" for n in range(40))
    made = read(f"param.base=/opt/x\np.1= \n  cmd:'LUA_PATH=\"{path}\" lua', \n  ports:[], \n")

    assert made.get("p.1") == {
        "cmd": f'LUA_PATH="{path}" lua'.replace("$(param.base)", "/opt/x"),
        "ports": [],
    }


def test_construct_05_open_quote_does_not_swallow_the_next_entry():
    made = read("base = /opt\np.1 =\n    cmd:'$(base)/run,\n    args:'-c x',\n")

    assert made.get("p.1") == {"cmd": "/opt/run", "args": "-c x"}


def test_construct_09_variable_inside_brackets():
    made = read("param.port = 80\np.1 =\n    ports:[$(param.port)],\n    more:[$(no)],\n")

    assert made.get("p.1") == {"ports": ["80"], "more": ["$(no)"]}


@pytest.mark.parametrize(
    ("text", "descr"),
    [
        ("@ASK descr:'as  \"22:8022 80:80\"  the first is'", 'as  "22:8022 80:80"  the first is'),
        ("@ASK descr:'/a:/b # /c:/d # …'", "/a:/b # /c:/d # …"),
    ],
)
def test_construct_10_question_with_hashes_quotes_and_colons(text, descr):
    question = read(f"docker.volumes = {text}").question("docker.volumes")

    assert question
    assert question.descr == descr


def test_construct_11_question_with_a_lone_quote_and_a_quoted_comma():
    made = read("a = @ASK description:\"it can\\'t, or 'x, y'\" default:z\n")
    question = made.question("a")

    assert made.get("a") == "@ASK description:\"it can\\'t, or 'x, y'\" default:z"
    assert question
    assert (question.default, question.tags) == ("z", {"description": "it can\\'t, or 'x, y'"})


def test_construct_12_question_with_equal_signs_and_misspelt_tags():
    made = read(
        "a = @ASK default:'db://h/x?m=off' decr:'y' \nb = @ASK default:c2Vj=\nc = @ASK default=9000"
    )
    found = [made.question(key) for key in "abc"]

    assert [one.default for one in found if one] == ["db://h/x?m=off", "c2Vj=", "9000"]
    assert found[0]
    assert found[0].tags == {"decr": "y"}


def test_construct_14_stray_line_and_double_quotes():
    made = read("base = /opt\na =\n    'linux',\n'linux64',     ,\nb = \"$(base)/x\"\nc = \"y\"\n")

    assert made.get("a") == ["linux"]
    assert (made.get("b"), made.get("c")) == ('"/opt/x"', '"y"')
    assert made.warnings == [
        "service.hrd:4: ignored, it is no 'key = value' and belongs to no block"
    ]


def test_construct_15_lists_of_actions_and_quoted_periods():
    made = read(
        "\n\nevents.email =\n    'reply',\n\nrecurring.sync = \"5m\"\nevents.generic =\n    on_hook,"
    )

    assert made.get("events.email") == ["reply"]
    assert made.get("events.generic") == ["on_hook"]
    assert duration.parse(made.get("recurring.sync")) == 300


def test_construct_15_two_spaces_and_a_last_line_without_comma():
    made = read("recurring.scale =\n  period: 1m,\n  log: True\n")

    assert made.get_dict("recurring.scale") == {"period": "1m", "log": True}
