"""Names of attachments: what a sender writes is never trusted as a path."""

import re
import unicodedata

MAX_NAME_CHARS = 120
_MAX_RAW_CHARS = 500
_MAX_ENDING_CHARS = 12

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_ENDINGS = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
}


def safe_name(name: str) -> str:
    """Reduce a sender's name to a plain file name; "" when nothing of it is left.

    Without path, control and formatting characters (a right-to-left mark makes `exe.txt` of
    `txt.exe`), at most 120 characters with its ending kept.
    """
    name = name.replace("\\", "/").rpartition("/")[2][-_MAX_RAW_CHARS:]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or _is_visible(c))
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) <= MAX_NAME_CHARS or not dot or len(ending) > _MAX_ENDING_CHARS:
        return name[:MAX_NAME_CHARS].rstrip(". ")
    return stem[: MAX_NAME_CHARS - len(ending) - 1] + dot + ending


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}


def nameless(number: int, content_type: str) -> str:
    """Name a part that has no name: `part-1.bin`, with an ending that fits its type."""
    return f"part-{number}{_ENDINGS.get(content_type, '.bin')}"


class Names:
    """Gives out names that are unique in one mail, also where case does not count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._n_by_name: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Take a name, or the next free of `a.txt`, `a-2.txt`, `a-3.txt`."""
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        wanted, candidate = name.casefold(), name
        while candidate.casefold() in self._taken:
            # PERF: counting goes on where it was; a thousand equal names cost a thousand steps.
            number = self._n_by_name[wanted] = self._n_by_name.get(wanted, 1) + 1
            candidate = f"{stem}-{number}{dot}{ending}"
        self._taken.add(candidate.casefold())
        return candidate
