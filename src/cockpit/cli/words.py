"""The options that every command takes, wherever they stand in the line."""

import msgspec

from cockpit.errors import InputError


class Globals(msgspec.Struct, frozen=True):
    """`--home DIR`, `--url URL` and `--json`."""

    home: str = ""
    url: str = ""
    json: bool = False


def split(words: list[str]) -> tuple[Globals, list[str]]:
    """Take the global options out of a command line; what follows `--` is left alone.

    Raises:
        InputError: An option that needs a value has none.
    """
    found: dict[str, str] = {}
    rest: list[str] = []
    as_json = False
    queue = list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *queue]
            break
        if word == "--json":
            as_json = True
        elif name in {"--home", "--url"}:
            if not equals and (not queue or queue[0].startswith("--")):
                raise InputError(f"{name} needs a value")
            found[name] = value if equals else queue.pop(0)
            # `--url "$URL"` with the variable unset must not do its work on the cockpit here.
            if not found[name].strip():
                raise InputError(f"{name} needs a value")
        else:
            rest.append(word)
    return Globals(found.get("--home", ""), found.get("--url", ""), as_json), rest
