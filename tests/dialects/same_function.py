"""The data of a table: one function with every setting, as each dialect writes it, and the cells that differ and why.

EXPECTED is the function by the ids of the model, FILES the projects that declare it, GAPS the cells that are absent or
not the same. `test_same_function.py` holds the table to what the dialects read; docs/dialects.md shows it.
"""

from __future__ import annotations

import json
from typing import Any

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
QUEUE, FAILED, DEAD = ARN.format("sqs", "jobs"), ARN.format("sqs", "failed"), ARN.format("sns", "dead")
STREAM = ARN.format("kinesis", "stream/clicks")
LAYER = ARN.format("lambda", "layer:base:1")
ROLE = "arn:aws:iam::123456789012:role/worker"
KEY = ARN.format("kms", "key/one")
CAPACITY = ARN.format("lambda", "capacity-provider:fleet")
FILES_AT = ARN.format("elasticfilesystem", "access-point/fsap-1")

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
    "LoggingConfig": {"LogFormat": "JSON"},
    "FileSystemConfigs": [{"Arn": FILES_AT, "LocalMountPath": "/mnt/data"}],
    "RecursiveLoop": "Allow",
    "DurableConfig": {"ExecutionTimeout": 600},
    "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
}
MANAGED = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": CAPACITY}}
LOGS = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/lambda/worker", "RetentionInDays": 14}}
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
                "CapacityProviderConfig": MANAGED,
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
        "Logs": LOGS,
        "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Worker"}}},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "FunctionName": {"Ref": "Worker"},
                "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
                "Name": "live",
                "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 7},
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
                "CapacityProviderConfig": {"Arn": CAPACITY},
                "AutoPublishAlias": "live",
                "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 7},
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
        },
        "Logs": LOGS,
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
            "provisionedConcurrency": 7,
            "logs": {"logFormat": "JSON"},
            "logRetentionInDays": 14,
            "fileSystemConfig": {"arn": FILES_AT, "localMountPath": "/mnt/data"},
            "recursiveLoop": "Allow",
            "durableConfig": {"executionTimeout": 600},
            "tenancy": {"mode": "PER_TENANT"},
            "capacityProvider": CAPACITY,
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
  --logging-config LogFormat=JSON --file-system-configs Arn={FILES_AT},LocalMountPath=/mnt/data \\
  --durable-config ExecutionTimeout=600 --tenancy-config TenantIsolationMode=PER_TENANT \\
  --capacity-provider-config LambdaManagedInstancesCapacityProviderConfig={{CapacityProviderArn={CAPACITY}}} \\
  --kms-key-arn {KEY} --snap-start ApplyOn=PublishedVersions \\
  --vpc-config '{{"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}'
aws lambda put-function-concurrency --function-name worker --reserved-concurrent-executions 5
aws lambda put-function-recursion-config --function-name worker --recursive-loop Allow
aws lambda put-provisioned-concurrency-config --function-name worker --qualifier live \\
  --provisioned-concurrent-executions 7
aws logs put-retention-policy --log-group-name /aws/lambda/worker --retention-in-days 14
aws lambda put-function-event-invoke-config --function-name worker --maximum-retry-attempts 1 \\
  --maximum-event-age-in-seconds 3600 --destination-config OnFailure={{Destination={FAILED}}}
