"""A repository: a directory with `.ays`, its templates and its blueprints.

Theory of operation: `fingerprint` costs one stat per file and no reading (4 ms for 100 templates),
so it may be asked for every second; what it covers is read again only when it changed, template
by template. One broken template never stops the others: its errors are `problems`, with file:line.

See: AYS 8, repository layout.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cockpit.ays import blueprint, template
from cockpit.ays.blueprint import Blueprint, joined
from cockpit.ays.generation import MARKER, generation
from cockpit.ays.template import Template
from cockpit.errors import InputError, OpsError, nearest

TEMPLATE_ROOTS = ("servicetemplates", "actortemplates", "actorTemplates")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a repository may be called."""

_OUTSIDE = "a link that leads out of the repository is not followed"
_MARKERS = {*template.CONFIG_FILES, "schema.hrd", "actions.py"}

Stamp = tuple[str, int, int, int]
"""Path inside the repository, mtime in ns, size in bytes, inode of one file."""


class _Read(NamedTuple):
    """A template as read at a moment; None when its errors forbid it."""

    stamps: tuple[Stamp, ...]
    template: Template | None
    problems: list[str]


Templates = Callable[[], tuple[Mapping[str, Template], list[str], Mapping[str, str]]]
"""Returns templates by name, what is wrong with others, and why none of a name counts."""


