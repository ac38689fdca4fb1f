import msgspec
import pytest

from cockpit.eco import fingerprint
from cockpit.events import Eco

USUAL = Eco(
    error_msg="ValueError: order 17 of ann is gone",
    app_name="shop",
    category="robot.action",
    func_filename="/opt/repos/shop/servicetemplates/shop/actions.py",
    func_name="pay",
    line_nbr=23,
)


def other(**fields):
    return msgspec.structs.replace(USUAL, **fields)


# Frozen: what stands here is what version 1 gives, for good.
VECTORS = [
    (USUAL, "1:7eb60ddb404e2e058e81a68879dec5ba"),
    (Eco(error_msg=""), "1:11d2df4e979aa105cf552e9544ebd2b5"),
    (
        Eco(error_msg="a", meta={"fingerprint": ["db", "{{ default }}"]}),
        "1:5bec39ad90256491d601dd9af5b2693b",
    ),
]


@pytest.mark.parametrize(("eco", "digest"), VECTORS)
def test_version_1_never_changes(eco, digest):
    assert fingerprint(eco) == digest


@pytest.mark.parametrize(
    "fields",
    [
        {"pid": 5, "gid": 2, "nid": 3, "guid": "other", "epoch": 9, "last_time": 9},
        {"line_nbr": 99, "code": "x", "backtrace": "y", "extra": "z", "tags": "t"},
        {"func_filename": "/home/ann/repos/shop/servicetemplates/shop/actions.py"},
        {"error_msg": "ValueError: order 18 of ann is gone"},
    ],
)
def test_what_changes_from_time_to_time_makes_no_other_eco(fields):
    assert fingerprint(other(**fields)) == fingerprint(USUAL)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("at 0x7f3a2b", "at 0x11"),
        ("id 762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd", "id 00000000-8b50-4e46-8cb6-fa6d0f56f1fd"),
        ("blob deadbeef01", "blob 0123456789abcdef"),
        ("to 10.0.0.1:80", "to 192.168.1.254:8080"),
        ("open /var/lib/a/b.txt", "open /tmp/c"),
        ("at 12:30:45.123", "at 1:02:03"),
    ],
)
def test_messages_that_differ_in_such_things_are_the_same(one, two):
    assert fingerprint(other(error_msg=one)) == fingerprint(other(error_msg=two))


@pytest.mark.parametrize(
    "fields",
    [
        {"app_name": "desk"},
        {"category": "smtp.door"},
        {"func_name": "ship"},
        {"func_filename": "/opt/repos/shop/servicetemplates/other/actions.py"},
        {"error_msg": "KeyError: order 17 of ann is gone"},
        {"error_msg": "ValueError: order 17 of bob is gone"},
    ],
)
def test_another_mistake_is_another_eco(fields):
    assert fingerprint(other(**fields)) != fingerprint(USUAL)


def test_a_sender_says_what_it_groups_by():
    one, two = (other(error_msg=text, meta={"fingerprint": ["db"]}) for text in ("a", "b"))

    assert fingerprint(one) == fingerprint(two)
    assert fingerprint(one) != fingerprint(other(error_msg="a", app_name="x", meta=one.meta))


def test_the_default_within_a_given_one_tells_apart():
    told = {"fingerprint": ["{{ default }}", "db"]}

    assert fingerprint(other(meta=told)) != fingerprint(other(error_msg="a", meta=told))
    assert fingerprint(other(meta=told)) != fingerprint(USUAL)


@pytest.mark.parametrize("given", ["text", "1:" + "a" * 32, 5, [], {"a": 1}, None])
def test_what_is_no_list_counts_for_nothing(given):
    assert fingerprint(other(meta={"fingerprint": given})) == fingerprint(USUAL)
