"""Orders: events by which anybody who may publish asks for what a chat asks for.

`repo.create` and `bp.create` are carried out here; `service.execute` is the dispatcher's, for it
makes jobs.

See: the specification, "telegram"; original.md §3.5 for the older names of arguments.
"""

import re

from cockpit import events
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.robot import BlueprintFiles, Catalog, Executed, Worktrees

_SPACES = re.compile(r"\s+")
_SHOWN = 20


class Orders:
    """Carries out what events ask for."""

    def __init__(self, catalog: Catalog, worktrees: Worktrees, blueprints: BlueprintFiles) -> None:
        self._catalog = catalog
        self._worktrees = worktrees
        self._blueprints = blueprints

    def carry_out(self, event: events.Telegram) -> str:
        """Do what an event asks for, and say what became of it; "" for what is no order.

        Raises:
            InputError: It cannot be done.
            OpsError: The disk is full, Redis is away.
        """
        if event.io != "input":
            return ""
        if event.action == "repo.create":
            return self._create_repo(event)
        if event.action == "bp.create":
            return self._create_blueprint(event)
        return ""

    def save(self, repo: str, name: str, content: str, *, base: str | None = None) -> Executed:
        """Save a blueprint, a new one or the next version of one, and execute it.

        Args:
            base: The hash of the version that it follows, "" is none; None is whichever is there.

        Raises:
            InputError: It is wrong; ConflictError when there is another version than `base`.
                Nothing was written.
            OpsError: The disk is full.
        """
        with self._blueprints.alone(repo) as folder:
            folder.preview(name, content)
            known = folder.find(name)
            there, is_same = (known.hash, known.content == content) if known else ("", False)
            if base not in (None, there) and not is_same:
                raise ConflictError(f"{name} changed meanwhile: send it again")
            if known is None:
                folder.create(name, content)
            elif not is_same:
                folder.update(known, content)
        return self._catalog.execute(repo, name)

    def _create_repo(self, event: events.Telegram) -> str:
        name = as_name(_last(events.argument(event, "name")))
        try:
            self._worktrees.create(name)
        except ConflictError:
            return f"repository {name} is there already"
        return f"repository {name} is made"

    def _create_blueprint(self, event: events.Telegram) -> str:
        repo = self._repo(event)
        name, content = _last(events.argument(event, "name")), events.argument(event, "content")
        return f"{repo}: {name} is saved: {changed(self.save(repo, name, content))}"

    def _repo(self, event: events.Telegram) -> str:
        known = sorted(self._catalog.repos())
        named = as_name(str(event.args.get("repo") or event.meta.get("repo") or ""))
        if named:
            if named not in known:
                raise InputError(f"there is no repository {named}")
            return named
        if len(known) == 1:
            return known[0]
        some = ", ".join(known[:_SHOWN]) or "there is none"
        raise InputError(f"meta.repo: which repository? {some}")


def as_name(text: str) -> str:
    """Return the name of a repository for one that people wrote: a space becomes `-`."""
    return _SPACES.sub("-", text.strip())


def _last(path: str) -> str:
    """Return the last part of a path: the robots of 2016 said where, and not only what."""
    return path.rstrip("/").rpartition("/")[2]


def changed(done: Executed) -> str:
    """Return in words what executing a blueprint changed."""
    counts = (("new", done.created), ("changed", done.updated), ("as before", done.unchanged))
    told = [f"{len(keys)} {word}" for word, keys in counts if keys]
    return f"services: {', '.join(told)}" if told else "it has no services"


def why(error: InputError | OpsError) -> str:
    """Return what somebody is told who asked for what cannot be done."""
    if isinstance(error, OpsError):
        return f"This does not work now: {error}"
    return str(error)
