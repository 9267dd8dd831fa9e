"""Functions, classes and patterns of the tree in, facts out."""

from __future__ import annotations

from lambdalint.languages.terms.facts import Class, Field, Function, Parameter, Term
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.typescript.lower import Lowering


DEPTH = 150  # deeper nesting than anybody writes; what lies below is dropped
FUNCTIONS = {
    "arrow_function": "arrow",
    "function_expression": "function",
    "function": "function",
    "generator_function": "function",
    "function_declaration": "function",
    "generator_function_declaration": "function",
}


def pattern(lowering: Lowering, node: Any, depth: int) -> Term:
    """What a value is bound to: names, objects and lists of patterns, with defaults."""
    kind, at = node.type, lowering.at(node)
    depth += 1
    if depth > DEPTH:
        return Term("other", at, kind)
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        return Term("name", at, lowering.text(node))
    if kind == "object_pattern":
        parts: list[Term] = []
        for child in node.named_children:
            place = lowering.at(child)
            if child.type == "pair_pattern":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    parts.append(Term("pair", place, None, (lowering.key(key, depth), pattern(lowering, value, depth))))
            elif child.type == "shorthand_property_identifier_pattern":
                short = Term("constant", place, lowering.text(child))
                parts.append(Term("pair", place, None, (short, pattern(lowering, child, depth))))
            elif child.type == "object_assignment_pattern":
                left = child.child_by_field_name("left")
                if left is not None:
                    named = Term("constant", place, lowering.text(left))
                    parts.append(Term("pair", place, None, (named, default(lowering, child, depth))))
            elif child.type == "rest_pattern":
                parts.append(pattern(lowering, child, depth))
        return Term("object-pattern", at, None, tuple(parts))
    if kind == "array_pattern":
        return Term("array-pattern", at, None, elements(lowering, node, depth, pattern))
    if kind == "assignment_pattern":
        return default(lowering, node, depth)
    if kind == "rest_pattern":
        inner = lowering.inner(node)
        return Term("rest", at, None, (pattern(lowering, inner, depth),)) if inner is not None else Term("hole", at)
    return lowering.expression(node, depth)


def elements(
    lowering: Lowering, node: Any, depth: int, element: Callable[[Lowering, Any, int], Term]
) -> tuple[Term, ...]:
    """The elements of a list or of a list pattern, holes included. element: what makes a term of one."""
    parts: list[Term] = []
    empty = True
    for child in node.children:
        if child.type == ",":
            if empty:
                parts.append(Term("hole", lowering.at(child)))
            empty = True
        elif child.is_named and child.type != "comment":
            parts.append(element(lowering, child, depth))
            empty = False
    return tuple(parts)


def default(lowering: Lowering, node: Any, depth: int) -> Term:
    """A pattern with the value it has when it is given none."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Term("hole", lowering.at(node))
    return Term("default", lowering.at(node), None, (pattern(lowering, left, depth), lowering.expression(right, depth)))


def function(lowering: Lowering, node: Any, depth: int) -> Function:
    """A function, method or arrow function."""
    at = lowering.at(node)
    name = node.child_by_field_name("name")
    kind = FUNCTIONS.get(node.type, "method")
    modifiers = {child.type for child in node.children}
    if kind == "method":
        if name is not None and lowering.text(name) == "constructor":
            kind = "constructor"
        elif "get" in modifiers:
            kind = "getter"
        elif "set" in modifiers:
            kind = "setter"
    parameters: list[Parameter] = []
    single = node.child_by_field_name("parameter")
    if single is not None:
        parameters.append(Parameter(pattern(lowering, single, depth)))
    given = node.child_by_field_name("parameters")
    for child in given.named_children if given is not None else ():
        read = parameter(lowering, child, depth)
        if read is not None:
            parameters.append(read)
    body = node.child_by_field_name("body")
    statements: tuple[Term, ...] = ()
    if body is not None and body.type == "statement_block":
        statements = lowering.statements(body, depth)
    elif body is not None:
        statements = (Term("return", lowering.at(body), None, (lowering.expression(body, depth),)),)
    text = lowering.text(name).lstrip("#") if name is not None else ""
    name_at = lowering.at(name) if name is not None else at
    return Function(text, kind, at, name_at, tuple(parameters), statements, "static" in modifiers)


def parameter(lowering: Lowering, node: Any, depth: int) -> Parameter | None:
    """One parameter; None for `this` and comments."""
    if node.type == "comment":
        return None
    if node.type not in ("required_parameter", "optional_parameter"):  # JavaScript gives bare patterns
        term = pattern(lowering, node, depth)
        if term.kind == "default":
            return Parameter(term.parts[0], term.parts[1])
        return Parameter(term.parts[0], None, True) if term.kind == "rest" else Parameter(term)
    bound, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    if bound is None or bound.type == "this":
        return None
    field = any(child.type in ("accessibility_modifier", "readonly") for child in node.children)
    given = lowering.expression(value, depth) if value is not None else None
    term = pattern(lowering, bound, depth)
    if term.kind == "rest":
        return Parameter(term.parts[0], given, True, field)
    return Parameter(term, given, False, field)


def class_facts(lowering: Lowering, node: Any, depth: int) -> Class:
    """A class with its fields and methods."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    base: Term | None = None
    for child in node.named_children:
        if child.type == "class_heritage":
            base = base_of(lowering, child, depth)
    bases = (base,) if base is not None else ()
    fields: list[Field] = []
    methods: list[Function] = []
    for child in body.named_children if body is not None else ():
        if child.type in ("public_field_definition", "field_definition"):
            key = child.child_by_field_name("name") or child.child_by_field_name("property")
            value = child.child_by_field_name("value")
            if key is not None:
                static = any(part.type == "static" for part in child.children)
                given = lowering.expression(value, depth) if value is not None else None
                fields.append(Field(lowering.plain(key).lstrip("#"), given, static, lowering.at(child)))
        elif child.type == "method_definition":
            methods.append(function(lowering, child, depth))
    text = lowering.text(name) if name is not None else ""
    at = lowering.at(node)
    return Class(text, at, lowering.at(name) if name is not None else at, bases, tuple(fields), tuple(methods))


def base_of(lowering: Lowering, heritage: Any, depth: int) -> Term | None:
    """What a class extends."""
    for child in heritage.named_children:
        if child.type == "extends_clause":
            value = child.child_by_field_name("value")
            return lowering.expression(value, depth) if value is not None else None
        if child.type not in ("implements_clause", "comment"):  # JavaScript: the expression itself
            return lowering.expression(child, depth)
    return None
