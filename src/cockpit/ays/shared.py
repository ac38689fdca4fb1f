"""Template repositories: their templates are there for every AYS repository of a cockpit.

One of a repository itself goes before a shared one of the same name. Of two shared ones with one
name neither counts: nobody could tell which one a blueprint means.

See: AYS 8, global templates and domains; issue 3, "template repositories from git".
"""

from pathlib import Path

import msgspec

from cockpit.ays.repository import Repository, Stamp
from cockpit.ays.template import Template

_PREFIX = "ays_"


class Shared:
    """The template repositories under a folder, read when asked."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[Path, Repository] = {}

    def repositories(self) -> list[Repository]:
        """Return them by name; none when the folder is missing."""
        try:
            found = sorted(self._root.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            found = []
        paths = [path for path in found if path.is_dir() and not path.name.startswith(".")]
        self._known = {
            path: self._known.get(path) or Repository(path, is_shared=True) for path in paths
        }
        return list(self._known.values())

    def fingerprint(self) -> tuple[tuple[str, tuple[Stamp, ...]], ...]:
        """Return what changes whenever one of their templates does."""
        return tuple((one.name, one.fingerprint()) for one in self.repositories())

    def templates(self) -> tuple[dict[str, Template], list[str], dict[str, str]]:
        """Return the templates that count by name, what is wrong, and why none of a name counts."""
        found: dict[str, list[tuple[str, Template]]] = {}
        problems: list[str] = []
        doubles: dict[str, str] = {}
        for one in self.repositories():
            problems += one.problems
            for name, template in one.templates().items():
                found.setdefault(name, []).append((one.name, _with_domain(template, one.name)))
        for name, several in found.items():
            if len(several) > 1:
                places = ", ".join(f"templates/{repo}" for repo, _ in several)
                doubles[name] = f"template {name} is in {places}: none of them counts"
        counting = {name: one[0][1] for name, one in found.items() if len(one) == 1}
        return counting, problems, doubles


def domain(repo: str) -> str:
    """Return the domain of a template repository: its name without `ays_`."""
    return repo.removeprefix(_PREFIX)


def _with_domain(template: Template, repo: str) -> Template:
    if template.domain:
        return template
    return msgspec.structs.replace(template, domain=domain(repo))
