"""Events as people read and write them: YAML, one line of summary, an example of each."""

from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.events.kinds import (
    BY_TYPE,
    TYPES,
    Alarm,
    Eco,
    Email,
    Event,
    Telegram,
    is_addition,
    told,
)
from cockpit.events.wire import from_mapping, to_mapping

SUMMARY_CHARS = 200


def load_yaml(text: str) -> Event:
    """Load an event from YAML; anchors and aliases are refused, they can grow without end.

    So is a name that stands twice in one mapping.

    Raises:
        InputError: The YAML is broken (names the line), or it is as `decode` refuses it.
    """
    import yaml  # noqa: PLC0415 - events work where PyYAML is not installed

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                parser: Any = self  # its own methods have no types
                alias = parser.get_event()
                raise yaml.MarkedYAMLError(
                    problem="aliases are refused", problem_mark=alias.start_mark
                )
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            names = [name.value for name, _ in node.value]
            if len(set(names)) < len(names):
                raise yaml.MarkedYAMLError(
                    problem="a name stands twice in one mapping", problem_mark=node.start_mark
                )
            return super().construct_mapping(node, deep)

    try:
        loaded = yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as e:
        line = f" line {e.problem_mark.line + 1}" if e.problem_mark else ""
        raise InputError(f"YAML{line}: {e.problem}") from e
    # PyYAML's constructors let the builtins out for scalars such as `!!int ""` or 2016-99-99.
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError) as e:
        raise InputError(f"YAML: {e}") from e
    except RecursionError as e:
        raise InputError("YAML: nested too deep") from e
    if not isinstance(loaded, dict):
        raise InputError("YAML: an event is a mapping that begins with its type")
    return from_mapping(loaded)


def dump_yaml(event: Event) -> str:
    """Write an event as YAML; text of several lines stands in a block."""
    import yaml  # noqa: PLC0415 - events work where PyYAML is not installed

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
            return True

    def write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        if any(end in text for end in "\r\x85\u2028\u2029"):
            style = '"'  # YAML 1.1 takes these for ends of lines and would give back others.
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, write_text)
    text: str = yaml.dump(to_mapping(event), Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return text


def summary(event: Event) -> str:
    """Say in one printable line what the event is about, at most 200 characters."""
    match event:
        case Email():
            text = f"{event.subject or '(no subject)'} from {event.sender or 'nobody'}"
        case Telegram():
            text = f"{event.io} {event.action}: {_short(event.args)}"
        case Alarm():
            text = f"{event.service} {event.method} {event.status}: {event.msg}"
        case Eco():
            text = f"{event.eco_type} {event.app_name}: {event.error_msg}"
        case _:
            text = f"{' '.join(event.tags)} {_short(event.args)}"
    # SECURITY: what strangers wrote reaches terminals; no control characters get through.
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * SUMMARY_CHARS])
    line = " ".join(printable.replace(" :", ":").split()).removesuffix(":")
    return line if len(line) <= SUMMARY_CHARS else line[: SUMMARY_CHARS - 1] + "…"


def example(kind: str) -> Event:
    """Return the example of one type: the specification's own values.

    Raises:
        InputError: No event is called that.
    """
    if kind not in BY_TYPE:
        raise InputError(f"type: {kind!r:.80} is no type (one of {', '.join(TYPES)})")
    mapping: dict[str, Any] = {"type": kind}
    for known in msgspec.structs.fields(BY_TYPE[kind]):
        if not is_addition(known):
            mapping[known.encode_name] = told(known)[1]
    return from_mapping(mapping)


def _short(args: dict[str, Any]) -> str:
    plain = {k: v for k, v in args.items() if isinstance(v, str | int | float)}
    return " ".join(f"{name}={value}" for name, value in plain.items())
