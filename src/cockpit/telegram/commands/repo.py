"""`/repo`: make, choose, list and delete repositories."""

from cockpit.errors import InputError
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.orders import as_name
from cockpit.telegram.pages import choice, question
from cockpit.telegram.talks import Talk
from cockpit.telegram.text import bold, lines, plain


class RepoCommands:
    """Repositories in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("repo list", "read", "List repositories", self.listing),
            Command(
                "repo select", "read", "Choose the one that commands are about", self.select, "NAME"
            ),
            Command("repo create", "admin", "Make one", self.create, "NAME"),
            Command("repo delete", "admin", "Move one to the trash", self.delete, "NAME"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List repositories, with what is in them."""
        rows = self._house.worktrees.rows()
        if not rows:
            return Reply(text=plain("There is no repository. /repo create makes one."))
        told = [
            bold(row.repo) + (" · chosen" if row.repo == asked.talk.repo else "")
            + f" · {row.services} services"
            for row in rows
        ]  # fmt: skip
        return Reply(text=lines(told))

    def select(self, asked: Asked) -> Reply:
        """Choose a repository for this chat."""
        names = self._names()
        name = as_name(asked.text)
        if not name:
            return choice(asked, "Which repository?", names) if names else self.listing(asked)
        if name not in names:
            return choice(asked, f"There is no repository {name}. Which one?", names)
        return Reply(
            text="Commands are about " + bold(name) + " now.",
            talk=Talk(repo=name),
            is_change=asked.is_button,
        )

    def create(self, asked: Asked) -> Reply:
        """Make a repository, and choose it."""
        if not asked.text:
            return question(asked, "How shall the repository be called?")
        name = as_name(asked.text)
        if name in self._names():
            return Reply(
                text="There is a repository " + bold(name) + " already: it is chosen now.",
                talk=Talk(repo=name),
            )
        self._house.worktrees.create(name)
        text = "Repository " + bold(name) + " is made, and chosen."
        return Reply(
            text=text + " Send a blueprint as a file, or use /blueprint add.", talk=Talk(repo=name)
        )

    def delete(self, asked: Asked) -> Reply:
        """Move a repository to the trash, once that is confirmed."""
        names = self._names()
        name = as_name(asked.text)
        if not name:
            prompt = "Which repository goes to the trash?"
            return choice(asked, prompt, names) if names else self.listing(asked)
        if name not in names:
            raise InputError(f"there is no repository {name}")
        services = len(self._house.catalog.existing(name))
        if not asked.args.get("sure"):
            what = (
                f"{services} services go with it, and nothing is uninstalled. " if services else ""
            )
            rows = [
                [
                    Button("Delete it", asked.name, {"text": name, "sure": services + 1}),
                    Button("Keep it", "cancel"),
                ]
            ]
            return Reply(
                text="Delete " + bold(name) + f"? {what}It goes to the trash.",
                rows=rows,
                is_change=asked.is_button,
            )
        if services + 1 != asked.args["sure"]:
            raise InputError(f"{name} changed meanwhile: ask again with /repo delete {name}")
        found = self._house.worktrees.delete(name, force=services > 0)
        talk = Talk() if asked.talk.repo == name else None
        return Reply(
            text=bold(name) + f" is in the trash: {found.trash}", talk=talk, is_change=True
        )

    def _names(self) -> list[str]:
        return sorted(self._house.catalog.repos())
