"""Notices what changed in templates: an action that was rewritten is done again by the next run.

What a template was is kept in Redis, so a change while nothing ran is noticed as well. One that is
no Python at the moment is not looked at.

See: AYS 8, change detection; issue 3, "a changed method source marks its action changed".
"""

import gevent
import msgspec

from cockpit import ays
from cockpit.ays.sealing import Seal
from cockpit.bus import Pipe, keys
from cockpit.robot.catalog import Catalog
from cockpit.robot.changing import Prints, differences
from cockpit.robot.writing import template_row

_LOOK_S = 1.0


class Changes:
    """The templates of all repositories of this node; runs where its lease is."""

    def __init__(self, pipe: Pipe, catalog: Catalog) -> None:
        self._pipe = pipe
        self._catalog = catalog
        self._looked: dict[tuple[str, str], ays.Template] = {}

    def run(self) -> None:
        """Look at them every second; never returns.

        Raises:
            OpsError: Redis is away.
        """
        while True:
            self.look()
            gevent.sleep(_LOOK_S)

    def look(self) -> None:
        """Look once.

        Raises:
            OpsError: Redis is away.
        """
        for repo in self._catalog.repos():
            templates = self._catalog.templates(repo)
            fresh = [
                one for one in templates.values() if self._looked.get((repo, one.name)) is not one
            ]
            if fresh:
                self._compare(repo, fresh)
                self._looked.update({(repo, one.name): one for one in fresh})

    def _compare(self, repo: str, templates: list[ays.Template]) -> None:
        readable = [one for one in templates if one.actions_path is None or one.actions]
        names = [one.name for one in readable]
        if not names:
            return
        raws = self._pipe.call("HMGET", keys.templates(repo), *names)
        for one, raw in zip(readable, raws, strict=True):
            now = _prints(one)
            former = msgspec.json.decode(raw, type=Prints) if raw else now
            if now != former:
                self._tell(repo, one, now, former)
            if not raw or now != former:
                self._pipe.call("HSET", keys.templates(repo), one.name, msgspec.json.encode(now))

    def _tell(self, repo: str, template: ays.Template, now: Prints, former: Prints) -> None:
        """Mark and call what the services of a template need."""
        categories = list(differences(now, former))
        is_written = False
        while not is_written:
            version = self._catalog.version()
            # A field that became a password may hold one in clear.
            records = self._catalog.existing(repo, with_data=True).values()
            rows = [
                template_row(record, template, categories, former.config, version)
                | {"data": self._sealed(record, template)}
                for record in records
                if record.template == template.name
            ]
            is_written = not rows or self._catalog.write(rows, version)

    def _sealed(self, record: ays.ServiceRecord, template: ays.Template) -> dict[str, str]:
        """Keep passwords that stand in clear; returns the references to write for them."""
        sealed = Seal.of(record, template.schema).close_all(record.data)
        self._catalog.passwords.keep(sealed.passwords)
        return {
            name.lower(): msgspec.json.encode(value).decode()
            for name, value in sealed.value.items()
            if value != record.data[name]
        }


def _prints(template: ays.Template) -> Prints:
    schema = msgspec.json.encode(template.schema).decode()
    config = {entry.key: _builtin(entry.value) for entry in template.service_hrd.entries()}
    return Prints(template.action_digests, schema, config)


def _builtin(value: object) -> object:
    return msgspec.to_builtins(value)
