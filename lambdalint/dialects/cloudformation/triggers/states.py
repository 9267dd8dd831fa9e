"""State machines in, a trigger for each Task state that invokes a function out, with what its Retry says."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.code import resolve_path
from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.intrinsics import intrinsic, placeholders
from lambdalint.dialects.cloudformation.triggers.targets import targets
from lambdalint.dialects.retriers import Retrier, settings
from lambdalint.knowledge.retries import ATTEMPTS
from lambdalint.model import Node, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Delivery, Project, Span

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
            for state, key in _walk(root, 0):
                for node, text in _invoked(state):
                    found = _functions(stack, read, node, text, [own, substitutions])
                    for home, function in found:
                        delivery, retries = _delivery(state), _retries(state, read.path, place)
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


def _walk(machine: Node, depth: int) -> Iterator[tuple[Node, Node]]:
    """Every Task state of a definition with its name's node, those of branches and iterators included."""
    listed = machine.get("States")
    if listed is None or depth > 20:
        return
    for key, state in listed.items():
        if state.kind != "mapping":
            continue
        kind = state.get("Type")
        if kind is not None and kind.value == "Task":
            yield state, key
        for inner in ("Iterator", "ItemProcessor"):
            below = state.get(inner)
            if below is not None:
                yield from _walk(below, depth + 1)
        branches = state.get("Branches")
        for branch in branches.elements() if branches is not None else ():
            yield from _walk(branch, depth + 1)


def _invoked(state: Node) -> Iterator[tuple[Node, str]]:
    """The nodes that name what a task runs, with their texts where they are plain."""
    resource = state.get("Resource")
    if resource is None:
        return
    text = resource.value if isinstance(resource.value, str) else ""
    if "lambda:invoke" in text:
        for holder in ("Parameters", "Arguments"):
            below = state.get(holder)
            for key in ("FunctionName", "FunctionName.$"):
                node = below.get(key) if below is not None else None
                if node is not None:
                    yield node, node.value if isinstance(node.value, str) else ""
    elif not text.startswith("arn:aws:states:::"):
        yield resource, text


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


def _delivery(state: Node) -> Delivery:
    for holder in ("Parameters", "Arguments"):
        below = state.get(holder)
        how = below.get("InvocationType") if below is not None else None
        if how is not None and how.value == "Event":
            return "async"
    return "sync"


def _retries(state: Node, path: str, place: Span | None) -> dict[str, Value[Any]]:
    """What its Retry says, at `place` if that is given."""
    retry = state.get("Retry")
    found = []
    for entry in retry.elements() if retry is not None else ():
        errors, attempts = entry.get("ErrorEquals"), entry.get("MaxAttempts")
        named = [error.value for error in errors.elements()] if errors is not None else []
        count = attempts.value if attempts is not None else ATTEMPTS
        found.append(
            Retrier(
                tuple(name for name in named if isinstance(name, str)),
                count if isinstance(count, int) else None,
                place or (attempts or entry).span(path),
            )
        )
    return settings(found) or {"retries": Value(0, None, written=False)}
