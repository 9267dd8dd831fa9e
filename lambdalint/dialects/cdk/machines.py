"""The tasks of state machines in, how they invoke a function out: whether they wait, how often they try again."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import constant, construct, elements, name_of, props_of
from lambdalint.dialects.cdk.reading import number, of_entry, text
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.languages.terms.values import Made
    from lambdalint.model import Delivery

# Errors that a function itself ends with. What LambdaInvoke repeats by itself (retryOnServiceExceptions) are others.
_OF_FUNCTIONS = ("States.ALL", "States.TaskFailed", "States.Timeout", "ALL", "TASKS_FAILED", "TASK_FAILED", "TIMEOUT")
_ATTEMPTS = 3  # of a Retry that does not say


def retries_of(made: Iterable[Made]) -> dict[int, Value[Any]]:
    """How often each task is tried again, by the id of the call that made it: `task.addRetry({maxAttempts: 5})`."""
    found: dict[int, Value[Any]] = {}
    for call in made:
        if name_of(call) != ".addretry":
            continue
        task = construct(call.receiver)
        while task is not None and task.receiver is not None:  # a chain of calls that each return the task
            task = construct(task.receiver)
        props = props_of(call, 0)
        given = props.value("errors")
        errors = [constant(item.value)[1] or text(item.value) or "" for item in elements(given)]
        if task is None or not props.whole or (given is not None and not any(one in _OF_FUNCTIONS for one in errors)):
            continue
        attempts = props.get("maxAttempts")
        value: Value[Any] = of_entry(attempts, number) if attempts is not None else Value(_ATTEMPTS, call.header)
        before = found.get(id(task))
        if before is None or (before.known is not None and (value.known is None or value.known > before.known)):
            found[id(task)] = value
    return found


def delivery_of(task: Made) -> Delivery:
    """A task waits for the function's answer, unless it invokes as an event."""
    how = props_of(task).value("invocationType")
    return "async" if constant(how)[1] == "EVENT" or (how is not None and text(how) == "Event") else "sync"
