import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, UnverifiedError, github

SECRET = "It's a Secret to Everybody"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
PUSH = {
    "ref": "refs/heads/main",
    "repository": {"full_name": "octo/hello"},
    "sender": {"login": "ann"},
    "commits": [{"id": "abc"}],
}


def delivered(event, payload, **headers):
    named = {"x-github-event": event, "x-github-delivery": "72d3162e"}
    return Delivery(headers=named | headers, body=msgspec.json.encode(payload), epoch=1700000000.5)


def test_the_vector_of_github_passes():
    github.verify(
        Delivery(headers={"x-hub-signature-256": SIGNATURE}, body=b"Hello, World!"), SECRET
    )


@pytest.mark.parametrize(
    ("given", "body", "secret"),
    [
        (SIGNATURE, b"Hello, World?", SECRET),
        (SIGNATURE[:-1] + "8", b"Hello, World!", SECRET),
        (SIGNATURE.removeprefix("sha256="), b"Hello, World!", SECRET),
        (SIGNATURE, b"Hello, World!", "another"),
        ("", b"Hello, World!", SECRET),
    ],
)
def test_one_changed_byte_fails(given, body, secret):
    with pytest.raises(UnverifiedError, match="X-Hub-Signature-256"):
        github.verify(Delivery(headers={"x-hub-signature-256": given}, body=body), secret)


def test_a_push_is_one_generic_event_as_in_2016_with_its_payload():
    (entry,) = github.read(delivered("push", PUSH))

    assert entry.mark == "github:72d3162e"
    assert entry.event.args == {
        "source": "github",
        "event": "push",
        "key": "push.72d3162e.1700000000",
        "payload": PUSH,
    }
    assert entry.event.tags == ["github", "push", "octo/hello", "ann", "refs/heads/main"]
    assert entry.event.epoch == 1700000000


def test_an_issue_is_tagged_by_its_action_and_labels():
    payload = {"action": "opened", "issue": {"labels": [{"name": "bug"}, {}]}}

    (entry,) = github.read(delivered("issues", payload))

    assert entry.event.tags == ["github", "issues", "opened", "bug"]


def test_a_workflow_that_failed_is_an_alarm_as_well():
    run = {
        "name": "CI",
        "conclusion": "failure",
        "html_url": "https://github.example/run/1",
        "updated_at": "2023-11-14T22:13:20Z",
    }

    generic, alarm = github.read(delivered("workflow_run", PUSH | {"workflow_run": run}))

    assert generic.event.type == "generic"
    assert (alarm.event.service, alarm.event.method) == ("github!octo/hello", "CI")
    assert (alarm.event.msg, alarm.event.epoch) == ("CI: failure", 1700000000)
    assert alarm.event.url == "https://github.example/run/1"
    assert alarm.mark != generic.mark


ADVISORY = {
    "html_url": "https://github.example/alert/1",
    "created_at": "2023-11-14T22:13:20Z",
    "security_advisory": {"summary": "It runs what it parses", "severity": "high"},
    "dependency": {"package": {"name": "parser"}},
}
LEAK = {"secret_type": "pat", "secret_type_display_name": "Personal token"}


@pytest.mark.parametrize(
    ("event", "action", "alert", "told"),
    [
        (
            "dependabot_alert",
            "created",
            ADVISORY,
            ("parser: It runs what it parses", "firing", "high"),
        ),
        (
            "dependabot_alert",
            "fixed",
            ADVISORY,
            ("parser: It runs what it parses", "resolved", "high"),
        ),
        ("secret_scanning_alert", "created", LEAK, ("Personal token: pat", "firing", "")),
        ("secret_scanning_alert", "resolved", None, ("secret_scanning_alert", "resolved", "")),
    ],
)
def test_unsafe_code_is_an_alarm_until_it_is_mended(event, action, alert, told):
    _, alarm = github.read(delivered(event, PUSH | {"action": action, "alert": alert}))

    assert (alarm.event.msg, alarm.event.status, alarm.event.severity) == told
    assert (alarm.event.service, alarm.event.method) == ("github!octo/hello", event)


@pytest.mark.parametrize("action", ["assigned", None])
def test_what_changes_nothing_about_unsafe_code_is_no_alarm(action):
    assert len(github.read(delivered("dependabot_alert", {"action": action}))) == 1


@pytest.mark.parametrize("ended", ["success", None, "neutral"])
def test_a_workflow_that_did_not_fail_is_no_alarm(ended):
    assert len(github.read(delivered("workflow_run", {"workflow_run": {"conclusion": ended}}))) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"repository": None, "sender": [], "issue": "x", "ref": {"a": 1}},
        {"workflow_run": []},
        {"workflow_run": {"conclusion": "failure", "updated_at": 7, "name": None}},
        {"issue": {"labels": "x"}},
    ],
)
def test_a_payload_of_another_shape_breaks_nothing(payload):
    assert github.read(delivered("workflow_run", payload))


@pytest.mark.parametrize("name", ["x-github-event", "x-github-delivery"])
def test_a_missing_header_is_named(name):
    with pytest.raises(InputError, match="(?i)" + name):
        github.read(delivered("push", PUSH, **{name: ""}))


def test_a_form_is_read_too():
    body = b"payload=%7B%22zen%22%3A%22x%22%7D"
    headers = {
        "x-github-event": "ping",
        "x-github-delivery": "1",
        "content-type": "application/x-www-form-urlencoded",
    }

    (entry,) = github.read(Delivery(headers=headers, body=body, epoch=1))

    assert entry.event.args["payload"] == {"zen": "x"}
