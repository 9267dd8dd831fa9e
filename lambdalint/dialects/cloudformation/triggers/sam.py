"""A SAM function's Events, FunctionUrlConfig and connectors in, triggers out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import EMPTY, boolean, integer, text_value
from lambdalint.dialects.cloudformation.functions import at, merged
from lambdalint.dialects.cloudformation.template import SERVERLESS_FUNCTION
from lambdalint.dialects.cloudformation.triggers.mapping import (
    kind_of,
    mapping_settings,
    queue_settings,
    source_of,
)
from lambdalint.model import ABSENT, Node, Trigger, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Delivery

# Type -> (kind, delivery, the property that names the source)
EVENTS: dict[str, tuple[str, Delivery, str]] = {
    "Api": ("apigateway-rest", "sync", "RestApiId"),
    "HttpApi": ("apigateway-http", "sync", "ApiId"),
    "WebSocketApi": ("apigateway-websocket", "sync", "ApiId"),
    "S3": ("s3", "async", "Bucket"),
    "SNS": ("sns", "async", "Topic"),
    "Schedule": ("schedule", "async", "Name"),
    "ScheduleV2": ("schedule", "async", "Name"),
    "EventBridgeRule": ("eventbridge", "async", "EventBusName"),
    "CloudWatchEvent": ("eventbridge", "async", "EventBusName"),
    "CloudWatchLogs": ("cloudwatch-logs", "async", "LogGroupName"),
    "IoTRule": ("iot", "async", "Sql"),
    "AlexaSkill": ("alexa", "sync", "SkillId"),
    "Cognito": ("cognito", "sync", "UserPool"),
}
# Type -> kind when the source itself does not tell
POLLED = {
    "SQS": "sqs",
    "Kinesis": "kinesis",
    "DynamoDB": "dynamodb",
    "DocumentDB": "documentdb",
    "MSK": "msk",
    "MQ": "mq-activemq",
    "SelfManagedKafka": "kafka",
}


def events(stack: Stack) -> Iterator[tuple[Stack, str, Trigger]]:
    """The triggers that SAM functions name themselves."""
    for name in stack.resources:
        if stack.type_of(name) != SERVERLESS_FUNCTION:
            continue
        properties = merged(stack, name)
        for listed in stack.either(properties.get("Events")):
            for key, written in listed.items():
                for event in stack.either(written):
                    trigger = _event(stack, key, event)
                    if trigger is not None:
                        yield stack, name, trigger
        url = properties.key("FunctionUrlConfig")
        if url is not None and stack.value(properties.get("FunctionUrlConfig")) is not ABSENT:
            settings = {"auth": text_value(at(stack, properties, ("FunctionUrlConfig", "AuthType")))}
            span = url.span(stack.path)
            yield stack, name, Trigger("function-url", "sync", span, "FunctionUrlConfig", ABSENT, settings)


def _event(stack: Stack, key: Node, node: Node) -> Trigger | None:
    kind_value = stack.value(node.get("Type")).known
    properties = stack.look(node.get("Properties")) or EMPTY
    span, name = key.span(stack.path), str(key.value)
    if kind_value in POLLED:
        told = kind_of(stack, properties)
        kind = told if kind_value == "MQ" and told.startswith("mq-") else POLLED[str(kind_value)]
        settings = mapping_settings(stack, properties, kind)
        source = source_of(stack, _source(properties))
        return Trigger(kind, "poll", span, name, source, settings)
    found = EVENTS.get(str(kind_value))
    if found is None:
        return None
    kind, delivery, source_key = found
    if kind_value == "SNS" and properties.get("SqsSubscription") is not None:
        subscription = stack.value(properties.get("SqsSubscription"))
        if subscription.known is not False:
            return _through_queue(stack, properties, span, name)
    source = source_of(stack, properties.get(source_key))
    settings = _settings(stack, str(kind_value), properties)
    if kind == "eventbridge":
        kind = rule_kind(stack, properties)
    return Trigger(kind, delivery, span, name, source, settings)


def rule_kind(stack: Stack, properties: Node) -> str:
    """Whether a rule is a schedule, an S3 event by way of EventBridge, or another event."""
    if properties.get("ScheduleExpression") is not None or properties.get("Schedule") is not None:
        return "schedule"
    pattern = properties.get("EventPattern") or properties.get("Pattern")
    sources = at(stack, pattern, ("source",)).known if pattern is not None else None
    return "s3-eventbridge" if sources == ["aws.s3"] else "eventbridge"


def _through_queue(stack: Stack, properties: Node, span: Any, name: str) -> Trigger:
    """SNS by way of a queue: what invokes is the queue."""
    subscription = stack.look(properties.get("SqsSubscription"))
    settings: dict[str, Value[Any]] = {"batch_size": Value(10, None, written=False)}
    source = source_of(stack, properties.get("Topic"))
    if subscription is not None and subscription.kind == "mapping":
        batch = integer(stack.value(subscription.get("BatchSize")))
        if batch is not ABSENT:
            settings["batch_size"] = batch
        queue = subscription.get("QueueArn")
        if queue is not None:
            settings.update(queue_settings(stack, queue))
            source = source_of(stack, queue)
    return Trigger("sqs", "poll", span, name, source, settings)


def _source(properties: Node) -> Node | None:
    for key in ("Queue", "Stream", "Cluster", "Broker", "KafkaBootstrapServers"):
        node = properties.get(key)
        if node is not None:
            return node
    return None


def enabled(stack: Stack, properties: Node) -> Value[bool]:
    """What a schedule or rule says of being on, where it says so."""
    state = stack.value(properties.get("State"))
    if isinstance(state.known, str):
        return Value(state.known.upper() != "DISABLED", state.span, True, state.references)
    return boolean(stack.value(properties.get("Enabled")))


def _settings(stack: Stack, kind: str, properties: Node) -> dict[str, Value[Any]]:
    places: dict[str, tuple[str, ...]] = {}
    if kind in ("Api", "HttpApi"):
        places = {"method": ("Method",), "path": ("Path",)}
    elif kind == "Schedule":
        places = {"schedule": ("Schedule",)}
    elif kind == "ScheduleV2":
        places = {"schedule": ("ScheduleExpression",)}
    elif kind == "S3":
        places = {"filter": ("Filter",), "events": ("Events",)}
    found = {name: at(stack, properties, place) for name, place in places.items()}
    found["enabled"] = enabled(stack, properties)
    retries = integer(at(stack, properties, ("RetryPolicy", "MaximumRetryAttempts")))
    if retries is not ABSENT:
        found["retries"] = retries
    return {name: value for name, value in found.items() if value is not ABSENT}
