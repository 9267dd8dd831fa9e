"""A stack in, the triggers that it declares out, with the functions they invoke.

Resources that make an invocation tell what it is; a permission or a connector only tells that somebody may, and
counts where nothing else tells of the same kind.
"""

from __future__ import annotations

from lambdalint.dialects.cloudformation.triggers import onward, resources, sam
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project, Trigger

    Found = Iterator[tuple[Stack, str, Trigger]]

# A permission for the first is explained by a trigger of any of the others.
SAME: dict[str, set[str]] = {
    "apigateway-rest": {"apigateway-rest", "apigateway-http", "apigateway-websocket", "apigateway-authorizer"},
    "apigateway-http": {"apigateway-http", "apigateway-websocket", "apigateway-authorizer"},
    "eventbridge": {"eventbridge", "schedule", "s3-eventbridge"},
    "s3": {"s3", "s3-batch"},
    "cloudformation": {"cloudformation"},
}


def triggers_of(stack: Stack, project: Project) -> Found:
    """Every trigger a stack declares, with the stack and logical id of the function that it invokes."""
    told: dict[tuple[int, str], set[str]] = {}
    routes: set[tuple[int, str, str, str, str]] = set()
    for home, name, trigger in _made(stack, project):
        told.setdefault((id(home), name), set()).add(trigger.kind)
        path, method = trigger.settings.get("path"), trigger.settings.get("method")
        if path is not None and method is not None:
            # A route that a SAM event names is often spelled out in the API's document as well.
            route = (id(home), name, trigger.kind, str(path.known), str(method.known).lower())
            if route in routes:
                continue
            routes.add(route)
        yield home, name, trigger
    for home, name, trigger in (*resources.permissions(stack), *onward.connectors(stack)):
        kinds = told.setdefault((id(home), name), set())
        if not kinds & SAME.get(trigger.kind, {trigger.kind}):
            kinds.add(trigger.kind)
            yield home, name, trigger


def _made(stack: Stack, project: Project) -> Found:
    yield from sam.events(stack)
    yield from resources.triggers(stack)
    kinds = " ".join({stack.type_of(name) for name in stack.resources})
    if "::StateMachine" in kinds:
        from lambdalint.dialects.cloudformation.triggers import states

        yield from states.tasks(stack, project)
    if "Api" in kinds or stack.globals is not None:
        from lambdalint.dialects.cloudformation.triggers import apis

        yield from apis.api_triggers(stack, project)
    yield from onward.destinations(stack)
    yield from onward.hooks(stack)
