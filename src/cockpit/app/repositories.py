"""What works on the repositories of a home: their files, their git, their mirror."""

from typing import Any

from cockpit.app.bug import Reporter
from cockpit.app.home import Home
from cockpit.bus import Log, Pipe
from cockpit.robot import (
    BlueprintFiles,
    Catalog,
    Mirror,
    NamedFolder,
    SoleWriter,
    TemplateFiles,
    TemplateRepos,
    Worktrees,
)


class Repositories:
    """All that changes files of repositories, one at a time in each.

    Args:
        node: The name of this rack, which holds the lease of a repository while it writes.

    Attributes:
        mirror: Writes services to files.
        worktrees: Makes, clones, commits and deletes repositories.
        template_repos: The same for repositories of templates.
        blueprints: Writes blueprints.
        templates: Writes templates.
    """

    def __init__(
        self, pipe: Pipe, home: Home, catalog: Catalog, logger: Any, *, node: str, log: Log
    ) -> None:
        self._logger = logger
        writer = SoleWriter(pipe, node)
        report = Reporter(log, logger, "mirror")
        self.mirror = Mirror(pipe, catalog, writer, on_trouble=self._note_mirror, report=report)
        self.worktrees = Worktrees(
            catalog, home.repos, home.trash, writer=writer, mirror=self.mirror
        )
        self.template_repos = TemplateRepos(catalog, NamedFolder(home.templates, home.trash))
        files = (catalog, self.worktrees.path, home.trash)
        self.blueprints = BlueprintFiles(*files, writer=writer)
        self.templates = TemplateFiles(*files, writer=writer)

    def _note_mirror(self, repo: str, why: str) -> None:
        if why:
            self._logger.error("mirror_stopped", repo=repo, why=why)
        else:
            self._logger.info("mirror_goes_on", repo=repo)
