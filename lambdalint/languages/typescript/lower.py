"""A tree-sitter tree of TypeScript or JavaScript in; a facts.Module out.

Positions: tree-sitter counts bytes of UTF-8, the facts count characters, both from the line's start.
"""

from __future__ import annotations

import re
from typing import Any

from lambdalint.languages.terms.facts import Class, Export, Field, Function, Import, Module, Parameter, Term
from lambdalint.model import Place, Problem

DEPTH = 150  # deeper nesting than anybody writes; what lies below is dropped

_WRAPPERS = {
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "await_expression",
    "type_assertion",
    "instantiation_expression",
}
_FUNCTIONS = {
    "arrow_function": "arrow",
    "function_expression": "function",
    "function": "function",
    "generator_function": "function",
    "function_declaration": "function",
    "generator_function_declaration": "function",
}
_CLASSES = {"class_declaration", "abstract_class_declaration", "class"}
_TYPES = {
    "interface_declaration",
    "type_alias_declaration",
    "function_signature",
    "ambient_declaration",
    "empty_statement",
    "comment",
    "hash_bang_line",
    "import_alias",
    "debugger_statement",
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


def lower(path: str, text: str, data: bytes, root: Any) -> tuple[Module, tuple[Problem, ...]]:
    """The module below a tree's root, and a problem for its first error."""
    lowering = _Lowering(text, data)
    body = lowering.statements(root, 0)
    problems: tuple[Problem, ...] = ()
    if root.has_error:
        line = _first_error(root)
        problems = (Problem(path, line, "could not parse: unexpected text"),)
    return Module(path, body, tuple(lowering.imports), tuple(lowering.exports)), problems


def _first_error(root: Any) -> int:
    """The line of the first error or missing token below a node that has one."""
    node = root
    while True:
        inner = next((child for child in node.children if child.is_error or child.is_missing or child.has_error), None)
        if inner is None or inner.is_error or inner.is_missing:
            return int((inner or node).start_point[0]) + 1
        node = inner


class _Lowering:
    """One file's tree to terms; collects imports and exports on the way."""

    def __init__(self, text: str, data: bytes) -> None:
        self.data = data
        self.wide = None if len(text) == len(data) else data.split(b"\n")  # lines, when bytes are not characters
        self.imports: list[Import] = []
        self.exports: list[Export] = []

    # ---------------------------------------------------------------------------------------------- positions

    def at(self, node: Any) -> Place:
        (line, column), (end_line, end_column) = node.start_point, node.end_point
        return (line + 1, self._column(line, column), end_line + 1, self._column(end_line, end_column))

    def _column(self, line: int, column: int) -> int:
        if self.wide is None:
            return int(column) + 1
        return len(self.wide[line][:column].decode("utf-8", "replace")) + 1

    def text(self, node: Any) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # --------------------------------------------------------------------------------------------- statements

    def statements(self, node: Any, depth: int) -> tuple[Term, ...]:
        found: list[Term] = []
        if depth > DEPTH:
            return ()
        for child in node.named_children:
            found.extend(self.statement(child, depth + 1))
        return tuple(found)

    def block(self, node: Any | None, depth: int) -> Term:
        if node is None:
            return Term("block", (1, 1, 1, 1))
        if node.type == "statement_block":
            return Term("block", self.at(node), None, self.statements(node, depth))
        if node.type == "else_clause":
            inner = [child for child in node.named_children if child.type != "comment"]
            return self.block(inner[0] if inner else None, depth)
        return Term("block", self.at(node), None, tuple(self.statement(node, depth)))

    def statement(self, node: Any, depth: int) -> list[Term]:
        kind = node.type
        if kind in _TYPES or depth > DEPTH:
            return []
        reader = getattr(self, "_" + kind, None)
        if reader is not None:
            return reader(node, depth)  # type: ignore[no-any-return]
        if kind in _CLASSES or (kind in _FUNCTIONS and node.child_by_field_name("name") is not None):
            return [self._declared(node, depth)]
        if kind == "ERROR":
            return list(self.statements(node, depth))
        term = self.expression(node, depth)
        return [] if term.kind == "hole" else [Term("expression", term.at, None, (term,))]

    def _declared(self, node: Any, depth: int) -> Term:
        value = self.expression(node, depth)
        name = Term("name", value.value.name_at, value.value.name)
        return Term("declare", value.at, "hoisted", (name, value))

    def _expression_statement(self, node: Any, depth: int) -> list[Term]:
        found: list[Term] = []
        for child in node.named_children:
            if child.type == "internal_module":
                found.extend(self._internal_module(child, depth))
            elif child.type != "comment":
                term = self.expression(child, depth)
                found.append(Term("expression", term.at, None, (term,)))
        return found

    def _lexical_declaration(self, node: Any, depth: int) -> list[Term]:
        found = []
        for child in node.named_children:
            if child.type == "variable_declarator":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is not None:
                    given = self.expression(value, depth) if value is not None else Term("hole", self.at(child))
                    found.append(Term("declare", self.at(child), None, (self.pattern(name, depth), given)))
        return found

    _variable_declaration = _lexical_declaration

    def _return_statement(self, node: Any, depth: int) -> list[Term]:
        inner = self._inner(node)
        return [Term("return", self.at(node), None, (self.expression(inner, depth),) if inner is not None else ())]

    def _throw_statement(self, node: Any, depth: int) -> list[Term]:
        inner = self._inner(node)
        return [Term("throw", self.at(node), None, (self.expression(inner, depth),) if inner is not None else ())]

    def _statement_block(self, node: Any, depth: int) -> list[Term]:
        return [self.block(node, depth)]

    def _if_statement(self, node: Any, depth: int) -> list[Term]:
        test, then, otherwise = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        parts = (self.optional(test, depth, node), self.block(then, depth), self.block(otherwise, depth))
        return [Term("if", self.at(node), None, parts)]

    def _for_in_statement(self, node: Any, depth: int) -> list[Term]:
        left, right, body = (node.child_by_field_name(name) for name in ("left", "right", "body"))
        operator = node.child_by_field_name("operator")
        if left is None or right is None:
            return []
        parts = (self.pattern(left, depth), self.expression(right, depth), self.block(body, depth))
        return [Term("each", self.at(node), self.text(operator) if operator is not None else "of", parts)]

    def _for_statement(self, node: Any, depth: int) -> list[Term]:
        start, test, step, body = (
            node.child_by_field_name(name) for name in ("initializer", "condition", "increment", "body")
        )
        increment = self.block(None, depth)
        if step is not None:
            increment = Term("block", self.at(step), None, tuple(self.statement(step, depth)))
        parts = (self.block(start, depth), self.optional(test, depth, node), increment, self.block(body, depth))
        return [Term("for", self.at(node), None, parts)]

    def _while_statement(self, node: Any, depth: int) -> list[Term]:
        test, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        return [Term("while", self.at(node), None, (self.optional(test, depth, node), self.block(body, depth)))]

    _do_statement = _while_statement

    def _labeled_statement(self, node: Any, depth: int) -> list[Term]:
        body = node.child_by_field_name("body")
        return self.statement(body, depth) if body is not None else []

    def _switch_statement(self, node: Any, depth: int) -> list[Term]:
        subject, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        parts: list[Term] = [self.optional(subject, depth, node)]
        for case in body.named_children if body is not None else ():
            if case.type in ("switch_case", "switch_default"):
                test = case.child_by_field_name("value")
                inside: list[Term] = [self.optional(test, depth, case)]
                for child in case.named_children:
                    if test is None or child.id != test.id:
                        inside.extend(self.statement(child, depth))
                parts.append(Term("case", self.at(case), None, tuple(inside)))
        return [Term("switch", self.at(node), None, tuple(parts))]

    def _try_statement(self, node: Any, depth: int) -> list[Term]:
        body, handler, final = (node.child_by_field_name(name) for name in ("body", "handler", "finalizer"))
        caught = handler.child_by_field_name("body") if handler is not None else None
        ended = final.child_by_field_name("body") if final is not None else None
        return [Term("try", self.at(node), None, tuple(self.block(part, depth) for part in (body, caught, ended)))]

    def _break_statement(self, node: Any, depth: int) -> list[Term]:
        return [Term("break", self.at(node))]

    def _continue_statement(self, node: Any, depth: int) -> list[Term]:
        return [Term("continue", self.at(node))]

    def _enum_declaration(self, node: Any, depth: int) -> list[Term]:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        pairs: list[Term] = []
        number = 0
        for child in body.named_children if body is not None else ():
            at = self.at(child)
            if child.type == "enum_assignment":
                key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if key is None or value is None:
                    continue
                term = self.expression(value, depth)
                if term.kind == "constant" and isinstance(term.value, int):
                    number = term.value + 1
                pairs.append(Term("pair", at, None, (self.key(key, depth), term)))
            elif child.type in ("property_identifier", "string"):
                pairs.append(Term("pair", at, None, (self.key(child, depth), Term("constant", at, number))))
                number += 1
        return [Term("enum", self.at(node), self.text(name) if name is not None else "", tuple(pairs))]

    def _internal_module(self, node: Any, depth: int) -> list[Term]:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        kept = self.exports
        self.exports = []
        inner = self.statements(body, depth) if body is not None else ()
        self.exports = kept
        return [Term("namespace", self.at(node), self.text(name) if name is not None else "", inner)]

    # ------------------------------------------------------------------------------------ imports and exports

    def _import_statement(self, node: Any, depth: int) -> list[Term]:
        at = self.at(node)
        source = node.child_by_field_name("source")
        module = self.string(source) if source is not None else ""
        for clause in node.named_children:
            if clause.type == "import_require_clause":
                required = clause.child_by_field_name("source")
                name = self._inner(clause)
                if required is not None and name is not None:
                    self.imports.append(Import(self.string(required), "*", self.text(name), at))
            if clause.type != "import_clause":
                continue
            for child in clause.named_children:
                if child.type == "identifier":
                    self.imports.append(Import(module, "default", self.text(child), at))
                elif child.type == "namespace_import":
                    name = self._inner(child)
                    if name is not None:
                        self.imports.append(Import(module, "*", self.text(name), at))
                elif child.type == "named_imports":
                    for one in child.named_children:
                        name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                        if name is not None:
                            local = self.text(alias if alias is not None else name)
                            self.imports.append(Import(module, self._plain(name), local, at))
        return []

    def _export_statement(self, node: Any, depth: int) -> list[Term]:
        source = node.child_by_field_name("source")
        module = self.string(source) if source is not None else ""
        declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        default = any(child.type == "default" for child in node.children)
        if declaration is not None:
            inner = self.statement(declaration, depth)
            for term in inner:
                for name in declared_names(term):
                    self.exports.append(Export("default" if default else name, name))
            return inner
        if value is not None:
            term = self.expression(value, depth)
            if default and term.kind in ("function", "class") and term.value.name:
                local = Term("name", term.value.name_at, term.value.name)
                self.exports.append(Export("default", term.value.name))
                return [Term("declare", term.at, "hoisted", (local, term))]
            return [Term("export", self.at(node), "default", (term,))]
        for child in node.named_children:
            if child.type == "export_clause":
                for one in child.named_children:
                    name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                    if name is not None:
                        exported = self._plain(alias if alias is not None else name)
                        self.exports.append(Export(exported, self._plain(name), module))
            elif child.type == "namespace_export":
                inner_name = self._inner(child)
                if inner_name is not None:
                    self.exports.append(Export(self._plain(inner_name), "*", module))
            elif child.type not in ("string", "comment", "decorator"):
                return [Term("export", self.at(node), "=", (self.expression(child, depth),))]
        if module and not any(child.type in ("export_clause", "namespace_export") for child in node.named_children):
            self.exports.append(Export("*", "*", module))
        return []

    # -------------------------------------------------------------------------------------------- expressions

    def optional(self, node: Any | None, depth: int, whole: Any) -> Term:
        if node is None or node.type in (";", "empty_statement"):
            return Term("hole", self.at(whole))
        if node.type == "expression_statement":
            inner = self._inner(node)
            return self.expression(inner, depth) if inner is not None else Term("hole", self.at(node))
        return self.expression(node, depth)

    def expression(self, node: Any, depth: int) -> Term:
        kind = node.type
        at = self.at(node)
        depth += 1
        if depth > DEPTH:
            return Term("other", at, kind)
        if kind in _WRAPPERS:
            inner = self._inner(node, last=kind == "type_assertion")
            return self.expression(inner, depth) if inner is not None else Term("hole", at)
        if kind in ("identifier", "shorthand_property_identifier", "type_identifier"):
            return Term("name", at, self.text(node))
        if kind == "string":
            return Term("constant", at, self.string(node))
        if kind == "number":
            return Term("constant", at, _number(self.text(node)))
        if kind in ("true", "false"):
            return Term("constant", at, kind == "true")
        if kind in ("null", "undefined"):
            return Term("constant", at)
        if kind in ("this", "super"):
            return Term(kind, at)
        if kind in _FUNCTIONS or kind == "method_definition":
            return Term("function", at, self.function(node, depth))
        if kind in _CLASSES:
            return Term("class", at, self._class_facts(node, depth))
        reader = getattr(self, "_of_" + kind, None)
        if reader is not None:
            return reader(node, at, depth)  # type: ignore[no-any-return]
        inside = tuple(
            self.expression(child, depth)
            for child in node.named_children
            if "type" not in child.type and child.type != "comment"
        )
        return Term("other", at, kind, inside)

    def _of_regex(self, node: Any, at: Place, depth: int) -> Term:
        pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
        parts = tuple(Term("constant", at, self.text(part) if part is not None else "") for part in (pattern, flags))
        return Term("regex", at, None, parts)

    def _of_member_expression(self, node: Any, at: Place, depth: int) -> Term:
        target, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if target is None or name is None:
            return Term("other", at, node.type)
        return Term("attribute", at, self.text(name).lstrip("#"), (self.expression(target, depth),))

    def _of_meta_property(self, node: Any, at: Place, depth: int) -> Term:
        return Term("name", at, self.text(node))

    def _of_subscript_expression(self, node: Any, at: Place, depth: int) -> Term:
        target, key = node.child_by_field_name("object"), node.child_by_field_name("index")
        if target is None or key is None:
            return Term("other", at, node.type)
        return Term("index", at, None, (self.expression(target, depth), self.expression(key, depth)))

    def _of_call_expression(self, node: Any, at: Place, depth: int) -> Term:
        return self._call(node, at, depth, "call", "function")

    def _of_new_expression(self, node: Any, at: Place, depth: int) -> Term:
        return self._call(node, at, depth, "new", "constructor")

    def _call(self, node: Any, at: Place, depth: int, kind: str, field: str) -> Term:
        callee, given = node.child_by_field_name(field), node.child_by_field_name("arguments")
        if callee is None:
            return Term("other", at, node.type)
        parts = [self.expression(callee, depth)]
        if given is not None and given.type == "template_string":
            parts.append(self.expression(given, depth))
        elif given is not None:
            parts.extend(self.expression(child, depth) for child in given.named_children if child.type != "comment")
        return Term(kind, at, None, tuple(parts))

    def _of_spread_element(self, node: Any, at: Place, depth: int) -> Term:
        inner = self._inner(node)
        return Term("spread", at, None, (self.expression(inner, depth),) if inner is not None else ())

    def _of_object(self, node: Any, at: Place, depth: int) -> Term:
        pairs: list[Term] = []
        for child in node.named_children:
            place = self.at(child)
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    parts = (self.key(key, depth), self.expression(value, depth))
                    pairs.append(Term("pair", place, None, parts))
            elif child.type == "shorthand_property_identifier":
                name = self.text(child)
                parts = (Term("constant", place, name), Term("name", place, name))
                pairs.append(Term("pair", place, None, parts))
            elif child.type == "method_definition":
                key = child.child_by_field_name("name")
                if key is not None:
                    pairs.append(Term("pair", place, None, (self.key(key, depth), self.expression(child, depth))))
            elif child.type == "spread_element":
                pairs.append(self.expression(child, depth))
        return Term("object", at, None, tuple(pairs))

    def key(self, node: Any, depth: int) -> Term:
        """The key of a pair: a constant for a name, a string or a number; any expression in brackets."""
        if node.type == "computed_property_name":
            inner = self._inner(node)
            return self.expression(inner, depth) if inner is not None else Term("hole", self.at(node))
        if node.type in ("string", "number"):
            term = self.expression(node, depth)
            return term if isinstance(term.value, str) else term._replace(value=str(term.value))
        return Term("constant", self.at(node), self.text(node).lstrip("#"))

    def _of_array(self, node: Any, at: Place, depth: int) -> Term:
        parts: list[Term] = []
        empty = True
        for child in node.children:
            if child.type == ",":
                if empty:
                    parts.append(Term("hole", self.at(child)))
                empty = True
            elif child.is_named and child.type != "comment":
                parts.append(self.expression(child, depth))
                empty = False
        return Term("array", at, None, tuple(parts))

    def _of_template_string(self, node: Any, at: Place, depth: int) -> Term:
        parts: list[Term] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                inner = self._inner(child)
                if inner is not None:
                    parts.append(self.expression(inner, depth))
            elif child.type == "string_fragment":
                parts.append(Term("constant", self.at(child), self.text(child)))
            elif child.type == "escape_sequence":
                parts.append(Term("constant", self.at(child), _unescaped(self.text(child))))
        if all(part.kind == "constant" and isinstance(part.value, str) for part in parts):
            return Term("constant", at, "".join(str(part.value) for part in parts))
        return Term("template", at, None, tuple(parts))

    def _of_ternary_expression(self, node: Any, at: Place, depth: int) -> Term:
        parts = tuple(
            self.optional(node.child_by_field_name(name), depth, node)
            for name in ("condition", "consequence", "alternative")
        )
        return Term("conditional", at, None, parts)

    def _of_binary_expression(self, node: Any, at: Place, depth: int) -> Term:
        operator = node.child_by_field_name("operator")
        parts = tuple(self.optional(node.child_by_field_name(name), depth, node) for name in ("left", "right"))
        return Term("binary", at, self.text(operator) if operator is not None else "", parts)

    def _of_unary_expression(self, node: Any, at: Place, depth: int) -> Term:
        operator = node.child_by_field_name("operator")
        inner = self.optional(node.child_by_field_name("argument"), depth, node)
        return Term("unary", at, self.text(operator) if operator is not None else "", (inner,))

    def _of_update_expression(self, node: Any, at: Place, depth: int) -> Term:
        operator = node.child_by_field_name("operator")
        target = self.optional(node.child_by_field_name("argument"), depth, node)
        sign = "+=" if operator is not None and self.text(operator) == "++" else "-="
        return Term("assign", at, sign, (target, Term("constant", at, 1)))

    def _of_assignment_expression(self, node: Any, at: Place, depth: int) -> Term:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return Term("other", at, node.type)
        operator = node.child_by_field_name("operator")
        sign = self.text(operator) if operator is not None else "="
        return Term("assign", at, sign, (self.pattern(left, depth), self.expression(right, depth)))

    _of_augmented_assignment_expression = _of_assignment_expression

    def _of_sequence_expression(self, node: Any, at: Place, depth: int) -> Term:
        return Term("sequence", at, None, tuple(self.expression(child, depth) for child in node.named_children))

    # ----------------------------------------------------------------------------------- patterns, functions

    def pattern(self, node: Any, depth: int) -> Term:
        kind, at = node.type, self.at(node)
        depth += 1
        if depth > DEPTH:
            return Term("other", at, kind)
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            return Term("name", at, self.text(node))
        if kind == "object_pattern":
            parts: list[Term] = []
            for child in node.named_children:
                place = self.at(child)
                if child.type == "pair_pattern":
                    key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                    if key is not None and value is not None:
                        parts.append(Term("pair", place, None, (self.key(key, depth), self.pattern(value, depth))))
                elif child.type == "shorthand_property_identifier_pattern":
                    short = Term("constant", place, self.text(child))
                    parts.append(Term("pair", place, None, (short, self.pattern(child, depth))))
                elif child.type == "object_assignment_pattern":
                    left = child.child_by_field_name("left")
                    if left is not None:
                        named = Term("constant", place, self.text(left))
                        parts.append(Term("pair", place, None, (named, self._default(child, depth))))
                elif child.type == "rest_pattern":
                    parts.append(self.pattern(child, depth))
            return Term("object-pattern", at, None, tuple(parts))
        if kind == "array_pattern":
            elements = self._elements_of_pattern(node, depth)
            return Term("array-pattern", at, None, elements)
        if kind == "assignment_pattern":
            return self._default(node, depth)
        if kind == "rest_pattern":
            inner = self._inner(node)
            return Term("rest", at, None, (self.pattern(inner, depth),)) if inner is not None else Term("hole", at)
        return self.expression(node, depth)

    def _elements_of_pattern(self, node: Any, depth: int) -> tuple[Term, ...]:
        parts: list[Term] = []
        empty = True
        for child in node.children:
            if child.type == ",":
                if empty:
                    parts.append(Term("hole", self.at(child)))
                empty = True
            elif child.is_named and child.type != "comment":
                parts.append(self.pattern(child, depth))
                empty = False
        return tuple(parts)

    def _default(self, node: Any, depth: int) -> Term:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return Term("hole", self.at(node))
        return Term("default", self.at(node), None, (self.pattern(left, depth), self.expression(right, depth)))

    def function(self, node: Any, depth: int) -> Function:
        at = self.at(node)
        name = node.child_by_field_name("name")
        kind = _FUNCTIONS.get(node.type, "method")
        modifiers = {child.type for child in node.children}
        if kind == "method":
            if name is not None and self.text(name) == "constructor":
                kind = "constructor"
            elif "get" in modifiers:
                kind = "getter"
            elif "set" in modifiers:
                kind = "setter"
        parameters: list[Parameter] = []
        single = node.child_by_field_name("parameter")
        if single is not None:
            parameters.append(Parameter(self.pattern(single, depth)))
        given = node.child_by_field_name("parameters")
        for child in given.named_children if given is not None else ():
            parameter = self._parameter(child, depth)
            if parameter is not None:
                parameters.append(parameter)
        body = node.child_by_field_name("body")
        statements: tuple[Term, ...] = ()
        if body is not None and body.type == "statement_block":
            statements = self.statements(body, depth)
        elif body is not None:
            statements = (Term("return", self.at(body), None, (self.expression(body, depth),)),)
        text = self.text(name).lstrip("#") if name is not None else ""
        name_at = self.at(name) if name is not None else at
        return Function(text, kind, at, name_at, tuple(parameters), statements, "static" in modifiers)

    def _parameter(self, node: Any, depth: int) -> Parameter | None:
        if node.type == "comment":
            return None
        if node.type not in ("required_parameter", "optional_parameter"):  # JavaScript gives bare patterns
            term = self.pattern(node, depth)
            if term.kind == "default":
                return Parameter(term.parts[0], term.parts[1])
            return Parameter(term.parts[0], None, True) if term.kind == "rest" else Parameter(term)
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if pattern is None or pattern.type == "this":
            return None
        field = any(child.type in ("accessibility_modifier", "readonly") for child in node.children)
        default = self.expression(value, depth) if value is not None else None
        term = self.pattern(pattern, depth)
        if term.kind == "rest":
            return Parameter(term.parts[0], default, True, field)
        return Parameter(term, default, False, field)

    def _class_facts(self, node: Any, depth: int) -> Class:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        base: Term | None = None
        for child in node.named_children:
            if child.type == "class_heritage":
                base = self._base(child, depth)
        bases = (base,) if base is not None else ()
        fields: list[Field] = []
        methods: list[Function] = []
        for child in body.named_children if body is not None else ():
            if child.type in ("public_field_definition", "field_definition"):
                key = child.child_by_field_name("name") or child.child_by_field_name("property")
                value = child.child_by_field_name("value")
                if key is not None:
                    static = any(part.type == "static" for part in child.children)
                    given = self.expression(value, depth) if value is not None else None
                    fields.append(Field(self._plain(key).lstrip("#"), given, static, self.at(child)))
            elif child.type == "method_definition":
                methods.append(self.function(child, depth))
        text = self.text(name) if name is not None else ""
        at = self.at(node)
        return Class(text, at, self.at(name) if name is not None else at, bases, tuple(fields), tuple(methods))

    def _base(self, heritage: Any, depth: int) -> Term | None:
        for child in heritage.named_children:
            if child.type == "extends_clause":
                value = child.child_by_field_name("value")
                return self.expression(value, depth) if value is not None else None
            if child.type not in ("implements_clause", "comment"):  # JavaScript: the expression itself
                return self.expression(child, depth)
        return None

    # ------------------------------------------------------------------------------------------------- pieces

    def _inner(self, node: Any, last: bool = False) -> Any | None:
        inner = [child for child in node.named_children if child.type != "comment"]
        if not inner:
            return None
        return inner[-1] if last else inner[0]

    def _plain(self, node: Any) -> str:
        return self.string(node) if node.type == "string" else self.text(node)

    def string(self, node: Any) -> str:
        pieces = []
        for child in node.named_children:
            text = self.text(child)
            pieces.append(_unescaped(text) if child.type == "escape_sequence" else text)
        return "".join(pieces)


def declared_names(term: Term) -> list[str]:
    """The names that a statement declares."""
    if term.kind == "declare":
        return _bound(term.parts[0])
    if term.kind in ("enum", "namespace"):
        return [term.value]
    return []


def _bound(pattern: Term) -> list[str]:
    if pattern.kind == "name":
        return [pattern.value]
    if pattern.kind == "pair":
        return _bound(pattern.parts[1])
    if pattern.kind in ("default", "rest"):
        return _bound(pattern.parts[0])
    return [name for part in pattern.parts for name in _bound(part)] if pattern.kind.endswith("-pattern") else []


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "").rstrip("n") if not text.lower().startswith("0x") else text.replace("_", "")
    if len(plain) > 40:
        return None
    try:
        if re.fullmatch(r"0[xXoObB][0-9a-fA-F]+n?", plain):
            return int(plain.rstrip("n"), 0)
        return int(plain) if re.fullmatch(r"\d+", plain) else float(plain)
    except ValueError:
        return None


def _unescaped(text: str) -> str:
    body = text[1:]
    if body in _ESCAPES:
        return _ESCAPES[body]
    match = re.fullmatch(r"u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})", body)
    if match:
        number = int(next(group for group in match.groups() if group), 16)
        return chr(number) if number <= 0x10FFFF else text
    return body
