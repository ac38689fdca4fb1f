"""What Cockpit writes of services into `services/`, and what people made of it.

What differs from the digest that we remember was edited by somebody: it stays as it is, also when
its service went or moved. What cannot be written is the problem of one service; only a folder that
cannot be written at all stops the others.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from cockpit.errors import OpsError
from cockpit.robot.services_folder import FolderError, ServicesFolder, digest, to_bytes


class Files(msgspec.Struct, frozen=True):
    """What was written of a service.

    Attributes:
        folder: Where it stands, relative to `services/`.
        files: The digest of each of its files by name; "" is not ours.
        left: The digest that we wrote of files that should be gone, by place in `services/`.
    """

    folder: str
    files: dict[str, str]
    left: dict[str, str] = {}

    def places(self) -> dict[str, str]:
        """Return the digest of all its files, by place in `services/`."""
        return {f"{self.folder}/{name}": wrote for name, wrote in self.files.items()} | self.left


class Wanted(msgspec.Struct, frozen=True):
    """What a service is to be on disk; `render` makes its files of those that are there."""

    folder: str
    render: Callable[[Mapping[str, str]], dict[str, str]]


class Written(NamedTuple):
    """What is there of a service by now, and why not all of it could be written."""

    files: Files | None
    error: OpsError | None


class Edited(NamedTuple):
    """A file that is not as we wrote it; `wrote` is "" for one that we never wrote."""

    service: str
    place: str
    wrote: str


def write_all(
    folder: ServicesFolder, rows: Sequence[tuple[Wanted | None, Files | None]]
) -> list[Written]:
    """Write services one by one, up to the one at which the folder cannot be written at all."""
    made: list[Written] = []
    for wanted, known in rows:
        made.append(_write_one(folder, wanted, known or Files("", {})))
        if isinstance(made[-1].error, FolderError):
            break
    return made


def differing(folder: ServicesFolder, known: Mapping[str, Files]) -> list[Edited]:
    """Return what is not as we wrote it, or should be gone, of services by name."""
    return [
        Edited(service, place, wrote)
        for service, one in sorted(known.items())
        for place, wrote in one.places().items()
        if place in one.left or not _is_ours(folder, place, wrote)
    ]


def _is_ours(folder: ServicesFolder, place: str, wrote: str) -> bool:
    try:
        return folder.digest(place) == wrote
    except OpsError:  # It is not as we wrote it; the reason is told when it is written again.
        return False


def _write_one(folder: ServicesFolder, wanted: Wanted | None, known: Files) -> Written:
    errors: list[OpsError] = []
    made: dict[str, str] = {}
    if wanted:
        wrote = known.files if known.folder == wanted.folder else {}
        made = _write_files(folder, wanted, wrote, errors)
    where = wanted.folder if wanted else known.folder
    over = {
        place: wrote
        for place, wrote in known.places().items()
        if not (place.startswith(f"{where}/") and place.removeprefix(f"{where}/") in made)
    }
    left = _remove(folder, over, errors)
    files = Files(where, made, left) if wanted or left else None
    return Written(files, errors[0] if errors else None)


def _write_files(
    folder: ServicesFolder, wanted: Wanted, wrote: Mapping[str, str], errors: list[OpsError]
) -> dict[str, str]:
    """Write the files that are as we wrote them; returns what is ours of all of them."""
    made = dict(wrote)
    try:
        files = wanted.render(folder.texts(wanted.folder))
        made = {name: wrote.get(name, "") for name in files}
        for name, text in files.items():
            made[name] = _write_file(folder, f"{wanted.folder}/{name}", text, made[name])
    except OpsError as error:
        errors.append(error)
    return made


def _write_file(folder: ServicesFolder, place: str, text: str, wrote: str) -> str:
    """Write a file unless somebody edited it; returns the digest of what we wrote last."""
    is_now, shall_be = folder.digest(place), digest(to_bytes(text))
    if is_now == shall_be:
        return shall_be
    is_ours = is_now in {"", wrote} and folder.write(place, text, over=is_now)
    return shall_be if is_ours else wrote


def _remove(
    folder: ServicesFolder, over: Mapping[str, str], errors: list[OpsError]
) -> dict[str, str]:
    """Remove files that are as we wrote them; returns the others."""
    left = {}
    for place, wrote in over.items():
        try:
            is_edited = folder.digest(place) not in {"", wrote}
            if not is_edited:
                folder.remove(place)
        except OpsError as error:
            errors.append(error)
            is_edited = True
        if is_edited:
            left[place] = wrote
    return left
