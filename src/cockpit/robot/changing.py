"""What a change of a service or its template calls: `init`, `processChange`, `change_hrd_*`.

A template that has none of them is not called: what changed is marked `changed`, and the next run
does it again.

See: AYS 8, creation and change detection.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays.generation import Generation
from cockpit.ays.hrd import Hrd
from cockpit.robot.job import CHANGE, job_id

INIT = "init"
PROCESS = "processChange"
OF_DATA = "change_hrd_instance"
OF_CONFIG = "change_hrd_template"
OF_METHOD = "change_method"


class Change(msgspec.Struct, frozen=True):
    """What changed, for the action that is called.

    Attributes:
        args: What `job.model.args` has: `changeCategory`, and the new values of data.
        former: Values as they were, for the actions of AYS 8.0.
    """

    args: dict[str, Any]
    former: dict[str, Any] = {}

    def given(self) -> dict[str, Any]:
        """Return what the handlers of AYS 8.0 take besides the service."""
        category = str(self.args.get("changeCategory", ""))
        return {
            "originalhrd": Hrd.of(self.former),
            "methodname": category.removeprefix("action_mod_"),
        }


def read(raw: bytes) -> Change:
    """Read what a job carries of its change."""
    return msgspec.json.decode(raw, type=Change) if raw else Change({})


def job(service: str, action: str, change: Change, version: int) -> list[str]:
    """Return a job as services.lua makes it.

    Args:
        service: `<repo>/<key>`.
        version: The index number; with the category it names the cause.
    """
    category = change.args.get("changeCategory", "created")
    cause = f"{CHANGE}{version}-{category}"
    return [job_id(cause, service, action), action, cause, msgspec.json.encode(change).decode()]


def of_creation(template: ays.Template, kind: Generation) -> str:
    """Return what is called when a service is made: in AYS 8 its `init`, today nothing."""
    return INIT if kind != "cockpit" and INIT in template.actions else ""


def of_data(template: ays.Template) -> str:
    """Return what is called when the data of a service changed; "" marks `install`."""
    return next((name for name in (PROCESS, OF_DATA) if name in template.actions), "")


def new_values(now: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ."""
    return {name: value for name, value in now.items() if former.get(name) != value}


class Prints(msgspec.Struct, frozen=True):
    """What a template was when it was looked at: digests of its actions and its schema.

    Attributes:
        config: The values of its service.hrd.
    """

    actions: dict[str, str]
    schema: str
    config: dict[str, Any]


def differences(now: Prints, former: Prints) -> Iterator[str]:
    """Name what changed as AYS 8.1 does: `dataschema`, `config`, `action_mod_install`, …."""
    if now.schema != former.schema:
        yield "dataschema"
    if now.config != former.config:
        yield "config"
    for name in sorted(now.actions.keys() | former.actions.keys()):
        if name not in former.actions:
            yield f"action_new_{name}"
        elif name not in now.actions:
            yield f"action_del_{name}"
        elif now.actions[name] != former.actions[name]:
            yield f"action_mod_{name}"


def of_template(template: ays.Template, category: str) -> str:
    """Return what is called when a template changed so; "" for nothing."""
    handlers = {"config": OF_CONFIG}
    if category.startswith("action_mod_"):
        handlers[category] = OF_METHOD
    names = (PROCESS, handlers.get(category, ""))
    return next((name for name in names if name in template.actions), "")