class Repository:
    """A repository on this machine, read when asked and not before.

    Args:
        shared: Returns the templates that it sees besides its own.
        is_shared: It is a template repository: without the usual folders its root holds templates,
            and messages call it `templates/NAME`.

    Attributes:
        path: Its directory.
        name: The directory's own name.
    """

    def __init__(
        self, path: Path, *, shared: Templates | None = None, is_shared: bool = False
    ) -> None:
        self.path = path.resolve()
        self.name = self.path.name
        self._shared = shared
        self._is_shared = is_shared
        self._prefix = f"templates/{self.name}/" if is_shared else ""
        self._read: dict[str, _Read] = {}

    @property
    def problems(self) -> list[str]:
        """Why templates, or their actions, are missing, as `file:line: why`.

        Files are relative to the repository, those of a template repository to the home.
        """
        return self._load()[1]

    def templates(self) -> dict[str, Template]:
        """Return the templates by name, as the files are now."""
        return self._load()[0]

    def blueprints(self) -> list[Path]:
        """Return the enabled blueprints, in the order they are executed: by name.

        `_x` and `x__archive` are disabled; hidden files and editors' backups `x~` are none.
        """
        return [path for path in self._blueprint_files() if not _is_disabled(path)]

    def all_blueprints(self) -> list[Path]:
        """Return the blueprints by name, disabled ones too."""
        return self._blueprint_files()

    def read_blueprints(self, name: str = "-") -> Blueprint:
        """Read one blueprint, or all enabled ones in order.

        Args:
            name: File name inside `blueprints/`, disabled ones too; `-` means all enabled.

        Raises:
            InputError: No such blueprint, or what `blueprint.read` refuses; one problem per line.
            OpsError: A file cannot be read.
        """
        found = self.collect_blueprints(name)
        if found.problems:
            raise InputError("\n".join(found.problems))
        return found

    def collect_blueprints(self, name: str = "-") -> Blueprint:
        """Read as `read_blueprints` does; what is wrong stands in `problems`.

        Raises:
            InputError: No such blueprint.
            OpsError: A file cannot be read.
        """
        if outside := self._outside("blueprints"):
            return Blueprint([], [], problems=outside, is_torn=True)
        by_name = {path.name: path for path in self._blueprint_files()}
        if name != "-" and name not in by_name:
            raise InputError(f"{self.name}: no blueprint {name}{nearest(name, tuple(by_name))}")
        paths = self.blueprints() if name == "-" else [by_name[name]]
        return joined([self.collect_blueprint(path, source=path.name) for path in paths])

    def collect_blueprint(self, path: Path, *, source: str) -> Blueprint:
        """Read one blueprint file as far as it can be read.

        Raises:
            OpsError: The file cannot be read.
        """
        if why := self.refusal(path):
            return Blueprint([], [], problems=[f"{source}:1: {why}"], is_torn=True)
        is_old = generation(self.path) == "8.0"
        return blueprint.collect(template.read_text(path), source=source, is_old=is_old)

    def refusal(self, path: Path) -> str:
        """Return why a file of the repository is not to be read; "" when it may be.

        SECURITY: what is read is shown, so a link must not lead out of the repository.
        """
        if self._leads_out(path):
            return _OUTSIDE
        try:
            path.stat()
        except OSError as error:
            return f"it cannot be read: {error.strerror}"
        return ""

    def template_roots(self) -> list[str]:
        """Return the folders that hold templates; one that leads out is left out."""
        return [root for root in self._roots() if not self._leads_out(self.path / root)]

    def fingerprint(self) -> tuple[Stamp, ...]:
        """Return what changes whenever a template or blueprint does; one machine's own value."""
        stamps = [stamp for stamps in self._stamps().values() for stamp in stamps]
        return (*stamps, *_stamp_all(self.path, self._blueprint_files()))

    def _load(self) -> tuple[dict[str, Template], list[str]]:
        stamps = self._stamps()
        self._read = {
            place: self._again(place, now, self._read.get(place)) for place, now in stamps.items()
        }
        templates: dict[str, Template] = {}
        problems: list[str] = []
        for place, read in self._read.items():
            problems += read.problems
            made = read.template
            if made and made.name in templates:
                first = templates[made.name].directory.relative_to(self.path).as_posix()
                problems.append(f"{self._prefix}{place}: ignored, {first} has the same name")
            elif made:
                templates[made.name] = made
                problems += [made.unread] if made.unread else []
        problems += self._outside("blueprints", *self._roots())
        problems += self._nameless_blueprints()
        if self._shared:
            others, wrong, doubles = self._shared()
            problems += [*wrong, *(why for name, why in doubles.items() if name not in templates)]
            templates = {**others, **templates}
        heirs = {name: _inherited(made, templates) for name, made in templates.items()}
        return heirs, problems

    def _again(self, place: str, now: tuple[Stamp, ...], former: _Read | None) -> _Read:
        if former and former.stamps == now:
            return former
        files = {name: self.refusal(self.path / name) for name, *_ in now}
        if any(files.values()):
            return _Read(
                now, None, [f"{self._prefix}{name}:1: {why}" for name, why in files.items() if why]
            )
        try:
            return _Read(now, self._template(place), [])
        except (InputError, OpsError) as error:
            return _Read(now, None, str(error).split("\n"))

    def _template(self, place: str) -> Template:
        # AYS 8.1 knew actor.hrd alone.
        is_later = generation(self.path) == "8.1"
        configs = template.CONFIG_FILES[::-1] if is_later else template.CONFIG_FILES
        source = f"{self._prefix}{_shown(place)}"
        return template.load(self.path / place, source=source, configs=configs)

    def _stamps(self) -> dict[str, tuple[Stamp, ...]]:
        """Return the stamps of each template directory, by its place in the repository."""
        found: dict[str, tuple[Stamp, ...]] = {}
        for directory, markers in self._template_directories():
            files = [directory / name for name in sorted(markers)]
            found[directory.relative_to(self.path).as_posix()] = _stamp_all(self.path, files)
        return found

    def _template_directories(self) -> Iterator[tuple[Path, set[str]]]:
        """Walk to the templates: `_x` is none, yet the templates inside it are."""
        for root in self.template_roots():
            for directory, children, files in os.walk(self.path / root):
                children[:] = sorted(name for name in children if not name.startswith("."))
                path = Path(directory)
                markers = _MARKERS.intersection(files)
                is_root = path == self.path / root
                if markers and not is_root and not path.name.startswith("_"):
                    yield path, markers

    def _roots(self) -> list[str]:
        roots = [root for root in TEMPLATE_ROOTS if (self.path / root).is_dir()]
        return roots or ([""] if self._is_shared else [])

    def _leads_out(self, path: Path) -> bool:
        return not Path(os.path.realpath(path)).is_relative_to(self.path)

    def _outside(self, *folders: str) -> list[str]:
        """Return the problems of folders that lead out: the names in them are not shown either."""
        wrong = (folder for folder in folders if self._leads_out(self.path / folder))
        return [f"{self._prefix}{folder}:1: {_OUTSIDE}" for folder in wrong]

    def _blueprint_files(self) -> list[Path]:
        return [path for path in self._all_blueprint_files() if _shown(path.name) == path.name]

    def _nameless_blueprints(self) -> list[str]:
        return [
            f"blueprints/{_shown(path.name)}: its name is no UTF-8, so it is left out"
            for path in self._all_blueprint_files()
            if _shown(path.name) != path.name
        ]

    def _all_blueprint_files(self) -> list[Path]:
        if self._leads_out(self.path / "blueprints"):
            return []
        try:
            found = list((self.path / "blueprints").iterdir())
        except OSError:
            return []
        names = (path for path in found if not path.name.startswith(".") and _is_file(path))
        return sorted(path for path in names if not path.name.endswith("~"))


