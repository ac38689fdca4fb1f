import msgspec
import pytest

from cockpit.eco import Node
from cockpit.eco.capture import PUBLIC
from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, UnverifiedError, sentry

KEY = "a1b2c3"
NODE = Node(7, 9)
GUID = "762d6f248b504e468cb6fa6d0f56f1fd"
EVENT = {
    "event_id": GUID,
    "timestamp": "2023-11-14T22:13:20.5Z",
    "platform": "python",
    "level": "error",
    "logger": "shop.cart",
    "release": "shop@1.2",
    "environment": "prod",
    "server_name": "web1",
    "tags": {"tier": "gold"},
    "extra": {"sys.argv": ["x"], "pid": 239},
    "request": {"url": "http://x/", "headers": {"Cookie": "c", "Accept": "a"}, "cookies": "c"},
    "exception": {
        "values": [
            {"type": "KeyError", "value": "'a'", "stacktrace": {"frames": []}},
            {
                "type": "ValueError",
                "value": "bad cart",
                "stacktrace": {
                    "frames": [
                        {"function": "main", "filename": "app.py", "lineno": 3, "in_app": True},
                        {
                            "function": "add",
                            "filename": "cart.py",
                            "lineno": 23,
                            "pre_context": ["def add():"],
                            "context_line": "    raise ValueError('bad cart')",
                            "post_context": [""],
                            "in_app": True,
                        },
                        {"function": "inner", "filename": "lib.py", "lineno": 9, "in_app": False},
                    ]
                },
            },
        ]
    },
}


def stored(event=EVENT, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers=named, body=msgspec.json.encode(event), epoch=1800000000.0)


def enveloped(*items, header=None):
    lines = [msgspec.json.encode(header or {"event_id": GUID})]
    for kind, payload in items:
        raw = msgspec.json.encode(payload)
        lines += [msgspec.json.encode({"type": kind, "length": len(raw)}), raw]
    return Delivery(headers={}, body=b"\n".join(lines), epoch=1800000000.0)


def eco(event):
    (entry,) = sentry.read_store(stored(event), "7", NODE)
    return entry.event


def test_the_last_frame_of_the_application_is_where_it_happened():
    (entry,) = sentry.read_store(stored(), "7", NODE)
    found = entry.event

    assert entry.mark == f"sentry:{GUID}"
    assert found.guid == "762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd"
    assert found.error_msg == "ValueError: bad cart"
    assert (found.func_filename, found.line_nbr, found.func_name) == ("cart.py", 23, "add")
    assert found.code == "def add():\n    raise ValueError('bad cart')\n\n"
    assert (found.app_name, found.category, found.pid) == ("shop", "shop.cart", 239)
    assert (found.eco_type, found.last_time, found.epoch) == ("BUG", 1700000000, 1700000000)
    assert found.tags == (
        "level:error, tier:gold, environment:prod, release:shop@1.2, server_name:web1"
    )


def test_the_trace_has_all_exceptions():
    lines = eco(EVENT).backtrace.splitlines()

    assert lines[1] == "KeyError: 'a'"
    assert '  File "cart.py", line 23, in add' in lines
    assert lines[-1] == "ValueError: bad cart"


def test_cookies_do_not_come_along():
    extra = msgspec.json.decode(eco(EVENT).extra)

    assert extra["request"] == {"url": "http://x/", "headers": {"Accept": "a"}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"exception": None, "message": "hello"}, "hello"),
        ({"exception": [], "logentry": {"message": "a %s", "formatted": "a b"}}, "a b"),
        ({"exception": None, "message": {"message": "m"}}, "m"),
        ({"exception": None}, "an event without a message"),
        ({"exception": [{"type": "E", "value": "bare"}]}, "E: bare"),
    ],
)
def test_the_message_is_where_there_is_one(change, message):
    assert eco(EVENT | change).error_msg == message


@pytest.mark.parametrize(
    ("level", "kind"), [("fatal", "BUG"), ("warning", "UNKNOWN"), (None, "BUG")]
)
def test_only_errors_are_bugs(level, kind):
    assert eco(EVENT | {"level": level}).eco_type == kind


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"tags": [["a", "b"], ["c"], 7], "timestamp": 1700000000.5},
        {"timestamp": "soon", "exception": {"values": 7}, "extra": 7, "release": 7},
        {"exception": [{"stacktrace": {"frames": [7, {"lineno": -1, "pre_context": "x"}]}}]},
        {"timestamp": 1e400, "request": {"headers": []}},
    ],
)
def test_an_event_of_another_shape_breaks_nothing(event):
    assert eco(event).error_msg


def test_an_id_that_is_none_is_refused():
    with pytest.raises(InputError, match="event_id"):
        eco({"event_id": "xyz"})


