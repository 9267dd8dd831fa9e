"""An event source mapping's block in, its kind and settings out, with what the queue behind it says."""

from __future__ import annotations

from lambdalint.dialects.terraform.evaluate import argument, nested
from lambdalint.dialects.terraform.folders import source_of
from lambdalint.dialects.terraform.reading import at, block_of, default
from lambdalint.dialects.terraform.terms import Entries, Term, attribute, boolean, number, string, strings, truth, value
from lambdalint.model import ABSENT, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.dialects.terraform.terms import Handle
    from lambdalint.languages.hcl import Body

_TYPES = {
    "aws_sqs_queue": "sqs",
    "aws_kinesis_stream": "kinesis",
    "aws_kinesis_stream_consumer": "kinesis",
    "aws_dynamodb_table": "dynamodb",
    "aws_dynamodb_global_table": "dynamodb",
    "aws_msk_cluster": "msk",
    "aws_msk_serverless_cluster": "msk",
    "aws_docdb_cluster": "documentdb",
    "aws_docdbelastic_cluster": "documentdb",
}
_SERVICES = {":sqs:": "sqs", ":kinesis:": "kinesis", ":dynamodb:": "dynamodb", ":kafka:": "msk", ":rds:": "documentdb"}
_STREAMS = ("kinesis", "dynamodb", "msk", "kafka")


def kind_of(body: Body, frame: Frame, source: Term) -> str:
    """The id of the event source a mapping polls; "unknown" when the files do not tell."""
    kind = kind_of_source(source)
    if any(True for _ in nested(body, "self_managed_event_source", frame)):
        return "kafka"
    if kind != "unknown":
        return kind
    if argument(body, "queues", frame).data is not None or ":mq:" in str(source.data):
        types = [argument(block.body, "type", inner).data for block, inner, _ in
                 nested(body, "source_access_configuration", frame)]  # fmt: skip
        return "mq-rabbitmq" if "VIRTUAL_HOST" in types else "mq-activemq"
    if any(True for _ in nested(body, "document_db_event_source_config", frame)):
        return "documentdb"
    if argument(body, "topics", frame).data is not None:
        return "msk"
    # A mapping of a stream must say where it starts, one of a queue must not.
    position = argument(body, "starting_position", frame)
    return "sqs" if position.data is None and source.data is not None else "unknown"


def kind_of_source(source: Term) -> str:
    """What an ARN is of: by the resource it belongs to, else by its text."""
    for handle in source.handles:
        kind = handle.address.rpartition(".")[0].removeprefix("data.")
        found = block_of(handle)
        if kind == "aws_mq_broker" and found is not None:
            engine = argument(found[0], "engine_type", found[1]).data
            return "mq-rabbitmq" if str(engine).upper() == "RABBITMQ" else "mq-activemq"
        if kind in _TYPES:
            return _TYPES[kind]
        if kind == "module":
            for part in ("sqs", "queue", "dynamodb", "kinesis", "msk"):
                if handle.attribute.startswith((part, f"{part}_")) or handle.attribute.endswith(f"{part}_arn"):
                    return {"queue": "sqs"}.get(part, part)
    text = source.data if isinstance(source.data, str) else source.text
    for part, kind in _SERVICES.items():
        if part in text:
            return kind
    return "unknown"


def settings(body: Body, frame: Frame, kind: str, source: Term) -> dict[str, Value[Any]]:
    """The settings of an aws_lambda_event_source_mapping by their ids, service defaults marked as not written."""
    failure = at(body, "destination_config.on_failure.destination_arn", frame)
    terms = {
        "batch_size": argument(body, "batch_size", frame),
        "batching_window": argument(body, "maximum_batching_window_in_seconds", frame),
        "stream_retries": argument(body, "maximum_retry_attempts", frame),
        "record_age": argument(body, "maximum_record_age_in_seconds", frame),
        "parallelization": argument(body, "parallelization_factor", frame),
        "maximum_concurrency": at(body, "scaling_config.maximum_concurrency", frame),
        "bisect": argument(body, "bisect_batch_on_function_error", frame),
        "starting_position": argument(body, "starting_position", frame),
        "report_batch_item_failures": argument(body, "function_response_types", frame),
        "on_failure": failure,
        "enabled": argument(body, "enabled", frame),
    }
    filters = [
        argument(block.body, "pattern", inner)
        for outer, frame_of, _ in nested(body, "filter_criteria", frame)
        for block, inner, _ in nested(outer.body, "filter", frame_of)
    ]
    if filters:
        terms["filter"] = Term(tuple(filters), filters[0].span)
    return _known(terms, kind, source)


