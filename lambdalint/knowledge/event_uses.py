"""The calls of an invocation in, the event source that the libraries handling the event say it comes from out.

Source: Powertools for AWS Lambda (Python) 3.37.0, data classes, parser and batch utilities; the CloudFormation user
guide (cfn-response module), crhelper 2.0.12.
"""

from __future__ import annotations

from lambdalint.knowledge.event_sources import event_source, event_source_by_type
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambdalint.knowledge.event_sources import EventSource
    from lambdalint.model import Call

PARSERS = frozenset(f"aws_lambda_powertools.utilities.parser.{name}" for name in ("parse", "parser.parse"))
BATCH = "aws_lambda_powertools.utilities.batch."
# What is given the event to answer CloudFormation: the module that it brings for inline code, and crhelper.
ANSWERS = {"cfnresponse.send": "cloudformation", "crhelper.CfnResource()": "cloudformation"}
BATCHES = {"SQS": "sqs", "KinesisDataStreams": "kinesis", "DynamoDBStreams": "dynamodb"}


def event_source_by_use(steps: Sequence[Call], startup: Sequence[Call]) -> EventSource | None:
    """The source of what an event is wrapped, parsed or processed as: `SQSEvent(event)`, `parse(event, SqsModel)`,
    `@event_source(data_class=SQSEvent)`, a batch processor for EventType.SQS, `cfnresponse.send(event, ...)`; None when
    nothing says so."""
    processors: set[str] = set()
    batch = False
    for step in steps:
        if step.callee in PARSERS:
            model = step.argument("model", 1)
            found = event_source_by_type(model.path) if model is not None else None
        else:
            given = step.argument("data", 0)
            whole = given is not None and given.kind == "external" and given.path == "event" and not given.key
            found = event_source_by_type(step.callee) or event_source(ANSWERS.get(step.callee, "")) if whole else None
        for item in step.within:
            for name in ("data_class", "model"):
                if found is None and name in item.keywords:
                    found = event_source_by_type(item.keywords[name].path)
            batch = batch or item.path.startswith(BATCH)
        if found is not None:
            return found
        batch = batch or step.callee.startswith(BATCH)
    if batch:
        for calls in (startup, steps):
            processors.update(kind for call in calls if (kind := _processed(call)))
    return event_source(processors.pop()) if len(processors) == 1 else None


def _processed(call: Call) -> str:
    """The source that a batch processor is made for."""
    if not call.callee.startswith(BATCH) or not call.callee.endswith("Processor"):
        return ""
    if "SqsFifo" in call.callee:
        return "sqs"
    kind = call.argument("event_type", 0)
    return BATCHES.get(kind.path.rpartition(".")[2], "") if kind is not None else ""
