"""A CPython syntax tree in, the same code as nested plain tuples out: facts that can be cached, sent and walked.

Why tuples: a walk from a handler needs the bodies of the functions it reaches, and only those. Tuples are read back
from the cache by `marshal` fifteen times faster than `ast.parse` makes the tree, and the body of a function stays a
packed string until something calls it.
"""

from __future__ import annotations

import _ast as ast  # the nodes alone: `ast` itself has twice our size, all of it for other uses
import marshal

from lambdalint.languages.python.facts import Module
from lambdalint.languages.python.lower import definitions, expressions, statements
from lambdalint.languages.python.lower.lowering import EXPRESSIONS, STATEMENTS, Lowering
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.languages.python.lower.lowering import Make


def lower(
    path: str, tree: ast.Module, text: str, starts: Sequence[tuple[int, int]] = (), packed: bool = True
) -> Module:
    """The module as facts. starts: for text that stands in another file, the (line, column) there of each line.
    packed: whether they are to be kept or sent."""
    lowering = Lowering(text, starts, marshal.dumps if packed else list)
    body = lowering.block(tree.body)
    return Module(
        path,
        lowering.pack(body),
        tuple(lowering.imports),
        tuple(lowering.definitions),
        tuple(lowering.assignments),
        tuple(node.name for node in tree.body if isinstance(node, ast.ClassDef)),
        frozenset(lowering.rebound),
    )


def _by_class(makers: dict[str, Make]) -> dict[type, Make]:
    """What this Python does not have (`TypeAlias` before 3.12, `TemplateStr` before 3.14) is left out."""
    return {getattr(ast, name): make for name, make in makers.items() if hasattr(ast, name)}


STATEMENTS.update(_by_class(statements.STATEMENTS | definitions.STATEMENTS))
EXPRESSIONS.update(_by_class(expressions.EXPRESSIONS | definitions.EXPRESSIONS))
