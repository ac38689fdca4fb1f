import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays import hrd
from cockpit.ays.hrd import Hrd
from cockpit.errors import InputError


def read(text):
    return hrd.parse(text, source="service.hrd")


# The numbers are those of the observed edge cases of the old parser.
VECTORS = {
    "1 scalars stay text": ("a = 007\nb = True\nc = none", {"a": "007", "b": "True", "c": "none"}),
    "2 double quotes stay": ('a = "x"', {"a": '"x"'}),
    "3 one-line lists": ("a = x, y\nb = 'q',\nc =,", {"a": ["x", "y"], "b": ["q"], "c": []}),
    "4 colons make dicts": (
        "a = k:v\nmac = aa:bb:cc\nu = http://h:80/p",
        {"a": {"k": "v"}, "mac": {"aa": "bb:cc"}, "u": {"http": "//h:80/p"}},
    ),
    "5 a time is a dict": ("t = 12:30", {"t": {"12": "30"}}),
    "6 list block": ("a =\n    one,\n    'two, x',\n", {"a": ["one", "two, x"]}),
    "7 dict block": (
        "a =\n p:5544,,\n k:,\n last:1\n",
        {"a": {"p": "5544", "k": "", "last": "1"}},
    ),
    "8 brackets in a dict": (
        "a =\n ports:[1,2],\n env:[],",
        {"a": {"ports": ["1", "2"], "env": []}},
    ),
    "8b two brackets": (
        "d =\n a:[1,2],\n b:x,\n c:[3],",
        {"d": {"a": ["1", "2"], "b": "x", "c": ["3"]}},
    ),
    "11 no blank line between blocks": (
        "a =\n x,\nb = 2\nc =\n y,\nd = 3",
        {"a": ["x"], "b": "2", "c": ["y"], "d": "3"},
    ),
    "12 comment inside a block": ("a =\n x,\n # no\n# no\n y,\n", {"a": ["x", "y"]}),
    "13 quoted hash stays": ("a = 'x # y'", {"a": "x # y"}),
    "14 tab-indented block": ("a =\n\tx,\n\ty,\n", {"a": ["x", "y"]}),
    "16 brackets": ("a = [1,2,3]\nb =\n [1,2],\n", {"a": ["1", "2", "3"], "b": ["1", "2"]}),
    "17 quoted brackets": ("a = '[1,2]'", {"a": ["1", "2"]}),
    "18 further equal signs": (
        "a = b = c\np =\n -KEY-\n ab==\n",
        {"a": "b = c", "p": "-KEY-\nab=="},
    ),
    "21 empty key": ("a =\nb = 1", {"a": "", "b": "1"}),
    "22 spelling of keys": ("Key.Up = 1", {"Key.Up": "1"}),
    "23 empty file": ("", {}),
    "23 no final newline, CRLF, BOM": (
        "\ufeffa = 1\r\nb =\r\n x,\r\n\r\nc = 2",
        {"a": "1", "b": ["x"], "c": "2"},
    ),
    "24 variables stay": ("a = $(no)\nb = $(a-b)", {"a": "$(no)", "b": "$(a-b)"}),
}


@pytest.mark.parametrize(("text", "data"), VECTORS.values(), ids=VECTORS)
def test_edge_case_reads_as_decided_without_a_warning(text, data):
    made = read(text)

    assert made.data() == data
    assert made.warnings == []


WARNED = {
    "9 dict line without colon": ("a =\n k:v,\n x,\nb = 1", {"a": "", "b": "1"}, 3),
    "10 text that looks like a list": ("a =\n foo\n bar,\n", {"a": "foo\nbar,"}, 3),
    "15 blank line inside a block": ("a =\n x,\n\n y,\n", {"a": ["x"]}, 4),
    "19 unterminated quote": ("a =\n c:'/opt/x,\n d:1,\n", {"a": {"c": "/opt/x", "d": "1"}}, 2),
    "20 duplicate key": ("a = 1\nA = 2", {"A": "2"}, 2),
    "25 stray line": ("a = 1\n'linux64',     ,\n", {"a": "1"}, 2),
    "at sign in a block": ("a =\n x\n @y\n", {"a": "x"}, 3),
}


