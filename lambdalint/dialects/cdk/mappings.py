"""The options of an event source mapping in, its settings out, with what the app says of the queue behind it."""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import (
    Props,
    as_props,
    construct,
    name_of,
    plain,
    props_of,
)
from lambdalint.dialects.cdk.reading import (
    flag,
    member,
    nothing,
    number,
    or_default,
    seconds,
    setting,
    text,
)
from lambdalint.dialects.cdk.settings import destination
from lambdalint.knowledge.event_sources import event_source
from lambdalint.languages.terms.values import Known, Member, text_of
from lambdalint.model import ABSENT, Value
from lambdalint.typed import Any

MAPPINGS = {
    "batch_size": (number, "batchSize"),
    "batching_window": (seconds, "maxBatchingWindow", "maximumBatchingWindowInSeconds"),
    "report_batch_item_failures": (flag, "reportBatchItemFailures"),
    "bisect": (flag, "bisectBatchOnError", "bisectBatchOnFunctionError"),
    "stream_retries": (number, "retryAttempts", "maximumRetryAttempts"),
    "record_age": (seconds, "maxRecordAge", "maximumRecordAgeInSeconds"),
    "on_failure": (destination, "onFailure"),
    "parallelization": (number, "parallelizationFactor"),
    "maximum_concurrency": (number, "maxConcurrency"),
    "starting_position": (member, "startingPosition"),
    "filter": (nothing, "filters", "filterCriteria"),
    "enabled": (flag, "enabled"),
}


def mapping_settings(props: Props, kind: str) -> dict[str, Value[Any]]:
    """The settings of a mapping by their ids; those not given carry the service's defaults where it is sure."""
    settings: dict[str, Value[Any]] = {}
    for name, (convert, *spelled) in MAPPINGS.items():
        value = setting(props, convert, *spelled)  # type: ignore[arg-type]
        if value is not ABSENT:
            settings[name] = value
    if not props.whole:
        return settings
    known = event_source(kind)
    settings.setdefault("batch_size", Value(known.batch[0] if known is not None and known.batch else None, None, False))
    settings.setdefault("report_batch_item_failures", Value(False, None, False))
    settings.setdefault("enabled", Value(True, None, False))
    if kind in ("sqs", "kinesis", "dynamodb"):
        settings.setdefault("batching_window", Value(0, None, False))
    if kind in ("kinesis", "dynamodb", "msk", "kafka"):
        settings.setdefault("stream_retries", Value(-1, None, False))
        settings.setdefault("record_age", Value(-1, None, False))
        settings.setdefault("bisect", Value(False, None, False))
    if kind in ("kinesis", "dynamodb"):
        settings.setdefault("parallelization", Value(1, None, False))
    return settings


def queue_settings(value: Any) -> dict[str, Value[Any]]:
    """What the app says of a queue that it makes: fifo, content_deduplication, visibility_timeout, redrive."""
    made = construct(value)
    if made is None:
        return {}
    name = name_of(made)
    if name not in ("aws_sqs:queue", "aws_sqs:cfnqueue"):
        return {}
    props = props_of(made)
    fifo = setting(props, flag, "fifo", "fifoQueue")
    called = props.value("queueName")
    if (
        fifo is ABSENT
        and isinstance(called, Known)
        and isinstance(called.value, str)
        and called.value.endswith(".fifo")
    ):
        entry = props.get("queueName")
        fifo = Value(True, entry.span if entry is not None else None)
    whole = props.whole
    found = {
        "fifo": or_default(fifo, False if whole else None),
        "content_deduplication": or_default(
            setting(props, flag, "contentBasedDeduplication"), False if whole else None
        ),
        "visibility_timeout": or_default(setting(props, seconds, "visibilityTimeout"), 30 if whole else None),
        "redrive": Value(None, None, not whole),
    }
    dead = props.get("deadLetterQueue", "redrivePolicy")
    if dead is not None:
        count = setting(as_props(dead.value), number, "maxReceiveCount")
        found["redrive"] = count if count.written and count.span is not None else Value(None, dead.span)
    return found


def kind_of_arn(value: Any) -> tuple[str, Any]:
    """The kind of source behind `queue.queueArn` and the like, and what it is an attribute of."""
    if isinstance(value, Member):
        name = plain(value.name)
        kinds = {"queuearn": "sqs", "streamarn": "kinesis", "tablestreamarn": "dynamodb", "clusterarn": "msk",
                 "streamconsumerarn": "kinesis", "attrstreamarn": "dynamodb"}  # fmt: skip
        owner = construct(value.owner)
        made = name_of(owner) if owner is not None else ""
        if made.startswith("aws_sqs:"):
            return "sqs", value.owner
        if made.startswith("aws_kinesis:"):
            return "kinesis", value.owner
        if made.startswith("aws_dynamodb:"):
            return "dynamodb", value.owner
        return kinds.get(name, "unknown"), value.owner
    written = text(value) or text_of(value)
    for part, kind in ((":sqs:", "sqs"), (":kinesis:", "kinesis"), (":dynamodb:", "dynamodb"), (":kafka:", "msk"),
                       (":rds:", "documentdb"), (":mq:", "mq-activemq")):  # fmt: skip
        if written.startswith("arn:") and part in written:
            return kind, None
    return "unknown", None
