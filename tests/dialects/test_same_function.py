"""One function, written in every dialect that can express it, is the same Function: a table with its gaps explained."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dialects.project import declared

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
QUEUE, FAILED, DEAD = ARN.format("sqs", "jobs"), ARN.format("sqs", "failed"), ARN.format("sns", "dead")
STREAM = ARN.format("kinesis", "stream/clicks")
LAYER = ARN.format("lambda", "layer:base:1")
ROLE = "arn:aws:iam::123456789012:role/worker"
KEY = ARN.format("kms", "key/one")

# What the function is, by the ids of the model.
EXPECTED: dict[str, Any] = {
    "name": "worker",
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

PROPERTIES = {
    "FunctionName": "worker",
    "Handler": "app.handler",
    "Runtime": "python3.12",
    "MemorySize": 512,
    "Timeout": 60,
    "Environment": {"Variables": {"TABLE": "orders", "COUNT": 3}},
    "Layers": [LAYER],
    "Architectures": ["arm64"],
    "EphemeralStorage": {"Size": 1024},
    "ReservedConcurrentExecutions": 5,
    "Role": ROLE,
    "KmsKeyArn": KEY,
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
}
POLL = {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 3, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
FLOW = {
    "BatchSize": 50,
    "StartingPosition": "LATEST",
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 3,
    "MaximumRecordAgeInSeconds": 120,
    "ParallelizationFactor": 2,
}
ARN_OF = {"Fn::GetAtt": ["Worker", "Arn"]}
CLOUDFORMATION = {
    "Resources": {
        "Worker": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                **PROPERTIES,
                "TracingConfig": {"Mode": "Active"},
                "DeadLetterConfig": {"TargetArn": DEAD},
                "Code": {"S3Bucket": "b", "S3Key": "k"},
            },
        },
        "Invoke": {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": "Worker"},
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 1,
                "MaximumEventAgeInSeconds": 3600,
                "DestinationConfig": {"OnFailure": {"Destination": FAILED}},
            },
        },
        "Url": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": ARN_OF, "AuthType": "AWS_IAM"}},
        "Poll": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"FunctionName": {"Ref": "Worker"}, "EventSourceArn": QUEUE, **POLL},
        },
        "Flow": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "Worker"},
                "EventSourceArn": STREAM,
                "DestinationConfig": {"OnFailure": {"Destination": FAILED}},
                **FLOW,
            },
        },
        "Hourly": {
            "Type": "AWS::Events::Rule",
            "Properties": {"ScheduleExpression": "rate(1 hour)", "Targets": [{"Arn": ARN_OF, "Id": "1"}]},
        },
    }
}
SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Worker": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                **PROPERTIES,
                "Tracing": "Active",
                "DeadLetterQueue": {"Type": "SNS", "TargetArn": DEAD},
                "EventInvokeConfig": {
                    "MaximumRetryAttempts": 1,
                    "MaximumEventAgeInSeconds": 3600,
                    "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": FAILED}},
                },
                "FunctionUrlConfig": {"AuthType": "AWS_IAM"},
                "Events": {
                    "Poll": {"Type": "SQS", "Properties": {"Queue": QUEUE, **POLL}},
                    "Flow": {
                        "Type": "Kinesis",
                        "Properties": {
                            "Stream": STREAM,
                            "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": FAILED}},
                            **FLOW,
                        },
                    },
                    "Hourly": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}},
                },
            },
        }
    },
}
SERVERLESS = {
    "service": "s",
    "provider": {"name": "aws", "runtime": "python3.12", "architecture": "arm64"},
    "functions": {
        "worker": {
            "name": "worker",
            "handler": "app.handler",
            "memorySize": 512,
            "timeout": 60,
            "environment": {"TABLE": "orders", "COUNT": 3},
            "layers": [LAYER],
            "ephemeralStorageSize": 1024,
            "tracing": "Active",
            "onError": DEAD,
            "destinations": {"onFailure": FAILED},
            "maximumRetryAttempts": 1,
            "maximumEventAge": 3600,
            "reservedConcurrency": 5,
            "role": ROLE,
            "kmsKeyArn": KEY,
            "snapStart": True,
            "vpc": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
            "url": {"authorizer": "aws_iam"},
            "events": [
                {
                    "sqs": {
                        "arn": QUEUE,
                        "batchSize": 5,
                        "maximumBatchingWindow": 3,
                        "functionResponseType": "ReportBatchItemFailures",
                    }
                },
                {
                    "stream": {
                        "type": "kinesis",
                        "arn": STREAM,
                        "batchSize": 50,
                        "startingPosition": "LATEST",
                        "bisectBatchOnFunctionError": True,
                        "maximumRetryAttempts": 3,
                        "maximumRecordAgeInSeconds": 120,
                        "parallelizationFactor": 2,
                        "destinations": {"onFailure": FAILED},
                    }
                },
                {"schedule": "rate(1 hour)"},
            ],
        }
    },
}
AWSCLI = f"""\
aws lambda create-function --function-name worker --handler app.handler --runtime python3.12 --memory-size 512 \\
  --timeout 60 --environment "Variables={{TABLE=orders,COUNT=3}}" --layers {LAYER} --architectures arm64 \\
  --ephemeral-storage Size=1024 --tracing-config Mode=Active --dead-letter-config TargetArn={DEAD} --role {ROLE} \\
  --kms-key-arn {KEY} --snap-start ApplyOn=PublishedVersions \\
  --vpc-config '{{"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}'
