"""A tree-sitter tree of TypeScript or JavaScript in; a facts.Module out.

Positions: tree-sitter counts bytes of UTF-8, the facts count characters, both from the line's start.
"""

from __future__ import annotations

import re

from lambdalint.languages.terms.facts import Export, Import, Module, Term
from lambdalint.languages.typescript import definitions, statements
from lambdalint.model import Place, Problem
from lambdalint.typed import Any

_WRAPPERS = {
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "await_expression",
    "type_assertion",
    "instantiation_expression",
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
    lowering = Lowering(text, data)
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


class Lowering:
    """One file's tree to terms; collects imports and exports on the way."""

    def __init__(self, text: str, data: bytes) -> None:
        self.data = data
        self.wide = None if len(text) == len(data) else data.split(b"\n")  # lines, when bytes are not characters
        self.imports: list[Import] = []
        self.exports: list[Export] = []

    # ---------------------------------------------------------------------------------------------- positions

    def at(self, node: Any) -> Place:
        """Where a node stands, in lines and characters from 1."""
        (line, column), (end_line, end_column) = node.start_point, node.end_point
        return (line + 1, self._column(line, column), end_line + 1, self._column(end_line, end_column))

    def _column(self, line: int, column: int) -> int:
        if self.wide is None:
            return int(column) + 1
        return len(self.wide[line][:column].decode("utf-8", "replace")) + 1

    def text(self, node: Any) -> str:
        """A node's text."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # --------------------------------------------------------------------------------------------- statements

    def statements(self, node: Any, depth: int) -> tuple[Term, ...]:
        """All statements in a node."""
        found: list[Term] = []
        if depth > definitions.DEPTH:
            return ()
        for child in node.named_children:
            found.extend(self.statement(child, depth + 1))
        return tuple(found)

    def block(self, node: Any | None, depth: int) -> Term:
        """The statements of a body as one term."""
        if node is None:
            return Term("block", (1, 1, 1, 1))
        if node.type == "statement_block":
            return Term("block", self.at(node), None, self.statements(node, depth))
        if node.type == "else_clause":
            inner = [child for child in node.named_children if child.type != "comment"]
            return self.block(inner[0] if inner else None, depth)
        return Term("block", self.at(node), None, tuple(self.statement(node, depth)))

    def statement(self, node: Any, depth: int) -> list[Term]:
        """A statement as terms."""
        kind = node.type
        if kind in _TYPES or depth > definitions.DEPTH:
            return []
        reader = statements.READERS.get(kind)
        if reader is not None:
            return reader(self, node, depth)
        if kind in _CLASSES or (kind in definitions.FUNCTIONS and node.child_by_field_name("name") is not None):
            return [self._declared(node, depth)]
        if kind == "ERROR":
            return list(self.statements(node, depth))
        term = self.expression(node, depth)
        return [] if term.kind == "hole" else [Term("expression", term.at, None, (term,))]

    def _declared(self, node: Any, depth: int) -> Term:
        value = self.expression(node, depth)
        name = Term("name", value.value.name_at, value.value.name)
        return Term("declare", value.at, "hoisted", (name, value))

    # ------------------------------------------------------------------------------------ imports and exports

    # -------------------------------------------------------------------------------------------- expressions

    def optional(self, node: Any | None, depth: int, whole: Any) -> Term:
        """An expression, or a hole where there is none."""
        if node is None or node.type in (";", "empty_statement"):
            return Term("hole", self.at(whole))
        if node.type == "expression_statement":
            inner = self.inner(node)
            return self.expression(inner, depth) if inner is not None else Term("hole", self.at(node))
        return self.expression(node, depth)

    def expression(self, node: Any, depth: int) -> Term:
        """An expression as a term."""
        kind = node.type
        at = self.at(node)
        depth += 1
        if depth > definitions.DEPTH:
            return Term("other", at, kind)
        if kind in _WRAPPERS:
            inner = self.inner(node, last=kind == "type_assertion")
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
        if kind in definitions.FUNCTIONS or kind == "method_definition":
            return Term("function", at, definitions.function(self, node, depth))
        if kind in _CLASSES:
            return Term("class", at, definitions.class_facts(self, node, depth))
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
        inner = self.inner(node)
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
            inner = self.inner(node)
            return self.expression(inner, depth) if inner is not None else Term("hole", self.at(node))
        if node.type in ("string", "number"):
            term = self.expression(node, depth)
            return term if isinstance(term.value, str) else term._replace(value=str(term.value))
        return Term("constant", self.at(node), self.text(node).lstrip("#"))

    def _of_array(self, node: Any, at: Place, depth: int) -> Term:
        return Term("array", at, None, definitions.elements(self, node, depth, Lowering.expression))

    def _of_template_string(self, node: Any, at: Place, depth: int) -> Term:
        parts: list[Term] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                inner = self.inner(child)
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
        return Term("assign", at, sign, (definitions.pattern(self, left, depth), self.expression(right, depth)))

    _of_augmented_assignment_expression = _of_assignment_expression

    def _of_sequence_expression(self, node: Any, at: Place, depth: int) -> Term:
        return Term("sequence", at, None, tuple(self.expression(child, depth) for child in node.named_children))

    # ----------------------------------------------------------------------------------- patterns, functions

    # ------------------------------------------------------------------------------------------------- pieces

    def inner(self, node: Any, last: bool = False) -> Any | None:
        """The first child that is no comment, or the last."""
        inner = [child for child in node.named_children if child.type != "comment"]
        if not inner:
            return None
        return inner[-1] if last else inner[0]

    def plain(self, node: Any) -> str:
        """The text of a name, or what a string holds."""
        return self.string(node) if node.type == "string" else self.text(node)

    def string(self, node: Any) -> str:
        """What a string holds, its escapes undone."""
        pieces = []
        for child in node.named_children:
            text = self.text(child)
            pieces.append(_unescaped(text) if child.type == "escape_sequence" else text)
        return "".join(pieces)


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
