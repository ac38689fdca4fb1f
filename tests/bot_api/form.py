"""The three ways to give the parameters of a request: JSON, a form, a form with files."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

_NUMBER = re.compile(r"-?[0-9]{1,19}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class File:
    """What is uploaded."""

    name: str
    content: bytes


def given(
    query: str, kind: str, raw: bytes, types: Callable[[str], Sequence[str]]
) -> dict[str, Any]:
    """Read the parameters of a request.

    Args:
        kind: The Content-Type, "" for none.
        types: What a parameter may be; a form gives texts, and they are read as one of these.

    Raises:
        ValueError: It is none of the three, or broken.
    """
    found = list(_fields(query.encode("latin-1")))
    if kind.startswith("application/json"):
        told = _json(raw)
        return {name: _decoded(value, types(name)) for name, value in found} | told
    if kind.startswith("multipart/form-data"):
        found += _parts(kind, raw)
    elif kind.startswith("application/x-www-form-urlencoded"):
        found += _fields(raw)
    elif raw:
        raise ValueError(f"unsupported Content-Type {kind!r}")
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise ValueError(f"a parameter is there twice: {names}")
    return _attached({name: _decoded(value, types(name)) for name, value in found})


def _json(raw: bytes) -> dict[str, Any]:
    told = json.loads(raw.decode() or "{}", object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(told, dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004 - one error for bad bodies
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"a name is there twice: {[name for name, _ in pairs]}")
    return dict(pairs)


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _fields(raw: bytes) -> Iterator[tuple[str, str]]:
    yield from (
        parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
        if raw
        else ()
    )


def _parts(kind: str, raw: bytes) -> Iterator[tuple[str, str | File]]:
    head = Message()
    head["Content-Type"] = kind
    boundary = str(head.get_param("boundary", "")).encode()
    pieces = (b"\r\n" + raw).split(b"\r\n--" + boundary)
    if not boundary or not pieces[-1].startswith(b"--"):
        raise ValueError("the form has no end")
    for piece in pieces[1:-1]:
        about, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        told = message_from_string(about.decode())
        name = str(told.get_param("name", "", header="content-disposition"))
        file = told.get_filename()
        yield name, content.decode() if file is None else File(file, content)


def _decoded(value: str | File, types: Sequence[str]) -> Any:
    """Read a field by what it may be; what cannot be read stays as it is, and is refused later."""
    if isinstance(value, File):
        return value
    if "Integer" in types and _NUMBER.fullmatch(value):
        return int(value)
    if {"String", "InputFile"} & set(types):
        return value
    if list(types) == ["Boolean"]:
        return _BOOLEANS.get(value.lower(), value)
    try:
        return json.loads(value, object_pairs_hook=_once, parse_constant=_no_constant)
    except ValueError:
        return value


def _attached(told: dict[str, Any]) -> dict[str, Any]:
    """Put files that are named as `attach://NAME` where they belong."""
    names = {
        name: value.removeprefix("attach://")
        for name, value in told.items()
        if isinstance(value, str) and value.startswith("attach://")
    }
    files = {name: told[file] for name, file in names.items() if isinstance(told.get(file), File)}
    taken = {names[name] for name in files}
    return {name: value for name, value in told.items() if name not in taken} | files
