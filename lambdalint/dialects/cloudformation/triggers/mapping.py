"""An event source mapping's properties in, its kind and settings out, with what the queue behind it says."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import boolean, default, integer, text_value
from lambdalint.dialects.cloudformation.functions import at
from lambdalint.model import ABSENT, Node, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.dialects.cloudformation.stack import Stack

KINDS = {
    "AWS::SQS::Queue": "sqs",
    "AWS::Serverless::SimpleTable": "dynamodb",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::MSK::Cluster": "msk",
    "AWS::MSK::ServerlessCluster": "msk",
    "AWS::DocDB::DBCluster": "documentdb",
    "AWS::DocDBElastic::Cluster": "documentdb",
}
SERVICES = {
    ":sqs:": "sqs",
    ":kinesis:": "kinesis",
    ":dynamodb:": "dynamodb",
    ":kafka:": "msk",
    ":rds:": "documentdb",
}
BATCH = {"sqs": 10}
NUMBERS = {
    "batch_size": ("BatchSize",),
    "batching_window": ("MaximumBatchingWindowInSeconds",),
    "stream_retries": ("MaximumRetryAttempts",),
    "record_age": ("MaximumRecordAgeInSeconds",),
    "parallelization": ("ParallelizationFactor",),
    "maximum_concurrency": ("ScalingConfig", "MaximumConcurrency"),
}
STREAMS = ("kinesis", "dynamodb", "msk", "kafka")


def kind_of(stack: Stack, properties: Node) -> str:
    """The id of the event source a mapping polls; "unknown" when the files do not tell."""
    if properties.get("SelfManagedEventSource") is not None or properties.get("KafkaBootstrapServers") is not None:
        return "kafka"
    source = source_node(properties)
    if source is not None:
        for home, name, _ in stack.resources_in(source):
            found = home.type_of(name)
            if found == "AWS::AmazonMQ::Broker":
                engine = text_value(home.value(home.properties(name).get("EngineType"))).known or ""
                return "mq-rabbitmq" if engine.upper() == "RABBITMQ" else "mq-activemq"
            if found in KINDS:
                return KINDS[found]
        value = stack.value(source)
        for text in (value.known, *(reference.target for reference in value.references)):
            if isinstance(text, str) and text.startswith("arn:"):
                for part, kind in SERVICES.items():
                    if part in text:
                        return kind
    if properties.get("Queues") is not None or (source is not None and ":mq:" in str(stack.value(source).known)):
        vhost = at(stack, properties, ("SourceAccessConfigurations",)).known
        types = {entry.get("Type") for entry in vhost if isinstance(entry, dict)} if isinstance(vhost, list) else set()
        return "mq-rabbitmq" if "VIRTUAL_HOST" in types else "mq-activemq"
    if properties.get("DocumentDBEventSourceConfig") is not None:
        return "documentdb"
    if properties.get("Topics") is not None or properties.get("AmazonManagedKafkaEventSourceConfig") is not None:
        return "msk"
    # A mapping of a stream must say where it starts, one of a queue must not.
    return "sqs" if source is not None and properties.get("StartingPosition") is None else "unknown"


def source_node(properties: Node) -> Node | None:
    """What names the queue, stream, topic or broker."""
    for key in ("EventSourceArn", "Queue", "Stream", "Broker", "Cluster"):
        node = properties.get(key)
        if node is not None:
            return node
    return None


def source_of(stack: Stack, node: Node | None) -> Value[str]:
    """The source as text, else the logical id of the resource that it is."""
    value = text_value(stack.value(node))
    if node is None or value.known is not None:
        return value
    for _, name, _ in stack.resources_in(node):
        return Value(name, value.span, True, value.references)
    return value


def mapping_settings(stack: Stack, properties: Node, kind: str) -> dict[str, Value[Any]]:
    """The settings by their ids; a batch size and the like that are not written carry the service's default."""
    settings: dict[str, Value[Any]] = {name: integer(at(stack, properties, place)) for name, place in NUMBERS.items()}
    settings["batch_size"] = default(settings["batch_size"], BATCH.get(kind, 100) if kind != "unknown" else None)
    settings["batching_window"] = default(settings["batching_window"], 0 if kind in ("sqs", *STREAMS[:2]) else None)
    if kind in STREAMS:
        settings["stream_retries"] = default(settings["stream_retries"], -1)
        settings["record_age"] = default(settings["record_age"], -1)
        settings["bisect"] = default(boolean(at(stack, properties, ("BisectBatchOnFunctionError",))), False)
    if kind in STREAMS[:2]:
        settings["parallelization"] = default(settings["parallelization"], 1)
    settings["report_batch_item_failures"] = _reports(stack, properties)
    settings["starting_position"] = text_value(at(stack, properties, ("StartingPosition",)))
    failure = at(stack, properties, ("DestinationConfig", "OnFailure", "Destination"))
    settings["on_failure"] = text_value(failure)
    settings["filter"] = at(stack, properties, ("FilterCriteria", "Filters"))
    settings["enabled"] = boolean(at(stack, properties, ("Enabled",)))
    found = {name: value for name, value in settings.items() if value is not ABSENT}
    node = source_node(properties)
    if kind == "sqs" and node is not None:
        found.update(queue_settings(stack, node))
    return found


def queue_settings(stack: Stack, node: Node) -> dict[str, Value[Any]]:
    """What the template says of the queue that a node names; nothing when the queue is not in it.

    redrive is the maxReceiveCount; a queue without a redrive policy has it with `written` False.
    """
    queues = {(id(home), name): home for home, name, _ in stack.resources_in(node)}
    queues = {key: home for key, home in queues.items() if home.type_of(key[1]) == "AWS::SQS::Queue"}
    if len(queues) != 1:
        text = stack.value(node).known
        if isinstance(text, str) and text.endswith(".fifo"):
            return {"fifo": Value(True, node.span(stack.path))}
        return {}
    ((_, name), stack) = next(iter(queues.items()))
    properties = stack.properties(name)
    count = at(stack, properties, ("RedrivePolicy", "maxReceiveCount"))
    policy = stack.value(properties.get("RedrivePolicy"))
    redrive = integer(count) if count is not ABSENT else Value(None, policy.span, policy.written, policy.references)
    return {
        "fifo": default(boolean(stack.value(properties.get("FifoQueue"))), False),
        "content_deduplication": default(boolean(stack.value(properties.get("ContentBasedDeduplication"))), False),
        "visibility_timeout": default(integer(stack.value(properties.get("VisibilityTimeout"))), 30),
        "redrive": redrive,
    }


def _reports(stack: Stack, properties: Node) -> Value[bool]:
    value = stack.value(properties.get("FunctionResponseTypes"))
    if value is ABSENT:
        return Value(False, None, written=False)
    known = "ReportBatchItemFailures" in value.known if isinstance(value.known, list) else None
    return Value(known, value.span, True, value.references)
