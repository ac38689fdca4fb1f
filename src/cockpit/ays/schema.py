"""schema.hrd: the fields that the instances of a template have.

One field per line, `name = tag:value tag:'quoted value' label`. What its relations (`parent`,
`consume`) mean stands in `relation`.

See: AYS 8, schema.hrd grammar.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any, NamedTuple

import msgspec

from cockpit.ays.field_limit import Limits, limits
from cockpit.ays.field_type import NUMBERS, TYPES, convert, empty, is_reference
from cockpit.errors import InputError, nearest

_TOKEN = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+""")
# The quotes around a value or a piece of it; those inside belong to it. One that is never closed
# goes when the value begins with it.
_QUOTES = re.compile(r"""'([^']*)'|"([^"]*)"|^['"]""")
_ASK = ("@ask", "@ASK")
_CONSUME = re.compile(r"[^:]+(?::([0-9]*))?(?::([0-9]*))?")
_WORDS = re.compile(r"[._]|(?<=[a-z0-9])(?=[A-Z])")


class Field(msgspec.Struct, frozen=True):
    """A field: `default` has its type already; `tags` keeps every tag as written.

    Of a set no item is there twice; `asks` is the label `@ASK`: a blueprint must say the value.
    """

    name: str
    type: str
    line: int
    default: Any = None
    descr: str = ""
    is_list: bool = False
    is_set: bool = False
    asks: bool = False
    aliases: tuple[str, ...] = ()
    parent: str = ""
    consume: str = ""
    auto: bool = False
    optional: bool = False
    tags: dict[str, str] = {}
    limits: Limits = Limits()

    def convert(self, value: Any) -> Any:
        """Return a value as this field has it.

        Raises:
            InputError: It does not fit its type or its limits.
        """
        made = convert(value, self.type, is_list=self.is_list)
        if self.is_set:
            made = list(dict.fromkeys(made))
        if not is_reference(made):
            self.limits.check(made, is_shown=self.type != "password")
        return made

    @property
    def needs_value(self) -> bool:
        """Whether a blueprint must say it: what is asked for, has no default and finds nothing."""
        return self.asks and not (self.parent or self.consume or self.tags.get("default"))

    def is_unset(self, value: Any) -> bool:
        """Tell whether a value says nothing: null, and for a number also an empty text."""
        is_number = self.type in NUMBERS and not self.is_list
        is_empty = isinstance(value, str) and value.strip().lower() in {"", "none"}
        return value is None or (is_number and is_empty)


class _Problem(NamedTuple):
    field: str
    text: str


