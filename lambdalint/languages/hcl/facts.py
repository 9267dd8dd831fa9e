"""What HCL is read into: plain data with positions, which can be cached and sent between processes."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lambdalint.model import Place


class Expression(NamedTuple):
    """One expression; `at` covers its text exactly.

    kind and value: "literal" a str, int, float, bool or None; "template" a tuple of parts, each a str, an Expression,
    or an Expression of kind "if-part" (condition, parts, parts) or "for-part" (key name, value name, collection,
    parts); "list" a tuple of Expression; "object" a tuple of (key, value) pairs of Expression; "path" (name, steps)
    and "select" (Expression, steps), each step being ("attr", name), ("index", Expression) or ("splat", steps);
    "call" (name, arguments, whether the last one is expanded by `...`); "conditional" (condition, then, else);
    "unary" (operator, Expression); "binary" (operator, left, right); "for" (key name, value name, collection, key
    Expression or None for a list, value Expression, condition or None, whether grouped by `...`); "unknown" None.
    """

    kind: str
    at: Place
    value: Any = None


class Attribute(NamedTuple):
    """`name = value`; at covers the name."""

    name: str
    value: Expression
    at: Place


class Block(NamedTuple):
    """`type "label" { body }`; at covers the header without the brace, end_line is the line of the closing brace.

    uses: for a block at the top of a file, every name that something in it refers to, with its first attribute:
    "var.name", "aws_sqs_queue.jobs", sorted; a join finds what matters to it without walking expressions.
    """

    type: str
    labels: tuple[str, ...]
    body: Body
    at: Place
    end_line: int
    uses: tuple[str, ...] = ()


class Body(NamedTuple):
    """What stands between two braces, or in a file: attributes by name (the first wins) and blocks in order."""

    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]


EMPTY = Body({}, ())
