"""A module before and after a move in, whether it is the same program but for where an object is made out.

Both are compared with the object written out wherever it is named: what a move changes is then gone, and nothing else
may differ. Comments are compared apart: none may be lost or written twice.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def same_program(before: str, after: str, made: Iterable[str]) -> bool:
    """Whether two modules are equal once the names given to the expressions `made` are replaced by them."""
    keys = {_key(one) for one in made}
    return ast.dump(_written_out(ast.parse(before), keys)) == ast.dump(_written_out(ast.parse(after), keys))


def same_comments(before: str, after: str) -> bool:
    """Whether two modules hold the same comments, in whatever order."""
    return sorted(_comments(before)) == sorted(_comments(after))


def _comments(text: str) -> list[str]:
    return [one.string for one in tokenize.generate_tokens(io.StringIO(text).readline) if one.type == tokenize.COMMENT]


def _key(expression: str) -> str:
    return ast.dump(ast.parse(expression.strip(), mode="eval").body)


def _written_out(tree: ast.Module, keys: set[str]) -> ast.Module:
    top = _names(tree.body, keys)
    tree.body = [_without(one, top, keys) for one in tree.body if not _is_made(one, keys)]
    return tree


def _without(statement: ast.stmt, top: dict[str, ast.expr], keys: set[str]) -> ast.stmt:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        written = _WriteOut(_visible(top, statement), set()).visit(statement)
        own = _names(list(ast.walk(written)), keys)
        made: ast.stmt = _WriteOut(own, keys).visit(written)
        return made
    if isinstance(statement, ast.ClassDef):
        statement.body = [_without(one, top, keys) for one in statement.body]
    return statement


def _visible(top: dict[str, ast.expr], function: ast.AST) -> dict[str, ast.expr]:
    """The names of module scope that a function does not bind itself."""
    own = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    return {name: value for name, value in top.items() if name not in own}


def _names(nodes: Iterable[ast.AST], keys: set[str]) -> dict[str, ast.expr]:
    """The names that statements give to the expressions."""
    found: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and ast.dump(node.value) in keys:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found |= {node.target.id: node.value} if ast.dump(node.value) in keys else {}
    return found


def _is_made(statement: ast.stmt, keys: set[str]) -> bool:
    return bool(_names([statement], keys))


class _WriteOut(ast.NodeTransformer):
    """Replaces names by what they stand for, and drops the statements that name it."""

    def __init__(self, names: dict[str, ast.expr], keys: set[str]) -> None:
        self.names = names
        self.keys = keys

    def visit(self, node: ast.AST) -> Any:
        """One node."""
        if isinstance(node, ast.stmt) and _is_made(node, self.keys):
            return None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self.names:
            return self.names[node.id]
        return self.generic_visit(node)
