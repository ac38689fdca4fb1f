"""A blueprint: YAML that names the services a repository shall have.

Each key is `TEMPLATE__INSTANCE`, each body the instance's arguments (or nothing). Safe YAML only;
everything wrong is found in one pass, with file:line.

See: AYS 8, blueprints.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import msgspec
import yaml

from cockpit.ays.order import BLOCKS, Order, read_order
from cockpit.ays.service import LONGEST_NAME, is_name, plain
from cockpit.errors import InputError

_NULL = "tag:yaml.org,2002:null"
_MOST_ALIASED = 250_000


class Stanza(msgspec.Struct, frozen=True):
    """A service that a blueprint asks for; `args` are as YAML gives them, JSON-able.

    Attributes:
        places: Where each argument stands, as `file:line`.
    """

    template: str
    instance: str
    args: dict[str, Any]
    line: int
    source: str = ""
    places: dict[str, str] = {}

    @property
    def where(self) -> str:
        """The place as `file:line`."""
        return f"{self.source}:{self.line}"

    def place(self, name: str) -> str:
        """Return where an argument stands, else the stanza."""
        return self.places.get(name, self.where)


class Blueprint(msgspec.Struct, frozen=True):
    """What a blueprint says, in file order.

    Attributes:
        warnings: Keys without effect, as file:line.
        problems: What is wrong, as `file:line: why`; what it is about is not in `stanzas`.
        is_torn: It is no YAML: some of it is not known.
        sources: The files.
    """

    stanzas: list[Stanza]
    warnings: list[str]
    orders: list[Order] = []
    problems: list[str] = []
    is_torn: bool = False
    sources: list[str] = []


def parse(text: str, *, source: str) -> list[Stanza]:
    """Return the stanzas of `read`."""
    return read(text, source=source).stanzas


def read(text: str, *, source: str) -> Blueprint:
    """Read a blueprint; several YAML documents count as one.

    Raises:
        InputError: No YAML, keys that are no TEMPLATE__INSTANCE, keys given twice, bodies that
            are no mapping; all of them, one `file:line: why` per line.
    """
    found = collect(text, source=source)
    if found.problems:
        raise InputError("\n".join(found.problems))
    return found


def collect(text: str, *, source: str, is_old: bool = False) -> Blueprint:
    """Read a blueprint as far as it can be read; never raises InputError.

    Args:
        is_old: As AYS 8.0 did it: tabs are four spaces, instances are in lower case, and what
            stands twice is no mistake.
    """
    reader = _Reader(source, is_old=is_old)
    if is_old:
        text = text.replace("\t", "    ")
    is_torn = False
    try:
        for node in _documents(text, source):
            reader.read_document(node)
    except InputError as error:
        reader.problems.append(str(error))
        is_torn = True
    return Blueprint(
        reader.stanzas, reader.warnings, reader.orders, reader.problems, is_torn, [source]
    )


def narrowed(whole: Blueprint, role: str, instance: str) -> Blueprint:
    """Return what a blueprint says of services of one role or instance; empty texts mean all.

    Orders are left out then: they may be about the others.
    """
    if not (role or instance):
        return whole
    stanzas = [
        one
        for one in whole.stanzas
        if role in ("", one.template.partition(".")[0]) and instance in ("", one.instance)
    ]
    return msgspec.structs.replace(whole, stanzas=stanzas, orders=[])


def joined(several: Iterable[Blueprint]) -> Blueprint:
    """Return several blueprints as one, in their order."""
    made = Blueprint([], [], [], [], sources=[])
    for one in several:
        made.stanzas.extend(one.stanzas)
        made.warnings.extend(one.warnings)
        made.orders.extend(one.orders)
        made.problems.extend(one.problems)
        made.sources.extend(one.sources)
        if one.is_torn:
            made = msgspec.structs.replace(made, is_torn=True)
    return made


def _documents(text: str, source: str) -> Iterator[yaml.Node]:
    try:
        for node in yaml.compose_all(text, yaml.SafeLoader):
            _refuse_bomb(node, source)
            yield node
    except yaml.YAMLError as error:
        raise InputError(f"{source}:{_line_of(error, text)}: {_why(error)}") from error
    except RecursionError as error:
        raise InputError(f"{source}:1: nested too deeply") from error


def _refuse_bomb(root: yaml.Node, source: str) -> None:
    """Refuse aliases of aliases that would fill the memory."""
    sizes: dict[int, int] = {}
    _measure(root, sizes)
    extra = sizes[id(root)] - len(sizes)
    if extra > _MOST_ALIASED:
        line = root.start_mark.line + 1
        why = f"its aliases stand for {extra} values, {_MOST_ALIASED} at most"
        raise InputError(f"{source}:{line}: {why}")


def _measure(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Return how many nodes a node is once aliases are written out; notes that of each by id."""
    if id(node) not in sizes:
        sizes[id(node)] = 1  # One that stands in itself is refused where it is read.
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        inner = (one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
        sizes[id(node)] = 1 + sum(_measure(one, sizes) for one in inner)
    return sizes[id(node)]


class _Reader:
    """Collects stanzas, warnings and problems over the documents of one file."""

    def __init__(self, source: str, *, is_old: bool) -> None:
        self.stanzas: list[Stanza] = []
        self.orders: list[Order] = []
        self.warnings: list[str] = []
        self.problems: list[str] = []
        self._source = source
        self._is_old = is_old
        self._lines: dict[str, int] = {}

    def read_document(self, node: yaml.Node) -> None:
        if node.tag == _NULL:
            return
        if not isinstance(node, yaml.MappingNode):
            self._problem(node, "a blueprint is a mapping of TEMPLATE__INSTANCE to arguments")
            return
        for key, body in node.value:
            self._read_pair(key, body)

    def _read_pair(self, key: yaml.Node, body: yaml.Node) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        template, mark, instance = name.partition("__")
        instance = instance.lower() if self._is_old else instance
        if name in self._lines and not self._is_old:
            self._problem(key, f"{name} stands in line {self._lines[name]} already")
        elif name in BLOCKS:
            self._read_block(name, body)
        elif not (mark and is_name(template) and is_name(instance)):
            why = "is no TEMPLATE__INSTANCE of letters, digits, '-', '_', '.'"
            if max(len(template), len(instance)) > LONGEST_NAME:
                why += f", {LONGEST_NAME} of each at most"
            self._problem(key, f"{name or 'the key'} {why}{_meant(name, body)}")
        else:
            args, places = self._args(body)
            line = key.start_mark.line + 1
            self.stanzas.append(Stanza(template, instance, args, line, self._source, places))
        self._lines.setdefault(name, key.start_mark.line + 1)

    def _read_block(self, name: str, body: yaml.Node) -> None:
        if body.tag == _NULL:
            return
        if not isinstance(body, yaml.SequenceNode):
            self._problem(body, f"{name}: is a list of `- action: NAME`")
            return
        for node in body.value:
            item = dict(self._pairs(node)) if isinstance(node, yaml.MappingNode) else node.value
            try:
                self.orders.append(read_order(name, item, self._where(node)))
            except InputError as error:
                self.problems.append(str(error))

    def _args(self, body: yaml.Node) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the arguments, and where each stands."""
        if body.tag == _NULL:
            return {}, {}
        if not isinstance(body, yaml.MappingNode):
            self._problem(body, "the arguments are a mapping, name: value")
            return {}, {}
        self._refuse_twins(body)
        pairs = self._pairs(body)
        nodes = {str(key.value): key for key, _ in body.value}
        args = {
            str(name): self._value(nodes.get(str(name), body), name, value) for name, value in pairs
        }
        return args, {name: self._where(node) for name, node in nodes.items() if name in args}

    def _refuse_twins(self, body: yaml.MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in body.value:
            name = str(key.value)
            if name in lines:
                told = self.warnings if self._is_old else self.problems
                told.append(f"{self._where(key)}: {name} stands in line {lines[name]} already")
            lines[name] = key.start_mark.line + 1

    def _pairs(self, body: yaml.MappingNode) -> list[tuple[Any, Any]]:
        try:
            return list(_construct(body).items())
        except yaml.YAMLError as error:
            line = _line_of(error, "") if isinstance(error, yaml.MarkedYAMLError) else 0
            self.problems.append(
                f"{self._source}:{line or body.start_mark.line + 1}: {_why(error)}"
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            # PyYAML lets the errors of int(), date() and its tables through.
            self._problem(body, f"a value cannot be read: {error}")
        return []

    def _value(self, node: yaml.Node, name: object, value: object) -> Any:
        try:
            return plain(value)
        except InputError as error:
            self._problem(node, f"{name}: {error}")
            return None

    def _problem(self, node: yaml.Node, why: str) -> None:
        self.problems.append(f"{self._where(node)}: {why}")

    def _where(self, node: yaml.Node) -> str:
        return f"{self._source}:{node.start_mark.line + 1}"


def _meant(name: str, body: yaml.Node) -> str:
    """Return ` (did you mean …?)` for keys as old files had them, and for slips."""
    near = [f"{one}:" for one in get_close_matches(name, BLOCKS, n=1, cutoff=0.8)]
    inner = body.value if isinstance(body, yaml.MappingNode) else []
    if inner and all(isinstance(value, yaml.MappingNode) for _, value in inner):
        near.append(f"{name}__{inner[0][0].value}:")
    if "_" in name and "__" not in name:
        near.append(f"{name.replace('_', '__', 1)}:")
    return f" (did you mean {near[0]}?)" if near else ""


def _construct(node: yaml.MappingNode) -> dict[Any, Any]:
    made = yaml.SafeLoader("").construct_document(node)
    return made if isinstance(made, dict) else {}


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _why(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
