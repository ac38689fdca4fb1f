"""What an action file uses: modules it imports, names below `j`, `service` and `job`.

Read and not run.
"""

import ast
from collections.abc import Iterator, Mapping

import msgspec

_J = "j"
_PARAMETERS = frozenset({"service", "job"})
_STORED = " ="
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}

Roots = Mapping[str, str]
"""What names stand for: `j`, `service` or `job`."""


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


def names(tree: ast.Module) -> list[Use]:
    """Return the dotted names below `j`, as long as they are written: `j.sal.fs.readFile`.

    So are those below `service` and `job`, where functions take them: with ` =` when they are
    assigned. `self.service` and `x = job.service` are services too.

    `j` is there without an import; one that is a variable of a function or of a comprehension is
    another. `from JumpScale import j as x` makes `x` mean the same.
    """
    found: list[Use] = []
    waiting: list[tuple[ast.AST, Roots]] = [(tree, _own_names(tree, {_J: _J}))]
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


def _own_names(scope: ast.AST, roots: Roots) -> Roots:
    """Return what names mean inside a scope, given what they mean around it."""
    hidden: set[str] = set()
    own: dict[str, str] = {}
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        match node:
            case ast.arg(arg=name) if name in _PARAMETERS:
                own[name] = name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                hidden.add(name)
            case ast.ImportFrom(module="JumpScale"):
                own |= {one.asname or one.name: _J for one in node.names if one.name == _J}
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Attribute(attr="service", value=ast.Name(id="job")),
            ):
                own[name] = "service"
                continue
        if not isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
    kept = {name: root for name, root in roots.items() if name not in hidden}
    # A parameter that is assigned may be anything; `j` that is imported is `j`.
    return kept | {name: root for name, root in own.items() if root == _J or name not in hidden}


def _chain(node: ast.Attribute, roots: Roots) -> str:
    """Return `j.a.b` of an attribute of an attribute of `j`; "" of anything else."""
    parts: list[str] = []
    at: ast.expr = node
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    if not isinstance(at, ast.Name):
        return ""
    root = roots.get(at.id, "")
    if at.id == "self" and len(parts) > 1 and parts[-1] == "service":
        root = parts.pop()
    mark = _STORED if root in _PARAMETERS and isinstance(node.ctx, ast.Store) else ""
    return ".".join([root, *reversed(parts)]) + mark if root else ""
