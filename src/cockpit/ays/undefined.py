"""Names that an action file needs while it is read, and that nobody defines: it cannot load.

See: AYS 8, action file styles: `ActionsBase`, and a global `service`, of older files.
"""

import ast
import builtins
from collections.abc import Iterator

from cockpit.ays.uses import Use

_GIVEN = frozenset({"j", "ActionsBaseMgmt", "action"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def undefined(tree: ast.Module) -> list[Use]:
    """Return the undefined names, each once, by line; none where `import *` may define any."""
    nodes = list(_read_at_once(tree))
    if any(isinstance(one, ast.alias) and one.name == "*" for one in nodes):
        return []
    defined = _GIVEN.union(*(_defined(one) for one in nodes))
    found: dict[str, int] = {}
    for one in nodes:
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id not in defined:
            found[one.id] = min(one.lineno, found.get(one.id, one.lineno))
    lines = [Use(name, line) for name, line in found.items() if not _is_builtin(name)]
    return sorted(lines, key=lambda use: (use.line, use.name))


def _read_at_once(tree: ast.Module) -> Iterator[ast.AST]:
    """Return all but what functions hold: of them the decorators and defaults count."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _FUNCTIONS):
            waiting += [*node.decorator_list, *node.args.defaults]
            waiting += [one for one in node.args.kw_defaults if one]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _defined(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.alias(name=name, asname=None):
            return {name.partition(".")[0]}
        case (
            ast.alias(asname=str(name))
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
        ):
            return {name}
        case _:
            return set()


def _is_builtin(name: str) -> bool:
    # `__name__`, `__file__` and the like are there as well.
    return hasattr(builtins, name) or name.startswith("__")
