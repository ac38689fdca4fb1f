"""`/service`: list, look at, execute and delete services."""

import fnmatch
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from cockpit import events
from cockpit.errors import InputError
from cockpit.robot import ServiceRow
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import bold, code, lines, plain

_MOST = 20
_SHOWN = 60
_VALUE = 200


class ServiceCommands:
    """Services in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("service list", "read", "List services", self.listing, "[ROLE]"),
            Command("service show", "read", "Show one", self.show, "NAME"),
            Command("service execute", "operate", "Run an action", self.execute, "ACTION NAME"),
            Command("service delete", "admin", "Delete one", self.delete, "NAME"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the services of the repository, or of all."""
        found = [
            row
            for row in self._house.catalog.services(asked.repo)
            if asked.text in ("", row.role, row.key)
        ]
        if not found:
            return Reply(text=plain("There are no services. A blueprint makes them."))
        told = [code(row.key) + ("" if asked.repo else f" · {row.repo}") for row in found[:_SHOWN]]
        if len(found) > _SHOWN:
            told.append(plain(f"and {len(found) - _SHOWN} more: /service list ROLE"))
        return Reply(text=lines(told))

    def show(self, asked: Asked) -> Reply:
        """Show a service: its data, its states, whom it needs."""
        if not asked.text:
            return self._choose(asked, "Which service?")
        (row,) = self._named(asked, asked.text, most=1)
        states = self._house.runs.states(row.repo).get(row.key, {})
        told = [bold(row.key) + f" · {row.repo}", plain(f"template: {row.template}")]
        told += [plain(f"parent: {row.parent}")] if row.parent else []
        told += [
            plain(f"{role}: {', '.join(keys)}") for role, keys in sorted(row.producers.items())
        ]
        told += [f"{name} = " + code(_value(value)) for name, value in row.data.items()]
        told += [plain(f"{action}: {state}") for action, state in sorted(states.items())]
        run = Button("Run an action", "service execute", {"repo": row.repo, "service": row.key})
        return Reply(text=lines(told), rows=[[run]])

    def execute(self, asked: Asked) -> Reply:
        """Run an action of one service, or of those that a pattern means: `@role`, `role!*`."""
        service, action = str(asked.args.get("service", "")), str(asked.args.get("action", ""))
        words = asked.words
        if service and (words or action):
            return self._run(asked, words[0] if words else action, service)
        if not service and len(words) > 1:
            action, service = words[0], " ".join(words[1:])
            return self._run(asked, action, service)
        if not service and words and self._match(asked, words[0]):
            service = words[0]
        if not service:
            more = {"action": words[0]} if words else {}
            return self._choose(asked, "Which service?", argument="service", more=more)
        rows = self._named(asked, service, most=_MOST)
        actions = sorted({one for row in rows for one in self._actions(row)})
        prompt = "Which action of " + bold(service) + "?"
        bare = msgspec.structs.replace(asked, text="")
        return choice(bare, prompt, actions, more={"repo": rows[0].repo, "service": service})

    def delete(self, asked: Asked) -> Reply:
        """Delete a service with its data, without an uninstall, once that is confirmed."""
        if not asked.text:
            return self._choose(asked, "Which service?")
        (row,) = self._named(asked, asked.text, most=1)
        args = {"repo": row.repo, "text": row.key, "sure": True}
        if not asked.args.get("sure"):
            rows = [[Button("Delete it", asked.name, args), Button("Keep it", "cancel")]]
            return Reply(text="Delete " + bold(row.key) + "? Its data go.", rows=rows)
        self._house.catalog.delete(row.repo, row.key)
        return Reply(text=bold(row.key) + " is deleted.", is_change=True)

    def _run(self, asked: Asked, action: str, pattern: str) -> Reply:
        rows = self._named(asked, pattern, most=_MOST)
        for row in rows:
            if action not in self._actions(row):
                raise InputError(f"{row.key} has no action {action}")
        ids = [self._order(asked, row, action) for row in rows]
        told = [bold(f"{row.key}: {action}") + " is queued" for row in rows]
        watch: tuple[Literal["event", "run"], str] = ("event", " ".join(ids))
        return Reply(text=lines(told), watch=watch, is_change=asked.is_button)

    def _order(self, asked: Asked, row: ServiceRow, action: str) -> str:
        """Publish the event by which the robot runs an action, once for each time it is asked."""
        event = events.Telegram(
            io="input",
            action="service.execute",
            args={"name": row.key, "action": action},
            epoch=int(self._house.clock()),
            meta={
                "source": "telegram",
                "repo": row.repo,
                "by": asked.person.name,
                "parent": asked.event,
                "origin": msgspec.to_builtins(asked.origin),
            },
        )
        # A button that is pressed twice before its message changes is meant once.
        origin = asked.origin
        cause = f"{origin.chat}:{origin.message}" if asked.is_button else asked.event
        mark = f"telegram:order:{cause}:{row.repo}/{row.key}:{action}"
        return self._house.log.append(event, mark=mark).id

    def _actions(self, row: ServiceRow) -> list[str]:
        return sorted(self._house.catalog.template(row.repo, row.template).actions)

    def _match(self, asked: Asked, pattern: str) -> list[ServiceRow]:
        """Return what a pattern means: in the repository before its `/`, else in the chosen one."""
        repo, slash, rest = pattern.partition("/")
        where, pattern = (repo, rest) if slash else (asked.repo, pattern)
        rows = self._house.catalog.services(where)
        if pattern.startswith("@"):
            return [row for row in rows if row.role == pattern[1:]]
        exact = [row for row in rows if row.key == pattern]
        return exact or [row for row in rows if fnmatch.fnmatchcase(row.key, pattern)]

    def _named(self, asked: Asked, pattern: str, *, most: int) -> list[ServiceRow]:
        found = self._match(asked, pattern)
        if not found:
            where = f" in {asked.repo}" if asked.repo else ""
            raise InputError(f"there is no service {pattern}{where}")
        if len(found) > most or len({row.repo for row in found}) > 1:
            some = ", ".join(f"{row.repo}/{row.key}" for row in found[:_MOST])
            raise InputError(f"{pattern} may be {some}: name one so, or choose with /repo select")
        return found

    def _choose(
        self,
        asked: Asked,
        prompt: str,
        argument: str = "text",
        more: Mapping[str, str] | None = None,
    ) -> Reply:
        known = self._house.catalog.services(asked.repo)
        keys = [row.key if asked.repo else f"{row.repo}/{row.key}" for row in known]
        if not keys:
            return Reply(text=plain("There are no services. A blueprint makes them."))
        repo = {"repo": asked.repo} if asked.repo else {}
        bare = msgspec.structs.replace(asked, text="")
        found = choice(bare, prompt, keys, more=repo | dict(more or {}))
        if argument == "text":
            return found
        rows = [[_renamed(one, argument) for one in row] for row in found.rows]
        return msgspec.structs.replace(found, rows=rows)


def _renamed(button: Button, argument: str) -> Button:
    """Give what a button chooses under another name; buttons that turn pages stay."""
    if "page" in button.args:
        return button
    args = {name: value for name, value in button.args.items() if name != "text"}
    return Button(button.label, button.does, args | {argument: button.args["text"]})


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _VALUE else f"{text[:_VALUE]}…"
