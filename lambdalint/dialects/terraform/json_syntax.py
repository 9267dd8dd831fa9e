"""Terraform's JSON syntax in (a Node), the Body that the same configuration has in HCL out.

An object below a resource may be a block or a map argument, which only the provider's schema tells: it becomes both.
"""

from __future__ import annotations

from lambdalint.languages import hcl
from lambdalint.languages.hcl import Attribute, Block, Body, Expression
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Node

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}
DEPTH = 60


def body(node: Node, blocks: bool) -> Body:
    """A file's body; blocks: top-level keys are block types (False for tfvars: they are variables)."""
    if not blocks:
        return Body({str(key.value): _attribute(key, value) for key, value in node.items()}, ())
    found: list[Block] = []
    for root in node.elements() or (node,):
        for key, value in root.items():
            kind = str(key.value)
            for labels, header, content in _labelled(value, _LABELS.get(kind, 0), (), key):
                found.append(Block(kind, labels, inner(content, 0), header.at, content.at[2]))
    return Body({}, tuple(found))


def _labelled(
    node: Node, count: int, labels: tuple[str, ...], header: Node
) -> Iterator[tuple[tuple[str, ...], Node, Node]]:
    """The blocks below a block type: its labels are keys, and any level may be a list."""
    for each in node.elements() if node.kind == "sequence" else (node,):
        if each.kind != "mapping":
            continue
        if not count:
            yield labels, header, each
            continue
        for key, value in each.items():
            yield from _labelled(value, count - 1, (*labels, str(key.value)), key)


def inner(node: Node, depth: int = 0) -> Body:
    """What stands in a block: its attributes, and as blocks those that may be blocks."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for key, value in node.items():
        name = str(key.value)
        attributes[name] = _attribute(key, value)
        if depth > DEPTH:
            continue
        if name == "dynamic":
            for labels, header, content in _labelled(value, 1, (), key):
                blocks.append(Block("dynamic", labels, inner(content, depth + 1), header.at, content.at[2]))
            continue
        labelled = 1 if name in ("provisioner", "variable") else 0
        for labels, header, content in _labelled(value, labelled, (), key):
            blocks.append(Block(name, labels, inner(content, depth + 1), header.at, content.at[2]))
    return Body(attributes, tuple(blocks))


def _attribute(key: Node, value: Node) -> Attribute:
    name = str(key.value)
    if name in ("depends_on", "type") and value.kind != "mapping":
        return Attribute(name, _reference(value), key.at)
    return Attribute(name, _expression(value, 0), key.at)


def _reference(node: Node) -> Expression:
    """depends_on and types are expressions written as plain strings."""
    if node.kind == "sequence":
        return Expression("list", node.at, tuple(_reference(item) for item in node.elements()))
    if isinstance(node.value, str) and "${" not in node.value:
        found = hcl.expression(node.value, node.at)
        return found if found.kind in ("path", "call") else Expression("literal", node.at, node.value)
    return _expression(node, 0)


def _expression(node: Node, depth: int) -> Expression:
    if depth > DEPTH:
        return Expression("unknown", node.at)
    if node.kind == "sequence":
        return Expression("list", node.at, tuple(_expression(item, depth + 1) for item in node.elements()))
    if node.kind == "mapping":
        pairs = [(hcl.template(str(key.value), key.at), _expression(value, depth + 1)) for key, value in node.items()]
        return Expression("object", node.at, tuple(pairs))
    if isinstance(node.value, str):
        return hcl.template(node.value, node.at)
    return Expression("literal", node.at, node.value)