aws lambda create-function-url-config --function-name worker --auth-type AWS_IAM
aws events put-rule --name hourly --schedule-expression "rate(1 hour)"
aws events put-targets --rule hourly --targets Id=1,Arn={ARN.format("lambda", "function:worker")}
aws lambda add-permission --function-name worker --statement-id hourly --action lambda:InvokeFunction \\
  --principal events.amazonaws.com --source-arn {ARN.format("events", "rule/hourly")}
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
  logging_config {{
    log_format = "JSON"
  }}
  file_system_config {{
    arn              = "{FILES_AT}"
    local_mount_path = "/mnt/data"
  }}
  durable_config {{
    execution_timeout = 600
  }}
  tenancy_config {{
    tenant_isolation_mode = "PER_TENANT"
  }}
  capacity_provider_config {{
    lambda_managed_instances_capacity_provider_config {{
      capacity_provider_arn = "{CAPACITY}"
    }}
  }}
}}
resource "aws_lambda_function_recursion_config" "worker" {{
  function_name  = aws_lambda_function.worker.function_name
  recursive_loop = "Allow"
}}
resource "aws_lambda_provisioned_concurrency_config" "worker" {{
  function_name                     = aws_lambda_function.worker.function_name
  qualifier                         = "live"
  provisioned_concurrent_executions = 7
}}
resource "aws_cloudwatch_log_group" "worker" {{
  name              = "/aws/lambda/worker"
  retention_in_days = 14
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
from aws_cdk import aws_efs as efs, aws_kinesis as kinesis, aws_kms as kms, aws_lambda as lambda_, aws_logs as logs
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources, aws_sns as sns, aws_sqs as sqs


class Worker(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        queue = sqs.Queue.from_queue_arn(self, "Jobs", "{QUEUE}")
        failed = sqs.Queue.from_queue_arn(self, "Failed", "{FAILED}")
        stream = kinesis.Stream.from_stream_arn(self, "Clicks", "{STREAM}")
        point = efs.AccessPoint.from_access_point_id(self, "Point", "fsap-1")
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
            current_version_options=lambda_.VersionOptions(provisioned_concurrent_executions=7),
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=logs.LogGroup(self, "Logs", retention=logs.RetentionDays.TWO_WEEKS),
            filesystem=lambda_.FileSystem.from_efs_access_point(point, "/mnt/data"),
            recursive_loop=lambda_.RecursiveLoop.ALLOW,
            durable_config=lambda_.DurableConfig(execution_timeout=Duration.minutes(10)),
            tenancy_config=lambda_.TenancyConfig.PER_TENANT,
        )
        lambda_.CapacityProvider.from_capacity_provider_arn(self, "Fleet", "{CAPACITY}").add_function(function)
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
        "provisioned_concurrency": 7,
        "efs_config": [{"Arn": FILES_AT, "LocalMountPath": "/mnt/data"}],
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
    "log_retention_in_days": 14,
    "iam_role_arn": ROLE,
    "subnet_ids": ["subnet-1"],
    "security_group_ids": ["sg-1"],
}

TERRAFORM_MODULE = f"""\
module "worker" {{
  source                            = "terraform-aws-modules/lambda/aws"
  function_name                     = "worker"
  handler                           = "app.handler"
  runtime                           = "python3.12"
  memory_size                       = 512
  timeout                           = 60
  source_path                       = "src"
  create_role                       = false
  lambda_role                       = "{ROLE}"
  layers                            = ["{LAYER}"]
  architectures                     = ["arm64"]
  kms_key_arn                       = "{KEY}"
  reserved_concurrent_executions    = 5
  environment_variables             = {{ TABLE = "orders", COUNT = 3 }}
  ephemeral_storage_size            = 1024
  tracing_mode                      = "Active"
  dead_letter_target_arn            = "{DEAD}"
  snap_start                        = true
  vpc_subnet_ids                    = ["subnet-1"]
  vpc_security_group_ids            = ["sg-1"]
  logging_log_format                = "JSON"
  file_system_arn                   = "{FILES_AT}"
  file_system_local_mount_path      = "/mnt/data"
  durable_config_execution_timeout  = 600
  tenant_isolation_mode             = "PER_TENANT"
  managed_instances_capacity_provider_arn = "{CAPACITY}"
  recursive_loop                    = "Allow"
  provisioned_concurrent_executions = 7
  cloudwatch_logs_retention_in_days = 14
  create_async_event_config         = true
  maximum_retry_attempts            = 1
  maximum_event_age_in_seconds      = 3600
  destination_on_failure            = "{FAILED}"
  create_lambda_function_url        = true
  authorization_type                = "AWS_IAM"
  event_source_mapping = {{
    poll = {{
      event_source_arn                   = "{QUEUE}"
      batch_size                         = 5
      maximum_batching_window_in_seconds = 3
      function_response_types            = ["ReportBatchItemFailures"]
    }}
    flow = {{
      event_source_arn               = "{STREAM}"
      batch_size                     = 50
      starting_position              = "LATEST"
      bisect_batch_on_function_error = true
      maximum_retry_attempts         = 3
      maximum_record_age_in_seconds  = 120
      parallelization_factor         = 2
      destination_arn_on_failure     = "{FAILED}"
    }}
  }}
  allowed_triggers = {{
    Hourly = {{
      principal  = "events.amazonaws.com"
      source_arn = aws_cloudwatch_event_rule.hourly.arn
    }}
  }}
}}
resource "aws_cloudwatch_event_rule" "hourly" {{
  schedule_expression = "rate(1 hour)"
}}
resource "aws_cloudwatch_event_target" "hourly" {{
  rule = aws_cloudwatch_event_rule.hourly.name
  arn  = module.worker.lambda_function_arn
}}
"""
CDK_TS = f"""\
import * as cdk from 'aws-cdk-lib';
import {{ Duration, Size, aws_events as events, aws_events_targets as targets, aws_iam as iam }} from 'aws-cdk-lib';
import {{ aws_efs as efs, aws_kinesis as kinesis, aws_kms as kms, aws_logs as logs }} from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {{ aws_lambda_destinations as destinations, aws_lambda_event_sources as sources }} from 'aws-cdk-lib';
import {{ aws_sns as sns, aws_sqs as sqs }} from 'aws-cdk-lib';

class Worker extends cdk.Stack {{
  constructor(scope: cdk.App, id: string) {{
    super(scope, id);
    const queue = sqs.Queue.fromQueueArn(this, 'Jobs', '{QUEUE}');
    const failed = sqs.Queue.fromQueueArn(this, 'Failed', '{FAILED}');
    const stream = kinesis.Stream.fromStreamArn(this, 'Clicks', '{STREAM}');
    const point = efs.AccessPoint.fromAccessPointId(this, 'Point', 'fsap-1');
    const worker = new lambda.Function(this, 'Worker', {{
      functionName: 'worker',
      handler: 'app.handler',
      runtime: lambda.Runtime.PYTHON_3_12,
      code: lambda.Code.fromAsset('src'),
      memorySize: 512,
      timeout: Duration.minutes(1),
      environment: {{ TABLE: 'orders', COUNT: '3' }},
      layers: [lambda.LayerVersion.fromLayerVersionArn(this, 'Base', '{LAYER}')],
      architecture: lambda.Architecture.ARM_64,
      ephemeralStorageSize: Size.gibibytes(1),
      tracing: lambda.Tracing.ACTIVE,
      deadLetterTopic: sns.Topic.fromTopicArn(this, 'Dead', '{DEAD}'),
      onFailure: new destinations.SqsDestination(failed),
      retryAttempts: 1,
      maxEventAge: Duration.hours(1),
      reservedConcurrentExecutions: 5,
      role: iam.Role.fromRoleArn(this, 'Role', '{ROLE}'),
      environmentEncryption: kms.Key.fromKeyArn(this, 'Key', '{KEY}'),
      snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS,
      currentVersionOptions: {{ provisionedConcurrentExecutions: 7 }},
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup: new logs.LogGroup(this, 'Logs', {{ retention: logs.RetentionDays.TWO_WEEKS }}),
      filesystem: lambda.FileSystem.fromEfsAccessPoint(point, '/mnt/data'),
      recursiveLoop: lambda.RecursiveLoop.ALLOW,
      durableConfig: {{ executionTimeout: Duration.minutes(10) }},
      tenancyConfig: lambda.TenancyConfig.PER_TENANT,
    }});
    lambda.CapacityProvider.fromCapacityProviderArn(this, 'Fleet', '{CAPACITY}').addFunction(worker);
    worker.addFunctionUrl({{ authType: lambda.FunctionUrlAuthType.AWS_IAM }});
    worker.addEventSource(
      new sources.SqsEventSource(queue, {{
        batchSize: 5, maxBatchingWindow: Duration.seconds(3), reportBatchItemFailures: true,
      }}),
    );
    worker.addEventSource(
      new sources.KinesisEventSource(stream, {{
        batchSize: 50,
        startingPosition: lambda.StartingPosition.LATEST,
        bisectBatchOnError: true,
        retryAttempts: 3,
        maxRecordAge: Duration.minutes(2),
        parallelizationFactor: 2,
        onFailure: new sources.SqsDlq(failed),
      }}),
    );
    new events.Rule(this, 'Hourly', {{
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(worker)],
    }});
  }}
}}

new Worker(new cdk.App(), 'Stack');
"""
API = {
    "FunctionName": "worker",
    "FunctionArn": ARN.format("lambda", "function:worker"),
    "LastModified": "2026-01-01T00:00:00.000+0000",
    **{name: value for name, value in PROPERTIES.items() if name not in ("ReservedConcurrentExecutions", "KmsKeyArn")},
    "Environment": {"Variables": {"TABLE": "orders", "COUNT": "3"}},
    "Layers": [{"Arn": LAYER, "CodeSize": 1}],
    "PackageType": "Zip",
    "KMSKeyArn": KEY,
    "TracingConfig": {"Mode": "Active"},
    "DeadLetterConfig": {"TargetArn": DEAD},
    "VpcConfig": {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "CapacityProviderConfig": MANAGED,
}
MAPPINGS = [
    {"UUID": "1", "LastModified": "2026-01-01", "FunctionArn": API["FunctionArn"], "EventSourceArn": QUEUE, **POLL},
    {
        "UUID": "2",
        "LastModified": "2026-01-01",
        "FunctionArn": API["FunctionArn"],
        "EventSourceArn": STREAM,
        "DestinationConfig": {"OnFailure": {"Destination": FAILED}},
        **FLOW,
    },
]
DOCKERFILE = """\
FROM public.ecr.aws/lambda/python:3.12
ENV TABLE=orders COUNT=3
COPY app.py ${LAMBDA_TASK_ROOT}
CMD ["app.handler"]
"""

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
