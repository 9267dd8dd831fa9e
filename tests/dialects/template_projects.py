"""Whole projects with templates, as their authors would write them: path -> text."""
# ruff: noqa: E501 - a line of a template is a line here

from __future__ import annotations

SAM = {
    "infra/queues/template.yml": """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String}
  QueueArn: {Type: String}
Resources:
  Consumer:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      CodeUri: ../../src/billing
      Handler: billing.nested.handle
      MemorySize: 256
      Environment: {Variables: {STAGE: !Ref Stage}}
      Events:
        Q: {Type: SQS, Properties: {Queue: !Ref QueueArn}}
""",
    "samconfig.toml": """\
version = 0.1
[default.global.parameters]
stack_name = "shop"
[default.deploy.parameters]
parameter_overrides = "LogLevel=DEBUG Stage=\\"dev\\""
[prod.deploy.parameters]
parameter_overrides = ["LogLevel=DEBUG", "Stage=prod"]
""",
    "src/authorizer/app.py": "def handler(event, context): pass\n",
    "src/billing/billing/consumer.py": "def handle(event, context): pass\n",
    "src/billing/billing/nested.py": "def handle(event, context): pass\n",
    "src/orders/app.py": "def lambda_handler(event, context): pass\n\n",
    "src/orders/pyproject.toml": """\
[project]
name="x"
dependencies=["requests"]
""",
    "src/orders/requirements.txt": "boto3\n",
    "src/orders/workers.py": "def Resize(event, context): pass\ndef Scan(event, context): pass\n",
    "src/shared_layer/requirements.txt": "requests==2\n",
    "template.yaml": """\
AWSTemplateFormatVersion: '2010-09-09'
Transform:
  - AWS::LanguageExtensions
  - AWS::Serverless-2016-10-31
Description: >-
  Orders service

Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, staging, prod]
    Default: dev
  TableNameParam:
    Type: AWS::SSM::Parameter::Value<String>
    Default: /shop/orders/table
  DbPassword:
    Type: String
    NoEcho: true
  LogLevel:
    Type: String
    Default: INFO
  SubnetIds:
    Type: List<AWS::EC2::Subnet::Id>
  LatestAmi:
    Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'
    Default: /aws/service/ami

Mappings:
  Sizes:
    dev: {Memory: 256, Timeout: 10}
    prod: {Memory: 1024, Timeout: 10}
    staging: {Memory: 512, Timeout: 10}

Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition IsProd]
  Always: !Equals ['a', 'a']

Globals:
  Function:
    Runtime: python3.12
    Architectures: [arm64]
    MemorySize: !FindInMap [Sizes, !Ref Stage, Memory]
    Timeout: !FindInMap [Sizes, !Ref Stage, Timeout]
    Tracing: Active
    Layers:
      - !Ref CommonLayer
    Environment:
      Variables:
        LOG_LEVEL: !Ref LogLevel
        STAGE: !Ref Stage
        POWERTOOLS_SERVICE_NAME: orders
    VpcConfig:
      SubnetIds: !Ref SubnetIds
    DeadLetterQueue:
      Type: SQS
      TargetArn: !GetAtt Dlq.Arn
    Tags: {team: shop}
  Api:
    TracingEnabled: true
    Auth:
      DefaultAuthorizer: TokenAuth
      Authorizers:
        TokenAuth:
          FunctionArn: !GetAtt AuthFunction.Arn

Resources:
  CommonLayer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      LayerName: common
      ContentUri: src/shared_layer
      CompatibleRuntimes: [python3.12]
    Metadata:
      BuildMethod: python3.12
      BuildArchitecture: arm64

  AuthFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/authorizer/
      Handler: app.handler

  OrdersApi:
    Type: AWS::Serverless::Api
    Properties:
      StageName: !Ref Stage

  OrdersFunction:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: python-uv
    Properties:
      CodeUri: src/orders
      Handler: app.lambda_handler
      AutoPublishAlias: live
      DeploymentPreference:
        Type: !If [IsProd, Canary10Percent5Minutes, AllAtOnce]
        Hooks:
          PreTraffic: !Ref PreHook
      ProvisionedConcurrencyConfig:
        ProvisionedConcurrentExecutions: 2
      Layers:
        - !Sub arn:aws:lambda:${AWS::Region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-arm64:7
      Environment:
        Variables:
          TABLE: !Ref TableNameParam
          DB_PASSWORD: !Ref DbPassword
          QUEUE_URL: !Ref OrderQueue
          STAGE: override
      Policies:
        - DynamoDBCrudPolicy: {TableName: !Ref TableNameParam}
        - SQSSendMessagePolicy: {QueueName: !GetAtt OrderQueue.QueueName}
      Events:
        List:
          Type: Api
          Properties: {Path: /orders, Method: GET, RestApiId: !Ref OrdersApi}
        Create:
          Type: Api
          Properties: {Path: /orders, Method: post, RestApiId: !Ref OrdersApi}
        Http:
          Type: HttpApi

  PreHook:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [VpcConfig, Layers]
    Properties:
      InlineCode: |
        import boto3
        def handler(event, context):
            return 1
      Handler: index.handler

  OrderQueue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub orders-${Stage}.fifo
      FifoQueue: true
      ContentBasedDeduplication: !If [IsProd, true, true]
      VisibilityTimeout: 60
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Dlq.Arn
        maxReceiveCount: 3
  Dlq:
    Type: AWS::SQS::Queue

  BillingFunction:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties:
      FunctionName: !Sub '${AWS::StackName}-billing-${Stage}'
      CodeUri: ./src/billing/
      Handler: billing.consumer.handle
      MemorySize: !If [Always, 2048, 128]
      Timeout: 60
      ReservedConcurrentExecutions: !If [IsProd, 10, !Ref AWS::NoValue]
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig:
          OnFailure: {Type: SQS}
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt OrderQueue.Arn
            BatchSize: 5
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: {MaximumConcurrency: 5}
        Nightly:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(0 2 * * ? *)
            RetryPolicy: {MaximumRetryAttempts: 3}
        Bus:
          Type: EventBridgeRule
          Properties:
            Pattern: {source: [shop.orders], detail-type: [OrderPlaced]}
            RetryPolicy: {MaximumRetryAttempts: 2}
        Stream:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt OrdersTable.StreamArn
            StartingPosition: TRIM_HORIZON
            BisectBatchOnFunctionError: true
            MaximumRetryAttempts: 2
            FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dlq.Arn}}
      FunctionUrlConfig:
        AuthType: AWS_IAM
        InvokeMode: RESPONSE_STREAM

  OrdersTable:
    Type: AWS::Serverless::SimpleTable
  Queues:
    Type: AWS::Serverless::Application
    Properties:
      Location: infra/queues/template.yml
      Parameters:
        Stage: !Ref Stage
        QueueArn: !GetAtt OrderQueue.Arn

  Fn::ForEach::Workers:
    - Name
    - [Resize, Scan]
    - ${Name}Worker:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/orders
          Handler: !Sub 'workers.${Name}'
          Environment: {Variables: {WORK: !Ref Name}}
          Events:
            S:
              Type: S3
              Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*', Filter: {S3Key: {Rules: [{Name: prefix, Value: !Ref Name}]}}}
  Uploads: {Type: AWS::S3::Bucket}
Outputs:
  Topic:
    Value: !GetAtt BillingFunction.Arn
    Export: {Name: !Sub '${AWS::StackName}-Billing'}
""",
}

