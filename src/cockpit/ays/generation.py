"""Which generation of AYS a repository was written for: it decides what differed.

See: AYS 8, repository layout; design §6, "the promise to authors".
"""

import re
from pathlib import Path
from typing import Literal

Generation = Literal["8.0", "8.1", "cockpit"]

MARKER = ".ays"
MARK = "cockpit\n"
"""What `.ays` holds in a repository of today; that of AYS 8 is empty, or holds one tab."""

_WORD = re.compile(rb"\bcockpit\b")
_LATER = ("actorTemplates", "actortemplates", "actors")
_READ = 4096


def generation(repository: Path) -> Generation:
    """Return the generation of a repository by its files.

    `.ays` with the word `cockpit` is of today, whatever else there is. Directories that only 8.1
    had (`actorTemplates`, `actortemplates`, `actors`) make it 8.1, those of 8.0 beside them too:
    it was moved on. All else is 8.0, a marker alone as well.
    """
    if _WORD.search(_head(repository / MARKER)):
        return "cockpit"
    return "8.1" if any((repository / name).is_dir() for name in _LATER) else "8.0"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_READ)
    except OSError:  # Nothing, or a directory, is a marker like an empty file.
        return b""
