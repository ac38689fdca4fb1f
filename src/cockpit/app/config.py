"""Reads the settings: cockpit.toml, then the environment, which wins.

All mistakes are told at once: each is one line that names the file and line (or the variable), the
key, what was expected, and for an unknown key the nearest one.
"""

import difflib
import operator
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from cockpit.app.declared import SECTIONS, Declared, declared
from cockpit.app.fields import Field, fields, section_titles, show
from cockpit.app.fields import variable as variable_of
from cockpit.app.settings import Settings
from cockpit.app.together import unsound
from cockpit.errors import InputError, OpsError

__all__ = ["Config", "Settings", "load", "settings_of", "template"]

_OTHER_VARIABLES = ("COCKPIT_HOME", "COCKPIT_TOKEN", "COCKPIT_URL")
_LIKE_A_SETTING = 0.85
"""How near an unknown COCKPIT_ variable must come to a known one to be taken for a slip."""

_PEOPLE = (
    "# Whom the robot may tell and ask, beside those of `cockpit people add`.",
    "# [people.ann]",
    '# mail = "ann@example.org"',
    '# telegram = "ann"',
    '# role = "operate"',
    '# groups = ["ops"]',
    "# [people.bob]",
    '# mail = "bob@example.org"',
    "",
    "# Who is on duty: the first of `who`, then the backup; `rotate` may be day or week.",
    "# [calendars.oncall]",
    '# timezone = "Europe/Brussels"',
    '# rotate = "week"',
    "# shifts = [",
    '#   {from = "06:00", to = "14:00", who = ["ann", "bob"]},',
    '#   {from = "14:00", to = "22:00", who = ["bob", "ann"]},',
    '#   {from = "22:00", to = "06:00", who = ["bob"]},',
    "# ]",
)

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=""")


class Config(msgspec.Struct, frozen=True):
    """The settings that hold, and where each comes from."""

    settings: Settings
    origins: Mapping[str, str]
    declared: Declared = Declared()

    def origin(self, key: str) -> str:
        """Return `cockpit.toml:4`, `COCKPIT_SMTP_LISTEN` or `default`.

        Raises:
            InputError: No setting has this key; the message names the nearest.
        """
        field = _field(key)
        return self.origins.get(field.key, "default")

    def shown(self, key: str) -> str:
        """Return the value as TOML writes it, secrets hidden.

        Raises:
            InputError: No setting has this key; the message names the nearest.
        """
        field = _field(key)
        value = operator.attrgetter(field.key)(self.settings)
        return show("***" if field.is_secret and value else value)


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings; a missing file means defaults.

    Every key is also a variable: `COCKPIT_SMTP_LISTEN`, or `COCKPIT_SMTP_LISTEN_FILE` for a file
    that holds the value.

    Raises:
        InputError: All problems, one per line.
        OpsError: The file is there and cannot be read.
    """
    loading = _Loading()
    _read_file(loading, path)
    _read_environment(loading, environ)
    if loading.problems:
        raise InputError("\n".join(loading.problems))
    settings = settings_of(loading.values)
    if problems := [
        f"{loading.origins[key]}: {key}: {problem}" for key, problem in unsound(settings)
    ]:
        raise InputError("\n".join(problems))
    return Config(settings, loading.origins, loading.declared)


def settings_of(values: Mapping[str, Any]) -> Settings:
    """Return the settings with these values, by key; the others are the defaults."""
    sections: dict[str, Any] = {}
    for field in fields():
        if field.key in values:
            inner = sections
            for name in field.section.split("."):
                inner = inner.setdefault(name, {})
            inner[field.name] = values[field.key]
    return msgspec.convert(sections, Settings)


def template() -> str:
    """Return the cockpit.toml of a new home: every key explained, commented out, as by default."""
    lines = [
        "# The settings of this cockpit. What is commented out shows the default.",
        "# Each key is also a variable: COCKPIT_SMTP_LISTEN for smtp.listen, and",
        "# COCKPIT_SMTP_LISTEN_FILE for a file that holds the value.",
    ]
    for section, title in section_titles().items():
        lines += ["", f"# {title}", f"[{section}]"]
        for field in fields():
            if field.section == section:
                lines += [f"# {field.description}", f"# {field.name} = {show(field.default)}"]
    return "\n".join([*lines, "", *_PEOPLE]) + "\n"


