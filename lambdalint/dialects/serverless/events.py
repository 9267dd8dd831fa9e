"""The `events:` of a function in, its triggers out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.intrinsics import intrinsic
from lambdalint.dialects.cloudformation.triggers.mapping import queue_settings, source_of
from lambdalint.dialects.plain import default, flag, number, text
from lambdalint.dialects.serverless.resources import stack_of
from lambdalint.dialects.serverless.values import plain_data, setting_values, value
from lambdalint.model import ABSENT, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.serverless.variables import Piece, Service
    from lambdalint.model import Delivery, Span

# Event name -> kind of trigger, how it invokes, the key that names its source when the event is a mapping.
KINDS: dict[str, tuple[str, Delivery, str]] = {
    "http": ("apigateway-rest", "sync", ""),
    "httpApi": ("apigateway-http", "sync", ""),
    "websocket": ("apigateway-websocket", "sync", ""),
    "alb": ("alb", "sync", "listenerArn"),
    "s3": ("s3", "async", "bucket"),
    "sns": ("sns", "async", "arn"),
    "sqs": ("sqs", "poll", "arn"),
    "schedule": ("schedule", "async", ""),
    "eventBridge": ("eventbridge", "async", "eventBus"),
    "cloudwatchEvent": ("eventbridge", "async", ""),
    "cloudwatchLog": ("cloudwatch-logs", "async", "logGroup"),
    "iot": ("iot", "async", ""),
    "msk": ("msk", "poll", "arn"),
    "kafka": ("kafka", "poll", ""),
    "activemq": ("mq-activemq", "poll", "arn"),
    "rabbitmq": ("mq-rabbitmq", "poll", "arn"),
    "cognitoUserPool": ("cognito", "sync", "pool"),
    "alexaSkill": ("alexa", "sync", ""),
    "alexaSmartHome": ("alexa", "sync", ""),
    "cloudFront": ("cloudfront", "sync", ""),
}
# Batch sizes that the framework writes when the event does not.
BATCH = {"sqs": 10, "kinesis": 10, "dynamodb": 10}
_MAPPING = {
    "batch_size": ("batchSize", number),
    "stream_retries": ("maximumRetryAttempts", number),
    "record_age": ("maximumRecordAgeInSeconds", number),
    "parallelization": ("parallelizationFactor", number),
    "maximum_concurrency": ("maximumConcurrency", number),
    "bisect": ("bisectBatchOnFunctionError", flag),
    "starting_position": ("startingPosition", text),
    "filter": ("filterPatterns", None),
    "enabled": ("enabled", flag),
}


def triggers(service: Service, function: Piece) -> tuple[tuple[Trigger, ...], bool]:
    """The triggers of a function and whether those are all that its `events` tell of."""
    events = service.find(function, "events")
    found: list[Trigger] = []
    whole = events is None or (events.known and events.node.kind == "sequence")
    for event in service.elements(events):
        if not event.known:
            whole = False
        elif event.node.kind == "scalar":
            made = list(_event(service, str(event.node.value), event.at, event))
            found += made
            whole = whole and bool(made)
        elif event.node.kind == "sequence":  # `- ${file(events.yml)}` that holds a list
            whole = False
        for name, path, piece in service.items(event):
            made = list(_event(service, str(name.value), name.span(path), piece))
            found += made
            whole = whole and bool(made)
    url = service.find(function, "url")
    if url is not None and not (url.known and url.node.value is False):
        found.append(Trigger("function-url", "sync", url.at, "url"))
    return tuple(found), whole


def _event(service: Service, name: str, span: Span, piece: Piece) -> Iterator[Trigger]:
    if name == "stream":
        yield from _stream(service, span, piece)
        return
    if name not in KINDS:
        return
    kind, delivery, key = KINDS[name]
    settings: dict[str, Value[Any]] = {}
    source = ABSENT
    mapping = piece.known and piece.node.kind == "mapping" and intrinsic(piece.node) is None
    if mapping and key:
        source = _source(service, service.find(piece, key))
    elif key and piece.node.value is not None and not (name == "sns" and mapping):
        source = _source(service, piece)
    if name in ("http", "httpApi", "websocket"):
        settings = _route(service, name, piece)
        if name == "http" and mapping and _is(service, piece, "async", True):
            delivery = "async"
    elif name == "schedule":
        yield from _schedule(service, span, piece)
        return
    elif name in ("eventBridge", "cloudwatchEvent"):
        kind, settings = _rule(
            service, kind, piece, service.find(piece, "event") if name == "cloudwatchEvent" else piece
        )
    elif name == "sns":
        if mapping and not source.written:
            source = value(service, service.find(piece, "topicName"), text)
        settings = setting_values(
            service, piece, {"filter": ("filterPolicy", None), "redrive": ("redrivePolicy", None)}
        )
        if source.known is not None and source.known.endswith(".fifo"):
            settings["fifo"] = Value(True, source.span)
    elif name == "s3":
        settings = setting_values(service, piece, {"events": ("event", None), "filter": ("rules", None)})
    elif name == "cognitoUserPool":
        settings = setting_values(service, piece, {"path": ("trigger", text)})
    elif delivery == "poll":
        settings = _polled(service, kind, piece)
        if kind == "sqs":
            arn = service.find(piece, key) if mapping else piece
            settings.update({} if arn is None else _queue(service, arn))
    yield Trigger(kind, delivery, span, name, source, settings)


def _rule(service: Service, kind: str, piece: Piece, event: Piece | None) -> tuple[str, dict[str, Value[Any]]]:
    """What a rule of EventBridge is (a schedule, an event of S3, another one), and its settings."""
    settings: dict[str, Value[Any]] = {}
    rate = service.find(event, "schedule")
    if rate is not None:
        kind, settings = "schedule", {"schedule": value(service, rate, text)}
    retries = service.find(piece, "retryPolicy", "maximumRetryAttempts")
    if retries is not None:
        settings["retries"] = value(service, retries, number)
    dead = service.find(piece, "deadLetterQueueArn")
    if dead is not None:
        settings["dead_letter_queue"] = value(service, dead, text)
    pattern = service.find(event, "pattern") or (service.find(event, "event") if event is not None else None)
    if pattern is not None:
        settings["filter"] = value(service, pattern)
        named = service.find(pattern, "source")
        if kind == "eventbridge" and named is not None and plain_data(service, named) == ["aws.s3"]:
            kind = "s3-eventbridge"
    return kind, settings


def _stream(service: Service, span: Span, piece: Piece) -> Iterator[Trigger]:
    mapping = piece.known and piece.node.kind == "mapping" and intrinsic(piece.node) is None
    arn = service.find(piece, "arn") if mapping else piece
    source = _source(service, arn)
    kind = value(service, service.find(piece, "type"), text).known if mapping else None
    if kind is None:
        looks = f"{source.known or ''} {' '.join(one.target for one in source.references)}".lower()
        kind = next((one for one in ("dynamodb", "kinesis") if one in looks), None)
    if kind in ("dynamodb", "kinesis"):
        yield Trigger(kind, "poll", span, "stream", source, _polled(service, kind, piece))


def _source(service: Service, piece: Piece | None) -> Value[str]:
    """The source as text, else the logical id of the resource of the stack that it is."""
    given = value(service, piece, text)
    if piece is None or given.known is not None or not piece.known:
        return given
    named = source_of(stack_of(service), service.expanded(piece))
    return Value(named.known, given.span, True, given.references)


def _queue(service: Service, arn: Piece) -> dict[str, Value[Any]]:
    """What the stack says of the queue behind an event."""
    stack = stack_of(service)
    node = service.expanded(arn)
    name = node.value.rpartition(":")[2] if node.kind == "scalar" and isinstance(node.value, str) else ""
    if name and not set(name) & set("${}#"):  # an ARN that ends with the name of a queue of the stack
        for logical_id in stack.resources:
            if stack.type_of(logical_id) == "AWS::SQS::Queue":
                given = stack.value(stack.properties(logical_id).get("QueueName")).known
                if given == name:
                    return queue_settings(stack, node._replace(value=logical_id, tag="!Ref"))
    return queue_settings(stack, node)


def _polled(service: Service, kind: str, piece: Piece) -> dict[str, Value[Any]]:
    """The settings of an event source mapping."""
    settings: dict[str, Value[Any]] = {}
    if piece.known and piece.node.kind == "mapping" and intrinsic(piece.node) is None:
        settings = setting_values(service, piece, _MAPPING)
        window = service.find(piece, "batchWindow") or service.find(piece, "maximumBatchingWindow")
        if window is not None:
            settings["batching_window"] = value(service, window, number)
        answer = service.find(piece, "functionResponseType")
        if answer is not None:
            given = value(service, answer, text)
            known = None if given.known is None else given.known == "ReportBatchItemFailures"
            settings["report_batch_item_failures"] = Value(known, given.span, True, given.references)
        failure = service.find(piece, "destinations", "onFailure")
        if failure is not None:
            settings["on_failure"] = value(service, service.find(failure, "arn") or failure, text)
    for name, usual in _usual(kind):
        settings.setdefault(name, default(usual))
    return settings


def _usual(kind: str) -> Iterator[tuple[str, Any]]:
    """What the framework or the service takes where an event source mapping says nothing."""
    yield "batch_size", BATCH.get(kind, 100)
    yield "report_batch_item_failures", False
    yield "enabled", True
    if kind in ("sqs", "kinesis", "dynamodb"):
        yield "batching_window", 0
    if kind in ("kinesis", "dynamodb", "msk", "kafka"):
        yield from (
            ("stream_retries", -1),
            ("record_age", -1),
            ("bisect", False),
            ("starting_position", "TRIM_HORIZON"),
        )
    if kind in ("kinesis", "dynamodb"):
        yield "parallelization", 1


def _route(service: Service, name: str, piece: Piece) -> dict[str, Value[Any]]:
    """Method and path of an HTTP event in either spelling; the route of a WebSocket event as its path."""
    if not piece.known:
        return {}
    if name == "websocket":
        route = service.find(piece, "route") if piece.node.kind == "mapping" else piece
        return {} if route is None else {"path": value(service, route, text)}
    if piece.node.kind == "mapping":
        return setting_values(service, piece, {"method": ("method", _upper), "path": ("path", text)})
    words = str(piece.node.value).split()
    if len(words) == 2:
        first, second = _halves(piece, words)
        return {
            "method": Value(words[0].upper(), first, True, piece.references),
            "path": Value(words[1], second, True, piece.references),
        }
    return {"path": Value(words[0], piece.at, True, piece.references)} if words else {}


def _halves(piece: Piece, words: list[str]) -> tuple[Span, Span]:
    """Where method and path of `GET /path` stand, if the text is written as it is."""
    at, text = piece.at, str(piece.node.value)
    if at.line != at.end_line or at.end_column - at.column != len(text) or piece.references:
        return at, at
    begin = at.column + text.rindex(words[1])
    return at._replace(end_column=at.column + len(words[0])), at._replace(
        column=begin, end_column=begin + len(words[1])
    )


def _schedule(service: Service, span: Span, piece: Piece) -> Iterator[Trigger]:
    """One trigger a rate: `schedule: rate(..)`, an object, or an object with a list of rates."""
    rate: Piece | None = piece
    settings: dict[str, Value[Any]] = {}
    if piece.known and piece.node.kind == "mapping":
        rate = service.find(piece, "rate")
        settings = setting_values(service, piece, {"enabled": ("enabled", flag)})
    rates = list(service.elements(rate)) or ([] if rate is None else [rate])
    for one in rates:
        yield Trigger(
            "schedule", "async", span, "schedule", ABSENT, {"schedule": value(service, one, text), **settings}
        )


def _is(service: Service, piece: Piece, key: str, wanted: bool) -> bool:
    found = service.find(piece, key)
    return found is not None and found.known and flag(found.node.value) is wanted


def _upper(plain: Any) -> str | None:
    return plain.upper() if isinstance(plain, str) else None
