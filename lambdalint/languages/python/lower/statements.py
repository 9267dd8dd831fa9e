"""Statements in, their tuples out (listed in facts.py); imports and what binds names are noted besides."""

from __future__ import annotations

import _ast as ast

from lambdalint.languages.python.facts import Assignment, Import, dotted
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.facts import Tuple
    from lambdalint.languages.python.lower.lowering import Lowering, Make


def _expression_statement(lowering: Lowering, node: Any) -> Tuple:
    return ("E", lowering.expression(node.value), lowering.place(node))


def _assign(lowering: Lowering, node: Any) -> Tuple:
    value = lowering.expression(node.value)
    if not lowering.depth:
        for target in node.targets:
            if isinstance(target, ast.Name):
                lowering.assignments.append(Assignment(target.id, dotted(value), lowering.place(target)))
    return ("=", lowering.expressions(node.targets), value, lowering.place(node))


def _annotated(lowering: Lowering, node: Any) -> Tuple:
    value = lowering.expression(node.value) if node.value is not None else None
    return ("A", lowering.expression(node.target), lowering.expression(node.annotation), value, lowering.place(node))


def _augmented(lowering: Lowering, node: Any) -> Tuple:
    operator = type(node.op).__name__
    return ("+=", lowering.expression(node.target), operator, lowering.expression(node.value), lowering.place(node))


def _return(lowering: Lowering, node: Any) -> Tuple:
    return ("R", lowering.optional(node.value), lowering.place(node))


def _raise(lowering: Lowering, node: Any) -> Tuple:
    return ("X", lowering.optional(node.exc), lowering.place(node))


def _if(lowering: Lowering, node: Any) -> Tuple:
    test = lowering.expression(node.test)
    outer, lowering.scope = lowering.scope, _scope(test) or lowering.scope
    body = lowering.block(node.body)
    lowering.scope = outer
    return ("I", test, body, lowering.block(node.orelse), lowering.place(node.test))


def _scope(test: Tuple) -> str:
    """The scope that an `if` at the top opens: "typing", "main", or "" for none of its own."""
    if dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return "typing"
    if test[0] == "q" and dotted(test[1]) == "__name__":
        return "main"
    return ""


def _for(lowering: Lowering, node: Any) -> Tuple:
    is_async = isinstance(node, ast.AsyncFor)
    return (
        "F",
        lowering.expression(node.target),
        lowering.expression(node.iter),
        lowering.block(node.body),
        lowering.block(node.orelse),
        lowering.place(node.iter),
        is_async,
    )


def _while(lowering: Lowering, node: Any) -> Tuple:
    return (
        "W",
        lowering.expression(node.test),
        lowering.block(node.body),
        lowering.block(node.orelse),
        lowering.place(node.test),
    )


def _try(lowering: Lowering, node: Any) -> Tuple:
    handlers = tuple(
        (lowering.optional(handler.type), handler.name, lowering.block(handler.body), lowering.place(handler))
        for handler in node.handlers
    )
    place = lowering.place(node)
    return (
        "T",
        lowering.block(node.body),
        handlers,
        lowering.block(node.orelse),
        lowering.block(node.finalbody),
        place,
    )


def _with(lowering: Lowering, node: Any) -> Tuple:
    items = tuple(
        (
            lowering.expression(item.context_expr),
            lowering.optional(item.optional_vars),
            lowering.place(item.context_expr),
        )
        for item in node.items
    )
    return ("H", items, lowering.block(node.body), lowering.place(node))


def _import(lowering: Lowering, node: Any) -> Tuple:
    place = lowering.place(node)
    lowering.imports.extend(Import(item.name, 0, (), place, lowering.scope) for item in node.names)
    return ("M", tuple((item.name, item.asname) for item in node.names), lowering.place(node))


def _import_from(lowering: Lowering, node: Any) -> Tuple:
    names = tuple((item.name, item.asname) for item in node.names)
    place = lowering.place(node)
    lowering.imports.append(
        Import(node.module or "", node.level, tuple(name for name, _ in names), place, lowering.scope)
    )
    return ("O", node.module or "", node.level, names, place)


def _global(lowering: Lowering, node: Any) -> Tuple:
    lowering.rebound.update(node.names)
    return ("G", tuple(node.names))


def _nonlocal(lowering: Lowering, node: Any) -> Tuple:
    return ("N", tuple(node.names))


def _jump(lowering: Lowering, node: Any) -> Tuple:
    return ("J",)


def _delete(lowering: Lowering, node: Any) -> Tuple:
    return ("Z", lowering.expressions(node.targets))


def _assert(lowering: Lowering, node: Any) -> Tuple:
    return ("S", lowering.expression(node.test), lowering.place(node))


def _match(lowering: Lowering, node: Any) -> Tuple:
    from ast import walk

    cases = []
    for case in node.cases:
        parts = list(walk(case.pattern))
        names = tuple(name for item in parts if (name := getattr(item, "name", None) or getattr(item, "rest", None)))
        constants = tuple(
            item.value.value
            for item in parts
            if isinstance(item, ast.MatchValue) and isinstance(item.value, ast.Constant)
        )
        cases.append((names, lowering.optional(case.guard), lowering.block(case.body), constants))
    return ("V", lowering.expression(node.subject), tuple(cases), lowering.place(node.subject))


def _type_alias(lowering: Lowering, node: Any) -> Tuple:
    """`type X = ...`: an assignment, as an older Python is told it is (`newer`)."""
    return ("=", (lowering.expression(node.name),), lowering.expression(node.value), lowering.place(node))


STATEMENTS: dict[str, Make] = {
    "Expr": _expression_statement,
    "Assign": _assign,
    "AnnAssign": _annotated,
    "AugAssign": _augmented,
    "Return": _return,
    "Raise": _raise,
    "If": _if,
    "For": _for,
    "AsyncFor": _for,
    "While": _while,
    "Try": _try,
    "TryStar": _try,
    "With": _with,
    "AsyncWith": _with,
    "Import": _import,
    "ImportFrom": _import_from,
    "Global": _global,
    "Nonlocal": _nonlocal,
    "Break": _jump,
    "Continue": _jump,
    "Delete": _delete,
    "Assert": _assert,
    "Match": _match,
    "TypeAlias": _type_alias,
}
