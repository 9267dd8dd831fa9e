"""A tree of tree-sitter-hcl in, facts out; what is wrong in it becomes problems, everything else is read."""

from __future__ import annotations

from itertools import pairwise

from lambdalint.languages.hcl import literals
from lambdalint.languages.hcl.facts import EMPTY, Attribute, Block, Body, Expression
from lambdalint.model import Place, Problem
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

DEPTH = 120  # expressions nested deeper than this are not read: no one writes them, and they would end the recursion
_OPERATORS = frozenset(("==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "&&", "||"))


class Reader:
    """Lowers one tree: holds the bytes, where they start in the file, and what could not be read."""

    def __init__(self, path: str, data: bytes, first: int, fixed: Place | None = None) -> None:
        self.path = path
        self.data = data
        self.first = first + 1
        self.fixed = fixed
        self.lines = None if data.isascii() else data.split(b"\n")
        self.problems: list[Problem] = []
        self.uses: set[str] = set()

    def place(self, first: Any, last: Any) -> Place:
        """Where two nodes and all between them stand, in lines and characters from 1."""
        if self.fixed:
            return self.fixed
        row, column = first.start_point
        end_row, end_column = last.end_point
        if self.lines is not None:
            column = self.characters(row, column)
            end_column = self.characters(end_row, end_column)
        return (row + self.first, column + 1, end_row + self.first, end_column + 1)

    def characters(self, row: int, column: int) -> int:
        """A column in bytes as one in code points."""
        line = self.lines[row] if self.lines is not None and row < len(self.lines) else b""
        return len(line[:column].decode("utf-8", "replace"))

    def text(self, start: int, end: int) -> str:
        return self.data[start:end].decode("utf-8", "replace")

    def problem(self, node: Any) -> None:
        """Note that the text cannot be read here, once a line."""
        line = node.start_point[0] + self.first
        if not self.problems or self.problems[-1].line != line:
            self.problems.append(Problem(self.path, line, "could not parse: not HCL from here on"))

    # ------------------------------------------------------------------------------------------------- structure

    def body(self, node: Any, depth: int) -> Body:
        """The attributes and blocks below a node, those inside of stretches that are wrong included."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        if depth <= DEPTH:
            self.fill(node, attributes, blocks, depth)
        else:
            self.problem(node)
        return Body(attributes, tuple(blocks)) if attributes or blocks else EMPTY

    def fill(self, node: Any, attributes: dict[str, Attribute], blocks: list[Block], depth: int) -> None:
        """Put the attributes and blocks of a body, or of what was left of one by an error, where they belong."""
        for child in node.children:
            kind = child.type
            if kind == "attribute":
                self.attribute(child, attributes, depth)
            elif kind == "block":
                self.block(child, blocks, depth)
            elif kind == "ERROR" or child.is_missing:
                self.problem(child)
                if depth < DEPTH:
                    self.fill(child, attributes, blocks, depth + 1)
            elif kind == "body" or kind == "object":
                self.fill(child, attributes, blocks, depth)
            elif kind == "object_elem":  # a tfvars or JSON-like file may hold one object
                pass

    def attribute(self, node: Any, attributes: dict[str, Attribute], depth: int) -> None:
        """One `name = expression`."""
        name = value = None
        for child in node.children:
            kind = child.type
            if kind == "identifier" and name is None:
                name = child
            elif kind == "expression":
                value = child
            elif kind == "ERROR" or child.is_missing:
                self.problem(child)
        if name is None:
            return
        key = self.text(name.start_byte, name.end_byte)
        at = self.place(name, name)
        found = Expression("unknown", at) if value is None else self.expression(value, depth + 1)
        if key in attributes:
            self.problems.append(Problem(self.path, at[0], f"duplicate attribute {key!r}"))
        attributes.setdefault(key, Attribute(key, found, at))

    def block(self, node: Any, blocks: list[Block], depth: int) -> None:
        """One block with its labels and body."""
        first = last = None
        labels: list[str] = []
        body = EMPTY
        for child in node.children:
            kind = child.type
            if kind == "identifier":
                if first is None:
                    first = child
                else:
                    labels.append(self.text(child.start_byte, child.end_byte))
                last = child
            elif kind == "string_lit":
                labels.append(self.text(child.start_byte + 1, child.end_byte - 1))
                last = child
            elif kind == "body":
                body = self.body(child, depth + 1)
            elif kind == "ERROR" or child.is_missing:
                self.problem(child)
        if first is not None:
            name = self.text(first.start_byte, first.end_byte)
            end = self.place(node, node)[2]
            uses: tuple[str, ...] = ()
            if not depth:
                uses = tuple(sorted(self.uses))
                self.uses.clear()
            blocks.append(Block(name, tuple(labels), body, self.place(first, last), end, uses))

    # ----------------------------------------------------------------------------------------------- expressions

    def expression(self, node: Any, depth: int) -> Expression:
        """An expression node as an Expression."""
        if depth > DEPTH:
            self.problem(node)
            return Expression("unknown", self.place(node, node))
        return self.run(node.children, depth)

    def run(self, nodes: Sequence[Any], depth: int) -> Expression:
        """A term and the steps after it: `a`, `a.b[0]`, `(a).b`, `f(x)[0]`."""
        if not nodes:
            return Expression("unknown", self.fixed or (self.first, 1, self.first, 1))
        head = nodes[0]
        kind = head.type
        rest = nodes[1:]
        if kind == "variable_expr":
            if not rest:
                return Expression("path", self.place(head, head), (self.text(head.start_byte, head.end_byte), ()))
            at = self.place(head, nodes[-1])
            name, steps = self.text(head.start_byte, head.end_byte), self.steps(rest, depth)
            if steps and steps[0][0] == "attr":
                self.uses.add(f"{name}.{steps[0][1]}")
            return Expression("path", at, (name, steps))
        if kind == "(" and len(nodes) >= 3:
            base, rest = self.expression(nodes[1], depth + 1), nodes[3:]
            base = base._replace(at=self.place(head, nodes[2]))
        elif kind == "expression":
            base = self.expression(head, depth + 1)
        elif kind == "ERROR" or head.is_missing:
            self.problem(head)
            if rest:
                return self.run(rest, depth)
            return Expression("unknown", self.place(head, head))
        else:
            base = self.term(head, kind, depth)
        if not rest:
            return base
        return Expression("select", self.place(head, nodes[-1]), (base, self.steps(rest, depth)))

    def term(self, node: Any, kind: str, depth: int) -> Expression:
        """The first part of an expression, before any `.name` or `[index]`."""
        at = self.place(node, node)
        if depth > DEPTH:
            self.problem(node)
            return Expression("unknown", at)
        if kind == "literal_value":
            return self.literal(node.children[0], at) if node.children else Expression("unknown", at)
        if kind == "template_expr":
            return self.template_expression(node, at, depth)
        if kind == "collection_value":
            return self.collection(node.children[0], at, depth) if node.children else Expression("unknown", at)
        if kind == "function_call":
            return self.call(node, at, depth)
        if kind == "conditional":
            terms = [child for child in node.children if child.type == "expression"]
            if len(terms) == 3:
                return Expression("conditional", at, tuple(self.expression(term, depth + 1) for term in terms))
        elif kind == "operation":
            return self.operation(node.children[0], at, depth) if node.children else Expression("unknown", at)
        elif kind == "for_expr":
            return self.comprehension(node.children[0], at, depth) if node.children else Expression("unknown", at)
        self.problem(node)
        return Expression("unknown", at)

    def literal(self, node: Any, at: Place) -> Expression:
        """A number, true, false, null."""
        kind = node.type
        if kind == "string_lit":
            text = self.text(node.start_byte + 1, node.end_byte - 1)
            return Expression("literal", at, literals.unescape(text) if "\\" in text or "{" in text else text)
        if kind == "numeric_lit":
            return Expression("literal", at, literals.number(self.text(node.start_byte, node.end_byte)))
        if kind == "bool_lit":
            return Expression("literal", at, self.data[node.start_byte : node.end_byte] == b"true")
        if kind == "null_lit":
            return Expression("literal", at, None)
        return Expression("unknown", at)

    def steps(self, nodes: Sequence[Any], depth: int) -> tuple[tuple[str, Any], ...]:
        """What follows a term: `.name`, `[index]`, `[*]`, each with its kind."""
        found: list[tuple[str, Any]] = []
        for node in nodes:
            kind = node.type
            if kind == "get_attr":
                found.append(("attr", self.text(node.start_byte, node.end_byte).lstrip(". \t\r\n")))
            elif kind == "index":
                inner = node.children[0] if node.children else node
                within = [child for child in inner.children if child.type == "expression"]
                if within:
                    found.append(("index", self.expression(within[0], depth + 1)))
                else:
                    text = self.text(inner.start_byte, inner.end_byte).lstrip(".")
                    found.append(("index", Expression("literal", self.place(inner, inner), literals.number(text))))
            elif kind == "splat":
                inner = node.children[0] if node.children else node
                found.append(("splat", self.steps(inner.children[1:], depth + 1)))
            elif kind == "ERROR":
                self.problem(node)
        return tuple(found)

    def collection(self, node: Any, at: Place, depth: int) -> Expression:
        if node.type == "tuple":
            items = [self.expression(child, depth + 1) for child in node.children if child.type == "expression"]
            return Expression("list", at, tuple(items))
        pairs: list[tuple[Expression, Expression]] = []
        for child in node.children:
            if child.type == "object_elem":
                sides = [side for side in child.children if side.type == "expression"]
                if len(sides) == 2:
                    key = self.expression(sides[0], depth + 1)
                    if key.kind == "path" and not key.value[1] and self.data[sides[0].start_byte] != 40:  # not "("
                        key = Expression("literal", key.at, key.value[0])
                    pairs.append((key, self.expression(sides[1], depth + 1)))
            elif child.type == "ERROR":
                self.problem(child)
        return Expression("object", at, tuple(pairs))

    def call(self, node: Any, at: Place, depth: int) -> Expression:
        """A function call, and whether its last argument is spread."""
        name = ""
        arguments: list[Expression] = []
        expanded = False
        for child in node.children:
            if child.type == "identifier":
                name = self.text(child.start_byte, child.end_byte)
            elif child.type == "function_arguments":
                for argument in child.children:
                    if argument.type == "expression":
                        arguments.append(self.expression(argument, depth + 1))
                    elif argument.type == "ellipsis":
                        expanded = True
            elif child.type == "ERROR":
                self.problem(child)
        return Expression("call", at, (name, tuple(arguments), expanded))

    def operation(self, node: Any, at: Place, depth: int) -> Expression:
        nodes = node.children
        if node.type == "unary_operation" and len(nodes) > 1:
            operand = self.run(nodes[1:], depth + 1)
            operator = nodes[0].type
            if operator == "-" and operand.kind == "literal" and isinstance(operand.value, (int, float)):
                return Expression("literal", at, -operand.value)
            return Expression("unary", at, (operator, operand))
        for index, child in enumerate(nodes):
            if index and child.type in _OPERATORS:
                left, right = self.run(nodes[:index], depth + 1), self.run(nodes[index + 1 :], depth + 1)
                return Expression("binary", at, (child.type, left, right))
        return Expression("unknown", at)

    def comprehension(self, node: Any, at: Place, depth: int) -> Expression:
        names: list[str] = []
        source: Expression | None = None
        condition: Expression | None = None
        results: list[Expression] = []
        grouped = False
        for child in node.children:
            kind = child.type
            if kind == "for_intro":
                names, source = self.intro(child, depth)
            elif kind == "for_cond":
                tests = [part for part in child.children if part.type == "expression"]
                condition = self.expression(tests[0], depth + 1) if tests else None
            elif kind == "expression":
                results.append(self.expression(child, depth + 1))
            elif kind == "ellipsis":
                grouped = True
        keyed = node.type == "for_object_expr"
        if not names or source is None or len(results) != (2 if keyed else 1):
            return Expression("unknown", at)
        key = results[0] if keyed else None
        return Expression(
            "for", at, (names[0] if len(names) > 1 else "", names[-1], source, key, results[-1], condition, grouped)
        )

    def intro(self, node: Any, depth: int) -> tuple[list[str], Expression | None]:
        names = [self.text(part.start_byte, part.end_byte) for part in node.children if part.type == "identifier"]
        sources = [part for part in node.children if part.type == "expression"]
        return names, self.expression(sources[0], depth + 1) if sources else None

    # ------------------------------------------------------------------------------------------------- templates

    def template_expression(self, node: Any, at: Place, depth: int) -> Expression:
        inner = node.children[0] if node.children else node
        if inner.type == "quoted_template":
            parts = self.parts(inner.children[1:-1], inner.start_byte + 1, inner.end_byte - 1, depth, True)
        elif inner.type == "heredoc_template":
            parts = self.heredoc(inner, depth)
        else:
            return Expression("unknown", at)
        if not parts:
            return Expression("literal", at, "")
        if len(parts) == 1 and isinstance(parts[0], str):
            return Expression("literal", at, parts[0])
        return Expression("template", at, tuple(parts))

    def parts(self, nodes: Sequence[Any], start: int, end: int, depth: int, quoted: bool) -> list[Any]:
        """Literal stretches (taken from the text between the nodes, which leave blanks out) and what stands between."""
        found: list[Any] = []
        trim = False
        for node in nodes:
            kind = node.type
            if kind not in ("template_interpolation", "template_directive"):
                if kind == "ERROR":
                    self.problem(node)
                continue
            raw = self.data[node.start_byte : node.end_byte]
            self.add(found, start, node.start_byte, trim, raw[2:3] == b"~", quoted)
            if kind == "template_interpolation":
                within = [child for child in node.children if child.type == "expression"]
                if within:
                    found.append(self.expression(within[0], depth + 1))
            else:
                found.append(self.directive(node, depth + 1, quoted))
            trim = raw[-2:-1] == b"~"
            start = node.end_byte
        self.add(found, start, end, trim, False, quoted)
        return found

    def add(self, found: list[Any], start: int, end: int, left: bool, right: bool, quoted: bool) -> None:
        """Put a stretch of literal text into a template, its escapes undone. left, right: `~` strips there."""
        text = self.text(start, end)
        text = text.lstrip() if left else text
        text = text.rstrip() if right else text
        if text:
            found.append(literals.unescape(text) if quoted else text.replace("$${", "${").replace("%%{", "%{"))

    def directive(self, node: Any, depth: int, quoted: bool) -> Expression:
        at = self.place(node, node)
        inner = node.children[0] if node.children else node
        if depth > DEPTH or inner.type not in ("template_if", "template_for"):
            return Expression("unknown", at)
        marks = (
            "template_if_intro",
            "template_else_intro",
            "template_if_end",
            "template_for_start",
            "template_for_end",
        )
        seams = [child for child in inner.children if child.type in marks]
        between: list[list[Any]] = []
        for left, right in pairwise(seams):
            nodes = [c for c in inner.children if left.end_byte <= c.start_byte and c.end_byte <= right.start_byte]
            between.append(self.parts(nodes, left.end_byte, right.start_byte, depth, quoted))
        if not seams or not between:
            return Expression("unknown", at)
        opening = seams[0]
        if inner.type == "template_if":
            tests = [child for child in opening.children if child.type == "expression"]
            if not tests:
                return Expression("unknown", at)
            other = tuple(between[1]) if len(between) > 1 else ()
            return Expression("if-part", at, (self.expression(tests[0], depth + 1), tuple(between[0]), other))
        names, source = self.intro(opening, depth)
        if not names or source is None:
            return Expression("unknown", at)
        return Expression("for-part", at, (names[0] if len(names) > 1 else "", names[-1], source, tuple(between[0])))

    def heredoc(self, node: Any, depth: int) -> list[Any]:
        nodes = node.children
        start = self.data.find(b"\n", node.start_byte, node.end_byte) + 1
        closing = nodes[-1].start_byte
        end = self.data.rfind(b"\n", start, closing) + 1
        if not start or end < start:
            return []
        parts = self.parts(nodes, start, end, depth, False)
        return literals.dedented(parts) if self.data[node.start_byte : node.start_byte + 3] == b"<<-" else parts