aws lambda put-function-concurrency --function-name worker --reserved-concurrent-executions 5
aws lambda put-function-event-invoke-config --function-name worker --maximum-retry-attempts 1 \\
  --maximum-event-age-in-seconds 3600 --destination-config OnFailure={{Destination={FAILED}}}
aws lambda create-function-url-config --function-name worker --auth-type AWS_IAM
aws lambda create-event-source-mapping --function-name worker --event-source-arn {QUEUE} --batch-size 5 \\
  --maximum-batching-window-in-seconds 3 --function-response-types ReportBatchItemFailures
aws lambda create-event-source-mapping --function-name worker --event-source-arn {STREAM} --batch-size 50 \\
  --starting-position LATEST --bisect-batch-on-function-error --maximum-retry-attempts 3 \\
  --maximum-record-age-in-seconds 120 --parallelization-factor 2 \\
  --destination-config OnFailure={{Destination={FAILED}}}
"""
TERRAFORM = f"""\
resource "aws_lambda_function" "worker" {{
  function_name                  = "worker"
  handler                        = "app.handler"
  runtime                        = "python3.12"
  memory_size                    = 512
  timeout                        = 60
  role                           = "{ROLE}"
  layers                         = ["{LAYER}"]
  architectures                  = ["arm64"]
  kms_key_arn                    = "{KEY}"
  reserved_concurrent_executions = 5
  filename                       = "x.zip"
  environment {{
    variables = {{ TABLE = "orders", COUNT = 3 }}
  }}
  ephemeral_storage {{
    size = 1024
  }}
  tracing_config {{
    mode = "Active"
  }}
  dead_letter_config {{
    target_arn = "{DEAD}"
  }}
  snap_start {{
    apply_on = "PublishedVersions"
  }}
  vpc_config {{
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }}
}}
resource "aws_lambda_function_event_invoke_config" "worker" {{
  function_name                = aws_lambda_function.worker.function_name
  maximum_retry_attempts       = 1
  maximum_event_age_in_seconds = 3600
  destination_config {{
    on_failure {{
      destination = "{FAILED}"
    }}
  }}
}}
resource "aws_lambda_function_url" "worker" {{
  function_name      = aws_lambda_function.worker.function_name
  authorization_type = "AWS_IAM"
}}
resource "aws_lambda_event_source_mapping" "poll" {{
  function_name                      = aws_lambda_function.worker.arn
  event_source_arn                   = "{QUEUE}"
  batch_size                         = 5
  maximum_batching_window_in_seconds = 3
  function_response_types            = ["ReportBatchItemFailures"]
}}
resource "aws_lambda_event_source_mapping" "flow" {{
  function_name                  = aws_lambda_function.worker.arn
  event_source_arn               = "{STREAM}"
  batch_size                     = 50
  starting_position              = "LATEST"
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = 3
  maximum_record_age_in_seconds  = 120
  parallelization_factor         = 2
  destination_config {{
    on_failure {{
      destination_arn = "{FAILED}"
    }}
  }}
}}
resource "aws_cloudwatch_event_rule" "hourly" {{
  schedule_expression = "rate(1 hour)"
}}
resource "aws_cloudwatch_event_target" "hourly" {{
  rule = aws_cloudwatch_event_rule.hourly.name
  arn  = aws_lambda_function.worker.arn
}}
"""
CDK = f"""\
import aws_cdk as cdk
from aws_cdk import Duration, Size, Stack, aws_events as events, aws_events_targets as targets, aws_iam as iam
from aws_cdk import aws_kinesis as kinesis, aws_kms as kms, aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources, aws_sns as sns, aws_sqs as sqs