class _Loading:
    """What was found so far; a later `take` of the same key wins."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[str, str] = {}
        self.problems: list[str] = []
        self.declared = Declared()

    def take(self, field: Field, value: object, *, origin: str, is_text: bool) -> None:
        try:
            self.values[field.key] = (
                field.convert_text(str(value)) if is_text else field.convert(value)
            )
            self.origins[field.key] = origin
        except ValueError as error:
            # A variable's name tells the key; a line of a file does not.
            where = origin if is_text else f"{origin}: {field.key}"
            self.problems.append(f"{where}: {error}")


def _read_file(loading: _Loading, path: Path) -> None:
    text = _text(path)
    lines = _key_lines(text)
    by_key = {field.key: field for field in fields()}
    table = _parse(path, text)
    special = {section: table.pop(section) for section in SECTIONS if section in table}
    loading.declared = declared(
        special,
        lambda keys: next(
            (lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), 1
        ),
        loading.problems,
    )
    for keys, value in _entries(table):
        key = ".".join(keys)
        origin = f"{path.name}:{lines.get(keys) or lines.get(keys[:1]) or 1}"
        if field := by_key.get(key):
            loading.take(field, value, origin=origin, is_text=False)
        elif key in section_titles():
            loading.problems.append(
                f"{origin}: {key}: expected a section [{key}], got {show(value)}"
            )
        else:
            loading.problems.append(f"{origin}: {_unknown_key(key)}")
    loading.problems.sort(key=lambda problem: int(problem.split(":")[1]))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise OpsError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path.name}:{line}: not UTF-8") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", str(error), re.DOTALL)
        what, line = (found[1], found[2]) if found else (str(error), text.count("\n") + 1)
        raise InputError(f"{path.name}:{line}: not valid TOML: {what}") from error


def _entries(table: Mapping[str, Any]) -> Iterable[tuple[tuple[str, ...], Any]]:
    """Yield the keys of each value; what is no section comes with its name alone."""
    for section, content in table.items():
        if isinstance(content, dict) and (content or _begins_section(section)):
            for key, value in content.items():
                if isinstance(value, dict) and _begins_section(f"{section}.{key}"):
                    yield from (((section, key, name), inner) for name, inner in value.items())
                else:
                    yield (section, key), value
        else:
            yield (section,), content


def _begins_section(text: str) -> bool:
    return any(f"{name}.".startswith(f"{text}.") for name in section_titles())


def _key_lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of each section and key, found by a scan that knows headers and `key =`."""
    lines: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = _parts(header[1])
            for n in range(1, len(section) + 1):
                lines.setdefault(section[:n], number)
        elif key := _KEY.match(line):
            keys = (*section, *_parts(key[1]))
            lines.setdefault(keys, number)
            lines.setdefault(keys[:1], number)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _read_environment(loading: _Loading, environ: Mapping[str, str]) -> None:
    by_variable = {field.variable: field for field in fields()}
    for variable in sorted(environ):
        field = by_variable.get(variable.removesuffix("_FILE"))
        if field is None:
            loading.problems += _unknown_variable(variable, list(by_variable))
        elif not variable.endswith("_FILE"):
            loading.take(field, environ[variable], origin=variable, is_text=True)
        elif field.variable in environ:
            loading.problems.append(f"{variable}: {field.variable} is set too; keep one of them")
        else:
            _take_from_file(loading, field, variable, Path(environ[variable]))


def _take_from_file(loading: _Loading, field: Field, variable: str, path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        loading.problems.append(f"{variable}: cannot read {path}: {reason}")
    else:
        loading.take(field, text.rstrip("\r\n"), origin=variable, is_text=True)


def _unknown_variable(variable: str, known: list[str]) -> list[str]:
    if not variable.startswith("COCKPIT_") or variable in _OTHER_VARIABLES:
        return []
    in_section = variable.startswith(tuple(f"{variable_of(s)}_" for s in section_titles()))
    bare = variable.removesuffix("_FILE")
    # A slip in the section's own name must not pass in silence; other programs' variables may.
    if not in_section and not difflib.get_close_matches(bare, known, 1, _LIKE_A_SETTING):
        return []
    return [f"{variable}: unknown variable; nearest is {_nearest(bare, known)}"]


def _unknown_key(key: str) -> str:
    by_key = {field.key: field for field in fields()}
    nearest = by_key[_nearest(key, list(by_key))]
    return f"{key}: unknown key; nearest is {nearest.key} ({nearest.expected})"


def _nearest(word: str, words: list[str]) -> str:
    return difflib.get_close_matches(word, words, n=1, cutoff=0.0)[0]


def _field(key: str) -> Field:
    for field in fields():
        if field.key == key:
            return field
    raise InputError(_unknown_key(key))
