"""What of an action can be told without running it: nothing would call it, or not with all it asks.

See: AYS 8, action file styles; the specification, "Pub/Sub mechanism".
"""

import ast
import re

from cockpit.ays import action_file
from cockpit.ays.uses import Use

_KNOWN = frozenset({"event", "service", "job"})
_VARIABLE = re.compile(r"\$\([\w.]+\)")
_BOUND = ("staticmethod", "classmethod")


def refusal(tree: ast.Module, action: str) -> Use | None:
    """Return why an action cannot be called by an event, with its line; None when it can."""
    found = action_file.definition(tree, action)
    match found:
        case ast.AsyncFunctionDef():
            return Use("is async: nothing awaits it", found.lineno)
        case ast.ClassDef():
            return Use("is a class, which does not run", found.lineno)
        case ast.FunctionDef():
            asked = _unknown(found, is_method=action_file.actions_class(tree) is not None)
            why = f"asks for {', '.join(asked)}: actions take event, service and job"
            return Use(why, found.lineno) if asked else None
        case _:
            return None


def variables(tree: ast.Module) -> list[Use]:
    """Return the `$(key)` in texts of `@action` methods: AYS 8.0 replaced them, nothing does here.

    A shell's `$(command)` looks the same.
    """
    owner = action_file.actions_class(tree)
    methods = [one for one in owner.body if isinstance(one, ast.FunctionDef)] if owner else []
    return [
        Use(text, node.lineno)
        for method in methods
        if any(_name(mark) == "action" for mark in method.decorator_list)
        for node in ast.walk(method)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for text in _VARIABLE.findall(node.value)
    ]


def _unknown(function: ast.FunctionDef, *, is_method: bool) -> list[str]:
    """Return the parameters that must be given, and that nothing is known to give for."""
    takes = function.args
    placed = [*takes.posonlyargs, *takes.args]
    free = len(placed) - len(takes.defaults)
    several = [(one.arg, number < free) for number, one in enumerate(placed)]
    several += [
        (one.arg, value is None)
        for one, value in zip(takes.kwonlyargs, takes.kw_defaults, strict=True)
    ]
    if is_method and not any(_name(mark) in _BOUND for mark in function.decorator_list):
        several = several[1:]
    guessed = 2 if is_method else 1
    return [
        name
        for number, (name, is_needed) in enumerate(several)
        if is_needed and number >= guessed and name not in _KNOWN
    ]


def _name(mark: ast.expr) -> str:
    called = mark.func if isinstance(mark, ast.Call) else mark
    return called.id if isinstance(called, ast.Name) else ""
