"""Where an action stands: for attempts that ended without a traceback, killed or gone."""

import re

from cockpit.eco.frames import Place
from cockpit.errors import InputError, OpsError
from cockpit.robot.catalog import Catalog


class Whereabouts:
    """Finds actions in the files of their templates, without running them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __call__(self, service: str, action: str) -> Place:
        """Return the line where an action begins; 0 and "" for what cannot be found.

        Args:
            service: `<repo>/<key>`.
        """
        try:
            template = self._catalog.record(service).template
            path = self._catalog.template(service.partition("/")[0], template).actions_path
            lines = path.read_text().splitlines() if path else []
        except (InputError, OpsError, LookupError, OSError, UnicodeDecodeError):
            return Place(function=action)
        begins = re.compile(rf"\s*def\s+{re.escape(action)}\s*\(")
        number = next((n for n, line in enumerate(lines, 1) if begins.match(line)), 0)
        return Place(str(path or ""), number, action)
