"""Which actions an actions.py defines, read and not run.

See: AYS 8, action file styles: functions, or the methods of `class Actions`.
"""

import ast
from collections.abc import Iterator

from cockpit.errors import InputError


def action_names(text: str, *, source: str) -> frozenset[str]:
    """Return the names that can be actions: what the file, or its `class Actions`, defines.

    Raises:
        InputError: It is no Python; `source:line: why`.
    """
    body = parse(text, source=source).body
    classes = [one for one in body if isinstance(one, ast.ClassDef) and one.name == "Actions"]
    found = {name for one in (classes[-1].body if classes else body) for name in _names(one)}
    return frozenset(name for name in found if not name.startswith("_"))


def parse(text: str | bytes, *, source: str) -> ast.Module:
    """Return the syntax tree of an action file; bytes are decoded as Python does it.

    Raises:
        InputError: It is no Python; `source:line: why`.
    """
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise InputError(f"{source}:{error.lineno or 1}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{source}:1: it cannot be read as Python: {error}") from error


def _names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield statement.name
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in statement.names)
        case ast.Assign():
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        case ast.If() | ast.Try():
            yield from (name for inner in statement.body for name in _names(inner))
