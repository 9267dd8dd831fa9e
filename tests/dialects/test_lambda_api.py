"""Answers of the Lambda API, as `aws lambda get-function` and its like print them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration

CONFIGURATION: dict[str, Any] = {
    "FunctionName": "orders",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
    "Runtime": "python3.12",
    "Role": "arn:aws:iam::123456789012:role/orders",
    "Handler": "app.handler",
    "CodeSize": 1234,
    "Timeout": 30,
    "MemorySize": 256,
    "LastModified": "2026-01-01T00:00:00.000+0000",
    "Version": "$LATEST",
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
    "Environment": {"Variables": {"TABLE": "orders", "COUNT": "3"}},
    "TracingConfig": {"Mode": "Active"},
    "Layers": [{"Arn": "arn:aws:lambda:eu-west-1:123456789012:layer:shared:3", "CodeSize": 9}],
    "PackageType": "Zip",
    "Architectures": ["arm64"],
    "EphemeralStorage": {"Size": 1024},
    "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
    "LoggingConfig": {"LogFormat": "JSON"},
}


def load(*answers: Any) -> dict[str, Declaration]:
    return declared(
        "lambda_api", {f"deployed/{number}.json": json.dumps(answer, indent=4) for number, answer in enumerate(answers)}
    )


def test_get_function() -> None:
    answer = {
        "Configuration": CONFIGURATION,
        "Code": {"RepositoryType": "S3", "Location": "https://example.com/x"},
        "Concurrency": {"ReservedConcurrentExecutions": 7},
    }
    made = load(answer)["orders"]
    assert (made.dialect, made.name.known, made.handler.known, made.runtime.known) == (
        "lambda-api",
        "orders",
        "app.handler",
        "python3.12",
    )
    assert (made.memory.known, made.timeout.known, made.code.kind) == (256, 30, "bucket")
    assert {variable.name: variable.value.known for variable in made.environment} == {"TABLE": "orders", "COUNT": "3"}
    assert [layer.name.known for layer in made.layers] == ["arn:aws:lambda:eu-west-1:123456789012:layer:shared:3"]
    written = {name: value.known for name, value in made.settings.items() if value.written}
    assert written == {
        "package_type": "Zip",
        "tracing": "Active",
        "dead_letter_queue": "arn:aws:sqs:eu-west-1:123456789012:dead",
        "role": "arn:aws:iam::123456789012:role/orders",
        "logging": "JSON",
        "ephemeral_storage": 1024,
        "architecture": "arm64",
        "reserved_concurrency": 7,
    }
    lines = json.dumps(answer, indent=4).split("\n")
    assert made.memory.span is not None and lines[made.memory.span.line - 1].strip() == '"MemorySize": 256,'
    assert made.setting("async_retries").known is None  # lives in another answer


def test_get_function_configuration_and_list_functions() -> None:
    other = {
        **CONFIGURATION,
        "FunctionName": "other",
        "FunctionArn": CONFIGURATION["FunctionArn"].replace("orders", "other"),
    }
    assert list(load(CONFIGURATION)) == ["orders"]
    assert list(load({"Functions": [CONFIGURATION, other]})) == ["orders", "other"]
    assert list(load([CONFIGURATION, other])) == ["orders", "other"]


def test_an_image_and_variables_that_could_not_be_decrypted() -> None:
    image = {**CONFIGURATION, "PackageType": "Image", "Environment": {"Error": {"ErrorCode": "AccessDenied"}}}
    del image["Handler"], image["Runtime"]
    made = load({"Configuration": image})["orders"]
    assert made.code.kind == "image" and not made.environment_known and made.environment == ()


def test_mappings_of_another_answer() -> None:
    mapping = {
        "UUID": "x",
        "BatchSize": 5,
        "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
        "FunctionArn": CONFIGURATION["FunctionArn"] + ":live",
        "LastModified": 1.0,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    (trigger,) = load(CONFIGURATION, {"EventSourceMappings": [mapping]})["orders"].triggers
    assert (trigger.kind, trigger.delivery) == ("sqs", "poll")
    assert {name: value.known for name, value in trigger.settings.items()} == {
        "batch_size": 5,
        "report_batch_item_failures": True,
        "fifo": True,
    }


def test_other_json_declares_nothing() -> None:
    assert (
        load({"FunctionArn": "x", "LastModified": "y"}, {"Functions": [1, {"FunctionArn": 3}]}, {"Functions": {}}) == {}
    )
    assert load({"data": {"Functions": [CONFIGURATION]}}) == {}
