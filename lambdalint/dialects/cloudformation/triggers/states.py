"""State machines in, a trigger for each Task state that invokes a function out, with what its Retry says."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.code import resolve_path
from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.intrinsics import intrinsic, placeholders
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.dialects.states_language import delivery_of, invoked, retries_of, task_states
from lambdalint.model import Node, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project, Span

MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
INLINE = ("Definition", "DefinitionString")
FILES = ("DefinitionUri", "DefinitionS3Location")


def states(stack: Stack) -> Iterator[str]:
    """Logical ids of the stack's state machines."""
    return (name for name in stack.resources if stack.type_of(name) in MACHINES)


def tasks(stack: Stack, project: Project) -> Iterator[tuple[Stack, str, Trigger]]:
    """Every Task state that invokes a function of the project.

    The trigger's name is "machine.State"; its settings say how often its Retry repeats an invocation, and after what.
    """
    for name in states(stack):
        properties = stack.properties(name)
        substitutions = stack.look(properties.get("DefinitionSubstitutions"))
        machine = Value(name, stack.resources[name][0].span(stack.path))
        for read, root, place, own in _definitions(stack, properties, project):
            if root.get("States") is None:
                continue
            for state, key in task_states(root):
                for node, text in invoked(state):
                    found = _functions(stack, read, node, text, [own, substitutions])
                    for home, function in found:
                        delivery, retries = delivery_of(state), retries_of(state, read.path, place)
                        span = place or key.span(read.path)
                        shown = f"{name}.{key.value}"
                        yield home, function, Trigger("stepfunctions", delivery, span, shown, machine, retries)


def _definitions(
    stack: Stack, properties: Node, project: Project
) -> Iterator[tuple[Stack, Node, Span | None, Node | None]]:
    """The stack to read it with, the definition's tree, one place for all when its own positions mean nothing, and
    what a Fn::Sub around it binds."""
    for key in INLINE:
        node = properties.get(key)
        if node is None:
            continue
        found = stack.look(node)
        if found is not None and found.kind == "mapping":
            yield stack, found, None, None
            continue
        parsed = _parsed(stack, node)
        if parsed is not None:
            written = intrinsic(node)
            own = written[1].elements()[1:2] if written is not None and written[0] == "Sub" else ()
            yield stack, parsed, node.span(stack.path), own[0] if own else None
    for key in FILES:
        uri = text_value(stack.value(properties.get(key))).known
        path = resolve_path(stack, uri) if uri is not None and "://" not in uri else None
        if path is None or path not in project.inventory.files:
            continue
        language = "json" if posixpath.splitext(path)[1] == ".json" else "yaml"
        document = project.document(path, language)
        if document is not None and document.facts:
            yield stack.reading(path), document.facts[0], None, None


def _parsed(stack: Stack, node: Node) -> Node | None:
    """A definition given as text, parts that cannot be told left as `${Name}`."""
    from lambdalint.languages.yaml import parse

    value = stack.value(node)
    text: Any = value.known
    if text is None:
        shown = [reference.target for reference in value.references if reference.kind == "expression"]
        text = shown[-1] if shown else None
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return None
    documents, _ = parse(stack.path, text)
    return documents[0] if documents and documents[0].kind == "mapping" else None


def _functions(
    stack: Stack, read: Stack, node: Node, text: str, bindings: list[Node | None]
) -> Iterator[tuple[Stack, str]]:
    if intrinsic(node) is not None:
        yield from targets(read, node)
        return
    names = placeholders(text)
    for name in names:
        bound = next((binding.get(name) for binding in bindings if binding is not None and binding.get(name)), None)
        if bound is not None:
            yield from targets(stack, bound)
        else:
            # A definition text inside of Fn::Sub names the resource itself.
            tag = "!GetAtt" if "." in name else "!Ref"
            yield from targets(stack, node._replace(kind="scalar", value=name, tag=tag))
    if not names:
        yield from targets(stack, node)
