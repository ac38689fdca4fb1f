"""What comes before an action within its service: as usual, or as `init_actions_` of its file says.

Only a literal is understood, for a file is read here and not run:

    def init_actions_(service, args):
        return {"install": ["init"], "probe": ["install"]}

See: AYS 8, run building: a dictionary of the template replaces what is usual.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cockpit.ays.action_file import ORDER, definition, parse
from cockpit.ays.circle import find_circle

Order = Mapping[str, Sequence[str]]
"""Action → those that come right before it."""

_USUAL: Order = {
    "init": (),
    "install": ("init",),
    "start": ("install",),
    "monitor": ("start",),
    "uninstall": ("stop",),
    **dict.fromkeys(("stop", "halt", "removedata", "cleanup"), ()),
}
_OF_ITS_OWN = ("install",)


def usual(action: str) -> Sequence[str]:
    """Return what comes right before an action when its template says nothing else."""
    return _USUAL.get(action, _OF_ITS_OWN)


def chain(action: str, own: Order | None) -> list[str]:
    """Return an action behind all that comes before it, each once.

    Args:
        own: What the template says; None when it says nothing.
    """
    found: dict[str, None] = {}
    waiting = [(action, False)]
    while waiting:
        name, is_ready = waiting.pop()
        if is_ready:
            found[name] = None
        elif name not in found:
            before = usual(name) if own is None else own.get(name, ())
            waiting += [(name, True), *((one, False) for one in reversed(before))]
    return list(found)


def read(text: str, *, source: str, warnings: list[str]) -> Order | None:
    """Return what an action file says of the order of its actions; None when it says nothing.

    Args:
        warnings: Receives `source:line: why` when what it says cannot be read.

    Raises:
        InputError: It is no Python.
    """
    if ORDER not in text:
        return None
    function = definition(parse(text, source=source), ORDER)
    if not isinstance(function, ast.FunctionDef):
        return None
    returned = [one for one in _own(function) if isinstance(one, ast.Return)]
    found = _literal(returned[0].value) if len(returned) == 1 else None
    if found is None:
        line = returned[0].lineno if len(returned) == 1 else function.lineno
        warnings.append(
            f"{source}:{line}: {ORDER} is read and not run, so it must return a literal, as in"
            ' return {"probe": ["install"]}; until then what is usual counts'
        )
    elif circle := find_circle(found):
        warnings.append(f"{source}:{returned[0].lineno}: {ORDER}: a circle: {' → '.join(circle)}")
        return None
    return found


def _own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what stands in a function, without what stands in functions inside it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)


def _literal(node: ast.expr | None) -> Order | None:
    try:
        found: Any = ast.literal_eval(node) if node else None
    except (ValueError, TypeError):
        return None
    if not isinstance(found, dict):
        return None
    rows = {
        name: (several,) if isinstance(several, str) else several for name, several in found.items()
    }
    names = [one for several in rows.values() for one in _several(several)]
    if not all(isinstance(name, str) for name in (*rows, *names)):
        return None
    return {name: tuple(_several(several)) for name, several in rows.items()}


def _several(found: Any) -> Sequence[Any]:
    return list(found) if isinstance(found, list | tuple | set) else [None]
