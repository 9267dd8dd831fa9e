"""The tables of lambdalint/knowledge: complete, consistent, quick to load, and read the way their headers say."""

from __future__ import annotations

import os
import re
import time
from typing import Any

import pytest

from lambdalint.knowledge import constructors, event_sources, limits, operations, runtimes, tables

NAMES = sorted(name[:-4] for name in os.listdir(tables.FOLDER) if name.endswith(".tsv"))


@pytest.mark.parametrize("name", NAMES)
def test_every_table_names_its_source_and_date(name: str) -> None:
    with open(os.path.join(tables.FOLDER, name + ".tsv"), encoding="utf-8") as file:
        text = file.read()
    header = [line for line in text.split("\n") if line.startswith("#")]
    assert "ource" in " ".join(header)
    if name != "secret_words":
        assert re.search(r"\d{4}-\d\d-\d\d", " ".join(header))
    assert text.endswith("\n") and "\r" not in text
    assert all(line and not line.startswith("#") for line in tables.lines(name))


@pytest.mark.parametrize(
    ("callee", "identity", "hoist"),
    [
        ("boto3.client", "boto3.client", "module"),
        ("boto3.session.Session.client", "boto3.client", "module"),
        ("boto3.Session.resource", "boto3.resource", "module"),
        ("boto3.session.Session", "boto3.Session", "module"),
        ("botocore.session.get_session.create_client", "botocore.session", "module"),
        ("psycopg2.connect", "psycopg2.connect", "lazy"),
        ("sqlalchemy.create_engine", "sqlalchemy", "lazy"),
        ("redis.Redis.from_url", "redis", "module"),
        ("redis.RedisCluster.from_url", "redis", "module"),  # a factory of a listed class
        ("google.cloud.storage.Client.from_service_account_info", "gcs", "module"),
        ("transformers.AutoModelForMaskedLM.from_pretrained", "transformers", "module"),
        ("jinja2.Environment.from_string", "jinja2.Template", "module"),  # listed itself, so not the environment
        ("aioboto3.Session.client", "aioboto3.Session", "loop"),
        ("nltk.download", "nltk", "none"),
    ],
)
def test_constructors_are_found_by_dotted_path(callee: str, identity: str, hoist: str) -> None:
    found = constructors.constructor(callee)
    assert found is not None
    assert (found.id, found.hoist) == (identity, hoist)


@pytest.mark.parametrize(
    "callee", ["", "boto3", "client", "boto3.client.get_item", "my.boto3.client", "os.environ.get"]
)
def test_other_calls_are_no_constructors(callee: str) -> None:
    assert constructors.constructor(callee) is None


def test_constructor_rows_are_well_formed() -> None:
    paths: list[str] = []
    for row in tables.rows("constructors", 8):
        identity, category, kind, cost, hoist, distribution, listed, _ = row
        assert identity and category and kind and distribution and listed, row
        assert cost in ("high", "medium", "low") and hoist in ("module", "lazy", "loop", "none"), row
        paths += listed.split()
    assert len(paths) == len(set(paths))
    assert len(paths) > 420


def test_fetches() -> None:
    found = constructors.fetch("secretsmanager", "get_secret_value")
    assert found is not None and found.what == "secret"
    assert constructors.fetch("s3", "put_object") is None


def test_operations_say_what_repeating_does() -> None:
    put = operations.operation("dynamodb", "put_item")
    assert put is not None and (put.repeat, put.token) == ("depends_on_arguments", "ConditionExpression")
    transact = operations.operation("dynamodb", "transact_write_items")
    assert transact is not None and transact.repeat == "token" and transact.auto_filled
    events = operations.operation("events", "put_events")
    assert events is not None and (events.repeat, events.token) == ("not_idempotent", "")
    start = operations.operation("stepfunctions", "start_execution")
    assert start is not None and start.exists_errors == ("ExecutionAlreadyExists",) and not start.auto_filled
    assert operations.operation("dynamodb", "get_item") is None
    assert operations.operation("nothing", "put_item") is None


def test_helpers_and_resource_methods_lead_to_their_operation() -> None:
    upload = operations.operation("s3", "upload_file")
    assert upload is not None and upload.method == "put_object"
    put = operations.resource_operation("dynamodb", "Table", "put_item")
    assert put == operations.operation("dynamodb", "put_item")
    assert operations.resource_operation("sqs", "Queue", "send_message") == operations.operation("sqs", "send_message")
    assert operations.resource_operation("dynamodb", "Table", "get_item") is None
    assert "Table" in operations.resource_types("dynamodb")


def test_every_operation_parses_and_every_alias_leads_somewhere() -> None:
    count = 0
    repeats: Any = operations.Repeat  # at run time, its choices
    for service in operations.services():
        for line in operations._service(service).values():
            name = line.split("\t")[0]
            found = operations.operation(service, name)
            assert found is not None and found.method == name
            assert found.repeat in repeats
            assert found.basis in ("curated", "model", "verb")
            assert found.repeat != "token" or found.token, (service, name)
            count += 1
    assert count == 2037
    for name, target in tables.rows("resource_methods", 2):
        service, _, method = target.partition(".")
        assert operations.operation(service, method) is not None, name


