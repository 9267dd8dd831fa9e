"""What each kind of event source adds to the one function, dialect by dialect: the first cells of the table."""

from __future__ import annotations

import json
from typing import Any

from tests.dialects.same_trigger_words import (
    API,
    ARN,
    FUNCTION,
    HTTP,
    INTEGRATION,
    KAFKA,
    MACHINE,
    MAPPED,
    MAPPING,
    METHOD,
    NAME,
    RABBIT_ACCESS,
    SOCKET,
    F,
    mapping,
    one,
    permission,
    terraform,
)

FIRST: dict[str, dict[str, Any]] = {
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