def of_map(entry: Term, kind: str, source: Term) -> dict[str, Value[Any]]:
    """The settings of one entry of the Lambda module's event_source_mapping."""
    names = {
        "batch_size": "batch_size",
        "batching_window": "maximum_batching_window_in_seconds",
        "stream_retries": "maximum_retry_attempts",
        "record_age": "maximum_record_age_in_seconds",
        "parallelization": "parallelization_factor",
        "bisect": "bisect_batch_on_function_error",
        "starting_position": "starting_position",
        "report_batch_item_failures": "function_response_types",
        "on_failure": "destination_arn_on_failure",
        "enabled": "enabled",
        "filter": "filter_criteria",
    }
    terms = {name: _entry(entry, key) for name, key in names.items()}
    criteria = terms["filter"]
    listed = (
        [attribute(criteria, index) for index in range(len(criteria.data))]
        if isinstance(criteria.data, tuple)
        else [criteria]
    )
    if criteria.data is None:
        del terms["filter"]
    elif all(isinstance(one.data, Entries) for one in listed):
        terms["filter"] = Term(tuple(_entry(one, "pattern") for one in listed), criteria.span)
    terms["maximum_concurrency"] = _entry(_entry(entry, "scaling_config"), "maximum_concurrency")
    return _known(terms, kind, source)


def _entry(term: Term, key: str) -> Term:
    if not isinstance(term.data, Entries) or key not in term.data.terms:
        return Term(None)
    return attribute(term, key)


def _known(terms: dict[str, Term], kind: str, source: Term) -> dict[str, Value[Any]]:
    numbers = ("batch_size", "batching_window", "stream_retries", "record_age", "parallelization")
    found: dict[str, Value[Any]] = {name: number(terms[name]) for name in (*numbers, "maximum_concurrency")}
    found["batch_size"] = default(found["batch_size"], None if kind == "unknown" else 10 if kind == "sqs" else 100)
    found["batching_window"] = default(found["batching_window"], 0 if kind in ("sqs", "kinesis", "dynamodb") else None)
    found["bisect"] = boolean(terms["bisect"])
    if kind in _STREAMS:
        found["stream_retries"] = default(found["stream_retries"], -1)
        found["record_age"] = default(found["record_age"], -1)
        found["bisect"] = default(found["bisect"], False)
    if kind in _STREAMS[:2]:
        found["parallelization"] = default(found["parallelization"], 1)
    types = strings(terms["report_batch_item_failures"])
    if types.written:
        reports = "ReportBatchItemFailures" in types.known if types.known is not None else None
        found["report_batch_item_failures"] = Value(reports, types.span, True, types.references)
    else:
        found["report_batch_item_failures"] = Value(False, None, written=False)
    found["starting_position"] = string(terms["starting_position"])
    found["on_failure"] = string(terms["on_failure"])
    found["enabled"] = default(boolean(terms["enabled"]), True)
    if "filter" in terms:
        found["filter"] = value(terms["filter"])
    if kind == "sqs":
        found.update(queue_settings(source))
    return {name: one for name, one in found.items() if one.written or one.known is not None}


