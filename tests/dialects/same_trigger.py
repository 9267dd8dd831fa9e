"""The data of a second table: everything that invokes a function, as each dialect writes it, and why others cannot.

CELLS: kind of event source -> column -> what is added to the function of that column. GAPS: kind -> column -> why there
is no cell, or why what is read is not the same. BESIDE: columns that take the resources of CloudFormation as they are;
where they have no cell of their own, those stand beside the function. `test_same_trigger.py` holds the table to what
the dialects read; docs/dialects.md shows it.
"""

from __future__ import annotations

import json
from typing import Any

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
FUNCTION = ARN.format("lambda", "function:f")
COLUMN_NAMES = ("cloudformation", "sam", "serverless", "terraform", "cdk", "chalice", "zappa", "awscli")
F: dict[str, Any] = {"Fn::GetAtt": ["F", "Arn"]}
NAME = {"Ref": "F"}
MAPPED = {
    "sqs": ARN.format("sqs", "jobs"),
    "kinesis": ARN.format("kinesis", "stream/clicks"),
    "dynamodb": ARN.format("dynamodb", "table/t/stream/2026-01-01T00:00:00.000"),
    "msk": ARN.format("kafka", "cluster/c/1"),
    "mq-activemq": ARN.format("mq", "broker:b:1"),
    "documentdb": ARN.format("rds", "cluster:c"),
}
MAPPING = "AWS::Lambda::EventSourceMapping"


def permission(principal: str) -> dict[str, Any]:
    """What lets a service invoke the function, in the dialects that write it out."""
    properties = {"FunctionName": NAME, "Principal": principal, "Action": "lambda:InvokeFunction"}
    resource = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    return {
        "cloudformation": {"P": resource},
        "terraform": f"""resource "aws_lambda_permission" "p" {{
  function_name = aws_lambda_function.f.function_name
  action        = "lambda:InvokeFunction"
  principal     = "{principal}"
}}""",
        "awscli": (
            "aws lambda add-permission --function-name f --statement-id s --action lambda:InvokeFunction"
            f" --principal {principal}"
        ),
        "cdk": f"function.add_permission('P', principal=iam.ServicePrincipal('{principal}'))",
    }


def mapping(kind: str) -> dict[str, Any]:
    """An event source mapping of a source with an ARN."""
    arn = MAPPED[kind]
    return {
        "cloudformation": {"M": {"Type": MAPPING, "Properties": {"FunctionName": NAME, "EventSourceArn": arn}}},
        "terraform": f"""resource "aws_lambda_event_source_mapping" "m" {{
  function_name    = aws_lambda_function.f.arn
  event_source_arn = "{arn}"
}}""",
        "awscli": f"aws lambda create-event-source-mapping --function-name f --event-source-arn {arn}",
        "cdk": f"function.add_event_source_mapping('M', event_source_arn='{arn}')",
    }


def terraform(kind: str, body: str) -> str:
    """One resource."""
    return f'resource "{kind}" "x" {{\n{body}\n}}'


