"""A state machine's block in, a trigger for each Task state that invokes a function out, with what its Retry says."""

from __future__ import annotations

from lambdalint.dialects.retriers import Retrier, settings
from lambdalint.dialects.terraform.evaluate import argument, evaluate
from lambdalint.dialects.terraform.mappings import encoded
from lambdalint.dialects.terraform.terms import Entries, Term, attribute, canonical, plain
from lambdalint.knowledge.retries import ATTEMPTS
from lambdalint.model import Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.terms import Handle
    from lambdalint.languages.hcl import Block
    from lambdalint.model import Delivery, Span

DEPTH = 20


def tasks(address: str, block: Block, frame: Frame) -> Iterator[tuple[Term, Trigger]]:
    """Every Task state that invokes a function; name is "machine.State" where the definition can be read."""
    found = block.body.attributes.get("definition")
    if found is None:
        return
    place = frame.span(block.at)
    root, bindings = _definition(found.value, frame)
    told = False
    if isinstance(root.data, Entries):
        for name, state, span in _states(root, 0):
            for target in _invoked(state, bindings, root.handles):
                told = True
                yield target, _trigger(f"{address}.{name}", state, span or place, Value(address, place))
    if not told:
        whole = argument(block.body, "definition", frame)
        yield whole, Trigger("stepfunctions", "sync", place, address, Value(address, place))


def _definition(expression: Any, frame: Frame) -> tuple[Term, dict[str, Term]]:
    """The definition's tree and what its placeholders stand for: jsonencode, templatefile, or a text."""
    if expression.kind == "call" and expression.value[0] == "templatefile" and len(expression.value[1]) == 2:
        path = frame.instance.path_of(evaluate(expression.value[1][0], frame))
        bindings = evaluate(expression.value[1][1], frame)
        if path is not None and isinstance(bindings.data, Entries):
            root = frame.instance.run.data_file(path, "yaml" if path.endswith((".yaml", ".yml")) else "json")
            return root, {name: attribute(bindings, name) for name in bindings.data.terms}
    return encoded(expression, frame), {}


def _states(term: Term, depth: int) -> Iterator[tuple[str, Term, Span | None]]:
    """Every state of a machine, those of Parallel branches and Map iterators included."""
    if depth > DEPTH or not isinstance(term.data, Entries):
        return
    states = attribute(term, "States")
    for name in states.data.terms if isinstance(states.data, Entries) else ():
        state = attribute(states, name)
        yield name, state, states.data.names.get(name)
        if isinstance(state.data, Entries):
            branches = attribute(state, "Branches")
            for index in range(len(branches.data)) if isinstance(branches.data, tuple) else ():
                yield from _states(attribute(branches, index), depth + 1)
            for inner in ("Iterator", "ItemProcessor"):
                if inner in state.data.terms:
                    yield from _states(attribute(state, inner), depth + 1)


def _invoked(state: Term, bindings: dict[str, Term], handles: tuple[Handle, ...]) -> Iterator[Term]:
    """The terms that name what a Task state calls. handles: those of a definition that was read as one text."""
    if not isinstance(state.data, Entries) or attribute(state, "Type").data != "Task":
        return
    resource = attribute(state, "Resource")
    holders = [outer for outer in ("Parameters", "Arguments") if outer in state.data.terms]
    given = [resource, *(attribute(attribute(state, outer), "FunctionName") for outer in holders)]
    for term in given:
        if term.data is None:
            continue
        text = canonical(term)
        for name, bound in bindings.items():
            if f"${{{name}}}" in text:
                yield bound
        named = tuple(handle for handle in handles if f"{handle.address}." in text or f"{handle.address}[" in text)
        if term.handles or named:
            yield term._replace(handles=term.handles or named)
        elif text and not bindings:
            yield term


def _trigger(name: str, state: Term, span: Span, machine: Value[str]) -> Trigger:
    delivery: Delivery = "sync"
    parameters = attribute(state, "Parameters")
    if isinstance(parameters.data, Entries) and attribute(parameters, "InvocationType").data == "Event":
        delivery = "async"
    retriers = _retriers(attribute(state, "Retry")) if isinstance(state.data, Entries) else ()
    return Trigger("stepfunctions", delivery, span, name, machine, settings(retriers))


def _retriers(term: Term) -> Iterator[Retrier]:
    known = plain(term)
    for index, entry in enumerate(known if isinstance(known, list) else ()):
        errors = entry.get("ErrorEquals") if isinstance(entry, dict) else None
        if isinstance(errors, list):
            count = entry.get("MaxAttempts", ATTEMPTS)
            named = tuple(error for error in errors if isinstance(error, str))
            retrier = attribute(term, index)
            at = attribute(retrier, "ErrorEquals").span
            yield Retrier(named, count if isinstance(count, int) else None, retrier.span, at or retrier.span)