@pytest.mark.parametrize(("text", "data", "line"), WARNED.values(), ids=WARNED)
def test_doubtful_text_is_kept_with_one_warning_that_names_its_line(text, data, line):
    made = read(text)

    assert made.data() == data
    assert [warning.partition(": ")[0] for warning in made.warnings] == [f"service.hrd:{line}"]


# The numbers are those of the trickiest constructs of real files.
CONSTRUCTS = {
    "1 a command with every sign in one quoted value": (
        'process.1 =\n    cmd:\'sh -c "a=1; b:2 \\"x\\""\',\n    prio:5,\n',
        {"process.1": {"cmd": 'sh -c "a=1; b:2 \\"x\\""', "prio": "5"}},
    ),
    "2 long values with variables, and a list before a blank": (
        (
            "param.base = /opt\nprocess.1 =\n"
            "    env:'LUA_PATH=\"$(param.base)/?.lua;$(param.base)/x.lua\"',\n    ports:[], \n"
        ),
        {
            "param.base": "/opt",
            "process.1": {"env": 'LUA_PATH="/opt/?.lua;/opt/x.lua"', "ports": []},
        },
    ),
    "3 two commas": ("p =\n    ports:5544,,\n", {"p": {"ports": "5544"}}),
    "4 a quote never closed, and a tab": (
        "p =\n    dest:'/opt/mariadb/bin,\t\n    link:true,\n",
        {"p": {"dest": "/opt/mariadb/bin", "link": "true"}},
    ),
    "5 a quote never closed before arguments": (
        "base = /opt\np =\n    cmd:'$(base)/x,\n    args:'-c /etc/x',\n",
        {"base": "/opt", "p": {"cmd": "/opt/x", "args": "-c /etc/x"}},
    ),
    "6 trailing commas without final newline": (
        "smtp.server='localhost',\nsmtp.port=25,",
        {"smtp.server": ["localhost"], "smtp.port": ["25"]},
    ),
    "7 a lone comma": ("disk.used =,\n", {"disk.used": []}),
    "8 ports, empty keys in a row, a semicolon for a colon": (
        "tcp = 80:80,443:443\nvols =\nudp =\nurl = 'http;//x'\n",
        {"tcp": {"80": "80", "443": "443"}, "vols": "", "udp": "", "url": "http;//x"},
    ),
    "9 a variable in brackets": (
        "param.port = 80\np =\n    ports:[$(param.port)],\n",
        {"param.port": "80", "p": {"ports": ["80"]}},
    ),
    "10 a question with a hash and colons": (
        "login = @ASK descr:'the login # of the \"admin: x\"' type:str\n",
        {"login": "@ASK descr:'the login # of the \"admin: x\"' type:str"},
    ),
    "11 a question with an apostrophe and a comma": (
        "addr = @ASK description:\"you can\\'t change it, 'a, b' later\"\nx = 1\n",
        {"addr": "@ASK description:\"you can\\'t change it, 'a, b' later\"", "x": "1"},
    ),
    "12 further equal signs and unknown tags in questions": (
        (
            "db = @ASK default:'postgres://h/d?sslmode=disable'\nkey = @ASK default:'YWI='\n"
            "port = @ASK default=9000 decr:x\n"
        ),
        {
            "db": "@ASK default:'postgres://h/d?sslmode=disable'",
            "key": "@ASK default:'YWI='",
            "port": "@ASK default=9000 decr:x",
        },
    ),
    "13 dashes in keys and dots in keys of dicts": (
        "dep.args.statsd-master =\n    param.influxdb.connection:'local',\n",
        {"dep.args.statsd-master": {"param.influxdb.connection": "local"}},
    ),
    "14 a stray line, and double quotes": (
        "a =\n    x,\n'linux64',     ,\n\nb = \"$(c)\"\nc = 1\n",
        {"a": ["x"], "b": '"1"', "c": "1"},
    ),
    "15 event lists, a quoted period, two blanks of indent": (
        (
            "\n\nevents.email =\n  act,\n\nevents.generic =\n  'act',\n\nrecurring.sync = \"5m\"\n"
            "d =\n  a:1,\n  b:2"
        ),
        {
            "events.email": ["act"],
            "events.generic": ["act"],
            "recurring.sync": '"5m"',
            "d": {"a": "1", "b": "2"},
        },
    ),
}


