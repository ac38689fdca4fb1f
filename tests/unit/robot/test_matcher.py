import msgspec
import pytest

from builders import a_repository, an_alarm
from cockpit import ays, events
from cockpit.robot import Index, Match, Refused

PLACE = "servicetemplates/desk/service.hrd:1"
HRD = "events.alarm = notify, escalate\nevents.email = notify\nevents.emai = notify\n"


def a_record(repo="desk", instance="main", template="desk"):
    return ays.ServiceRecord(repo, f"{template}!{instance}", template, instance, template, {})


def an_index(tmp_path, *records, hrd=HRD):
    templates = {}
    for repo in ("desk", "other"):
        path = a_repository(tmp_path, {"desk": {"service.hrd": hrd}}, name=repo)
        templates[repo] = ays.Repository(path).templates()
    return Index(7, records, templates)


def both(found):
    return found.matches, found.refused


def a_call(repo=None, **args):
    meta = {"repo": repo} if repo else {}
    return events.Telegram(io="input", action="service.execute", args=args, meta=meta)


def test_an_event_calls_every_subscription_of_its_type_in_order(tmp_path):
    index = an_index(tmp_path, a_record(), a_record(instance="two"), a_record("other"))

    assert index.match(an_alarm()).matches == [
        Match("desk", "desk!main", "notify"),
        Match("desk", "desk!main", "escalate"),
        Match("desk", "desk!two", "notify"),
        Match("desk", "desk!two", "escalate"),
        Match("other", "desk!main", "notify"),
        Match("other", "desk!main", "escalate"),
    ]
    assert [m.action for m in index.match(events.example("email")).matches] == ["notify"] * 3
    assert index.match(events.example("eco")).matches == []
    assert index.version == 7


@pytest.mark.parametrize(
    "named",
    [
        {"name": "desk!main"},
        {"service": "desk!main"},
        {"role": "desk", "instance": "main"},
        {"service": "desk", "instance": "main"},
        {"role": "desk!main"},
    ],
)
def test_a_service_is_found_by_all_the_names_that_the_table_takes(tmp_path, named):
    call = a_call(action="act", **named)
    events.check(call)

    index = an_index(tmp_path, a_record(), hrd="")
    assert index.match(call).matches == [Match("desk", "desk!main", "act")]


def test_a_template_that_listens_to_nothing_is_never_called(tmp_path):
    index = an_index(tmp_path, a_record(), hrd="")

    assert [
        index.match(events.example(t)).matches for t in ("alarm", "eco", "email", "generic")
    ] == [
        [],
        [],
        [],
        [],
    ]


def test_a_refused_line_is_told_once_with_its_place(tmp_path):
    index = an_index(tmp_path, a_record(), a_record(instance="two"))
    (refused,) = index.match(events.example("email")).refused

    place = "servicetemplates/desk/service.hrd:3"
    assert (refused.repo, refused.template, refused.line) == ("desk", "desk", place)
    assert "email" in refused.why


@pytest.mark.parametrize(
    ("line", "types"),
    [
        ("events.emai = notify", ["email"]),
        ("events.mail = a-b", ["email"]),
        ("events.alarm.where = (", ["alarm"]),
        ("expects.eco = soon", ["eco"]),
        ("events.xyzzy = notify", []),
        ("recurring.notify = often", []),
        ("timeout.notify = long", []),
    ],
)
def test_a_refused_line_is_told_to_events_of_its_type(tmp_path, line, types):
    index = an_index(tmp_path, a_record(), hrd=f"{line}\n")

    told = [one for t in events.TYPES for one in index.match(events.example(t)).refused]

    assert [one.line for one in told if "service.hrd" in one.line] == [PLACE] * len(types)
    assert all(index.match(events.example(type_)).refused for type_ in types)


def test_a_filter_of_a_blueprint_names_its_file(tmp_path):
    record = msgspec.structs.replace(
        a_record(), listens=[ays.Listening("alarm", "act", "event.nope == 1", "2_more.yaml")]
    )
    (refused,) = an_index(tmp_path, record, hrd="").match(an_alarm()).refused

    assert refused.line == "blueprints/2_more.yaml"


def test_a_period_of_a_blueprint_goes_before_service_hrd_and_never_ends_it(tmp_path):
    record = msgspec.structs.replace(a_record(), recurring={"act": 5.0, "notify": 0.0})
    hrd = "recurring.act = 1h\nrecurring.notify = 1h\n"

    assert [(one.name, one.period_ms) for one in an_index(tmp_path, record, hrd=hrd).terms] == [
        ("act", 5000)
    ]


def test_a_service_whose_template_is_gone_is_told(tmp_path):
    found = an_index(tmp_path, a_record(template="gone")).match(an_alarm())
    matches, (refused,) = found.matches, found.refused

    assert matches == []
    assert (refused.template, "its template is not there" in refused.why) == ("gone", True)


def test_a_telegram_names_one_service_and_its_action(tmp_path):
    index = an_index(tmp_path, a_record(), a_record(instance="two"), hrd="")

    assert both(index.match(a_call(name="desk!two", action="restart"))) == (
        [Match("desk", "desk!two", "restart")],
        [],
    )


def test_a_service_that_subscribes_and_is_named_is_called_once(tmp_path):
    index = an_index(tmp_path, a_record(), hrd="events.telegram = act\n")

    assert index.match(a_call(name="desk!main", action="act")).matches == [
        Match("desk", "desk!main", "act")
    ]


def test_a_name_that_two_repositories_have_needs_the_repository(tmp_path):
    index = an_index(tmp_path, a_record(), a_record("other"), hrd="")

    assert index.match(a_call("other", name="desk!main", action="act")).matches == [
        Match("other", "desk!main", "act")
    ]
    assert both(index.match(a_call(name="desk!main", action="act"))) == (
        [],
        [
            Refused(
                "",
                "",
                "service.execute",
                "args.name: desk!main is in desk, other; meta.repo says which",
            )
        ],
    )


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"name": "desk!main"}, "args.action is empty"),
        ({"name": "desk!none", "action": "act"}, "no service 'desk!none'"),
        ({"action": "act"}, "no service ''"),
    ],
)
def test_a_call_in_vain_says_why(tmp_path, args, why):
    found = an_index(tmp_path, a_record(), hrd="").match(a_call(**args))
    matches, (refused,) = found.matches, found.refused

    assert matches == []
    assert why in refused.why


def test_output_calls_nobody_by_name(tmp_path):
    event = events.Telegram(
        io="output", action="service.execute", args={"name": "desk!main", "action": "act"}
    )

    assert both(an_index(tmp_path, a_record(), hrd="").match(event)) == ([], [])
