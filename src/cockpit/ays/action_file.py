"""Which actions an actions.py defines, read and not run.

See: AYS 8, action file styles: functions, or the methods of `class Actions`.
"""

import ast
import hashlib
from collections.abc import Iterator

from cockpit.errors import InputError

ORDER = "init_actions_"
# AYS 8.1 calls these itself, or never.
_NO_ACTIONS = (ORDER, "action_pre_", "action_post_")
STANDARD = frozenset(
    {
        *("input", "init", "install", "uninstall", "start", "stop", "halt", "monitor"),
        *("check_up", "check_down", "check_requirements", "cleanup", "removedata"),
        *("data_export", "data_import", "consume"),
    }
)
"""The actions that AYS 8 gave to every template: where they are not written they do nothing."""


def action_digests(text: str, *, source: str) -> dict[str, str]:
    """Return the names that can be actions, each with a digest of what defines it.

    They are what the file, or its `class Actions`, defines. Comments and blank lines are not
    digested.

    Raises:
        InputError: It is no Python; `source:line: why`.
    """
    return {
        name: hashlib.blake2b(ast.dump(one).encode(), digest_size=8).hexdigest()
        for one in _statements(parse(text, source=source))
        for name in _names(one)
        if not name.startswith("_") and name not in _NO_ACTIONS
    }


def line_of(tree: ast.Module, action: str) -> int:
    """Return the line where an action begins; 0 when it is none."""
    return next((one.lineno for one in _statements(tree) if action in _names(one)), 0)


def definition(tree: ast.Module, name: str) -> ast.stmt | None:
    """Return the function or class that counts under a name; None when none does."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [one for one in _statements(tree) if isinstance(one, kinds) and one.name == name]
    return found[-1] if found else None


def actions_class(tree: ast.Module) -> ast.ClassDef | None:
    """Return `class Actions`; None when the file has functions."""
    found = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "Actions"]
    return found[-1] if found else None


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


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """Return what defines actions: the statements of `class Actions`, else those of the file."""
    classes = {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}
    return _methods(classes, "Actions") if "Actions" in classes else tree.body


def _methods(classes: dict[str, ast.ClassDef], name: str) -> list[ast.stmt]:
    """Return the statements of a class, behind those of its bases in the same file."""
    found = classes.pop(name, None)
    if found is None:
        return []
    bases = [base.id for base in reversed(found.bases) if isinstance(base, ast.Name)]
    return [*(one for base in bases for one in _methods(classes, base)), *found.body]


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
