"""A template: the directory that says what its services listen to, have and do.

What the lines of its service.hrd mean stands in `service_lines`.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from cockpit.ays import hrd, prerequisites, schema
from cockpit.ays.action_file import STANDARD, action_digests
from cockpit.ays.filter import Filter
from cockpit.ays.hrd import Hrd
from cockpit.ays.prerequisites import Order
from cockpit.ays.schema import Schema
from cockpit.ays.service import is_name
from cockpit.ays.service_lines import Recurring, Refusal, ServiceLines, Subscription
from cockpit.errors import InputError, OpsError, nearest

CONFIG_FILES = ("service.hrd", "actor.hrd")
"""Where the lines stand; the first that is there counts, in AYS 8.1 the last."""


class Template(msgspec.Struct, frozen=True):
    """A template as its directory has it now.

    `subscriptions` lists the actions of each event type in the order they are called in;
    `filters`, `recurring` and `expects_s` are by event type, by action, and by event type;
    `presumes` is what comes right before an action, None for what is usual; `warnings` are lines
    that count and look wrong, as file:line; `domain` is where it is at home, "" for the repository
    itself; `source` is what messages call the directory, and `unread` why actions.py is no Python,
    as file:line.
    """

    name: str
    directory: Path
    service_hrd: Hrd
    schema: Schema
    actions_path: Path | None
    subscriptions: dict[str, list[Subscription]]
    refusals: list[Refusal]
    warnings: list[str]
    timeouts_s: dict[str, float]
    retry_counts: dict[str, int]
    orders: dict[str, str]
    filters: dict[str, Filter] = {}
    recurring: dict[str, Recurring] = {}
    expects_s: dict[str, float] = {}
    action_digests: dict[str, str] = {}
    presumes: Order | None = None
    domain: str = ""
    source: str = ""
    unread: str = ""

    @property
    def actions(self) -> AbstractSet[str]:
        """The names that actions.py defines, none while it is no Python."""
        return self.action_digests.keys()

    def has(self, action: str) -> bool:
        """Tell whether there is something to do for an action; unread files fail when they run."""
        return action in self.actions or bool(self.unread)

    def lack(self, action: str) -> str:
        """Return why an action cannot be called; "" when it can, if only to do nothing."""
        if self.has(action) or action in STANDARD or "*" in self.actions:
            return ""
        hint = nearest(action, sorted(self.actions))
        return f"{self.source}/actions.py has no action {action}{hint}"

    @property
    def role(self) -> str:
        """The name up to the first dot: `node.docker` plays the role `node`."""
        return self.name.partition(".")[0]

    def timeout_s(self, action: str) -> float | None:
        """Return `timeout.<action>` in seconds; None when the template sets none."""
        return self.timeouts_s.get(action.lower())

    def retries(self, action: str) -> int | None:
        """Return `retries.<action>`; None when the template sets none."""
        return self.retry_counts.get(action.lower())

    def order(self, action: str) -> str:
        """Return `order.<action>`: `strict`, or an empty string."""
        return self.orders.get(action.lower(), "")


def load(directory: Path, *, source: str = "", configs: Sequence[str] = CONFIG_FILES) -> Template:
    """Read a template from its directory.

    Args:
        directory: Holds service.hrd (or actor.hrd), schema.hrd, actions.py; each may be missing.
        source: What errors and warnings call the directory, by default its name.
        configs: `CONFIG_FILES` in the order in which one goes before the other.

    Raises:
        InputError: schema.hrd does not parse, or the name has forbidden characters; one per line.
        OpsError: A file cannot be read.
    """
    source = source or directory.name
    domain, name = _names(directory.name, source)
    warnings: list[str] = []
    config = _load_config(directory, source, configs, warnings)
    fields = _load_schema(directory, source, warnings)
    reader = ServiceLines(config)
    for entry in config.entries():
        reader.read(entry)
    warnings += reader.warnings
    actions_path = directory / "actions.py"
    actions, presumes, unread = _load_actions(actions_path, source, warnings)
    made = Template(
        name=name,
        domain=domain,
        source=source,
        unread=unread,
        directory=directory,
        service_hrd=config,
        schema=fields,
        actions_path=actions_path if actions_path.is_file() else None,
        subscriptions=reader.subscriptions,
        refusals=reader.refusals,
        warnings=warnings,
        timeouts_s=reader.timeouts_s,
        retry_counts=reader.retry_counts,
        orders=reader.orders,
        filters=reader.filters,
        recurring=reader.recurring,
        expects_s=reader.expects_s,
        action_digests=actions,
        presumes=presumes,
    )
    warnings += _idle_policies(made, reader)
    return made


def inherit(made: Template, base: Template) -> Template:
    """Return a template with all that the service.hrd of another one says."""
    return msgspec.structs.replace(
        made,
        service_hrd=base.service_hrd,
        subscriptions=base.subscriptions,
        refusals=base.refusals,
        timeouts_s=base.timeouts_s,
        retry_counts=base.retry_counts,
        orders=base.orders,
        filters=base.filters,
        recurring=base.recurring,
        expects_s=base.expects_s,
    )


def find(templates: Mapping[str, Template], name: str) -> Template | None:
    """Return the template that a blueprint calls so; AYS 8 left a `blueprint.` out."""
    return templates.get(name) or templates.get(f"blueprint.{name}")


def read_text(path: Path) -> str:
    """Return a file's text; bytes that are no UTF-8 become U+FFFD.

    Raises:
        OpsError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error


def read_hrd(path: Path) -> str:
    """Return the text of an HRD file; in binary blocks its bytes stay what they are.

    Raises:
        OpsError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error


def _names(text: str, source: str) -> tuple[str, str]:
    """Split `domain__name`; without a domain it is "".

    Raises:
        InputError: It has forbidden characters.
    """
    if not is_name(text):
        raise InputError(
            f"{source}: a template's name has only letters, digits, '-', '_', '.', 100 at most"
        )
    domain, mark, name = text.partition("__")
    return (domain, name) if mark and name else ("", text)


def _idle_policies(made: Template, reader: ServiceLines) -> list[str]:
    """Tell which lines say how an action is done that is not there."""
    # Without an actions.py the lines are for those that inherit them.
    if made.actions_path is None:
        return []
    known = {name.lower() for name in made.actions}
    told = (
        (line, made.lack(action)) for action, line in reader.policies if action.lower() not in known
    )
    return [f"{line}: {why}" for line, why in told if why]


def _load_config(directory: Path, source: str, configs: Sequence[str], warnings: list[str]) -> Hrd:
    present = [name for name in configs if (directory / name).is_file()]
    if not present:
        return Hrd(source=source)
    if len(present) > 1:
        warnings.append(f"{source}/{present[1]}:1: ignored, {present[0]} counts")
    config = hrd.parse(read_hrd(directory / present[0]), source=f"{source}/{present[0]}")
    warnings += config.warnings
    return config


def _load_schema(directory: Path, source: str, warnings: list[str]) -> Schema:
    path = directory / "schema.hrd"
    if not path.is_file():
        return Schema(is_open=True)
    name = f"{source}/schema.hrd"
    return schema.parse(read_text(path), source=name, warnings=warnings)


def _load_actions(
    path: Path, source: str, warnings: list[str]
) -> tuple[dict[str, str], Order | None, str]:
    if not path.is_file():
        return {}, None, ""
    text, name = read_text(path), f"{source}/actions.py"
    try:
        digests = action_digests(text, source=name)
        return digests, prerequisites.read(text, source=name, warnings=warnings), ""
    except InputError as error:
        # The subscriptions count: their jobs fail with this message, and heal when it is mended.
        return {}, None, str(error)