PLAIN = {
    "lambda/edge/edge.py": "def handler(event, context): pass\n",
    "lambda/ingest/index.py": "def handler(event, context): pass\n",
    "lambda/rotate/rotate.py": "def handler(event, context): pass\n",
    "layers/deps/python/dep.py": "x\n",
    "templates/edge.inc.yaml": """\
Edge:
  Type: AWS::Lambda::Function
  Properties:
    Handler: edge.handler
    Runtime: python3.9
    MemorySize: !Ref Memory
    Role: x
    Code: ../lambda/edge
EdgeVersion:
  Type: AWS::Lambda::Version
  Properties: {FunctionName: !Ref Edge}
""",
    "templates/main.template": """\
{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Transform": ["AWS::LanguageExtensions"],
  "Parameters": {
    "Env": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
    "Buckets": {"Type": "CommaDelimitedList", "Default": "a,b"},
    "Retries": {"Type": "Number", "Default": 1},
    "Key": {"Type": "String", "Default": "{{resolve:secretsmanager:shop/key:SecretString:value}}"}
  },
  "Mappings": {"RegionMap": {"eu-west-1": {"layer": "arn:aws:lambda:eu-west-1:1:layer:x:1"}, "us-east-1": {"layer": "arn:aws:lambda:us-east-1:1:layer:x:1"}}},
  "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}, "HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]}},
  "Resources": {
    "DepsLayer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": "../layers/deps", "CompatibleRuntimes": ["python3.9"]}},
    "Ingest": {
      "Type": "AWS::Lambda::Function",
      "Properties": {
        "FunctionName": {"Fn::Join": ["-", ["ingest", {"Ref": "Env"}]]},
        "Code": "../lambda/ingest",
        "Handler": "index.handler",
        "Runtime": "python3.9",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Timeout": {"Fn::If": ["Prod", 60, 60]},
        "MemorySize": "512",
        "Layers": [{"Ref": "DepsLayer"}, {"Fn::FindInMap": ["RegionMap", {"Ref": "AWS::Region"}, "layer"]}],
        "Environment": {"Variables": {
          "FIRST": {"Fn::Select": ["0", {"Ref": "Buckets"}]},
          "SECOND": {"Fn::Select": [1, {"Fn::Split": ["/", "x/y"]}]},
          "URL": {"Fn::Sub": ["https://${Host}/${Env}", {"Host": {"Fn::If": ["Prod", "example.com", "dev.example.com"]}}]},
          "KEY": {"Ref": "Key"},
          "DB": {"Fn::Sub": "postgres://user:{{resolve:ssm-secure:/db/password:1}}@db/${Env}"},
          "JSON": {"Fn::ToJsonString": {"a": {"Ref": "Env"}}},
          "COUNT": {"Fn::Length": {"Ref": "Buckets"}},
          "NOTHING": {"Fn::If": ["Prod", "x", {"Ref": "AWS::NoValue"}]}
        }},
        "DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": "Dlq.Arn"}},
        "VpcConfig": {"Fn::If": ["Prod", {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}, {"Ref": "AWS::NoValue"}]},
        "TracingConfig": {"Mode": "Active"}
      }
    },
    "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
    "Dlq": {"Type": "AWS::SQS::Queue"},
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [{"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Ingest", "Arn"]}}]}},
    "Invoke": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {"FunctionName": {"Ref": "Ingest"}, "Qualifier": "$LATEST", "MaximumRetryAttempts": {"Ref": "Retries"}}},
    "Version": {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain", "Properties": {"FunctionName": {"Ref": "Ingest"}}},
    "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Ingest"}, "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]}, "Name": "live", "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 3}}},
    "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Join": ["", ["/aws/lambda/", {"Ref": "Ingest"}]]}, "RetentionInDays": 7}},
    "Fn::ForEach::Rules": ["Hour", ["6", "18"], {"Rule${Hour}": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": {"Fn::Sub": "cron(0 ${Hour} * * ? *)"}, "Targets": [{"Id": "a", "Arn": {"Ref": "Alias"}, "RetryPolicy": {"MaximumRetryAttempts": 0}}]}}}],
    "Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./nested.yaml", "Parameters": {"FunctionArn": {"Fn::GetAtt": ["Ingest", "Arn"]}, "Memory": "1024"}}},
    "Uploaded": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": {"Ref": "Env"}, "S3Key": {"Fn::Sub": "lambda/rotate-${Env}.zip"}}, "Handler": "rotate.handler", "Runtime": "python3.9", "Role": "arn:aws:iam::1:role/x"}},
    "Secret": {"Type": "AWS::SecretsManager::Secret"},
    "Rotation": {"Type": "AWS::SecretsManager::RotationSchedule", "DependsOn": "Perm", "Properties": {"SecretId": {"Ref": "Secret"}, "RotationLambdaARN": {"Fn::GetAtt": ["Uploaded", "Arn"]}}},
    "Perm": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "Uploaded"}, "Action": "lambda:InvokeFunction", "Principal": "secretsmanager.amazonaws.com"}}
  }
}
""",
    "templates/nested.yaml": """\
Parameters:
  FunctionArn: {Type: String}
  Memory: {Type: Number}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !Ref FunctionArn
  Fn::Transform:
    Name: AWS::Include
    Parameters: {Location: ./edge.inc.yaml}
Outputs:
  Name: {Value: !Ref Bucket, Export: {Name: uploads}}
""",
}
