"""A call that lets something invoke a function in, the trigger out."""

from __future__ import annotations

from lambdalint.dialects.plain import default, flag, number, text
from lambdalint.dialects.principals import invoker
from lambdalint.model import ABSENT, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.awscli.request import Request
    from lambdalint.dialects.awscli.texts import Piece

SOURCES = {
    "sqs": "sqs",
    "kinesis": "kinesis",
    "dynamodb": "dynamodb",
    "kafka": "msk",
    "mq": "mq-activemq",
    "rds": "documentdb",
}
_SETTINGS = {
    "batch_size": ("batch-size", number),
    "batching_window": ("maximum-batching-window-in-seconds", number),
    "stream_retries": ("maximum-retry-attempts", number),
    "record_age": ("maximum-record-age-in-seconds", number),
    "parallelization": ("parallelization-factor", number),
    "starting_position": ("starting-position", text),
    "enabled": ("enabled", flag),
}


def mapping(request: Request) -> Iterator[Trigger]:
    """`create-event-source-mapping`."""
    piece = request.piece("event-source-arn")
    source = ABSENT if piece is None else piece.value(text)
    kind = "kafka" if request.told("self-managed-event-source") else _kind(source, piece)
    if (
        kind == "mq-activemq"
        and request.told("source-access-configurations")
        and "VIRTUAL_HOST" in str(request.options)
    ):
        kind = "mq-rabbitmq"
    settings: dict[str, Value[Any]] = {}
    for name, (option, convert) in _SETTINGS.items():
        found = request.piece(option)
        if found is not None:
            settings[name] = found.value(convert)
    for name, option, keys in (
        ("maximum_concurrency", "scaling-config", ("MaximumConcurrency",)),
        ("on_failure", "destination-config", ("OnFailure", "Destination")),
        ("filter", "filter-criteria", ("Filters",)),
    ):
        inner = request.within(option, *keys)
        if inner is not None:
            settings[name] = inner.value(number if name == "maximum_concurrency" else None)
    if "no-enabled" in request.options:
        settings["enabled"] = Value(False, request.call.span)
    if "bisect-batch-on-function-error" in request.options:
        settings["bisect"] = Value(True, request.call.span)
    answer = request.piece("function-response-types")
    if answer is not None:
        given = answer.value()
        known = None if given.known is None else "ReportBatchItemFailures" in given.known
        settings["report_batch_item_failures"] = Value(known, given.span, True, given.references)
    for name, usual in _usual(kind):
        settings.setdefault(name, default(usual))
    if kind == "sqs" and source.known is not None and source.known.endswith(".fifo"):
        settings["fifo"] = Value(True, source.span)
    yield Trigger(kind, "poll", request.call.span, "create-event-source-mapping", source, settings)


def permission(request: Request) -> Iterator[Trigger]:
    """`add-permission`: the service that may invoke."""
    principal = request.piece("principal")
    known = None if principal is None else principal.value(text).known
    if not isinstance(known, str):
        return
    piece = request.piece("source-arn")
    source = ABSENT if piece is None else piece.value(text)
    if request.told("function-url-auth-type"):
        yield Trigger("function-url", "sync", request.call.span, "add-permission", source)
        return
    found = invoker(known)
    rule = rule_of(source.known) if found is not None and found[0] == "eventbridge" else ""
    if rule:
        kind, settings = _rule(request, rule)
        yield Trigger(kind, "async", request.call.span, "add-permission", source, settings)
    elif found is not None:
        yield Trigger(*found, request.call.span, "add-permission", source)


def url(request: Request) -> Iterator[Trigger]:
    """`create-function-url-config`."""
    auth = request.piece("auth-type")
    settings = {} if auth is None else {"auth": auth.value(text)}
    yield Trigger("function-url", "sync", request.call.span, "create-function-url-config", ABSENT, settings)


def targets(request: Request) -> Iterator[Trigger]:
    """`aws events put-targets`: the rule that invokes, with the schedule that the script gives it."""
    name = request.piece("rule")
    source = ABSENT if name is None else name.value(text)
    kind, settings = _rule(request, source.known or "")
    yield Trigger(kind, "async", request.call.span, "put-targets", source, settings)


def functions_of(request: Request) -> Iterator[Piece]:
    """The ARNs of functions among a rule's targets."""
    listed = request.piece("targets")
    for target in (listed, *listed.elements()) if listed is not None else ():
        arn = target.get("Arn")
        if arn is not None and arn.node.kind == "scalar" and ":function:" in str(arn.node.value):
            yield arn


def rule_of(arn: object) -> str:
    """The name of the rule in its ARN, without the bus."""
    return arn.rpartition("/")[2] if isinstance(arn, str) and ":rule/" in arn else ""


def _rule(request: Request, name: str) -> tuple[str, dict[str, Value[Any]]]:
    """What a rule of the same script is: a schedule or a pattern of events."""
    for call in request.run.calls:
        if (call.service, call.operation) != ("events", "put-rule"):
            continue
        asked = type(request)(call, request.run)
        given, schedule = asked.piece("name"), asked.piece("schedule-expression")
        if given is None or not name or given.value(text).known != name:
            continue
        if schedule is not None:
            return "schedule", {"schedule": schedule.value(text)}
        sources = asked.within("event-pattern", "source")
        if sources is not None and [str(source.node.value) for source in sources.elements()] == ["aws.s3"]:
            return "s3-eventbridge", {}
    return "eventbridge", {}


def _kind(source: Value[Any], piece: Any) -> str:
    """The kind of an event source by the service in its ARN, as far as that can be told."""
    written = source.known if isinstance(source.known, str) else (piece.node.value if piece is not None else "")
    parts = str(written).split(":")
    return SOURCES.get(parts[2] if len(parts) > 2 else "", "unknown")


def _usual(kind: str) -> Iterator[tuple[str, Any]]:
    """What the service takes where the mapping says nothing."""
    yield "report_batch_item_failures", False
    yield "enabled", True
    if kind != "unknown":
        yield "batch_size", 10 if kind == "sqs" else 100
    if kind in ("sqs", "kinesis", "dynamodb"):
        yield "batching_window", 0
    if kind in ("kinesis", "dynamodb", "msk", "kafka"):
        yield from (("stream_retries", -1), ("record_age", -1), ("bisect", False))
    if kind in ("kinesis", "dynamodb"):
        yield "parallelization", 1
