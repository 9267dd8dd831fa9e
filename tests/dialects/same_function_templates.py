"""The one function of the table in the dialects that are data: templates, settings, answers of the Lambda API."""

from __future__ import annotations

from tests.dialects.same_function_arns import ARN, CAPACITY, DEAD, FAILED, FILES_AT, KEY, LAYER, QUEUE, ROLE, STREAM

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
