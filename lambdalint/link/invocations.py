"""Functions in, the same functions out with the triggers that other functions of the project are for them.

`lambda.invoke(InvocationType="Event")` hands the event to Lambda's own queue, which retries like any other asynchronous
trigger, and schedules and rules may be made by code as well; no configuration says so, only the caller's code does.
"""

from __future__ import annotations

from lambdalint.knowledge.calls import aws_call, constant
from lambdalint.model import Trigger, Value
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.memory import Again, Anew
    from lambdalint.model import Call, Function, Symbol

INVOKERS = (".invoke", ".create_schedule", ".update_schedule", ".put_targets")


def with_invocations(functions: list[Function], pieces: Anew | Again) -> Iterator[Function]:
    """Each function, with a trigger for each place from where another one invokes it asynchronously."""
    found: dict[str, list[Trigger]] = {}
    for function in functions:
        invoked = pieces.recall(("invokes", function.id), function, _invocations, function, pure=True)
        for name, trigger in invoked:
            if trigger not in found.setdefault(name, []):
                found[name].append(trigger)
    for function in functions:
        names = _names(function)
        triggers = tuple(trigger for name, items in found.items() if name in names for trigger in items)
        if not triggers:
            yield function
            continue
        yield pieces.recall(("invoked", function.id, triggers), function, _with, function, triggers, pure=True)


def _with(function: Function, triggers: tuple[Trigger, ...]) -> Function:
    return function._replace(triggers=(*function.triggers, *triggers))


def _invocations(function: Function) -> list[tuple[str, Trigger]]:
    """The names of functions that this one invokes asynchronously, each with what that makes of it there."""
    return [
        (name, Trigger(kind, "async", step.span, function.name, Value(function.name, step.span)))
        for step in function.steps
        for kind, target in _invoked(step)
        for name in _resolved(function, target)
    ]


def _names(function: Function) -> set[str]:
    declaration = function.declaration
    if declaration is None:
        return set()
    return {
        declaration.id,
        declaration.id.rpartition(".")[2],
        *((declaration.name.known,) if declaration.name.known else ()),
    }


def _invoked(step: Call) -> Iterator[tuple[str, Symbol]]:
    """What a call has invoked asynchronously, now or later, with the kind of trigger that it is."""
    aws = aws_call(step) if step.callee.endswith(INVOKERS) else None
    operation = aws.operation if aws is not None else None
    called = (operation.service, operation.method) if operation is not None else ("", "")
    if called == ("lambda", "invoke"):
        if constant(step.keywords.get("InvocationType")) == "Event" and "FunctionName" in step.keywords:
            yield "invoke", step.keywords["FunctionName"]
    elif called in (("scheduler", "create_schedule"), ("scheduler", "update_schedule")) and "Target" in step.keywords:
        yield from (("schedule", value) for name, value in step.keywords["Target"].entries if name.constant == "Arn")
    elif called == ("events", "put_targets") and "Targets" in step.keywords:
        for target in step.keywords["Targets"].parts:
            yield from (("eventbridge", value) for name, value in target.entries if name.constant == "Arn")


def _resolved(function: Function, symbol: Symbol) -> Iterator[str]:
    """The names that a FunctionName can be: a constant, or what the configuration sets an environment variable to."""
    if symbol.kind == "constant" and isinstance(symbol.constant, str):
        yield symbol.constant.rpartition(":function:")[2].partition(":")[0]
    elif symbol.kind == "environment" and function.declaration is not None:
        for variable in function.declaration.environment:
            if variable.name == symbol.path:
                if variable.value.known:
                    yield str(variable.value.known).rpartition(":function:")[2].partition(":")[0]
                for reference in variable.value.references:
                    yield from _targets(reference.name or reference.target)
    elif symbol.kind == "choice":
        for part in symbol.parts:
            yield from _resolved(function, part)


def _targets(target: str) -> Iterator[str]:
    """The logical ids that a reference's target may name: "Name", "Name.Arn", "aws_lambda_function.name.arn"."""
    parts = target.split(".")
    yield parts[0]
    if len(parts) > 2:
        yield ".".join(parts[:2])
