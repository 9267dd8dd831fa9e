"""Statements of a function in, their removal and their lines as they stand at module scope out; nothing is judged.

A statement takes along its annotation, its comment and, where they are about it, the comments above.
"""

from __future__ import annotations

import re

import libcst as cst

from lambdalint.model import Edit, Span
from lambdalint.rewrite.site import Site, inside, span_of
from lambdalint.rewrite.source import below, loads, scope_of_function
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

ABOUT = re.compile(r"client|connect|resource|session|boto|initiali[sz]e|instantiat", re.IGNORECASE)


def removed(
    site: Site, statements: Sequence[cst.SimpleStatementLine], written: Collection[cst.SimpleStatementLine]
) -> list[Edit] | None:
    """Delete statements with the comments of those that are written again, and the blank lines left at an edge.

    The comments of the others stay. None when a block would hold nothing more.
    """
    lines = site.found.lines
    edits: list[Edit] = []
    for block in {id(found): found for one in statements if (found := site.found.parents[one])}.values():
        own = [one for one in statements if site.found.parents[one] is block]
        if not isinstance(block, cst.IndentedBlock) or len(block.body) == len(own):
            return None
        leading = True
        gone: set[int] = set()
        for child in block.body:
            if not isinstance(child, cst.SimpleStatementLine) or child not in own:
                leading = False
                continue
            place = site.found.places[child]
            again = child in written
            moves = own_comments(site, child) if again else []
            first = place.start.line - len(moves)
            last = place.end.line
            above = first - 1
            while above in gone:
                above -= 1
            if (leading and moves == own_comments(site, child, every=True)) or not lines[above - 1].strip():
                while last < len(lines) and not lines[last].strip() and last + 1 < len(lines):
                    last += 1
            gone |= set(range(first, last + 1))
            left = "" if again else _inner_comments(site, child)
            leading = leading and not left
            edits.append(Edit(Span(site.path, first, 1, last + 1, 1), left))
    return edits


def lifted(site: Site, statement: cst.SimpleStatementLine, renames: Mapping[str, str]) -> list[str]:
    """A statement's own comments and its code at module scope, some names given anew: one item each."""
    code = code_of(site, statement.with_changes(leading_lines=()), renames).rstrip("\n")
    return [*own_comments(site, statement), code]


def code_of(site: Site, node: cst.CSTNode, renames: Mapping[str, str]) -> str:
    """A node as it is written at module scope, line ends as in our edits."""
    if renames:
        node = node.visit(_Rename({id(name): renames[name.value] for name in loads(node) if name.value in renames}))  # type: ignore[assignment]
    return re.sub(r"\r\n|\r", "\n", site.found.code(node))


class _Rename(cst.CSTTransformer):
    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802 (libcst's name)
        new = self.names.get(id(original_node))
        return updated_node if new is None else updated_node.with_changes(value=new)


def _inner_comments(site: Site, statement: cst.SimpleStatementLine) -> str:
    """The comments of a statement that goes without being written again, as a line of their own."""
    found = [node.value for node in below(statement) if isinstance(node, cst.Comment)]
    leading = [node.comment.value for node in statement.leading_lines if node.comment is not None]
    own = found[len(leading) :]
    line = site.found.lines[site.found.places[statement].start.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{'  '.join(own)}\n" if own else ""


def own_comments(site: Site, statement: cst.SimpleStatementLine, every: bool = False) -> list[str]:
    """The comments directly above a statement, when they are about what moves; `every`: or not."""
    place = site.found.places[statement]
    lines = site.found.lines
    first = place.start.line
    while first > 1 and lines[first - 2].strip().startswith("#"):
        first -= 1
    own = [line.strip() for line in lines[first - 1 : place.start.line - 1]]
    following = lines[place.end.line].strip() if place.end.line < len(lines) else ""
    names = [node.value for node in below(statement.body[0]) if isinstance(node, cst.Name)]
    words = {word for line in own for word in re.findall(r"\w+", line)}
    about = any(map(ABOUT.search, own)) or not words.isdisjoint(names)
    return own if every or about or not following else []


def is_rebound(site: Site, name: str) -> bool:
    """Whether a scope inside the function has the same name for something else."""
    for node in below(site.function.body):
        if isinstance(node, cst.FunctionDef) and name in scope_of_function(site.found, node).bound:
            return True
        if isinstance(node, cst.Param) and node.name.value == name:
            return True
        if isinstance(node, cst.CompFor) and any(one.value == name for one in loads(node.target)):
            return True
        if isinstance(node, cst.ClassDef):
            return True
    return False


def renamed(site: Site, old: str, new: str, without: Sequence[cst.CSTNode]) -> list[Edit]:
    """Every use of a local name but those in nodes that go."""
    return [
        Edit(span_of(site, name), new)
        for name in loads(site.function.body)
        if name.value == old and not any(inside(site, name, node) for node in without)
    ]
