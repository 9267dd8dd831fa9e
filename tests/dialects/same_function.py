"""The data of a table: one function with every setting, as each dialect writes it, and the cells that differ and why.

EXPECTED is the function by the ids of the model, FILES the projects that declare it, GAPS the cells that are absent or
not the same. `test_same_function.py` holds the table to what the dialects read; docs/dialects.md shows it.
"""

from __future__ import annotations

import json
from typing import Any

from tests.dialects.same_function_arns import CAPACITY, DEAD, FAILED, KEY, LAYER, QUEUE, ROLE, STREAM
from tests.dialects.same_function_code import AWSCLI, CDK, CDK_TS, CHALICE_APP, DOCKERFILE, TERRAFORM, TERRAFORM_MODULE
from tests.dialects.same_function_templates import API, CHALICE, CLOUDFORMATION, MAPPINGS, SAM, SERVERLESS, ZAPPA

# What the function is, by the ids of the model.
EXPECTED: dict[str, Any] = {
    "name": "worker",
    "package_type": "Zip",
    "handler": "app.handler",
    "runtime": "python3.12",
    "memory": 512,
    "timeout": 60,
    "environment": {"TABLE": "orders", "COUNT": "3"},
    "layers": [LAYER],
    "architecture": "arm64",
    "ephemeral_storage": 1024,
    "tracing": "Active",
    "dead_letter_queue": DEAD,
    "on_failure": FAILED,
    "async_retries": 1,
    "async_max_age": 3600,
    "reserved_concurrency": 5,
    "provisioned_concurrency": 7,
    "logging": "JSON",
    "log_retention": 14,
    "file_system": "/mnt/data",
    "recursive_loop": "Allow",
    "durable": 600,
    "tenancy": "PER_TENANT",
    "capacity_provider": CAPACITY,
    "role": ROLE,
    "kms_key": KEY,
    "snapstart": "PublishedVersions",
    "vpc": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "function_url": "AWS_IAM",
    "triggers": {"sqs", "kinesis", "schedule", "function-url"},
    "sqs": {"source": QUEUE, "batch_size": 5, "batching_window": 3, "report_batch_item_failures": True},
    "kinesis": {
        "source": STREAM,
        "batch_size": 50,
        "starting_position": "LATEST",
        "bisect": True,
        "stream_retries": 3,
        "record_age": 120,
        "parallelization": 2,
        "on_failure": FAILED,
    },
    "schedule": {"schedule": "rate(1 hour)"},
}
FILES: dict[str, dict[str, str]] = {
    "cloudformation": {"template.json": json.dumps(CLOUDFORMATION)},
    "sam": {"template.json": json.dumps(SAM)},
    "serverless": {"serverless.json": json.dumps(SERVERLESS)},
    "serverless.ts": {"serverless.ts": f"export = {json.dumps(SERVERLESS)};\n"},
    "terraform": {"main.tf": TERRAFORM},
    "terraform module": {"main.tf": TERRAFORM_MODULE, "src/app.py": ""},
    "awscli": {"deploy.sh": AWSCLI},
    "cdk": {"app.py": CDK, "cdk.json": '{"app": "python3 app.py"}', "src/app.py": ""},
    "cdk typescript": {"app.ts": CDK_TS, "cdk.json": '{"app": "ts-node app.ts"}', "src/app.py": ""},
    "cdk.out": {
        "cdk.out/cdk.out": '{"version": "36.0.0"}',
        "cdk.out/manifest.json": "{}",
        "cdk.out/Stack.template.json": json.dumps(CLOUDFORMATION),
        "cdk.json": '{"app": "python3 app.py"}',
    },
    "zappa": {"zappa_settings.json": json.dumps(ZAPPA)},
    "chalice": {"app.py": CHALICE_APP, ".chalice/config.json": json.dumps(CHALICE)},
    "dockerfile": {"Dockerfile": DOCKERFILE, "app.py": ""},
    "lambda api": {
        "function.json": json.dumps({"Configuration": API, "Concurrency": {"ReservedConcurrentExecutions": 5}}),
        "mappings.json": json.dumps({"EventSourceMappings": MAPPINGS}),
    },
}
# Column -> the module that reads it, where it is called otherwise.
READERS = {
    "sam": "cloudformation",
    "serverless.ts": "serverless_ts",
    "terraform module": "terraform",
    "cdk typescript": "cdk",
    "cdk.out": "cdk_out",
    "lambda api": "lambda_api",
}
ASYNC = ("on_failure", "async_retries", "async_max_age")
NEWER = ("recursive_loop", "durable", "tenancy", "capacity_provider")
VPC = "a network is made or looked up; its subnets are not in the code"
ELSEWHERE = "the answer of another call than get-function says it, and is not read"
# Column -> cell -> why it is absent or not the same.
GAPS: dict[str, dict[str, str]] = {
    "cdk": {"vpc": VPC},
    "cdk typescript": {"vpc": VPC},
    "zappa": {
        **dict.fromkeys((*ASYNC, *NEWER, "logging", "log_retention"), "Zappa has no such setting"),
        "name": "made of the project's and the stage's name",
        **dict.fromkeys(("sqs", "kinesis", "schedule", "triggers"), "events enter at functions of their own"),
    },
    "chalice": {
        **dict.fromkeys(
            (
                *ASYNC,
                *NEWER,
                "provisioned_concurrency",
                "logging",
                "file_system",
                "ephemeral_storage",
                "dead_letter_queue",
                "kms_key",
                "snapstart",
                "function_url",
            ),
            "Chalice has no such setting",
        ),
        "name": "made of the app's, the stage's and the function's name",
        "handler": "made of the module and the function",
        "runtime": "that of the deploying interpreter",
        "sqs": "Chalice does not ask for partial batch responses",
        **dict.fromkeys(("kinesis", "schedule", "triggers"), "a function has one event"),
    },
    "dockerfile": {
        **dict.fromkeys(
            [cell for cell in EXPECTED if cell not in ("handler", "environment")],
            "an image says what runs, not how it is deployed",
        ),
        "package_type": "an image is never a zip",
        "runtime": "an image has none; its base is told as `base_runtime`",
    },
    "lambda api": {
        **dict.fromkeys(
            (*ASYNC, "provisioned_concurrency", "log_retention", "recursive_loop", "function_url"), ELSEWHERE
        ),
        **dict.fromkeys(("schedule", "triggers"), "what may invoke is in the function's policy, which is not read"),
    },
}