class Schema(msgspec.Struct, frozen=True):
    """The fields by name, in file order; an open schema (no file) takes every argument."""

    fields: dict[str, Field] = {}
    is_open: bool = False

    def find(self, spelling: str) -> Field | None:
        """Return the field of this name; `ssh.port`, `ssh_port` and `sshPort` are one."""
        return _lookup(self._index(), spelling)

    def fill(
        self,
        args: Mapping[str, Any],
        *,
        where: str,
        existing: Mapping[str, Any] | None = None,
        ignored: list[str] | None = None,
        is_asking: bool = False,
        places: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the data of a service: arguments, else what it has, else the defaults.

        Keys come out in the spelling of the schema; data beyond the schema is kept. An argument
        that is null counts as not given. Filling twice changes nothing.

        Args:
            where: Opens each line of the error, e.g. `1_helpdesk.yaml:3`.
            existing: Data the service has now.
            ignored: Takes warnings about unknown arguments, which are no errors then.
            is_asking: Whether a field `@ASK` must have a value.
            places: What opens the line of the error of a field, by its name, in place of `where`.

        Raises:
            InputError: Unknown or repeated arguments, wrong types, no value where one is asked for;
                all of them, one per line.
        """
        problems: list[_Problem] = []
        by_name = places or {}
        known = args if ignored is None else self._known(args, where, by_name, ignored)
        given = self._given(known, problems)
        data = dict(existing or {})
        spelled = {key.lower(): key for key in data}
        for name, value in given.items():
            field = self.fields.get(name) or Field(name, "any", 0)
            _put(data, field, value, spelled.get(name.lower()), problems)
        for field in self.fields.values():
            if field.name not in given:
                kept = spelled.get(field.name.lower())
                if kept is None and is_asking and field.needs_value:
                    problems.append(_unsaid(field))
                _keep(data, field, kept, problems)
        if problems:
            lines = (f"{by_name.get(one.field, where)}: {one.text}" for one in problems)
            raise InputError("\n".join(lines))
        return data

    def _known(
        self, args: Mapping[str, Any], where: str, places: Mapping[str, str], ignored: list[str]
    ) -> Mapping[str, Any]:
        """Return the arguments that there are fields for."""
        if self.is_open:
            return args
        known = {name: value for name, value in args.items() if self.find(name)}
        ignored += [
            f"{places.get(name, where)}: unknown argument {name}"
            f"{nearest(name, self.fields)}, ignored"
            for name in args
            if name not in known
        ]
        return known

    def _given(self, args: Mapping[str, Any], problems: list[_Problem]) -> dict[str, Any]:
        """Return the arguments under the names of their fields."""
        index = self._index()
        given: dict[str, Any] = {}
        for name, value in args.items():
            field = _lookup(index, name)
            known = field.name if field else name
            if field is None and not self.is_open:
                hint = nearest(name, self.fields)
                problems.append(_Problem(name, f"unknown argument {name}{hint}"))
            elif known in given:
                problems.append(_Problem(known, f"{name}: {known} is given twice"))
            elif value is not None and not (field and field.is_unset(value)):
                given[known] = value
        return given

    def _index(self) -> dict[str, Field]:
        fields = self.fields.values()
        others = {way: one for one in fields for name in one.aliases for way in _spellings(name)}
        return others | {way: one for one in fields for way in _spellings(one.name)}


def parse(text: str, *, source: str, warnings: list[str] | None = None) -> Schema:
    """Read schema.hrd.

    Args:
        source: The file's name for errors.
        warnings: Takes what was read but looks wrong, as file:line.

    Raises:
        InputError: Lines without `=`, unknown types, defaults that do not fit, two spellings of
            one field; all of them, one per line.
    """
    found, problems = collect(text, source=source, warnings=warnings)
    if problems:
        raise InputError("\n".join(problems))
    return found


def collect(
    text: str, *, source: str, warnings: list[str] | None = None
) -> tuple[Schema, list[str]]:
    """Read schema.hrd as far as it can be read; returns as well what `parse` would refuse."""
    fields: dict[str, Field] = {}
    seen: dict[str, Field] = {}
    problems: list[str] = []
    notes: list[str] = [] if warnings is None else warnings
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        try:
            field = _parse_field(content, number)
        except InputError as error:
            problems.append(f"{source}:{number}: {error}")
            continue
        twin = _lookup(seen, field.name)
        if twin and twin.name != field.name:
            problems.append(f"{source}:{number}: {field.name} is {twin.name} of line {twin.line}")
        elif twin:
            notes.append(f"{source}:{number}: {field.name} replaces the one of line {twin.line}")
        fields[field.name] = field
        seen.update(dict.fromkeys(_spellings(field.name), field))
    problems += [f"{source}:{problem}" for problem in _clashes(fields.values(), seen)]
    return Schema(fields), problems


def _clashes(fields: Iterable[Field], names: Mapping[str, Field]) -> Iterator[str]:
    """Yield each alias that means another field as well."""
    known = dict(names)
    for field in fields:
        for alias in field.aliases:
            twin = _lookup(known, alias)
            if twin and twin.name != field.name:
                yield f"{field.line}: alias {alias} is {twin.name} of line {twin.line}"
            known.update(dict.fromkeys(_spellings(alias), field))


def _parse_field(text: str, number: int) -> Field:
    name, equals, right = (part.strip() for part in text.partition("="))
    if not equals or not name:
        raise InputError(f"{text!r}: write name = type:…")
    tags: dict[str, str] = {}
    labels: set[str] = set()
    for token in takewhile(lambda one: not one.startswith("#"), _TOKEN.findall(right)):
        tag, colon, value = token.partition(":")
        if colon:
            tags[tag.lower()] = _QUOTES.sub(lambda found: found[1] or found[2] or "", value)
        else:
            labels.add(tag)
    asks = not labels.isdisjoint(_ASK)
    labels = {label.lower() for label in labels}
    kind, is_list = _kind(tags.get("type", "str"), is_list="list" in labels)
    _check_consume(tags.get("consume", ""))
    given = tags.get("default")
    if given and kind == "password" and not is_reference(given):
        raise InputError("a password has no default: write default:'$(secret:NAME)'")
    field = Field(
        name=name,
        type=kind,
        line=number,
        descr=tags.get("descr", "").replace("__", " ").replace("\\n", "\n"),
        is_list=is_list,
        is_set=tags.get("type", "").lower() == "set",
        asks=asks,
        aliases=tuple(one.strip() for one in tags.get("alias", "").split(",") if one.strip()),
        parent=tags.get("parent", ""),
        consume=tags.get("consume", ""),
        auto="auto" in labels,
        optional="optional" in labels,
        tags=tags,
        limits=limits(tags, kind),
    )
    try:
        default = field.convert(given) if given else [] if is_list else empty(kind)
    except InputError as error:
        raise InputError(f"default: {error}") from error
    return msgspec.structs.replace(field, default=default)


def _kind(text: str, *, is_list: bool) -> tuple[str, bool]:
    """Return the type that we convert to, and whether the field is a list of it."""
    low = text.lower()
    if not low:
        raise InputError("type: names none; without it a field is text")
    if low not in TYPES:
        raise InputError(f"unknown type {text}{nearest(low, tuple(TYPES))}")
    return TYPES[low], is_list or low in {"list", "set"}


def _check_consume(text: str) -> None:
    """Refuse numbers that are none, or that nothing can be between."""
    for target in filter(None, text.split(",")):
        found = _CONSUME.fullmatch(target.strip())
        if found is None:
            raise InputError(f"consume:{target.strip()}: write consume:ROLE:MIN:MAX")
        if found[1] and found[2] and int(found[1]) > int(found[2]):
            raise InputError(f"consume:{target.strip()}: the least is more than the most")


def _unsaid(field: Field) -> _Problem:
    why = f"no value is given: {field.descr or 'the schema asks for one'}"
    return _Problem(field.name, f"{field.name}: {why}")


def _keep(data: dict[str, Any], field: Field, kept: str | None, problems: list[_Problem]) -> None:
    """Keep the value that there is, under a key that may be spelled otherwise, else the default."""
    value = field.default if kept is None or field.is_unset(data[kept]) else data[kept]
    # What nobody has set is not held to the limits: 0 is a port that is not set.
    if value == field.default and type(value) is type(field.default):
        data.pop(kept or "", None)
        data[field.name] = field.default
    else:
        _put(data, field, value, kept, problems, told="kept from before: ")


def _put(
    data: dict[str, Any],
    field: Field,
    value: Any,
    former: str | None,
    problems: list[_Problem],
    *,
    told: str = "",
) -> None:
    """Set a value under the field's own spelling, whatever it was spelled before."""
    try:
        made = field.convert(value)
    except InputError as error:
        problems.append(_Problem(field.name, f"{told}{field.name}: {error}"))
        return
    if former is not None:
        data.pop(former, None)
    data[field.name] = made


def _lookup(index: Mapping[str, Field], spelling: str) -> Field | None:
    ways = _spellings(spelling)
    return index.get(ways[0]) or index.get(ways[1])


def _spellings(name: str) -> tuple[str, str]:
    """Return the name without case, and its words: `maxCPU` is `maxcpu` and `max.cpu`."""
    return name.lower(), ".".join(_WORDS.split(name)).lower()
