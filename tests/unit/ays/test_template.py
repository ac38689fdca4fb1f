from pathlib import Path

import pytest

from cockpit.ays import Repository, template
from cockpit.errors import InputError, OpsError

EXAMPLES = Path(__file__).parents[3] / "examples"


def a_template(directory, service="", name="helpdesk", **files):
    path = directory / name
    path.mkdir()
    for file_name, text in {"service.hrd": service, **files}.items():
        (path / file_name).write_text(text)
    return template.load(path)


def calls(made):
    return {type_: [one.action for one in listed] for type_, listed in made.subscriptions.items()}


@pytest.mark.parametrize(
    "text",
    [
        "events.email = notify, escalate",
        "events.email = 'notify', 'escalate'",
        'events.email = "notify", "escalate"',
        'events.email = "notify, escalate"',
        "events.email = 'notify, escalate'",
        "events.email = [notify, escalate]",
        "events.email = \n\tnotify,\n\tescalate,\n",
        "events.email =\n    notify,\n    escalate\n",
        "events.email =\n    'notify',\n    \"escalate\",\n",
        "events.email =\n    notify, escalate,\n",
        "Events.Email = notify, escalate",
        "events.mail = notify, escalate",
    ],
)
def test_actions_are_listed_in_order_however_they_are_written(tmp_path, text):
    made = a_template(tmp_path, text)

    assert calls(made) == {"email": ["notify", "escalate"]}
    assert made.refusals == []
    assert made.warnings == []


def test_single_action_needs_no_comma(tmp_path):
    assert calls(a_template(tmp_path, "events.alarm = count")) == {"alarm": ["count"]}


def test_misspelt_example_of_the_specification_is_refused_with_the_right_word(tmp_path):
    made = a_template(
        tmp_path, "# mail\nevents.emai = \n\tnotify,\n\tescalate,\nevents.eco = log\n"
    )

    assert calls(made) == {"eco": ["log"]}
    (refusal,) = made.refusals
    assert refusal.source == "helpdesk/service.hrd:2"
    assert refusal.line == 2
    assert refusal.why == "unknown event type emai (did you mean email?)"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("events.email = do-it", "'do-it' cannot be the name of an action"),
        ("events.email =", "events.email names no action"),
        ("events.email = a:b", "events.email lists actions, separated by commas"),
        ("events.email = b\n\n#BINARYEND###", "events.email lists actions, separated by commas"),
        ("timeout.notify = soon", "'soon' is not a duration"),
        ("retries.notify = -1", "retries is a whole number"),
        ("order.notify = loose", "order is strict, not 'loose'"),
    ],
)
def test_line_that_cannot_be_followed_is_refused_alone(tmp_path, line, why):
    made = a_template(tmp_path, f"events.alarm = count\n{line}\n")

    assert calls(made) == {"alarm": ["count"]}
    assert [(one.source, one.line) for one in made.refusals] == [("helpdesk/service.hrd:2", 2)]
    assert made.refusals[0].why.startswith(why)


def test_action_listed_twice_is_called_once(tmp_path):
    made = a_template(tmp_path, "events.email = a, b\nevents.mail = b, c")

    assert calls(made) == {"email": ["a", "b", "c"]}
    assert made.warnings == ["helpdesk/service.hrd:2: b is listed twice"]


def test_subscription_knows_its_place(tmp_path):
    made = a_template(tmp_path, "\n\nevents.email = notify")

    (one,) = made.subscriptions["email"]
    assert (one.type, one.action, one.line, one.source) == (
        "email",
        "notify",
        3,
        "helpdesk/service.hrd:3",
    )


def test_options_of_actions_are_read(tmp_path):
    made = a_template(
        tmp_path, 'timeout.notify = "1.5m"\nretries.Notify = 3\norder.notify = strict\n'
    )

    assert made.timeout_s("notify") == 90.0
    assert made.retries("notify") == 3
    assert made.order("notify") == "strict"
    assert (made.timeout_s("x"), made.retries("x"), made.order("x")) == (None, None, "")


def test_a_line_about_an_action_that_is_not_there_is_told_with_the_nearest(tmp_path):
    lines = "timeout.spn = 5s\nretries.Spin = 1\norder.install = strict\nmisfire.spn = soon\n"
    made = a_template(tmp_path, lines, **{"actions.py": "def spin(): pass\n"})

    why = "helpdesk/actions.py has no action spn (did you mean spin?)"
    assert made.warnings == [f"helpdesk/service.hrd:1: timeout.spn: {why}"]


def test_lines_without_an_action_file_are_for_those_that_inherit_them(tmp_path):
    assert a_template(tmp_path, "timeout.spin = 5s\n").warnings == []


def test_role_is_the_name_up_to_the_first_dot(tmp_path):
    assert a_template(tmp_path, name="node.docker.big").role == "node"


def test_actor_hrd_counts_where_there_is_no_service_hrd(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "actor.hrd").write_text("events.eco = log")
    made = template.load(tmp_path / "x")

    assert made.subscriptions["eco"][0].source == "x/actor.hrd:1"


def test_service_hrd_wins_over_actor_hrd(tmp_path):
    made = a_template(tmp_path, "events.eco = a", **{"actor.hrd": "events.eco = b"})

    assert calls(made) == {"eco": ["a"]}
    assert made.warnings == ["helpdesk/actor.hrd:1: ignored, service.hrd counts"]


def test_every_file_may_be_missing(tmp_path):
    (tmp_path / "x").mkdir()
    made = template.load(tmp_path / "x")

    assert made.actions_path is None
    assert made.schema.is_open
    assert made.subscriptions == {}


def test_broken_schema_and_bad_name_are_input_errors(tmp_path):
    with pytest.raises(InputError, match=r"^helpdesk/schema\.hrd:1: "):
        a_template(tmp_path, **{"schema.hrd": "x = type:int default:y"})
    with pytest.raises(InputError, match="a b: a template's name"):
        a_template(tmp_path, name="a b")


def test_bytes_that_are_no_text_lose_nothing_else(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "service.hrd").write_bytes(b"note = \xff\xfe\nevents.eco = log\n")

    assert calls(template.load(tmp_path / "x")) == {"eco": ["log"]}


def test_unreadable_file_is_an_ops_error(tmp_path):
    with pytest.raises(OpsError, match=str(tmp_path)):
        template.read_text(tmp_path)


def test_helpdesk_example_is_the_pair_of_the_specification():
    made = Repository(EXAMPLES / "helpdesk").templates()

    assert calls(made["helpdesk"]) == {"email": ["notify", "escalate"]}
    assert calls(made["alarmcount"]) == {"alarm": ["count"]}
    assert [one.refusals + one.warnings for one in made.values()] == [[], []]
