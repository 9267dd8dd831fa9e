"""The tasks of state machines in, how they invoke a function out: whether they wait, how often they try again."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import constant, construct, elements, name_of, props_of
from lambdalint.dialects.cdk.reading import flag, number, of_entry, text
from lambdalint.dialects.retriers import Retrier, settings
from lambdalint.knowledge.retries import ATTEMPTS, SERVICE, SERVICE_ATTEMPTS
from lambdalint.model import Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdalint.dialects.cdk.constructs import Props
    from lambdalint.languages.terms.values import Made
    from lambdalint.model import Delivery

_ERRORS = {
    "ALL": "States.ALL",
    "TASKS_FAILED": "States.TaskFailed",
    "TIMEOUT": "States.Timeout",
    "HEARTBEAT_TIMEOUT": "States.HeartbeatTimeout",
}
_INVOKING = "aws_stepfunctions_tasks:lambdainvoke"


def retries_of(made: Iterable[Made]) -> dict[int, dict[str, Value[Any]]]:
    """How each task is tried again, by the id of the call that made it: `task.addRetry({maxAttempts: 5})`, and what
    LambdaInvoke adds of its own accord."""
    found: dict[int, list[Retrier]] = {}
    for call in made:
        name = name_of(call)
        if name.startswith(_INVOKING):
            asked = props_of(call)
            entry = asked.get("retryOnServiceExceptions")
            if of_entry(entry, flag).known if entry is not None else asked.whole:
                found.setdefault(id(call), []).append(
                    Retrier(SERVICE, SERVICE_ATTEMPTS, call.header, None, written=False)
                )
        if name != ".addretry":
            continue
        task = construct(call.receiver)
        while task is not None and task.receiver is not None:  # a chain of calls that each return the task
            task = construct(task.receiver)
        props = props_of(call, 0)
        if task is not None and props.whole:
            found.setdefault(id(task), []).append(_added(call, props))
    return {task: settings(retriers) for task, retriers in found.items()}


def _added(call: Made, props: Props) -> Retrier:
    entry, given = props.get("errors"), props.value("errors")
    named = [constant(item.value)[1] or text(item.value) or "" for item in elements(given)]
    errors = tuple(_ERRORS.get(name, name) for name in named) if given is not None else ("States.ALL",)
    attempts = props.get("maxAttempts")
    value: Value[Any] = of_entry(attempts, number) if attempts is not None else Value(ATTEMPTS, call.header)
    return Retrier(errors, value.known, value.span or call.header, entry.span if entry is not None else None)


def delivery_of(task: Made) -> Delivery:
    """A task waits for the function's answer, unless it invokes as an event."""
    how = props_of(task).value("invocationType")
    return "async" if constant(how)[1] == "EVENT" or (how is not None and text(how) == "Event") else "sync"