def test_of_an_envelope_events_are_read_and_the_rest_is_passed_over():
    delivery = enveloped(("session", {"a": 1}), ("event", EVENT), ("new-kind", {}))

    entries = sentry.read_envelope(delivery, "7", NODE)

    assert [entry.mark for entry in entries] == [f"sentry:{GUID}"]
    assert sentry.event_id(delivery, entries) == GUID


def test_the_client_gets_the_id_of_an_envelope_without_events_too():
    delivery = enveloped(("session", {}))

    assert sentry.event_id(delivery, []) == GUID
    assert sentry.event_id(stored([]), []) == ""


AUTH = f"Sentry sentry_version=7, sentry_key={KEY}, sentry_client=x/1"


@pytest.mark.parametrize(
    "delivery",
    [
        stored(x_sentry_auth=AUTH),
        stored(authorization=AUTH),
        Delivery(headers={}, query={"sentry_key": KEY}),
        enveloped(header={"dsn": f"http://{KEY}@cockpit.example.org/7"}),
    ],
)
def test_the_key_is_named_in_one_of_four_places(delivery):
    sentry.verify(delivery, ["other", KEY])


@pytest.mark.parametrize(
    ("delivery", "keys"),
    [
        (stored(x_sentry_auth=AUTH), ["other"]),
        (stored(x_sentry_auth=AUTH), []),
        (stored(), [KEY]),
        (stored(), [""]),
        (enveloped(header={"dsn": 7}), [KEY]),
        (Delivery(headers={}, body=b"\xff"), [KEY]),
    ],
)
def test_a_key_that_nobody_configured_is_refused(delivery, keys):
    with pytest.raises(UnverifiedError):
        sentry.verify(delivery, keys)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"message": "hi %s, %d", "params": ["ann", 3]}, "hi ann, 3"),
        ({"message": "hi %(who)s", "params": {"who": "ann"}}, "hi ann"),
        ({"message": "hi %s", "params": ["ann"], "formatted": "hi Ann"}, "hi Ann"),
        ({"message": "100%", "params": []}, "100%"),
        ({"message": "hi {}", "params": ["ann"]}, "hi {}"),
        ({"message": "hi %s %s", "params": ["ann"]}, "hi %s %s"),
        ({"message": "%999999999d", "params": [1]}, "%999999999d"),
    ],
)
def test_a_message_is_filled_in_with_what_belongs_into_it(entry, message):
    assert eco({"event_id": GUID, "logentry": entry}).error_msg == message


@pytest.mark.parametrize(
    ("release", "app"),
    [
        ("shop@1.2", "shop"),
        ("shop@1.2+5", "shop"),
        ("5d41402abc4b2a76b9719d911017c592aabbccdd", "sentry-7"),
        ("1.2", "sentry-7"),
        ("@1.2", "sentry-7"),
        (None, "sentry-7"),
    ],
)
def test_a_release_names_the_application_only_with_its_version_behind(release, app):
    assert eco(EVENT | {"release": release}).app_name == app


def test_it_says_on_which_node_and_what_strangers_may_read():
    found = eco(EVENT)

    assert (found.gid, found.nid, found.error_pub) == (7, 9, PUBLIC)


SECRET = "hunter2hunter2"
FRAME = {
    "function": "f",
    "filename": "a.py",
    "lineno": 1,
    "context_line": f'login(token="{SECRET}")',
}
TELLING = {
    "release": f"shop password={SECRET}@1",
    "logger": f"shop.password={SECRET}",
    "exception": [
        {
            "type": "LoginError",
            "value": f"no password={SECRET} for Bearer {SECRET}",
            "stacktrace": {"frames": [FRAME]},
        }
    ],
    "contexts": {"login": {"password": SECRET, "note": f'said "api_key={SECRET}"'}},
    "extra": {"api_key": SECRET},
    "user": {"id": 7, "token": SECRET},
    "request": {"data": {"password": SECRET}, "headers": {"X-Auth-Token": SECRET}},
    "tags": {"secret": f"password={SECRET}"},
}


def test_no_field_shows_a_password():
    found = eco(TELLING)
    extra = msgspec.json.decode(found.extra)

    assert SECRET not in msgspec.json.encode(found).decode()
    assert found.error_msg == "LoginError: no password=*** for Bearer ***"
    assert extra["contexts"]["login"] == {"password": "***", "note": 'said "api_key=***"'}
    assert extra["user"] == {"id": 7, "token": "***"}


def test_half_a_password_at_the_end_of_a_long_message_is_none():
    text = "x" * (16 * 1024 - len("E: ") - 15) + f" password={SECRET}"

    assert "hunter2" not in eco({"exception": [{"type": "E", "value": text}]}).error_msg


def test_long_details_stay_json():
    extra = msgspec.json.decode(eco(EVENT | {"extra": {"n": 7, "long": "x" * 20_000}}).extra)

    assert extra["extra"] == {"n": 7}
    assert extra["request"]["url"] == "http://x/"