def is_repository(path: Path) -> bool:
    """Tell whether the directory bears the marker `.ays`; what is in it does not matter."""
    return os.path.exists(path / ".ays")  # noqa: PTH110 - what may not be looked at is none


def inside(path: Path) -> list[str]:
    """Name the directories below one that bear the marker."""
    found = []
    for directory, children, files in os.walk(path):
        children[:] = sorted(name for name in children if name != ".git")
        if MARKER in (*children, *files) and Path(directory) != path:
            found.append(Path(directory).relative_to(path).as_posix())
    return found


def discover(root: Path, *, shared: Templates | None = None) -> list[Repository]:
    """Return the repositories directly under a directory, by name; none when it is missing.

    Args:
        shared: Returns the templates that they see besides their own.
    """
    there = [path for path in _marked(root) if not _why_none(path)]
    return [Repository(path, shared=shared) for path in there]


def misplaced(root: Path) -> list[str]:
    """Return which directories with the marker are no repositories all the same, and why."""
    return [
        f"{_shown(path.name)}: {why}, so it is no repository"
        for path in _marked(root)
        if (why := _why_none(path))
    ]


def _marked(root: Path) -> list[Path]:
    try:
        found = sorted(root.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for path in found if path.name[0] != "." and path.is_dir() and is_repository(path)]


def _why_none(path: Path) -> str:
    if path.is_symlink():
        return "it is a link"
    if not NAME.fullmatch(path.name):
        return "its name has other signs than letters, digits, '-', '_', '.', or is too long"
    return ""


def _shown(name: str) -> str:
    """Return a file's name as text: what is no UTF-8 in it, JSON could not hold."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _inherited(made: Template, templates: Mapping[str, Template]) -> Template:
    """Return a template with the service.hrd of its role: `node.x` without its own has `node`'s.

    See: AYS 8, service.hrd, inheritance; schema and actions are not inherited.
    """
    base = templates.get(made.role)
    has_own = any((made.directory / name).is_file() for name in template.CONFIG_FILES)
    return made if base is None or base is made or has_own else template.inherit(made, base)


def enabled_name(name: str) -> str:
    """Return what a blueprint is called once it is enabled: without `_` and `__archive`."""
    stem, dot, ending = name.lstrip("_").removesuffix("__archive").rpartition(".")
    return f"{stem.removesuffix('__archive')}{dot}{ending}"


def _is_disabled(path: Path) -> bool:
    return path.name.startswith("_") or "__archive" in {path.name[-9:], path.stem[-9:]}


def _is_file(path: Path) -> bool:
    """Tell whether a file is meant: a link that leads nowhere is one, which cannot be read."""
    # Not Path's own: what may not be looked at makes that raise.
    return os.path.isfile(path) or not os.path.exists(path)  # noqa: PTH110, PTH113


def _stamp_all(root: Path, files: list[Path]) -> tuple[Stamp, ...]:
    return tuple(_stamp(path, path.relative_to(root).as_posix()) for path in files)


def _stamp(path: Path, place: str) -> Stamp:
    try:
        now = path.stat()
    except OSError as error:  # It went away since it was listed, or cannot be looked at.
        return place, -1, error.errno or 0, 0
    return place, now.st_mtime_ns, now.st_size, now.st_ino