def one(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """One CloudFormation resource."""
    return {"X": {"Type": kind, "Properties": properties}}


def resources(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A resource beside the function of a SAM template."""
    return {"Resources": one(kind, properties)}


METHOD = {"HttpMethod": "GET", "RestApiId": {"Ref": "A"}, "ResourceId": "r", "Integration": {
    "Type": "AWS_PROXY",
    "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"},
}}  # fmt: skip
API = {"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}}
HTTP = {"A": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "a", "ProtocolType": "HTTP"}}}
SOCKET = {
    "A": {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {"Name": "a", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
    }
}
INTEGRATION = one(
    "AWS::ApiGatewayV2::Integration",
    {"ApiId": {"Ref": "A"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": F},
)
MACHINE = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "${F}", "End": True}}}
KAFKA = {"SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": ["b:9092"]}}, "Topics": ["t"]}
RABBIT_ACCESS = [{"Type": "VIRTUAL_HOST", "URI": "/"}]

CELLS: dict[str, dict[str, Any]] = {
    "apigateway-rest": {
        "cloudformation": {**API, **one("AWS::ApiGateway::Method", METHOD)},
        "sam": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}},
        "serverless": {"http": {"path": "/", "method": "get"}},
        "terraform": terraform(
            "aws_api_gateway_integration",
            '  rest_api_id = "a"\n  http_method = "GET"\n  uri = aws_lambda_function.f.invoke_arn',
        ),
        "cdk": "apigateway.LambdaRestApi(self, 'Api', handler=function)",
        "chalice": "@app.route('/')\ndef f():\n    return {}",
        "zappa": {"apigateway_enabled": True},
        "awscli": permission("apigateway.amazonaws.com")["awscli"],
    },
    "apigateway-http": {
        "cloudformation": {**HTTP, **INTEGRATION},
        "sam": {"Type": "HttpApi", "Properties": {"Path": "/", "Method": "get"}},
        "serverless": {"httpApi": "GET /"},
        "terraform": 'resource "aws_apigatewayv2_api" "a" {\n  name = "a"\n  protocol_type = "HTTP"\n}\n'
        + terraform(
            "aws_apigatewayv2_integration",
            "  api_id = aws_apigatewayv2_api.a.id\n  integration_type = \"AWS_PROXY\"\n"
            "  integration_uri = aws_lambda_function.f.invoke_arn",
        ),
        "cdk": "apigwv2.HttpApi(self, 'Api', default_integration=integrations.HttpLambdaIntegration('I', function))",
    },
    "apigateway-websocket": {
        "cloudformation": {**SOCKET, **INTEGRATION},
        "serverless": {"websocket": "$connect"},
        "terraform": 'resource "aws_apigatewayv2_api" "a" {\n  name = "a"\n  protocol_type = "WEBSOCKET"\n}\n'
        + terraform(
            "aws_apigatewayv2_integration",
            "  api_id = aws_apigatewayv2_api.a.id\n  integration_type = \"AWS_PROXY\"\n"
            "  integration_uri = aws_lambda_function.f.invoke_arn",
        ),
        "cdk": "apigwv2.WebSocketApi(self, 'Api').add_route("
        "'$connect', integration=integrations.WebSocketLambdaIntegration('I', function))",
        "chalice": "@app.on_ws_connect()\ndef f(event):\n    return None",
    },
    "apigateway-authorizer": {
        "cloudformation": {**API, **one("AWS::ApiGateway::Authorizer", {
            "RestApiId": {"Ref": "A"}, "Type": "TOKEN", "AuthorizerUri": METHOD["Integration"]["Uri"]})},  # type: ignore[index]
        "terraform": terraform("aws_api_gateway_authorizer", "  authorizer_uri = aws_lambda_function.f.invoke_arn"),
        "cdk": "apigateway.TokenAuthorizer(self, 'Auth', handler=function)",
        "chalice": "@app.authorizer()\ndef f(request):\n    return None",
    },
    "function-url": {
        "cloudformation": one("AWS::Lambda::Url", {"TargetFunctionArn": F, "AuthType": "NONE"}),
        "sam": {"FunctionUrlConfig": {"AuthType": "NONE"}},
        "serverless": {"url": True},
        "terraform": terraform(
            "aws_lambda_function_url",
            '  function_name = aws_lambda_function.f.function_name\n  authorization_type = "NONE"',
        ),
        "cdk": "function.add_function_url()",
        "zappa": {"function_url_enabled": True},
        "awscli": "aws lambda create-function-url-config --function-name f --auth-type NONE",
    },
    "alb": {
        "cloudformation": one(
            "AWS::ElasticLoadBalancingV2::TargetGroup", {"TargetType": "lambda", "Targets": [{"Id": F}]}
        ),
        "serverless": {"alb": {"listenerArn": "arn", "priority": 1, "conditions": {"path": "/"}}},
        "terraform": terraform("aws_lb_target_group_attachment", "  target_id = aws_lambda_function.f.arn"),
        "cdk": "elb.ApplicationTargetGroup(self, 'G', targets=[elb_targets.LambdaTarget(function)])",
        "zappa": {"alb_enabled": True},
        "awscli": permission("elasticloadbalancing.amazonaws.com")["awscli"],
    },
    "vpc-lattice": {
        **permission("vpc-lattice.amazonaws.com"),
        "cloudformation": one("AWS::VpcLattice::TargetGroup", {"Type": "LAMBDA", "Targets": [{"Id": F}]}),
        "terraform": terraform(
            "aws_vpclattice_target_group_attachment", "  target {\n    id = aws_lambda_function.f.arn\n  }"
        ),
    },
    "appsync": {
        "cloudformation": one(
            "AWS::AppSync::DataSource", {"Type": "AWS_LAMBDA", "LambdaConfig": {"LambdaFunctionArn": F}}
        ),
        "terraform": terraform(
            "aws_appsync_datasource", "  lambda_config {\n    function_arn = aws_lambda_function.f.arn\n  }"
        ),
        "cdk": "api = appsync.GraphqlApi(self, 'Api', name='a')\n        api.add_lambda_data_source('D', function)",
    },
    "cognito": {
        "cloudformation": one("AWS::Cognito::UserPool", {"LambdaConfig": {"PreSignUp": F}}),
        "sam": {"Type": "Cognito", "Properties": {"UserPool": {"Ref": "Pool"}, "Trigger": "PreSignUp"}},
        "serverless": {"cognitoUserPool": {"pool": "p", "trigger": "PreSignUp"}},
        "terraform": terraform(
            "aws_cognito_user_pool", "  lambda_config {\n    pre_sign_up = aws_lambda_function.f.arn\n  }"
        ),
        "cdk": "cognito.UserPool(self, 'U', lambda_triggers=cognito.UserPoolTriggers(pre_sign_up=function))",
        "awscli": permission("cognito-idp.amazonaws.com")["awscli"],
    },
    "lex": permission("lexv2.amazonaws.com"),
    "connect": {
        **permission("connect.amazonaws.com"),
        "cloudformation": one("AWS::Connect::IntegrationAssociation", {
            "IntegrationType": "LAMBDA_FUNCTION", "IntegrationArn": F}),
        "terraform": terraform("aws_connect_lambda_function_association", "  function_arn = aws_lambda_function.f.arn"),
    },
    "alexa": {
        **permission("alexa-appkit.amazon.com"),
        "sam": {"Type": "AlexaSkill"},
        "serverless": {"alexaSkill": "amzn1.ask.skill.1"},
    },
    "bedrock-agent": {
        **permission("bedrock.amazonaws.com"),
        "cloudformation": one("AWS::Bedrock::Agent", {
            "ActionGroups": [{"ActionGroupName": "a", "ActionGroupExecutor": {"Lambda": F}}]}),
        "terraform": terraform(
            "aws_bedrockagent_agent_action_group",
            "  action_group_executor {\n    lambda = aws_lambda_function.f.arn\n  }",
        ),
    },
    "firehose-transform": {
        "cloudformation": one("AWS::KinesisFirehose::DeliveryStream", {"ExtendedS3DestinationConfiguration": {
            "ProcessingConfiguration": {"Enabled": True, "Processors": [
                {"Type": "Lambda", "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": F}]}]}}}),
        "terraform": terraform("aws_kinesis_firehose_delivery_stream", """  extended_s3_configuration {
    processing_configuration {
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = aws_lambda_function.f.arn
        }
      }
    }
  }"""),
        "cdk": "firehose.DeliveryStream(self, 'S', destination=firehose.S3Bucket("
        "bucket, processors=[firehose.LambdaFunctionProcessor(function)]))",
        "awscli": permission("firehose.amazonaws.com")["awscli"],
    },
    "cloudfront": {
        "cloudformation": one("AWS::CloudFront::Distribution", {"DistributionConfig": {"DefaultCacheBehavior": {
            "LambdaFunctionAssociations": [{"EventType": "viewer-request", "LambdaFunctionARN": F}]}}}),
        "serverless": {"cloudFront": {"eventType": "viewer-request", "origin": "s3://b"}},
        "terraform": terraform("aws_cloudfront_distribution", """  default_cache_behavior {
    lambda_function_association {
      event_type = "viewer-request"
      lambda_arn = aws_lambda_function.f.qualified_arn
    }
  }"""),
        "cdk": "cloudfront.Distribution(self, 'D', default_behavior=cloudfront.BehaviorOptions(edge_lambdas=["
        "cloudfront.EdgeLambda(function_version=function.current_version, event_type='viewer-request')]))",
        "awscli": permission("edgelambda.amazonaws.com")["awscli"],
    },
    "s3-batch": permission("batchoperations.s3.amazonaws.com"),
    "s3-object-lambda": {
        "cloudformation": one("AWS::S3ObjectLambda::AccessPoint", {"ObjectLambdaConfiguration": {
            "TransformationConfigurations": [{"ContentTransformation": {"AwsLambda": {"FunctionArn": F}}}]}}),
        "terraform": terraform("aws_s3control_object_lambda_access_point", """  configuration {
    transformation_configuration {
      content_transformation {
        aws_lambda {
          function_arn = aws_lambda_function.f.arn
        }
      }
    }
  }"""),
        "cdk": "s3olambda.AccessPoint(self, 'P', bucket=bucket, handler=function)",
    },
    "stepfunctions": {
        "cloudformation": one("AWS::StepFunctions::StateMachine", {
            "DefinitionString": json.dumps(MACHINE), "DefinitionSubstitutions": {"F": F}}),
        "terraform": terraform("aws_sfn_state_machine", """  definition = jsonencode({
    StartAt = "T"
    States  = { T = { Type = "Task", Resource = aws_lambda_function.f.arn, End = true } }
  })"""),
        "cdk": "sfn.StateMachine(self, 'M', definition_body=sfn.DefinitionBody.from_chainable("
        "tasks.LambdaInvoke(self, 'T', lambda_function=function)))",
        "awscli": permission("states.amazonaws.com")["awscli"],
    },
    "secretsmanager-rotation": {
        "cloudformation": one("AWS::SecretsManager::RotationSchedule", {"SecretId": "s", "RotationLambdaARN": F}),
        "terraform": terraform(
            "aws_secretsmanager_secret_rotation", "  rotation_lambda_arn = aws_lambda_function.f.arn"
        ),
        "cdk": "secretsmanager.RotationSchedule(self, 'R', secret=secret, rotation_lambda=function)",
        "awscli": permission("secretsmanager.amazonaws.com")["awscli"],
    },
    "transfer-authorizer": {
        **permission("transfer.amazonaws.com"),
        "cloudformation": one("AWS::Transfer::Server", {"IdentityProviderDetails": {"Function": F}}),
        "terraform": terraform("aws_transfer_server", "  function = aws_lambda_function.f.arn"),
    },
    "s3": {
        "cloudformation": one("AWS::S3::Bucket", {"NotificationConfiguration": {
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": F}]}}),
        "sam": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": "s3:ObjectCreated:*"}},
        "serverless": {"s3": "bucket"},
        "terraform": terraform(
            "aws_s3_bucket_notification",
            '  bucket = "b"\n  lambda_function {\n    lambda_function_arn = aws_lambda_function.f.arn\n'
            '    events = ["s3:ObjectCreated:*"]\n  }',
        ),
        "cdk": "bucket.add_event_notification(s3.EventType.OBJECT_CREATED, s3n.LambdaDestination(function))",
        "chalice": "@app.on_s3_event(bucket='b')\ndef f(event):\n    return None",
        "zappa": {"arn": "arn:aws:s3:::b", "events": ["s3:ObjectCreated:*"]},
        "awscli": permission("s3.amazonaws.com")["awscli"],
    },
    "sns": {
        "cloudformation": one("AWS::SNS::Subscription", {"Protocol": "lambda", "Endpoint": F, "TopicArn": "t"}),
        "sam": {"Type": "SNS", "Properties": {"Topic": ARN.format("sns", "t")}},
        "serverless": {"sns": "topic"},
        "terraform": terraform(
            "aws_sns_topic_subscription", '  protocol = "lambda"\n  endpoint = aws_lambda_function.f.arn'
        ),
        "cdk": "topic.add_subscription(subscriptions.LambdaSubscription(function))",
        "chalice": "@app.on_sns_message(topic='t')\ndef f(event):\n    return None",
        "zappa": {"arn": ARN.format("sns", "t"), "events": ["sns:Publish"]},
        "awscli": permission("sns.amazonaws.com")["awscli"],
    },
    "eventbridge": {
        "cloudformation": one("AWS::Events::Rule", {
            "EventPattern": {"source": ["my.shop"]}, "Targets": [{"Arn": F, "Id": "1"}]}),
        "sam": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["my.shop"]}}},
        "serverless": {"eventBridge": {"pattern": {"source": ["my.shop"]}}},
        "terraform": 'resource "aws_cloudwatch_event_rule" "r" {\n'
        '  event_pattern = "{\\"source\\": [\\"my.shop\\"]}"\n}\n'
        + terraform(
            "aws_cloudwatch_event_target",
            "  rule = aws_cloudwatch_event_rule.r.name\n  arn = aws_lambda_function.f.arn",
        ),
        "cdk": "events.Rule(self, 'R', event_pattern=events.EventPattern(source=['my.shop']),"
        " targets=[targets.LambdaFunction(function)])",
        "chalice": "@app.on_cw_event({'source': ['my.shop']})\ndef f(event):\n    return None",
        "awscli": "aws events put-rule --name r --event-pattern '{\"source\": [\"my.shop\"]}'\n"
        f"aws events put-targets --rule r --targets Id=1,Arn={FUNCTION}",
    },
    "schedule": {
        "cloudformation": one("AWS::Scheduler::Schedule", {"ScheduleExpression": "rate(1 hour)", "Target": {"Arn": F}}),
        "sam": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 hour)"}},
        "serverless": {"schedule": "rate(1 hour)"},
        "terraform": terraform(
            "aws_scheduler_schedule",
            '  schedule_expression = "rate(1 hour)"\n  target {\n    arn = aws_lambda_function.f.arn\n  }',
        ),
        "cdk": "scheduler.Schedule(self, 'S', schedule=scheduler.ScheduleExpression.rate(Duration.hours(1)),"
        " target=scheduler_targets.LambdaInvoke(function))",
        "chalice": "@app.schedule('rate(1 hour)')\ndef f(event):\n    return None",
        "zappa": "rate(1 hour)",
        "awscli": "aws events put-rule --name r --schedule-expression 'rate(1 hour)'\n"
        f"aws events put-targets --rule r --targets Id=1,Arn={FUNCTION}",
    },
    "cloudwatch-logs": {
        "cloudformation": one("AWS::Logs::SubscriptionFilter", {"LogGroupName": "g", "DestinationArn": F}),
        "sam": {"Type": "CloudWatchLogs", "Properties": {"LogGroupName": "g", "FilterPattern": ""}},
        "serverless": {"cloudwatchLog": "g"},
        "terraform": terraform(
            "aws_cloudwatch_log_subscription_filter",
            '  log_group_name = "g"\n  destination_arn = aws_lambda_function.f.arn',
        ),
        "cdk": "logs.SubscriptionFilter(self, 'S', log_group=group, destination=logs_dest.LambdaDestination(function),"
        " filter_pattern=logs.FilterPattern.all_events())",
        "awscli": permission("logs.amazonaws.com")["awscli"],
    },
    "cloudwatch-alarm": {
        "cloudformation": one("AWS::CloudWatch::Alarm", {"AlarmActions": [F]}),
        "terraform": terraform("aws_cloudwatch_metric_alarm", "  alarm_actions = [aws_lambda_function.f.arn]"),
        "cdk": "alarm.add_alarm_action(actions.LambdaAction(function))",
        "awscli": permission("lambda.alarms.cloudwatch.amazonaws.com")["awscli"],
    },
    "iot": {
        "cloudformation": one("AWS::IoT::TopicRule", {"TopicRulePayload": {
            "Sql": "SELECT *", "Actions": [{"Lambda": {"FunctionArn": F}}]}}),
        "sam": {"Type": "IoTRule", "Properties": {"Sql": "SELECT *"}},
        "serverless": {"iot": {"sql": "SELECT *"}},
        "terraform": terraform(
            "aws_iot_topic_rule", '  sql = "SELECT *"\n  lambda {\n    function_arn = aws_lambda_function.f.arn\n  }'
        ),
        "cdk": "iot.TopicRule(self, 'R', sql=iot.IotSql.from_string_as_ver20160323('SELECT *'),"
        " actions=[iot_actions.LambdaFunctionAction(function)])",
        "awscli": permission("iot.amazonaws.com")["awscli"],
    },
    "ses": {
        "cloudformation": one("AWS::SES::ReceiptRule", {"Rule": {"Actions": [{"LambdaAction": {"FunctionArn": F}}]}}),
        "terraform": terraform(
            "aws_ses_receipt_rule", "  lambda_action {\n    function_arn = aws_lambda_function.f.arn\n  }"
        ),
        "cdk": "ses.ReceiptRuleSet(self, 'S', rules=[ses.ReceiptRuleOptions("
        "actions=[ses_actions.Lambda(function=function)])])",
        "awscli": permission("ses.amazonaws.com")["awscli"],
    },
    "config": {
        "cloudformation": one("AWS::Config::ConfigRule", {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": F}}),
        "terraform": terraform(
            "aws_config_config_rule",
            '  source {\n    owner = "CUSTOM_LAMBDA"\n    source_identifier = aws_lambda_function.f.arn\n  }',
        ),
        "cdk": "config.CustomRule(self, 'R', lambda_function=function)",
        "awscli": permission("config.amazonaws.com")["awscli"],
    },
    "cloudformation": {
        "cloudformation": one("Custom::Thing", {"ServiceToken": F}),
        "terraform": terraform("aws_cloudformation_stack", "  parameters = { Token = aws_lambda_function.f.arn }"),
        "cdk": "CustomResource(self, 'C', service_token=function.function_arn)",
        "awscli": permission("cloudformation.amazonaws.com")["awscli"],
    },
    "codepipeline": {
        "cloudformation": one("AWS::CodePipeline::Pipeline", {"Stages": [{"Name": "s", "Actions": [{
            "ActionTypeId": {"Provider": "Lambda", "Category": "Invoke"},
            "Configuration": {"FunctionName": NAME}}]}]}),
        "terraform": terraform("aws_codepipeline", """  stage {
    action {
      provider      = "Lambda"
      configuration = { FunctionName = aws_lambda_function.f.function_name }
    }
  }"""),
        "cdk": "pipeline_actions.LambdaInvokeAction(action_name='a', lambda_=function)",
    },
    "codecommit": {
        **permission("codecommit.amazonaws.com"),
        "cloudformation": one("AWS::CodeCommit::Repository", {
            "Triggers": [{"Name": "t", "DestinationArn": F, "Events": ["all"]}]}),
    },
    "destination": {
        "cloudformation": {
            "G": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": ""}, "Handler": "index.g"}},
            **one("AWS::Lambda::EventInvokeConfig", {
                "FunctionName": {"Ref": "G"}, "Qualifier": "$LATEST",
                "DestinationConfig": {"OnFailure": {"Destination": F}}}),
        },
        "terraform": terraform(
            "aws_lambda_function_event_invoke_config",
            '  function_name = "g"\n  destination_config {\n    on_failure {\n'
            "      destination = aws_lambda_function.f.arn\n    }\n  }",
        ),
        "cdk": "lambda_.Function(self, 'G', handler='g.g', runtime=lambda_.Runtime.PYTHON_3_12,"
        " code=lambda_.Code.from_asset('src'), on_failure=destinations.LambdaDestination(function))",
    },
    **{kind: mapping(kind) for kind in MAPPED},
    "kafka": {
        "cloudformation": one(MAPPING, {"FunctionName": NAME, **KAFKA}),
        "sam": {"Type": "SelfManagedKafka", "Properties": {"KafkaBootstrapServers": ["b:9092"], "Topics": ["t"]}},
        "serverless": {"kafka": {"bootstrapServers": ["b:9092"], "topic": "t"}},
        "terraform": terraform("aws_lambda_event_source_mapping", """  function_name = aws_lambda_function.f.arn
  topics        = ["t"]
  self_managed_event_source {
    endpoints = { KAFKA_BOOTSTRAP_SERVERS = "b:9092" }
  }"""),
        "cdk": "function.add_event_source(sources.SelfManagedKafkaEventSource("
        "bootstrap_servers=['b:9092'], topic='t', starting_position=lambda_.StartingPosition.LATEST))",
        "awscli": "aws lambda create-event-source-mapping --function-name f --topics t"
        " --self-managed-event-source '{\"Endpoints\": {\"KAFKA_BOOTSTRAP_SERVERS\": [\"b:9092\"]}}'",
    },
    "mq-rabbitmq": {
        "cloudformation": one(MAPPING, {
            "FunctionName": NAME, "EventSourceArn": MAPPED["mq-activemq"], "Queues": ["q"],
            "SourceAccessConfigurations": RABBIT_ACCESS}),
        "sam": {"Type": "MQ", "Properties": {
            "Broker": MAPPED["mq-activemq"], "Queues": ["q"], "SourceAccessConfigurations": RABBIT_ACCESS}},
        "serverless": {"rabbitmq": {"arn": MAPPED["mq-activemq"], "queue": "q"}},
        "terraform": terraform("aws_lambda_event_source_mapping", f"""  function_name    = aws_lambda_function.f.arn
  event_source_arn = "{MAPPED['mq-activemq']}"
  queues           = ["q"]
  source_access_configuration {{
    type = "VIRTUAL_HOST"
    uri  = "/"
  }}"""),
        "cdk": "function.add_event_source(sources.RabbitMQEventSource("
        "arn='b', credentials=secret, queue_name='q', virtual_host='/'))",
        "awscli": f"aws lambda create-event-source-mapping --function-name f --event-source-arn {MAPPED['mq-activemq']}"
        " --queues q --source-access-configurations Type=VIRTUAL_HOST,URI=/",
    },
    "pipes": {
        "cloudformation": one("AWS::Pipes::Pipe", {"Source": MAPPED["sqs"], "Target": F}),
        "terraform": terraform("aws_pipes_pipe", '  source = "q"\n  target = aws_lambda_function.f.arn'),
        "cdk": "pipes.Pipe(self, 'P', source=pipe_source, target=pipes_targets.LambdaFunction(function))",
    },
}  # fmt: skip
for kind, event, properties, key in (
    ("sqs", "SQS", {"Queue": MAPPED["sqs"]}, "sqs"),
    ("kinesis", "Kinesis", {"Stream": MAPPED["kinesis"], "StartingPosition": "LATEST"}, "stream"),
    ("dynamodb", "DynamoDB", {"Stream": MAPPED["dynamodb"], "StartingPosition": "LATEST"}, "stream"),
    ("msk", "MSK", {"Stream": MAPPED["msk"], "StartingPosition": "LATEST", "Topics": ["t"]}, "msk"),
    ("mq-activemq", "MQ", {"Broker": MAPPED["mq-activemq"], "Queues": ["q"]}, "activemq"),
    ("documentdb", "DocumentDB", {"Cluster": MAPPED["documentdb"], "DatabaseName": "d"}, ""),
):
    CELLS[kind]["sam"] = {"Type": event, "Properties": properties}
    if key:
        CELLS[kind]["serverless"] = {key: {"arn": MAPPED[kind], "queue": "q", "topic": "t"}}
CELLS["sqs"] |= {
    "chalice": "@app.on_sqs_message(queue='jobs')\ndef f(event):\n    return None",
    "zappa": {"arn": MAPPED["sqs"]},
}
CELLS["kinesis"] |= {
    "chalice": "@app.on_kinesis_record(stream='clicks')\ndef f(event):\n    return None",
    "zappa": {"arn": MAPPED["kinesis"]},
}
CELLS["dynamodb"] |= {
    "chalice": f"@app.on_dynamodb_record(stream_arn='{MAPPED['dynamodb']}')\ndef f(event):\n    return None",
    "zappa": {"arn": MAPPED["dynamodb"]},
}

# The same rules, for what a bucket says by way of EventBridge.
CELLS["s3-eventbridge"] = {
    column: json.loads(json.dumps(cell).replace("my.shop", "aws.s3")) for column, cell in CELLS["eventbridge"].items()
}

# What the dialects that write CloudFormation say in words of their own beside the function.
OTHER = {"Handler": "app.other", "Runtime": "python3.13", "CodeUri": "s3://b/k"}
CELLS["apigateway-authorizer"] |= {
    "sam": resources("AWS::Serverless::Api", {"Auth": {"Authorizers": {"Own": {"FunctionArn": F}}}}),
    "serverless": {"functions": {"g": {
        "handler": "app.other", "events": [{"http": {"path": "/", "method": "get", "authorizer": "f"}}]}}},
    "zappa": {"authorizer": {"function": "app.task"}},
}  # fmt: skip
CELLS["apigateway-websocket"] |= {
    "sam": resources("AWS::Serverless::WebSocketApi", {"Routes": {"$connect": {"FunctionArn": F}}}),
    "zappa": {"websocket_handler_module": "app.sockets"},
}
CELLS["apigateway-http"]["zappa"] = {"apigateway_enabled": True, "apigateway_version": "v2"}
CELLS["appsync"]["sam"] = resources(
    "AWS::Serverless::GraphQLApi", {"DataSources": {"Lambda": {"D": {"FunctionArn": F}}}}
)
CELLS["stepfunctions"]["sam"] = resources("AWS::Serverless::StateMachine", {"Definition": {
    "StartAt": "T", "States": {"T": {"Type": "Task", "Resource": F, "End": True}}}})  # fmt: skip
CELLS["destination"] |= {
    "sam": resources("AWS::Serverless::Function", {
        **OTHER, "EventInvokeConfig": {"DestinationConfig": {"OnFailure": {"Type": "Lambda", "Destination": F}}}}),
    "serverless": {"functions": {"g": {"handler": "app.other", "destinations": {"onFailure": "f"}}}},
}  # fmt: skip
CELLS["codedeploy-hook"] = {
    "cloudformation": {"X": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": "g", "Name": "live"},
        "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a", "BeforeAllowTrafficHook": NAME}}}},
    "sam": resources("AWS::Serverless::Function", {
        **OTHER, "AutoPublishAlias": "live", "DeploymentPreference": {"Hooks": {"PreTraffic": NAME}}}),
    "cdk": "codedeploy.LambdaDeploymentGroup(self, 'D', alias=alias, pre_hook=function)",
}  # fmt: skip
CELLS["cognito"]["zappa"] = {
    "cognito": {"user_pool": "p", "triggers": [{"source": "PreSignUp_SignUp", "function": "app.task"}]}
}
CELLS["lex"]["zappa"] = {
    "bot_events": [{"function": "app.task", "event_source": {"intent": "i", "invocation_source": "DialogCodeHook"}}]
}
for kind, pattern in (("eventbridge", "my.shop"), ("s3-eventbridge", "aws.s3")):
    rule = {"arn": ARN.format("events", "rule/r"), "rule_name": "r", "event_pattern": {"source": [pattern]}}
    CELLS[kind]["zappa"] = {**rule, "events": [pattern]}

BESIDE = ("sam", "serverless")
NO_DECORATOR = "no decorator; made outside of the app for an `@app.lambda_function`"
NO_KEY = "no key of the settings makes it"
SERVICES = "`event_source` takes the ARNs of dynamodb, kinesis, s3, sns, sqs and events only"
ANY_API = "a permission for API Gateway says not which kind of API: read as apigateway-rest"
BY_ROLE = "the service invokes with a role of its own, so there is no permission, and its own call is not read"
GAPS: dict[str, dict[str, str]] = {
    "durable": dict.fromkeys(COLUMN_NAMES, "told by the code's decorator, not by configuration"),
    "codedeploy-hook": {
        "serverless": "by a plugin (serverless-plugin-canary-deployments), which is not read",
        "terraform": "named in the AppSpec file of a deployment, not in a resource",
        "chalice": NO_DECORATOR,
        "zappa": NO_KEY,
        "awscli": "named in the AppSpec file of a deployment, not in a call",
    },
    "apigateway-http": {"chalice": "Chalice makes REST APIs only", "awscli": ANY_API},
    "apigateway-websocket": {"awscli": ANY_API},
    "apigateway-authorizer": {"awscli": ANY_API},
    "function-url": {"chalice": "Chalice makes REST APIs only"},
    "destination": {
        "chalice": NO_DECORATOR,
        "zappa": NO_KEY,
        "awscli": "`put-function-event-invoke-config` is read for the function it sets, not for the one it sends to",
    },
    "cloudfront": {
        "chalice": NO_DECORATOR,
        "zappa": "`function_url_cloudfront_config` puts CloudFront before the function's URL, which is what invokes it",
    },
}
for kinds, column, reason in (
    ("appsync codepipeline pipes s3-object-lambda", "awscli", BY_ROLE),
    ("documentdb msk kafka mq-activemq mq-rabbitmq iot cloudwatch-logs ses", "zappa", SERVICES),
    (
        "vpc-lattice appsync connect alexa bedrock-agent firehose-transform s3-batch s3-object-lambda stepfunctions"
        " secretsmanager-rotation transfer-authorizer cloudwatch-alarm config cloudformation codepipeline codecommit"
        " pipes",
        "zappa",
        NO_KEY,
    ),
    (
        "alb vpc-lattice appsync cognito lex connect alexa bedrock-agent firehose-transform s3-batch s3-object-lambda"
        " stepfunctions secretsmanager-rotation transfer-authorizer cloudwatch-logs cloudwatch-alarm iot ses config"
        " cloudformation codepipeline codecommit documentdb msk kafka mq-activemq mq-rabbitmq pipes",
        "chalice",
        NO_DECORATOR,
    ),
):
    for kind in kinds.split():
        GAPS.setdefault(kind, {})[column] = reason