@pytest.mark.parametrize(("text", "data"), CONSTRUCTS.values(), ids=CONSTRUCTS)
def test_construct_of_a_real_file_reads_as_decided(text, data):
    made = read(text)

    assert {key: made.get(key) for key in made.data()} == data


def test_block_of_the_specification_reads_byte_for_byte():
    made = read("events.emai = \n\tnotify,\n\tescalate,\n")

    assert made.get("events.emai") == ["notify", "escalate"]
    assert made.entries()[0].line == 1
    assert made.warnings == []


def test_a_binary_block_is_its_octets_and_text_where_it_is_text():
    made = read("a = bqp\n=41#\nx =3D 1\n#BINARYEND###\nb = b\nx=41\n#BINARYEND#\nc = 2")

    assert made.data() == {"a": "A#\nx = 1", "b": "x=41", "c": "2"}
    assert (made.get_bytes("a"), made.get_bytes("c")) == (b"A#\nx = 1", b"2")
    assert made.warnings == []


def test_a_binary_block_that_is_no_text_has_octets_only():
    made = read("a = bqp\n=FF=00\n#BINARYEND###\nb = 1")

    assert made.get_bytes("a") == b"\xff\x00"
    assert made.get("b") == "1"
    with pytest.raises(InputError, match=r"service\.hrd:1: a is binary"):
        made.get("a")


def test_bare_b_is_a_value_when_no_binary_block_ends():
    assert read("a = b\nc = 1").data() == {"a": "b", "c": "1"}


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


@pytest.mark.parametrize("alias", ["getStr", "getInt", "getFloat", "getBool", "getList", "getDict"])
def test_old_spelling_is_the_same_accessor(alias):
    snake = alias.replace("get", "get_").lower()

    assert getattr(Hrd, alias) is getattr(Hrd, snake)


def test_bad_number_names_file_line_key_and_text():
    with pytest.raises(InputError, match=r"service\.hrd:2: port = 'x' is not a number"):
        read("a = 1\nport = x").get_int("port")


def test_empty_list_with_a_default_is_the_default():
    assert read("a =").get_list("a", ["x"]) == ["x"]


@pytest.mark.parametrize(
    ("depth", "keys"), [(0, ["a.b.c", "a.b.d", "A.e"]), (2, ["a.b", "A.e"]), (1, ["a", "A"])]
)
def test_prefix_lists_keys_in_file_order(depth, keys):
    assert read("a.b.c = 1\na.b.d = 2\nx = 1\nA.e = 3").prefix("a.", depth) == keys


def test_values_under_a_prefix_are_listed_in_file_order_or_by_what_follows():
    made = read("web.b = 1\nother = 2\nWeb.a = 3\nwebs = 4\nweb = 5")

    assert made.getListFromPrefix("web") == ["1", "3", "4", "5"]
    assert made.getDictFromPrefix("web") == {"b": "1", "a": "3", "webs": "4", "web": "5"}
    assert made.get_list_from_prefix("none") == []


def test_a_popped_key_is_gone():
    made = read("a = 1\nb = 2")

    assert made.pop("A") == "1"
    assert made.data() == {"b": "2"}
    with pytest.raises(InputError, match="no key a"):
        made.pop("a")


def test_items_are_added_to_a_list_that_is_there_or_begins():
    made = read("a = x, y\nb = x")
    for key in ("a", "b", "c"):
        made.listAdd(key, "z")

    assert made.data() == {"a": ["x", "y", "z"], "b": ["x", "z"], "c": ["z"]}
    assert set(made.changes) == {"a", "b", "c"}


def test_many_values_are_stored_under_a_prefix():
    made = read("web.port = 1")
    made.setArgs({"port": 2, "host": "h"}, "web")
    made.set_args({"a": 1})

    assert made.data() == {"web.port": 2, "web.host": "h", "a": 1}


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


@given(st.text(alphabet="ab='\"[]:,#@ \t\n"))
def test_any_text_is_read_without_an_error(text):
    made = read(text)

    assert all(0 < entry.line <= text.count("\n") + 1 for entry in made.entries())


@pytest.mark.parametrize("piece", ["[", "'", '"', "a:[", "x =\n", "a = b\n", " y,\n", "k =\n x,\n"])
def test_long_hostile_text_is_read_at_once(piece):
    made = read("a = " + piece * 100_000)

    assert made.exists("a")
