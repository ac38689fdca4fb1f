import pytest

from cockpit.ays import hrd
from cockpit.errors import InputError


def read(text):
    return hrd.parse(text, source="service.hrd")


@pytest.mark.parametrize(
    ("depth", "keys"), [(0, ["a.b.c", "a.b.d", "A.e"]), (2, ["a.b", "A.e"]), (1, ["a", "A"])]
)
def test_prefix_lists_keys_in_file_order(depth, keys):
    assert read("a.b.c = 1\na.b.d = 2\nx = 1\nA.e = 3").prefix("a.", depth) == keys


def test_list_from_prefix_has_the_values_in_file_order():
    assert read("p.2 = b\nx = 1\np.1 = $(x)").list_from_prefix("p.") == ["b", "1"]


def test_dict_from_prefix_takes_the_prefix_and_its_dot_off():
    made = read("p = 0\nP.a.b = 1\npx = 2\nq = 3").dict_from_prefix("p")

    assert made == {"p": "0", "a.b": "1", "px": "2"}


def test_as_dict_gathers_numbered_keys_into_lists():
    made = read("b = 1\na.10 = z\na.2 = y\nx.1.k = 1\nx.1.l.m = 2\nx.2.k = 3").as_dict()

    assert made == {"b": "1", "a": ["y", "z"], "x": [{"k": "1", "l.m": "2"}, {"k": "3"}]}
    assert list(made) == ["b", "a", "x"]


def test_as_dict_leaves_numbered_keys_that_would_hide_others():
    text = "a = 0\na.1 = 1\nb.1 = 1\nb.1.k = 2\nc.1 = 1\nc.2.k = 2\n"

    assert read(text).as_dict() == read(text).data()


def test_items_from_prefix_are_dicts_with_their_types():
    text = (
        "process.1 =\n cmd:x,\n prio:5,\n env:,\n ports:'80, 81',\n link:true,\nprocess.2 = cmd:y\n"
    )
    made = read(text).items_from_prefix(
        "process",
        musthave=["cmd"],
        defaults={"prio": "1", "cwd": "/"},
        aredict=["env"],
        arelist=["ports"],
        areint=["prio"],
        arebool=["link"],
    )

    assert made == [
        {"cmd": "x", "prio": 5, "env": {}, "ports": ["80", "81"], "link": True, "cwd": "/"},
        {"cmd": "y", "prio": 1, "cwd": "/"},
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("process.1 = cmd:x", r"^service\.hrd:1: process\.1 has no prio"),
        ("\nprocess.1 = x", r"^service\.hrd:2: process\.1 is not a dict"),
        ("process.1 = cmd:x, prio:y", r"^service\.hrd:1: process\.1: prio = 'y' does not fit"),
    ],
)
def test_item_that_does_not_fit_is_named(text, why):
    with pytest.raises(InputError, match=why):
        read(text).items_from_prefix("process", musthave=["cmd", "prio"], areint=["prio"])


def test_the_arguments_of_ays_8_stand_in_their_old_order():
    made = read("process.1 = cmd:x, prio:5, ports:'80, 81', link:1").getListFromPrefixEachItemDict(
        "process", ["cmd"], {}, [], ["ports"], ["prio"], ["link"]
    )

    assert made == [{"cmd": "x", "prio": 5, "ports": ["80", "81"], "link": True}]
