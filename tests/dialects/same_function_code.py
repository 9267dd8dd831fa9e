"""The one function of the table in the dialects that are code: Terraform, the CDK, Chalice, scripts, a Dockerfile."""

from __future__ import annotations

from tests.dialects.same_function_arns import ARN, CAPACITY, DEAD, FAILED, FILES_AT, KEY, LAYER, QUEUE, ROLE, STREAM

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
CHALICE_APP = f"""\
from chalice import Chalice
app = Chalice(app_name="shop")

@app.on_sqs_message(queue_arn="{QUEUE}", batch_size=5, maximum_batching_window_in_seconds=3)
def worker(event):
    return None
"""
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
DOCKERFILE = """\
FROM public.ecr.aws/lambda/python:3.12
ENV TABLE=orders COUNT=3
COPY app.py ${LAMBDA_TASK_ROOT}
CMD ["app.handler"]
"""
