"""A node that names a function in, the functions of the project it can mean out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambdalint.dialects.cloudformation.intrinsics import mentions
from lambdalint.dialects.cloudformation.template import FUNCTION, SERVERLESS_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Node

ARN = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)")
INDIRECT = {"AWS::Lambda::Alias": "FunctionName", "AWS::Lambda::Version": "FunctionName"}


def is_function(stack: Stack, name: str) -> bool:
    """Whether a logical id is a function of the stack."""
    return stack.type_of(name) in (FUNCTION, SERVERLESS_FUNCTION)


def targets(stack: Stack, node: Node | None) -> Iterator[str]:
    """Logical ids of the stack's functions that a node (an ARN, a name, an alias, a URI around one) points to."""
    if node is None:
        return
    seen: set[str] = set()
    for name in _named(stack, node, 0):
        if name not in seen:
            seen.add(name)
            yield name
    if seen:
        return
    text = stack.value(node).known
    if isinstance(text, str):
        match = ARN.search(text)
        plain = match.group(1) if match else text.partition(":")[0]
        for name in stack.resources:
            if is_function(stack, name) and stack.value(stack.properties(name).get("FunctionName")).known == plain:
                yield name


def _named(stack: Stack, node: Node, depth: int) -> Iterator[str]:
    for name, attribute, _ in mentions(node):
        if is_function(stack, name):
            # A function's role or URL names the function too, and invokes nothing.
            if attribute in ("", "Arn", "Alias", "Version", "SnapStartResponse"):
                yield name
            continue
        key = INDIRECT.get(stack.type_of(name))
        below = stack.properties(name).get(key) if key is not None else None
        if below is not None and depth < 5:
            yield from _named(stack, below, depth + 1)
