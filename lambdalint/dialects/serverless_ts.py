"""Serverless Framework services written as programs (serverless.ts, serverless.js): run, and the object they export
read like serverless.yml. What is not known becomes a variable that nobody can resolve, so it stays unknown."""

from __future__ import annotations

import posixpath

from lambdalint.model import Node
from lambdalint.patterns import pattern, re
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Place, Project, Span

_NAME = pattern(r"(^|/)serverless[\w.-]*\.([mc]?[jt]s)$")
DEPTH = 60


def wanted(path: str, head: bytes) -> bool:
    """A program called serverless.* with the keys of a service."""
    if "serverless" not in path or not _NAME.search(path):
        return False
    if "node_modules/" in path or path.endswith((".d.ts", ".test.ts", ".spec.ts")):
        return False
    return b"provider" in head and b"functions" in head


def declare(project: Project) -> Iterator[Declaration]:
    """The functions of every such service."""
    paths = project.candidates("serverless_ts")
    if not paths:
        return
    from lambdalint.dialects.serverless import declare_tree

    for path in paths:
        node = tree(path, project)
        if node is not None:
            yield from declare_tree(node, path, project)


def tree(path: str, project: Project) -> Node | None:
    """The object that a module exports, as the tree of a data file; None when it exports no object."""
    from lambdalint.dialects.programs import Files
    from lambdalint.languages.terms import access, calls
    from lambdalint.languages.terms.facts import Term
    from lambdalint.languages.terms.run import Frame, Run
    from lambdalint.languages.terms.values import Closure, Record

    run = Run(Files(project, posixpath.dirname(path)))
    unit = run.load(path)
    if unit is None:
        return None
    value = access.exported(run, unit, "default")
    if isinstance(value, Closure):  # a function that returns the configuration
        site = calls.Site(Term("other", value.function.at), Frame(unit, unit.scope))
        value = calls.invoke(run, value, [], None, site)
    return _node(value, path, (1, 1, 1, 1), 0) if isinstance(value, Record) else None


def _node(value: Any, path: str, at: Place, depth: int) -> Node:
    """A value as a node; what is written in another file stands where this file takes it from there."""
    from lambdalint.languages.terms.values import NOTHING, Array, Known, Record

    if depth > DEPTH:
        return Node("scalar", "${expression:...}", at)
    if isinstance(value, Record):
        pairs = []
        for name, entry in value.entries.items():
            if entry.value != NOTHING:
                place = _place(entry.span, path, at)
                key = Node("scalar", name, _place(entry.key_span, path, at))
                pairs.append((key, _node(entry.value, path, place, depth + 1)))
        if not value.complete:
            unknown = Node("scalar", "${expression:...}", at)
            pairs.append((unknown, unknown))
        return Node("mapping", tuple(pairs), at)
    if isinstance(value, Array):
        items = [_node(item.value, path, _place(item.span, path, at), depth + 1) for item in value.items]
        if not value.complete:
            items.append(Node("scalar", "${expression:...}", at))
        return Node("sequence", tuple(items), at)
    return Node("scalar", value.value if isinstance(value, Known) else _written(value), at)


def _place(span: Span, path: str, at: Place) -> Place:
    return (span.line, span.column, span.end_line, span.end_column) if span.path == path else at


def _written(value: Any) -> str:
    """A text with what is not known as variables: `${env:NAME}` for the environment, else `${expression:...}`."""
    from lambdalint.languages.terms.values import Known, Opaque, Text, text_of

    if isinstance(value, Text):
        return "".join(part.value if isinstance(part, Known) else _written(part) for part in value.parts)
    if isinstance(value, Opaque) and value.text.startswith("process.env."):
        return "${env:" + value.text.removeprefix("process.env.") + "}"
    return "${expression:" + re.sub(r"[^\w.-]+", "_", text_of(value))[:100] + "}"
