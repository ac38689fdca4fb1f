"""A template: the directory that says what its services listen to, have and do.

A line of service.hrd that cannot be followed is refused by itself, with its place and the
nearest right word; the other lines count.

See: the specification, "Pub/Sub mechanism": `events.$event-type = $action-name, …`.
"""

from pathlib import Path

import msgspec

from cockpit.ays import duration, hrd, schema
from cockpit.ays.action_file import action_names
from cockpit.ays.hrd import Entry, Hrd
from cockpit.ays.schema import Schema
from cockpit.ays.service import is_name
from cockpit.errors import InputError, OpsError
from cockpit.events import TYPES

CONFIG_FILES = ("service.hrd", "actor.hrd")
_ALIASES = {"mail": "email"}
_LATER = ("recurring.", "expects.", "event.")


class Subscription(msgspec.Struct, frozen=True):
    """An action that an event type calls; `source` is `service.hrd:12`."""

    type: str
    action: str
    line: int
    source: str


class Refusal(msgspec.Struct, frozen=True):
    """A line that does not count, and why; `source` is `service.hrd:12`."""

    source: str
    line: int
    why: str


class Template(msgspec.Struct, frozen=True):
    """A template as its directory has it now.

    `subscriptions` lists the actions of each event type in the order they are called in;
    `warnings` are lines that count and look wrong, as file:line; `actions` are the names that
    actions.py defines, none while it is no Python.
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
    actions: frozenset[str] = frozenset()

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


def load(directory: Path, *, source: str = "") -> Template:
    """Read a template from its directory.

    Args:
        directory: Holds service.hrd (or actor.hrd), schema.hrd, actions.py; each may be missing.
        source: What errors and warnings call the directory, by default its name.

    Raises:
        InputError: schema.hrd does not parse, or the name has forbidden characters; one per line.
        OpsError: A file cannot be read.
    """
    source = source or directory.name
    if not is_name(directory.name):
        raise InputError(f"{source}: a template's name has only letters, digits, '-', '_', '.'")
    warnings: list[str] = []
    config, config_name = _load_config(directory, source, warnings)
    fields = _load_schema(directory, source, warnings)
    reader = _Lines(config_name)
    for entry in config.entries():
        reader.read(entry)
    warnings += [f"{source}/{note}" for note in reader.warnings]
    actions_path = directory / "actions.py"
    actions = _load_actions(actions_path, source, warnings)
    return Template(
        name=directory.name,
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
        actions=actions,
    )


def read_text(path: Path) -> str:
    """Return a file's text; bytes that are no UTF-8 become U+FFFD.

    Raises:
        OpsError: The file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error


def _load_config(directory: Path, source: str, warnings: list[str]) -> tuple[Hrd, str]:
    present = [name for name in CONFIG_FILES if (directory / name).is_file()]
    if not present:
        return Hrd(source=source), CONFIG_FILES[0]
    if len(present) > 1:
        warnings.append(f"{source}/{present[1]}:1: ignored, {present[0]} counts")
    config = hrd.parse(read_text(directory / present[0]), source=f"{source}/{present[0]}")
    warnings += config.warnings
    return config, present[0]


def _load_schema(directory: Path, source: str, warnings: list[str]) -> Schema:
    path = directory / "schema.hrd"
    if not path.is_file():
        return Schema(is_open=True)
    name = f"{source}/schema.hrd"
    return schema.parse(read_text(path), source=name, warnings=warnings)


def _load_actions(path: Path, source: str, warnings: list[str]) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    try:
        return action_names(read_text(path), source=f"{source}/actions.py")
    except InputError as error:
        # The subscriptions count: their jobs fail with this message, and heal when it is mended.
        warnings.append(str(error))
        return frozenset()


class _Lines:
    """Sorts the lines of service.hrd into what they set and what is refused."""

    def __init__(self, file_name: str) -> None:
        self.refusals: list[Refusal] = []
        self.warnings: list[str] = []
        self.timeouts_s: dict[str, float] = {}
        self.retry_counts: dict[str, int] = {}
        self.orders: dict[str, str] = {}
        self._listed: dict[str, list[Subscription]] = {}
        self._filtered: set[str] = set()
        self._file_name = file_name

    @property
    def subscriptions(self) -> dict[str, list[Subscription]]:
        return {
            type_: listed
            for type_, listed in self._listed.items()
            if listed and type_ not in self._filtered
        }

    def read(self, entry: Entry) -> None:
        family, _, name = entry.key.lower().partition(".")
        readers = {
            "events": self._read_events,
            "timeout": self._read_timeout,
            "retries": self._read_retries,
            "order": self._read_order,
        }
        if entry.key.lower().startswith(_LATER):
            self.warnings.append(f"{self._source(entry)}: {family} is not supported yet")
        if not name or family not in readers:
            return
        try:
            readers[family](entry, name)
        except InputError as error:
            self.refusals.append(Refusal(self._source(entry), entry.line, str(error)))

    def _read_events(self, entry: Entry, name: str) -> None:
        type_, _, detail = name.partition(".")
        type_ = _event_type(type_)
        if detail:
            # Without its filter the line would call actions for events that it leaves out.
            self._filtered.add(type_)
            raise InputError(f"{detail} is not supported yet, so events.{type_} is off")
        listed = self._listed.setdefault(type_, [])
        for action in _action_names(entry):
            if not action.isidentifier():
                why = f"{action!r} cannot be the name of an action"
                self.refusals.append(Refusal(self._source(entry), entry.line, why))
            elif any(one.action == action for one in listed):
                self.warnings.append(f"{self._source(entry)}: {action} is listed twice")
            else:
                listed.append(Subscription(type_, action, entry.line, self._source(entry)))

    def _read_timeout(self, entry: Entry, action: str) -> None:
        self.timeouts_s[action] = duration.parse(entry.raw)

    def _read_retries(self, entry: Entry, action: str) -> None:
        text = entry.raw.strip("'\"")
        if not (text.isascii() and text.isdigit()):
            raise InputError(f"retries is a whole number, not {text!r}")
        self.retry_counts[action] = int(text)

    def _read_order(self, entry: Entry, action: str) -> None:
        text = entry.raw.strip("'\"").lower()
        if text != "strict":
            raise InputError(f"order is strict or not set, not {text!r}")
        self.orders[action] = text

    def _source(self, entry: Entry) -> str:
        return f"{self._file_name}:{entry.line}"


def _event_type(name: str) -> str:
    type_ = _ALIASES.get(name, name)
    if type_ not in TYPES:
        raise InputError(f"unknown event type {name}{schema.nearest(name, TYPES)}")
    return type_


def _action_names(entry: Entry) -> list[str]:
    """Return the actions in the order listed; one line, several, quoted or not."""
    if entry.error or not isinstance(entry.value, str | list):
        raise InputError(f"{entry.key} lists actions, separated by commas")
    # A text may still hold commas: the old format takes "a, b" and 'a, b' for one value.
    pieces = entry.value if isinstance(entry.value, list) else entry.value.split(",")
    names = [piece.strip().strip("'\"") for piece in pieces]
    if not any(names):
        raise InputError(f"{entry.key} names no action")
    return [name for name in names if name]
