"""A statement of the tree in, its terms out: one function for each kind."""

from __future__ import annotations

from lambdalint.languages.terms.facts import Term
from lambdalint.languages.typescript import definitions, imports
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.typescript.lower import Lowering


def _expression_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    found: list[Term] = []
    for child in node.named_children:
        if child.type == "internal_module":
            found.extend(_internal_module(lowering, child, depth))
        elif child.type != "comment":
            term = lowering.expression(child, depth)
            found.append(Term("expression", term.at, None, (term,)))
    return found


def _lexical_declaration(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    found = []
    for child in node.named_children:
        if child.type == "variable_declarator":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None:
                given = lowering.expression(value, depth) if value is not None else Term("hole", lowering.at(child))
                found.append(
                    Term("declare", lowering.at(child), None, (definitions.pattern(lowering, name, depth), given))
                )
    return found


def _return_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    inner = lowering.inner(node)
    return [Term("return", lowering.at(node), None, (lowering.expression(inner, depth),) if inner is not None else ())]


def _throw_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    inner = lowering.inner(node)
    return [Term("throw", lowering.at(node), None, (lowering.expression(inner, depth),) if inner is not None else ())]


def _statement_block(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    return [lowering.block(node, depth)]


def _if_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    test, then, otherwise = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
    parts = (lowering.optional(test, depth, node), lowering.block(then, depth), lowering.block(otherwise, depth))
    return [Term("if", lowering.at(node), None, parts)]


def _for_in_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    left, right, body = (node.child_by_field_name(name) for name in ("left", "right", "body"))
    operator = node.child_by_field_name("operator")
    if left is None or right is None:
        return []
    parts = (definitions.pattern(lowering, left, depth), lowering.expression(right, depth), lowering.block(body, depth))
    return [Term("each", lowering.at(node), lowering.text(operator) if operator is not None else "of", parts)]


def _for_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    start, test, step, body = (
        node.child_by_field_name(name) for name in ("initializer", "condition", "increment", "body")
    )
    increment = lowering.block(None, depth)
    if step is not None:
        increment = Term("block", lowering.at(step), None, tuple(lowering.statement(step, depth)))
    parts = (lowering.block(start, depth), lowering.optional(test, depth, node), increment, lowering.block(body, depth))
    return [Term("for", lowering.at(node), None, parts)]


def _while_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    test, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    return [Term("while", lowering.at(node), None, (lowering.optional(test, depth, node), lowering.block(body, depth)))]


def _labeled_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    body = node.child_by_field_name("body")
    return lowering.statement(body, depth) if body is not None else []


def _switch_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    subject, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    parts: list[Term] = [lowering.optional(subject, depth, node)]
    for case in body.named_children if body is not None else ():
        if case.type in ("switch_case", "switch_default"):
            test = case.child_by_field_name("value")
            inside: list[Term] = [lowering.optional(test, depth, case)]
            for child in case.named_children:
                if test is None or child.id != test.id:
                    inside.extend(lowering.statement(child, depth))
            parts.append(Term("case", lowering.at(case), None, tuple(inside)))
    return [Term("switch", lowering.at(node), None, tuple(parts))]


def _try_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    body, handler, final = (node.child_by_field_name(name) for name in ("body", "handler", "finalizer"))
    caught = handler.child_by_field_name("body") if handler is not None else None
    ended = final.child_by_field_name("body") if final is not None else None
    return [Term("try", lowering.at(node), None, tuple(lowering.block(part, depth) for part in (body, caught, ended)))]


def _break_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    return [Term("break", lowering.at(node))]


def _continue_statement(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    return [Term("continue", lowering.at(node))]


def _enum_declaration(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    pairs: list[Term] = []
    number = 0
    for child in body.named_children if body is not None else ():
        at = lowering.at(child)
        if child.type == "enum_assignment":
            key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if key is None or value is None:
                continue
            term = lowering.expression(value, depth)
            if term.kind == "constant" and isinstance(term.value, int):
                number = term.value + 1
            pairs.append(Term("pair", at, None, (lowering.key(key, depth), term)))
        elif child.type in ("property_identifier", "string"):
            pairs.append(Term("pair", at, None, (lowering.key(child, depth), Term("constant", at, number))))
            number += 1
    return [Term("enum", lowering.at(node), lowering.text(name) if name is not None else "", tuple(pairs))]


def _internal_module(lowering: Lowering, node: Any, depth: int) -> list[Term]:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    kept = lowering.exports
    lowering.exports = []
    inner = lowering.statements(body, depth) if body is not None else ()
    lowering.exports = kept
    return [Term("namespace", lowering.at(node), lowering.text(name) if name is not None else "", inner)]


READERS: dict[str, Callable[[Lowering, Any, int], list[Term]]] = {
    "expression_statement": _expression_statement,
    "lexical_declaration": _lexical_declaration,
    "return_statement": _return_statement,
    "throw_statement": _throw_statement,
    "statement_block": _statement_block,
    "if_statement": _if_statement,
    "for_in_statement": _for_in_statement,
    "for_statement": _for_statement,
    "while_statement": _while_statement,
    "labeled_statement": _labeled_statement,
    "switch_statement": _switch_statement,
    "try_statement": _try_statement,
    "break_statement": _break_statement,
    "continue_statement": _continue_statement,
    "enum_declaration": _enum_declaration,
    "internal_module": _internal_module,
    "variable_declaration": _lexical_declaration,
    "do_statement": _while_statement,
    "import_statement": imports.import_statement,
    "export_statement": imports.export_statement,
}
