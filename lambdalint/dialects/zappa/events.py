"""A stage of Zappa's settings in, what invokes the application and each function of its events out."""

from __future__ import annotations

from lambdalint.dialects.plain import default, flag, number, plain_value, text
from lambdalint.model import Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.zappa.stages import Stage
    from lambdalint.model import Delivery, Node

# Service of an `event_source`'s ARN -> kind of trigger, delivery (zappa/utilities.py, 0.63).
SOURCES: dict[str, tuple[str, Delivery]] = {
    "sns": ("sns", "async"),
    "s3": ("s3", "async"),
    "sqs": ("sqs", "poll"),
    "kinesis": ("kinesis", "poll"),
    "dynamodb": ("dynamodb", "poll"),
    "events": ("eventbridge", "async"),
}


def requests_of(stage: Stage, application: bool) -> Iterator[Trigger]:
    """What sends requests to the application. Keeping it warm calls no code of the project."""
    at = stage.key.span(stage.path)
    if not application:
        return
    old = stage.value("use_apigateway", convert=flag)
    enabled = stage.value("apigateway_enabled", convert=flag)
    if old.known is not False and enabled.known is not False:
        where = next((one.span for one in (enabled, old) if one.span is not None), at)
        version = stage.value("apigateway_version", convert=text).known
        yield Trigger("apigateway-http" if version == "v2" else "apigateway-rest", "sync", where, "apigateway")
    sockets = stage.value("websocket_handler_module", convert=text)
    if sockets.known and sockets.span is not None:
        yield Trigger("apigateway-websocket", "sync", sockets.span, "websocket_handler_module")
    for key, kind in (("alb_enabled", "alb"), ("function_url_enabled", "function-url")):
        value = stage.value(key, convert=flag)
        if value.known and value.span is not None:
            yield Trigger(kind, "sync", value.span, key)


def events_of(stage: Stage) -> Iterator[tuple[Value[str], Trigger]]:
    """Each function that `events`, `cognito`, `bot_events` or `authorizer` names, with what invokes it."""
    events = stage.get("events")
    for event in (events.elements() or (events,)) if events is not None else ():
        function = plain_value(event.get("function"), stage.path, text)
        if function.known is not None:
            for trigger in _event(stage, event):
                yield function, trigger
    cognito = stage.get("cognito", "triggers")
    for entry in cognito.elements() if cognito is not None else ():
        function = plain_value(entry.get("function"), stage.path, text)
        if function.known is not None and function.span is not None:
            pool = stage.value("cognito", "user_pool", convert=text)
            yield function, Trigger("cognito", "sync", function.span, str(entry.plain().get("source", "")), pool)
    bots = stage.get("bot_events")
    for entry in bots.elements() if bots is not None else ():
        function = plain_value(entry.get("function"), stage.path, text)
        if function.known is not None and function.span is not None:
            yield function, Trigger("lex", "sync", function.span, "bot_events")
    authorizer = stage.value("authorizer", "function", convert=text)
    if authorizer.known is not None and authorizer.span is not None:
        yield authorizer, Trigger("apigateway-authorizer", "sync", authorizer.span, "authorizer")


def _event(stage: Stage, event: Node) -> Iterator[Trigger]:
    name = plain_value(event.get("name"), stage.path, text).known or ""
    enabled = plain_value(event.get("enabled"), stage.path, flag)
    for key in ("expression", "expressions"):
        written = event.get(key)
        for node in (written.elements() or (written,)) if written is not None else ():
            settings: dict[str, Value[Any]] = {"schedule": plain_value(node, stage.path, text)}
            if enabled.written:
                settings["enabled"] = enabled
            yield Trigger("schedule", "async", node.span(stage.path), name, settings=settings)
    source = event.get("event_source")
    arn = plain_value(None if source is None else source.get("arn"), stage.path, text)
    if source is None or arn.known is None:
        return
    parts = arn.known.split(":")
    kind, delivery = SOURCES.get(parts[2] if len(parts) > 2 else "", ("", "unknown"))
    if kind == "eventbridge":
        yield _rule(stage, source, name, arn)
    elif kind:
        settings = {
            name: found
            for name, key, convert in (
                ("batch_size", "batch_size", number),
                ("batching_window", "batch_window", number),
                ("starting_position", "starting_position", text),
                ("enabled", "enabled", flag),
                ("filter", "filters", None),
                ("events", "events", None),
            )
            if (found := plain_value(source.get(key), stage.path, convert)).written
        }
        if delivery == "poll":
            settings.setdefault("batch_size", default(10 if kind == "sqs" else 100))
        if kind == "sqs":
            settings["fifo"] = Value(arn.known.endswith(".fifo"), arn.span)
        yield Trigger(kind, delivery, source.span(stage.path), name, arn, settings)


def _rule(stage: Stage, source: Node, name: str, arn: Value[str]) -> Trigger:
    """An `event_source` of the service "events": a rule with a schedule, or with a pattern as a mapping or as JSON."""
    schedule = plain_value(source.get("schedule_expression") or source.get("schedule"), stage.path, text)
    span = source.span(stage.path)
    if schedule.written:
        return Trigger("schedule", "async", span, name, arn, {"schedule": schedule})
    pattern = plain_value(source.get("event_pattern") or source.get("pattern"), stage.path, _pattern)
    of_buckets = isinstance(pattern.known, dict) and pattern.known.get("source") == ["aws.s3"]
    settings = {"filter": pattern} if pattern.written else {}
    return Trigger("s3-eventbridge" if of_buckets else "eventbridge", "async", span, name, arn, settings)


def _pattern(plain: Any) -> Any:
    import json

    if not isinstance(plain, str):
        return plain
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        return None
