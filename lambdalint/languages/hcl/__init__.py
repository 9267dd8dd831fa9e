"""HCL text in (Terraform, OpenTofu, Terragrunt, tfvars), a Body out: blocks, attributes and expressions with positions.

tree-sitter-hcl does the reading; its tree is lowered at once, so that what is kept can be cached and sent between
processes. In a text with an error each top-level block is read on its own, so that one slip does not hide the rest.
"""

from __future__ import annotations

import re

from lambdalint.languages.hcl.facts import EMPTY, Attribute, Block, Body, Expression
from lambdalint.languages.hcl.reader import Reader
from lambdalint.model import Place, Problem
from lambdalint.typed import Any

__all__ = ["EMPTY", "Attribute", "Block", "Body", "Expression", "expression", "parse", "template"]

SIZE = 4_000_000  # characters; a larger file is generated, and error recovery grows faster than the text
# Each label follows a blank or stands in quotes, so that there is one way to match and no backtracking.
_HEADER = re.compile(r'^[A-Za-z_][\w-]*(?:[ \t]*"[^"\n]*"|[ \t]+[A-Za-z_][\w-]*)*[ \t]*[{=]', re.MULTILINE)
_parser: Any = None


def parse(path: str, text: str) -> tuple[Body, tuple[Problem, ...]]:
    """Read a file; what cannot be read is left out, each stretch with one problem."""
    if len(text) > SIZE:
        return EMPTY, (Problem(path, 1, f"larger than {SIZE} characters"),)
    data = text.encode("utf-8", "surrogatepass")
    root = _tree(data)
    reader = Reader(path, data, 0)
    if not root.has_error:
        return reader.body(root, 0), tuple(reader.problems)
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    problems: list[Problem] = []
    first = seen = 0
    for start, end in _chunks(text):
        chunk = text[start:end].encode("utf-8", "surrogatepass")
        first, seen = first + text.count("\n", seen, start), start
        reader = Reader(path, chunk, first)
        root = _tree(chunk)
        body = reader.body(root, 0)
        if root.has_error and not reader.problems:
            reader.problem(_first_error(root))
        for name, attribute in body.attributes.items():
            attributes.setdefault(name, attribute)
        blocks += body.blocks
        problems += reader.problems
    return Body(attributes, tuple(blocks)), tuple(problems)


def expression(text: str, at: Place) -> Expression:
    """One expression given as text, as in JSON syntax; every position in it is `at`."""
    data = b"x = " + text.encode("utf-8", "surrogatepass") + b"\n"
    reader = Reader("", data, 0, at)
    found = reader.body(_tree(data), 0).attributes.get("x")
    return found.value if found and not reader.problems else Expression("unknown", at)


def template(text: str, at: Place) -> Expression:
    """A template as a file or a JSON string holds it, without quotes; every position in it is `at`."""
    if "${" not in text and "%{" not in text:
        return Expression("literal", at, text)
    # A heredoc takes the text as it is, and keeps quotes and backslashes as they are, which is what a file means too.
    data = b"x = <<LAMBDALINT_END\n" + text.encode("utf-8", "surrogatepass") + b"\nLAMBDALINT_END\n"
    reader = Reader("", data, 0, at)
    found = reader.body(_tree(data), 0).attributes.get("x")
    if not found or reader.problems:
        return Expression("unknown", at)
    value = found.value
    if value.kind == "literal":
        return value._replace(value=value.value[:-1])
    parts = list(value.value)
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1][:-1]
        if not parts[-1]:
            parts.pop()
    return value._replace(value=tuple(parts))


def _tree(data: bytes) -> Any:
    global _parser
    if _parser is None:
        from lambdalint.languages.grammars import parser

        _parser = parser("tree_sitter_hcl")
    return _parser.parse(data).root_node


def _first_error(node: Any) -> Any:
    """The first node below that is wrong or missing."""
    while node.type != "ERROR" and not node.is_missing:
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node


def _chunks(text: str) -> list[tuple[int, int]]:
    """The text cut where a block or an attribute starts at the margin."""
    starts = [match.start() for match in _HEADER.finditer(text)]
    if not starts or starts[0]:
        starts.insert(0, 0)
    return [
        (start, end) for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if text[start:end].strip()
    ]
