"""Where the keys of a JSON object stand in its text."""

import re
from json import JSONDecoder

_OPENING = re.compile(r"\s*\{\s*")
_COLON = re.compile(r"\s*:\s*")
_COMMA = re.compile(r"\s*,?\s*")


def key_lines(text: str) -> dict[str, int]:
    """Return the lines, from 1, of the keys of an object; those of objects in it do not count.

    Args:
        text: An object that JSON reads.
    """
    read = JSONDecoder(parse_int=str).raw_decode  # int refuses numbers of very many digits
    lines: dict[str, int] = {}
    line, counted = 1, 0
    at = _after(_OPENING, text, 0)
    while text[at] != "}":
        key, end = read(text, at)
        line, counted = line + text.count("\n", counted, at), at
        lines[key] = line
        _, end = read(text, _after(_COLON, text, end))
        at = _after(_COMMA, text, end)
    return lines


def _after(sign: re.Pattern[str], text: str, at: int) -> int:
    found = sign.match(text, at)
    return found.end() if found else at
