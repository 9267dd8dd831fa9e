"""A state machine's definition as a tree in; its Task states, what they invoke and what their Retry says out.

Source: the Amazon States Language, states-language.net (read 2026-11-29).
"""

from __future__ import annotations

from lambdalint.dialects.retriers import Retrier, settings
from lambdalint.knowledge.retries import ATTEMPTS
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Delivery, Node, Span


def task_states(machine: Node, depth: int = 0) -> Iterator[tuple[Node, Node]]:
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
                yield from task_states(below, depth + 1)
        branches = state.get("Branches")
        for branch in branches.elements() if branches is not None else ():
            yield from task_states(branch, depth + 1)


def invoked(state: Node) -> Iterator[tuple[Node, str]]:
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


def delivery_of(state: Node) -> Delivery:
    """A task waits for the function's answer, unless it invokes as an event."""
    for holder in ("Parameters", "Arguments"):
        below = state.get(holder)
        how = below.get("InvocationType") if below is not None else None
        if how is not None and how.value == "Event":
            return "async"
    return "sync"


def retries_of(state: Node, path: str, place: Span | None) -> dict[str, Value[Any]]:
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
                place or (errors or entry).span(path),
            )
        )
    return settings(found) or {"retries": Value(0, None, written=False)}
