"""`/blueprint`: save, look at, execute, archive and delete blueprints."""

import time
from collections.abc import Callable

import msgspec

from cockpit.errors import InputError
from cockpit.robot import BlueprintFile, BlueprintFolder
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.orders import Orders, changed
from cockpit.telegram.pages import choice, question
from cockpit.telegram.talks import Talk
from cockpit.telegram.text import Text, bold, code, lines, plain, pre

_SHOWN = 20


class BlueprintCommands:
    """Blueprints in a chat."""

    def __init__(self, house: House, orders: Orders) -> None:
        self._house = house
        self._orders = orders

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("blueprint list", "read", "List blueprints", self.listing),
            Command("blueprint show", "read", "Show one", self.show, "NAME"),
            Command("blueprint add", "admin", "Paste one, or send it as a file", self.add),
            Command("blueprint execute", "operate", "Execute one", self.execute, "NAME"),
            Command("blueprint disable", "admin", "Archive one", self.disable, "NAME"),
            Command("blueprint enable", "admin", "Take it back", self.enable, "NAME"),
            Command("blueprint delete", "admin", "Move one to the trash", self.delete, "NAME"),
            Command("blueprint preview", "admin", "Look at a file", self.look, is_inner=True),
            Command("blueprint save", "admin", "Save what was shown", self.save, is_inner=True),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the blueprints of the repository."""
        found = self._folder(asked).all()
        if not found:
            return Reply(text=plain("There is no blueprint. Send one as a file."))
        told = [code(one.name) + (" · archived" if one.archived else "") for one in found]
        return Reply(text=lines([bold(asked.repo), *told]))

    def show(self, asked: Asked) -> Reply:
        """Show a blueprint."""
        if not asked.text:
            return self._choose(asked, "Which blueprint?", lambda _one: True)
        found = self._folder(asked).get(asked.text)
        return Reply(text=lines([bold(found.name), pre(found.content)]))

    def add(self, asked: Asked) -> Reply:
        """Take a pasted blueprint."""
        self._folder(asked)
        if not asked.text:
            prompt = "Paste the blueprint, or send it as a file."
            return question(asked, prompt, repo=asked.repo)
        return self.preview(asked, f"{time.strftime('%Y%m%d_%H%M%S')}.yaml", asked.text)

    def look(self, asked: Asked) -> Reply:
        """Show what a file that was sent before would do in the repository that was chosen."""
        name = str(asked.args.get("file", ""))
        if not asked.text:
            names = sorted(self._house.catalog.repos())
            if not names:
                raise InputError(
                    "there is no repository: /repo create makes one; then send it again"
                )
            return choice(asked, f"{name}: for which repository?", names)
        with self._house.stor.open("actions", str(asked.args.get("digest", ""))) as file:
            content = file.read().decode()
        chosen = msgspec.structs.replace(asked, args={"repo": asked.text})
        found = self.preview(chosen, name, content)
        return msgspec.structs.replace(found, is_change=asked.is_button, talk=Talk(asked.text))

    def preview(self, asked: Asked, name: str, content: str) -> Reply:
        """Show what a blueprint would do, or what is wrong with it, and offer to save it.

        Raises:
            InputError: No repository is chosen, or the name cannot be one.
        """
        folder = self._folder(asked)
        try:
            done = folder.preview(name, content)
        except InputError as error:
            told = [bold(name) + " is no sound blueprint, and not saved:", pre(str(error))]
            return Reply(text=lines(told))
        known = folder.find(name)
        head = bold(name) + f" for {asked.repo}" + (", in place of the one there" if known else "")
        text = lines([head, *_plan(done.created, "+"),
                      *_plan(done.updated, "~"), plain(f"{len(done.unchanged)} stay as they are"),
                      *[plain(f"! {one}") for one in done.warnings[:_SHOWN]]])  # fmt: skip
        digest = self._house.stor.put("actions", content.encode())
        base = known.hash if known else ""
        args = {"repo": asked.repo, "file": name, "digest": digest, "base": base}
        rows = [[Button("Save and execute", "blueprint save", args), Button("Leave it", "cancel")]]
        return Reply(text=text, rows=rows)

    def save(self, asked: Asked) -> Reply:
        """Save and execute what was shown; installs nothing."""
        with self._house.stor.open("actions", str(asked.args.get("digest", ""))) as file:
            content = file.read().decode()
        name = str(asked.args["file"])
        # An old button must not put back what was changed since.
        done = self._orders.save(asked.repo, name, content, base=str(asked.args.get("base", "")))
        text = bold(name) + f" is saved in {asked.repo}: {changed(done)}."
        rows = [
            [Button("Install what is new", "run start", {"repo": asked.repo, "text": "install"})]
        ]
        return Reply(
            text=text, rows=rows if done.created or done.updated else [], is_change=asked.is_button
        )

    def execute(self, asked: Asked) -> Reply:
        """Execute a blueprint that is there."""
        if not asked.text:
            return self._choose(asked, "Which blueprint?", lambda one: not one.archived)
        done = self._house.catalog.execute(asked.repo, asked.text)
        told = [bold(asked.text) + f": {changed(done)}.", *map(plain, done.warnings[:_SHOWN])]
        return Reply(text=lines(told))

    def disable(self, asked: Asked) -> Reply:
        """Archive a blueprint."""
        if not asked.text:
            return self._choose(asked, "Which blueprint?", lambda one: not one.archived)
        with self._house.blueprints.alone(asked.repo) as folder:
            found = folder.archive(folder.get(asked.text))
        return Reply(text=bold(asked.text) + " is archived: " + code(found.name))

    def enable(self, asked: Asked) -> Reply:
        """Take a blueprint back from the archive."""
        if not asked.text:
            return self._choose(asked, "Which blueprint?", lambda one: one.archived)
        with self._house.blueprints.alone(asked.repo) as folder:
            found = folder.restore(folder.get(asked.text))
        return Reply(text=code(found.name) + " is executed with the others again.")

    def delete(self, asked: Asked) -> Reply:
        """Move a blueprint to the trash; refused while services need it."""
        if not asked.text:
            return self._choose(asked, "Which blueprint goes to the trash?", lambda _one: True)
        if not asked.args.get("sure"):
            args = {"repo": asked.repo, "text": asked.text, "sure": True}
            rows = [[Button("Delete it", asked.name, args), Button("Keep it", "cancel")]]
            return Reply(text="Delete " + bold(asked.text) + "?", rows=rows)
        with self._house.blueprints.alone(asked.repo) as folder:
            folder.remove(folder.get(asked.text))
        return Reply(text=bold(asked.text) + " is in the trash.", is_change=True)

    def _folder(self, asked: Asked) -> BlueprintFolder:
        if not asked.repo:
            raise InputError("choose a repository first: /repo select")
        return self._house.blueprints.of(asked.repo)

    def _choose(
        self, asked: Asked, prompt: str, is_meant: Callable[[BlueprintFile], bool]
    ) -> Reply:
        names = [one.name for one in self._folder(asked).all() if is_meant(one)]
        if not names:
            return Reply(text=plain(f"{asked.repo} has none."))
        return choice(asked, prompt, names, more={"repo": asked.repo})


def _plan(keys: list[str], sign: str) -> list[Text]:
    told = [f"{sign} " + code(key) for key in keys[:_SHOWN]]
    if len(keys) > _SHOWN:
        told.append(plain(f"{sign} and {len(keys) - _SHOWN} more"))
    return told
