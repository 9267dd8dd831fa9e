"""A service in, the triggers that functions have from elsewhere than their own `events` out, by function key."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.attached import attached
from lambdalint.dialects.cloudformation.triggers import triggers_of
from lambdalint.dialects.serverless.resources import function_id, stack_of
from lambdalint.model import Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambdalint.dialects.serverless.variables import Piece, Service
    from lambdalint.model import Node, Span

    Entry = tuple[Node, str, Piece]


def triggers_from_elsewhere(service: Service, functions: Sequence[Entry]) -> dict[str, list[Trigger]]:
    """From resources of the stack, from routes that name an authorizer, from destinations of other functions."""
    keys = {str(key.value) for key, _, _ in functions}
    found: dict[str, list[Trigger]] = {key: [] for key in keys}
    if service.root.get("resources") is not None or service.root.get("stepFunctions") is not None:
        by_id = {function_id(key): key for key in keys}
        for _, name, trigger in triggers_of(stack_of(service), service.project):
            if name in by_id:
                found[by_id[name]].append(trigger)
    for name, span in [*_authorizers(service, functions), *_shared_authorizers(service)]:
        if name in keys and not any(one.kind == "apigateway-authorizer" for one in found[name]):
            found[name].append(Trigger("apigateway-authorizer", "sync", span, "authorizer"))
    for key, _, function in functions:
        for outcome in ("onSuccess", "onFailure"):
            piece = service.find(function, "destinations", outcome)
            piece = service.find(piece, "arn") or piece
            if piece is not None and piece.known and piece.node.value in keys:
                source = Value(str(key.value), piece.at)
                found[str(piece.node.value)].append(Trigger("destination", "async", piece.at, outcome, source))
    return found


def settings_from_resources(service: Service, functions: Sequence[Entry]) -> dict[str, dict[str, Value[Any]]]:
    """What resources of the stack set for functions: log groups, invoke configurations, URLs; by function key."""
    if service.root.get("resources") is None:
        return {}
    by_id = {function_id(str(key.value)): str(key.value) for key, _, _ in functions}
    found: dict[str, dict[str, Value[Any]]] = {}
    for _, name, setting, value in attached(stack_of(service)):
        if name in by_id:
            found.setdefault(by_id[name], {})[setting] = value
    return found


def _authorizers(service: Service, functions: Sequence[Entry]) -> Iterator[tuple[str, Span]]:
    for _, _, function in functions:
        for event in service.elements(service.find(function, "events")):
            for name in ("http", "httpApi", "websocket"):
                authorizer = service.find(event, name, "authorizer")
                piece = service.find(authorizer, "name") or authorizer
                if piece is not None and piece.known and isinstance(piece.node.value, str):
                    yield piece.node.value, piece.at


def _shared_authorizers(service: Service) -> Iterator[tuple[str, Span]]:
    for _, _, authorizer in service.items(service.find(service.top(), "provider", "httpApi", "authorizers")):
        piece = service.find(authorizer, "functionName")
        if piece is not None and piece.known and isinstance(piece.node.value, str):
            yield piece.node.value, piece.at