@pytest.mark.parametrize(("method", "expected"), [("get_item", True), ("list_buckets", True), ("query", True),
                                                  ("put_item", False), ("close_account", False)])  # fmt: skip
def test_reads_by_name(method: str, expected: bool) -> None:
    assert operations.reads(method) is expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["Records[].body"], "sqs"),
        (["Records[]", "Records[].body", "Records[].eventName"], "sqs"),
        (["Records[].s3.bucket.name"], "s3"),
        (["Records[].Sns.Message"], "sns"),
        (["Records[].kinesis.data"], "kinesis"),
        (["Records[].dynamodb.NewImage.id.S"], "dynamodb"),
        (["Records[].eventSource=aws:sqs"], "sqs"),
        (["detail-type", "detail.id"], "eventbridge"),
        (["detail-type", "source=aws.s3"], "s3-eventbridge"),
        (["awslogs.data"], "cloudwatch-logs"),
        (["Records[].body", "Records[].Sns.Message"], None),  # serves two sources
        (["Records[]"], None),
        (["detail.id", "source"], None),  # anybody may send such a dict
        (["path", "body", "name"], None),
        ([], None),
    ],
)
def test_sources_are_recognised_by_the_keys_read(keys: list[str], expected: str | None) -> None:
    found = event_sources.event_source_by_keys(keys)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("aws_lambda_powertools.utilities.data_classes.SQSEvent", "sqs"),
        ("aws_lambda_powertools.utilities.data_classes.sqs_event.SQSEvent", "sqs"),
        ("aws_lambda_powertools.utilities.parser.models.SqsModel", "sqs"),
        ("aws_lambda_powertools.utilities.data_classes.EventBridgeEvent", "eventbridge"),
        ("aws_lambda_typing.events.SNSEvent", "sns"),
        ("SQSEvent", None),
        ("mymodule.SQSEvent", None),
        ("dict", None),
    ],
)
def test_sources_are_recognised_by_annotation(path: str, expected: str | None) -> None:
    found = event_sources.event_source_by_type(path)
    assert (found.id if found else None) == expected


def test_event_sources_are_consistent() -> None:
    everything = list(event_sources.event_sources())
    assert len(everything) == 45
    strong = [mark for source in everything for mark in source.strong]
    assert len(strong) == len(set(strong))
    for source in everything:
        assert source.delivery in ("sync", "async", "poll", "unknown")
        assert not (source.again and source.delivery == "sync"), source.id
        if source.delivery == "poll":
            assert source.again and source.batch, source.id
        assert not re.search(r"\bas (s3|kinesis|msk|eventbridge)\b", source.retry), source.retry
    sqs = event_sources.event_source("sqs")
    assert sqs is not None and sqs.batch == (10, 10000, 10) and sqs.dedup_key == "Records[].messageId"
    by_sam, by_key = event_sources.event_source_by_sam("SQS"), event_sources.event_source_by_serverless("http")
    assert by_sam is sqs and by_key is event_sources.event_source("apigateway-rest")
    assert event_sources.event_source("nothing") is None


def test_runtimes() -> None:
    found = runtimes.runtime("python3.13")
    assert found is not None and found.family == "python" and "snapstart" in found.features
    assert runtimes.runtime("python3.99") is None
    for row in tables.rows("runtimes", 12):
        known = runtimes.runtime(row[0])
        assert known is not None
        for date in (known.deprecated, known.block_create, known.block_update):
            assert date == "" or re.fullmatch(r"20\d\d-\d\d-\d\d", date)
        assert not known.successor or runtimes.runtime(known.successor)


def test_limits_and_defaults() -> None:
    assert limits.limit("zip_direct") == 50 * 1024 * 1024
    assert limits.limit("unzipped") == 250 * 1024 * 1024
    assert limits.default("serverless", "memory") == 1024
    assert limits.default("cloudformation", "timeout") == 3
    assert limits.default("zappa", "ephemeral_storage") == 512
    assert limits.default("chalice", "batch_size", "sqs") == 1
    assert limits.default("sam", "batch_size", "sqs") == 10
    assert limits.default("sam", "runtime") is None
    assert limits.reserved("AWS_REGION") and not limits.reserved("TZ") and limits.preset("TZ")
    assert not limits.reserved("TABLE_NAME") and not limits.preset("TABLE_NAME")


def test_loading_is_quick() -> None:
    """Nothing is parsed ahead: each index is ready within a few milliseconds on a slow machine (0.4 ms measured)."""
    for load in (constructors._index, operations._sections, operations._methods, event_sources._sources):
        times = []
        for _ in range(5):
            load.cache_clear()
            start = time.perf_counter()
            load()
            times.append(time.perf_counter() - start)
        assert min(times) < 0.01, load