def queue_settings(source: Term) -> dict[str, Value[Any]]:
    """What the configuration says of a queue; redrive is maxReceiveCount, not written for a queue without a policy."""
    queues = [handle for handle in source.handles if handle.address.startswith("aws_sqs_queue.")]
    found = block_of(queues[0]) if len(queues) == 1 else None
    public = [handle for handle in source.handles if handle.attribute in PUBLIC_ARNS and _is_public(handle)]
    if found is None and len(public) == 1:
        found = block_of(public[0])
        return _of_module(*found) if found is not None else {}
    if found is None:
        text = source.data if isinstance(source.data, str) else ""
        return {"fifo": Value(True, source.span)} if text.endswith(".fifo") else {}
    body, frame = found
    return {
        "fifo": default(boolean(argument(body, "fifo_queue", frame)), False),
        "content_deduplication": default(boolean(argument(body, "content_based_deduplication", frame)), False),
        "visibility_timeout": default(number(argument(body, "visibility_timeout_seconds", frame)), 30),
        "redrive": _redrive(queues[0], body, frame),
    }


PUBLIC_ARNS = ("queue_arn", "queue_arn_static", "sqs_queue_arn", "this_sqs_queue_arn")


def _is_public(handle: Handle) -> bool:
    """Whether a handle is an output of a call of terraform-aws-modules/sqs."""
    name = handle.address.rpartition(".")[2]
    placed = handle.instance.module.calls.get(name) if handle.address.startswith("module.") else None
    return placed is not None and "terraform-aws-modules/sqs" in source_of(placed.block)


def _of_module(body: Body, frame: Frame) -> dict[str, Value[Any]]:
    """What a call of terraform-aws-modules/sqs says of its queue; one with a dead letter queue of its own has a redrive
    policy, with the module's number when it gives none."""
    policy = argument(body, "redrive_policy", frame)
    redrive = _count(policy, policy)
    if (
        not redrive.written
        and truth(argument(body, "create_dlq", frame)) is not False
        and "create_dlq" in body.attributes
    ):
        redrive = Value(None, frame.span(body.attributes["create_dlq"].at))
    return {
        "fifo": default(boolean(argument(body, "fifo_queue", frame)), False),
        "content_deduplication": default(boolean(argument(body, "content_based_deduplication", frame)), False),
        "visibility_timeout": default(number(argument(body, "visibility_timeout_seconds", frame)), 30),
        "redrive": redrive,
    }


def _redrive(handle: Any, body: Body, frame: Frame) -> Value[int]:
    """maxReceiveCount of the queue's redrive policy, in the queue or as a resource of its own."""
    policy = body.attributes.get("redrive_policy")
    if policy is not None:
        found = encoded(policy.value, frame)
        return _count(found, argument(body, "redrive_policy", frame))
    module = handle.instance.module
    for _, _, placed in module.of("aws_sqs_queue_redrive_policy"):
        inner = handle.instance.frame(placed.path)
        queue = argument(placed.block.body, "queue_url", inner)
        if any(other.address == handle.address and other.instance is handle.instance for other in queue.handles):
            own = placed.block.body.attributes.get("redrive_policy")
            if own is not None:
                return _count(encoded(own.value, inner), argument(placed.block.body, "redrive_policy", inner))
    return ABSENT


def _count(policy: Term, written: Term) -> Value[int]:
    if written.data is None:
        return ABSENT
    count = attribute(policy, "maxReceiveCount") if isinstance(policy.data, Entries) else Term()
    found = number(count)
    return Value(found.known, found.span or written.span, True, found.references)


def encoded(expression: Any, frame: Frame) -> Term:
    """What a JSON text says: the argument of jsonencode, or the text read."""
    import json

    from lambdalint.dialects.terraform.evaluate import evaluate
    from lambdalint.dialects.terraform.terms import wrapped

    if expression.kind == "call" and expression.value[0] == "jsonencode" and expression.value[1]:
        return evaluate(expression.value[1][0], frame)
    term = evaluate(expression, frame)
    text = term.data if isinstance(term.data, str) else term.text
    if text.lstrip().startswith(("{", "[")):
        try:
            found = wrapped(json.loads(text))
        except (ValueError, RecursionError):
            return term
        return found._replace(references=term.references, handles=term.handles)
    return term
