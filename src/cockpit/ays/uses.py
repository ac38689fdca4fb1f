"""What an action file uses: modules it imports, names below `j`. Read and not run."""

import ast
from collections.abc import Iterator

import msgspec

_J = "j"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Use(msgspec.Struct, frozen=True):
    """A dotted name, and the line it stands in."""

    name: str
    line: int


def imports(tree: ast.Module) -> list[Use]:
    """Return the modules that are imported; relative ones begin with a dot.

    `from a import b` counts as `a`: b may be a module or a name of it; `from . import b` as `.b`.
    What stands in a `try` that catches the failure of an import is left out.
    """
    return [use for node in _unguarded(tree) for use in _imported(node)]


def names_of_j(tree: ast.Module) -> list[Use]:
    """Return the dotted names below `j`, as long as they are written: `j.sal.fs.readFile`.

    `j` is there without an import; one that is a variable of a function or of a comprehension is
    another. `from JumpScale import j as x` makes `x` mean the same.
    """
    found: list[Use] = []
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(tree, _own_names(tree, frozenset({_J})))]
    while waiting:
        node, roots = waiting.pop()
        if isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            roots = _own_names(node, roots)
        chain = _chain(node, roots) if isinstance(node, ast.Attribute) else ""
        if chain:
            found.append(Use(chain, node.lineno))  # type: ignore[attr-defined]
            continue
        waiting += [(child, roots) for child in ast.iter_child_nodes(node)]
    return sorted(found, key=lambda use: (use.line, use.name))


def _unguarded(tree: ast.Module) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            guarded = set(map(id, node.body))
            children = [child for child in children if id(child) not in guarded]
        waiting += reversed(children)


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(node, ast.Name) and node.id in _CATCHING for node in ast.walk(handler.type)
    )


def _imported(node: ast.AST) -> Iterator[Use]:
    if isinstance(node, ast.Import):
        yield from (Use(alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        names = [node.module] if node.module else [alias.name for alias in node.names]
        yield from (Use("." * node.level + name, node.lineno) for name in names)


def _own_names(scope: ast.AST, roots: frozenset[str]) -> frozenset[str]:
    """Return which names mean `j` inside a scope, given those that do around it."""
    stored: set[str] = set()
    imported: set[str] = set()
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                stored.add(name)
            case ast.ImportFrom(module="JumpScale"):
                imported |= {one.asname or one.name for one in node.names if one.name == _J}
        if not isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
    return (roots - stored) | imported


def _chain(node: ast.Attribute, roots: frozenset[str]) -> str:
    """Return `j.a.b` of an attribute of an attribute of `j`; "" of anything else."""
    parts: list[str] = []
    at: ast.expr = node
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    if not (isinstance(at, ast.Name) and at.id in roots):
        return ""
    return ".".join([_J, *reversed(parts)])
