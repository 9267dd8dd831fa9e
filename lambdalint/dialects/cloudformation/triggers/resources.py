"""Resources beside the functions in (mappings, rules, buckets, topics, APIs, permissions ...), triggers out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.triggers.finders import FINDERS, custom_resource
from lambdalint.dialects.cloudformation.triggers.mapping import source_of
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.dialects.principals import invoker
from lambdalint.model import Trigger
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Node

    Found = Iterator[tuple[Node, Trigger]]  # the node that names the function, and what invokes it


def triggers(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """The triggers that a stack's other resources make."""
    for name, (key, _) in stack.resources.items():
        kind = stack.type_of(name)
        find = FINDERS.get(kind)
        if find is None and (kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"):
            find = custom_resource
        for node, trigger in find(stack, name, key, stack.properties(name)) if find is not None else ():
            for home, target in targets(stack, node):
                yield home, target, trigger


def permissions(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """Who may invoke a function by a permission, where the principal is a service that we know."""
    for name, (key, _) in stack.resources.items():
        if stack.type_of(name) == "AWS::Lambda::Permission":
            for node, trigger in _permission(stack, name, key, stack.properties(name)):
                for home, target in targets(stack, node):
                    yield home, target, trigger


def _permission(stack: Stack, name: str, key: Node, properties: Node) -> Found:
    function = properties.get("FunctionName")
    principal = text_value(stack.value(properties.get("Principal"))).known
    if principal is None:
        shown = [r.target for r in stack.value(properties.get("Principal")).references if r.kind == "expression"]
        principal = shown[-1] if shown else ""
    if function is None:
        return
    source = source_of(stack, properties.get("SourceArn"))
    action = text_value(stack.value(properties.get("Action"))).known or ""
    if action.endswith("InvokeFunctionUrl") or properties.get("FunctionUrlAuthType") is not None:
        yield function, Trigger("function-url", "sync", key.span(stack.path), name, source)
        return
    found = invoker(principal)
    if found is not None:
        yield function, Trigger(*found, key.span(stack.path), name, source)