class Worker(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        queue = sqs.Queue.from_queue_arn(self, "Jobs", "{QUEUE}")
        failed = sqs.Queue.from_queue_arn(self, "Failed", "{FAILED}")
        stream = kinesis.Stream.from_stream_arn(self, "Clicks", "{STREAM}")
        function = lambda_.Function(
            self,
            "Worker",
            function_name="worker",
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_12,
            code=lambda_.Code.from_asset("src"),
            memory_size=512,
            timeout=Duration.minutes(1),
            environment={{"TABLE": "orders", "COUNT": "3"}},
            layers=[lambda_.LayerVersion.from_layer_version_arn(self, "Base", "{LAYER}")],
            architecture=lambda_.Architecture.ARM_64,
            ephemeral_storage_size=Size.gibibytes(1),
            tracing=lambda_.Tracing.ACTIVE,
            dead_letter_topic=sns.Topic.from_topic_arn(self, "Dead", "{DEAD}"),
            on_failure=destinations.SqsDestination(failed),
            retry_attempts=1,
            max_event_age=Duration.hours(1),
            reserved_concurrent_executions=5,
            role=iam.Role.from_role_arn(self, "Role", "{ROLE}"),
            environment_encryption=kms.Key.from_key_arn(self, "Key", "{KEY}"),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
        )
        function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
        function.add_event_source(
            sources.SqsEventSource(
                queue, batch_size=5, max_batching_window=Duration.seconds(3), report_batch_item_failures=True
            )
        )
        function.add_event_source(
            sources.KinesisEventSource(
                stream,
                batch_size=50,
                starting_position=lambda_.StartingPosition.LATEST,
                bisect_batch_on_error=True,
                retry_attempts=3,
                max_record_age=Duration.minutes(2),
                parallelization_factor=2,
                on_failure=sources.SqsDlq(failed),
            )
        )
        events.Rule(
            self,
            "Hourly",
            schedule=events.Schedule.rate(Duration.hours(1)),
            targets=[targets.LambdaFunction(function)],
        )


app = cdk.App()
Worker(app, "Stack")
app.synth()
"""
ZAPPA = {
    "worker": {
        "app_function": "app.handler",
        "lambda_handler": "app.handler",
        "runtime": "python3.12",
        "memory_size": 512,
        "timeout_seconds": 60,
        "aws_environment_variables": {"TABLE": "orders", "COUNT": 3},
        "layers": [LAYER],
        "architecture": ["arm64"],
        "ephemeral_storage": {"Size": 1024},
        "xray_tracing": True,
        "dead_letter_arn": DEAD,
        "lambda_concurrency": 5,
        "role_arn": ROLE,
        "aws_kms_key_arn": KEY,
        "snap_start": "PublishedVersions",
        "vpc_config": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "apigateway_enabled": False,
        "function_url_enabled": True,
        "function_url_config": {"authorizer": "AWS_IAM"},
    }
}
CHALICE_APP = f"""\
from chalice import Chalice
app = Chalice(app_name="shop")

@app.on_sqs_message(queue_arn="{QUEUE}", batch_size=5, maximum_batching_window_in_seconds=3)
def worker(event):
    return None
"""
CHALICE = {
    "app_name": "shop",
    "lambda_memory_size": 512,
    "lambda_timeout": 60,
    "environment_variables": {"TABLE": "orders", "COUNT": 3},
    "layers": [LAYER],
    "lambda_architecture": "arm64",
    "xray": True,
    "reserved_concurrency": 5,
    "iam_role_arn": ROLE,
    "subnet_ids": ["subnet-1"],
    "security_group_ids": ["sg-1"],
}

FILES: dict[str, dict[str, str]] = {
    "cloudformation": {"template.json": json.dumps(CLOUDFORMATION)},
    "sam": {"template.json": json.dumps(SAM)},
    "serverless": {"serverless.json": json.dumps(SERVERLESS)},
    "terraform": {"main.tf": TERRAFORM},
    "awscli": {"deploy.sh": AWSCLI},
    "cdk": {"app.py": CDK, "cdk.json": '{"app": "python3 app.py"}', "src/app.py": ""},
    "zappa": {"zappa_settings.json": json.dumps(ZAPPA)},
    "chalice": {"app.py": CHALICE_APP, ".chalice/config.json": json.dumps(CHALICE)},
}
ASYNC = ("on_failure", "async_retries", "async_max_age")
# Dialect -> cell -> why it is absent or not the same.
GAPS: dict[str, dict[str, str]] = {
    "awscli": {
        "schedule": "rules are made by `aws events`; the permission of the rule says only that events invoke",
        "triggers": "as schedule",
    },
    "cdk": {
        **dict.fromkeys(
            ("dead_letter_queue", "role", "kms_key", "sqs", "kinesis"), "a resource is known by its construct's id"
        ),
        "on_failure": "a destination is an object around a resource",
        "vpc": "a network is made or looked up; its subnets are not in the code",
    },
    "zappa": {
        **dict.fromkeys(ASYNC, "Zappa has no such setting"),
        "name": "made of the project's and the stage's name",
        **dict.fromkeys(("sqs", "kinesis", "schedule", "triggers"), "events enter at functions of their own"),
    },
    "chalice": {
        **dict.fromkeys(ASYNC, "Chalice has no such setting"),
        "name": "made of the app's, the stage's and the function's name",
        "handler": "made of the module and the function",
        "runtime": "that of the deploying interpreter",
        "ephemeral_storage": "Chalice has no such setting",
        "dead_letter_queue": "Chalice has no such setting",
        "kms_key": "Chalice has no such setting",
        "snapstart": "Chalice has no such setting",
        "function_url": "Chalice has no such setting",
        "sqs": "Chalice does not ask for partial batch responses",
        **dict.fromkeys(("kinesis", "schedule", "triggers"), "a function has one event"),
    },
}


def seen(dialect: str) -> dict[str, Any]:
    """The function as a dialect tells it, in the form of EXPECTED."""
    reader = "cloudformation" if dialect == "sam" else dialect
    (found,) = declared(reader, FILES[dialect]).values()
    assert found.dialect == dialect
    made: dict[str, Any] = {
        "name": found.name.known,
        "handler": found.handler.known,
        "runtime": found.runtime.known,
        "memory": found.memory.known,
        "timeout": found.timeout.known,
        "environment": {one.name: one.value.known for one in found.environment},
        "layers": [one.name.known for one in found.layers],
        "triggers": {one.kind for one in found.triggers},
    }
    for trigger in found.triggers:
        if trigger.kind in EXPECTED:
            made[trigger.kind] = {
                name: value.known for name, value in trigger.settings.items() if name in EXPECTED[trigger.kind]
            }
            if "source" in EXPECTED[trigger.kind]:
                made[trigger.kind]["source"] = trigger.source.known
    for name in EXPECTED:
        if name not in made:
            made[name] = found.setting(name).known
    return made


@pytest.mark.parametrize("dialect", FILES)
def test_the_function_is_the_same_in_each_dialect(dialect: str) -> None:
    told = seen(dialect)
    gaps = GAPS.get(dialect, {})
    assert {name: told[name] for name in EXPECTED if name not in gaps} == {
        name: value for name, value in EXPECTED.items() if name not in gaps
    }


@pytest.mark.parametrize("dialect", GAPS)
def test_a_gap_that_is_closed_is_taken_from_the_list(dialect: str) -> None:
    told = seen(dialect)
    assert [name for name in GAPS[dialect] if told[name] == EXPECTED[name]] == []
