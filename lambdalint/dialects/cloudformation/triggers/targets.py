"""A node that names a function in, the functions of the project that it can mean out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.template import FUNCTION, SERVERLESS_FUNCTION
from lambdalint.patterns import re
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Node

ARN = r"arn:[^:]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)"  # compiled when a template needs it
INDIRECT = {"AWS::Lambda::Alias": "FunctionName", "AWS::Lambda::Version": "FunctionName"}
# What of a function names it; its role or its URL does not.
INVOKED = ("", "Arn", "Alias", "Version", "SnapStartResponse", "FunctionArn")


def is_function(stack: Stack, name: str) -> bool:
    """Whether a logical id is a function of the stack."""
    return stack.type_of(name) in (FUNCTION, SERVERLESS_FUNCTION)


def targets(stack: Stack, node: Node | None) -> Iterator[tuple[Stack, str]]:
    """The functions that a node (an ARN, a name, an alias, a URI around one) points to, with their stacks."""
    if node is None:
        return
    seen: set[tuple[int, str]] = set()
    for home, name in _named(stack, node, 0):
        if (id(home), name) not in seen:
            seen.add((id(home), name))
            yield home, name
    if seen:
        return
    text = stack.value(node).known
    if isinstance(text, str) and text:
        match = re.search(ARN, text)
        plain = match.group(1) if match else text.partition(":")[0]
        for name in stack.resources:
            if is_function(stack, name) and stack.value(stack.properties(name).get("FunctionName")).known == plain:
                yield stack, name


def _named(stack: Stack, node: Node, depth: int) -> Iterator[tuple[Stack, str]]:
    for home, name, attribute in stack.resources_in(node):
        if is_function(home, name):
            if attribute in INVOKED:
                yield home, name
            continue
        key = INDIRECT.get(home.type_of(name))
        below = home.properties(name).get(key) if key is not None else None
        if below is not None and depth < 5:
            yield from _named(home, below, depth + 1)
