"""The tables of lambdalint/knowledge: complete, consistent, quick to load, and read the way their headers say."""

from __future__ import annotations

import os
import re
import time
from typing import Any

import pytest

from lambdalint.knowledge import constructors, event_sources, limits, operations, packages, tables
from lambdalint.model import Declaration, Function, Layer, Package, Requirement, Span, Value

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


def test_operations_say_what_repeating_does() -> None:
    put = operations.operation("dynamodb", "put_item")
    assert put is not None and (put.repeat, put.token) == ("depends_on_arguments", "ConditionExpression")
    transact = operations.operation("dynamodb", "transact_write_items")
    assert transact is not None and (transact.repeat, transact.token) == ("token", "ClientRequestToken")
    events = operations.operation("events", "put_events")
    assert events is not None and (events.repeat, events.token) == ("not_idempotent", "")
    start = operations.operation("stepfunctions", "start_execution")
    assert start is not None and (start.repeat, start.token) == ("idempotent_by_name", "name")
    assert operations.operation("dynamodb", "get_item") is None
    assert operations.operation("nothing", "put_item") is None


def test_helpers_and_resource_methods_lead_to_their_operation() -> None:
    upload = operations.operation("s3", "upload_file")
    assert upload is not None and upload.method == "put_object"
    put = operations.resource_operation("dynamodb", "Table", "put_item")
    assert put == operations.operation("dynamodb", "put_item")
    assert operations.resource_operation("sqs", "Queue", "send_message") == operations.operation("sqs", "send_message")
    assert operations.resource_operation("dynamodb", "Table", "get_item") is None


def test_every_operation_parses_and_every_alias_leads_somewhere() -> None:
    count = 0
    repeats: Any = operations.Repeat  # at run time, its choices
    for service in operations._sections():
        for line in operations._service(service).values():
            name = line.split("\t")[0]
            found = operations.operation(service, name)
            assert found is not None and found.method == name
            assert found.repeat in repeats
            assert found.basis in ("curated", "model", "verb")
            assert found.repeat != "token" or found.token, (service, name)
            count += 1
    assert count == sum(not line.startswith("@") for line in tables.lines("operations")) > 2000
    for name, target in tables.rows("resource_methods", 2):
        service, _, method = target.partition(".")
        assert operations.operation(service, method) is not None, name
    known = {tuple(name.split(".")[:2]) for name, _ in tables.rows("resource_methods", 2)}
    for service, kind, names in tables.rows("resource_members", 3):
        assert (service, kind) in known
        assert {operations.given_resource(service, name) for name in names.split()} == {kind}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["Records[].body"], ["sqs"]),
        (["Records[]", "Records[].body", "Records[].eventName"], ["sqs"]),
        (["Records[].s3.bucket.name"], ["s3"]),
        (["Records[].Sns.Message"], ["sns"]),
        (["Records[].kinesis.data"], ["kinesis"]),
        (["Records[].dynamodb.NewImage.id.S"], ["dynamodb"]),
        (["Records[].eventSource=aws:sqs"], ["sqs"]),
        (["detail-type", "detail.id"], ["eventbridge"]),
        (["detail-type", "source=aws.s3"], ["s3-eventbridge"]),
        (["awslogs.data"], ["cloudwatch-logs"]),
        (["Records[].body", "Records[].Sns.Message"], ["sns", "sqs"]),
        (["Records[]"], []),
        (["detail.id", "source"], []),  # anybody may send such a dict
        (["path", "body", "name"], []),
        ([], []),
    ],
)
def test_sources_are_recognised_by_the_keys_read(keys: list[str], expected: list[str]) -> None:
    assert [source.id for source in event_sources.event_sources_by_keys(keys)] == expected


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
    known = [event_sources.event_source(row[0]) for row in tables.rows("event_sources", 8)]
    everything = [source for source in known if source is not None]
    assert len(everything) == len(known) > 40
    marks = [mark for source in everything for mark in source.marks]
    assert len(marks) == len(set(marks))
    for source in everything:
        assert source.delivery in ("sync", "async", "poll", "unknown")
        assert not (source.again and source.delivery == "sync"), source.id
        if source.delivery == "poll":
            assert source.again, source.id
            assert source.batch or source.id == "pipes", source.id  # whose batch is that of what it takes from
    sqs = event_sources.event_source("sqs")
    assert sqs is not None and sqs.batch == (10, 10000, 10)
    assert event_sources.event_source("nothing") is None


def test_limits() -> None:
    assert limits.limit("zip_direct") == 50 * 1024 * 1024
    assert limits.limit("unzipped") == 250 * 1024 * 1024
    assert limits.limit("image") == 10 * 1024 * 1024 * 1024


SPAN = Span("requirements.txt", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("name", "ships", "imported", "expected"),
    [
        ("aws-lambda-powertools", True, (), True),
        ("aws-lambda-powertools", None, (SPAN,), True),  # code of the function imports it already
        ("aws-lambda-powertools", None, (), False),  # it may not be there
        ("aws-lambda-powertools", False, (SPAN,), False),
        ("aws-xray-sdk", True, (SPAN,), False),
    ],
)
def test_powertools_of_requirements(name: str, ships: bool | None, imported: tuple[Span, ...], expected: bool) -> None:
    package = Package("src", requirements=(Requirement(name, "", SPAN, ships, imported=imported),))
    assert packages.has_powertools(Function("f", "f", package=package)) is expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:7", True),
        ("arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsTypeScriptV2:3", False),
        (None, False),
    ],
)
def test_powertools_of_layers(layer: str | None, expected: bool) -> None:
    declaration = Declaration("F", "sam", SPAN, layers=(Layer(Value(layer)),))
    assert packages.has_powertools(Function("f", "f", declaration)) is expected


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
