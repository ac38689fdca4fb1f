"""A new template: the files that its author begins with, and a test of them. Pure."""

from collections.abc import Mapping

from cockpit.ays.service import is_name
from cockpit.ays.service_lines import event_type
from cockpit.errors import InputError

_SAID: Mapping[str, str] = {
    "email": "{event.sender} writes: {event.subject}",
    "telegram": "{event.action}",
    "alarm": "{event.service}: {event.msg}",
    "eco": "{event.app_name}: {event.error_msg}",
    "generic": "{event.args}",
}
_FIELDS: Mapping[str, str] = {
    "email": 'sender="ann@example.org", subject="disk full"',
    "telegram": 'io="input", action="hello"',
    "alarm": 'service="web!main", method="monitor", msg="disk full"',
    "eco": 'app_name="shop", error_msg="disk full"',
    "generic": 'args={"host": "web1"}',
}
_HRD = """# Which events the services of this template listen to, and what they do.
events.{type} = handle
"""
# What it tells people is a telegram event as well.
_INPUT = 'events.telegram.where = event.io == "input"\n'
_SCHEMA = """# What a service of this template has: one field per line.
who = type:str default:oncall descr:'whom to tell'
"""
_ACTIONS = '''"""What the services of this template do."""


def handle(event, service):
    service.log(f"{said}")
    service.tell(service.hrd.get("who"), f"{said}")
'''
_TEST = '''"""Run by `cockpit template test {name}`; `robot` is a cockpit with this repository."""


def test_whoever_is_asked_for_hears_of_it(robot):
    robot.blueprint("{name}__main:\\n  who: ann\\n")
    why = robot.publish("{type}", {fields})

    assert [(job["state"], job["error"]) for job in why["jobs"]] == [("ok", "")]
    assert [tell["args"]["who"] for tell in robot.tells] == ["ann"]
'''


def scaffold(name: str, type_: str) -> dict[str, str]:
    """Return the files of a template: name → text.

    Raises:
        InputError: The name is none, or no event has this type.
    """
    if not is_name(name) or name.startswith("_"):
        raise InputError(
            f"template {name!r:.80}: letters, digits, '-', '_', '.', and no _ in front"
        )
    type_ = event_type(type_)
    word = "".join(char if char.isalnum() else "_" for char in name)
    return {
        "service.hrd": _HRD.format(type=type_) + (_INPUT if type_ == "telegram" else ""),
        "schema.hrd": _SCHEMA,
        "actions.py": _ACTIONS.format(said=_SAID[type_]),
        f"test_{word}.py": _TEST.format(name=name, type=type_, fields=_FIELDS[type_]),
    }
