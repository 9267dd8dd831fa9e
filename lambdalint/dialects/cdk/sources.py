"""A construct or call of the CDK in, whether it invokes a function out: kind of trigger, where the function stands."""

from __future__ import annotations

# Objects that stand for a function as a target: kind of trigger, position and keywords of the function.
WRAPPERS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "aws_events_targets:lambdafunction": ("eventbridge", 0, ("handler",)),
    "aws_scheduler_targets:lambdainvoke": ("schedule", 0, ("func",)),
    "aws_apigateway:lambdaintegration": ("apigateway-rest", 0, ("handler",)),
    "aws_apigatewayv2_integrations:httplambdaintegration": ("apigateway-http", 1, ("handler",)),
    "aws_apigatewayv2_integrations:lambdaproxyintegration": ("apigateway-http", 0, ("handler",)),
    "aws_apigatewayv2_integrations:websocketlambdaintegration": ("apigateway-websocket", 1, ("handler",)),
    "aws_apigatewayv2_integrations:lambdawebsocketintegration": ("apigateway-websocket", 0, ("handler",)),
    "aws_apigatewayv2_authorizers:httplambdaauthorizer": ("apigateway-authorizer", 1, ("handler",)),
    "aws_apigatewayv2_authorizers:websocketlambdaauthorizer": ("apigateway-authorizer", 1, ("handler",)),
    "aws_elasticloadbalancingv2_targets:lambdatarget": ("alb", 0, ("fn", "function")),
    "aws_logs_destinations:lambdadestination": ("cloudwatch-logs", 0, ("fn",)),
    "aws_s3_notifications:lambdadestination": ("s3", 0, ("fn",)),
    "aws_lambda_destinations:lambdadestination": ("destination", 0, ("fn",)),
    "aws_sns_subscriptions:lambdasubscription": ("sns", 0, ("fn",)),
    "aws_cloudwatch_actions:lambdaaction": ("cloudwatch-alarm", 0, ("lambdaFunction",)),
    "aws_iot_actions:lambdafunctionaction": ("iot", 0, ("func",)),
    "aws_kinesisfirehose:lambdafunctionprocessor": ("firehose-transform", 0, ("lambdaFunction",)),
    "aws_kinesisfirehose_destinations:lambdafunctionprocessor": ("firehose-transform", 0, ("lambdaFunction",)),
    "aws_pipes_targets:lambdafunction": ("pipes", 0, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:runlambdatask": ("stepfunctions", 0, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:invokefunction": ("stepfunctions", 0, ("lambdaFunction",)),
}


# Constructs with a function among their props: kind of trigger, position of the props, the props.
HOLDERS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "aws_apigateway:lambdarestapi": ("apigateway-rest", 2, ("handler",)),
    "aws_apigateway:tokenauthorizer": ("apigateway-authorizer", 2, ("handler",)),
    "aws_apigateway:requestauthorizer": ("apigateway-authorizer", 2, ("handler",)),
    "aws_stepfunctions_tasks:lambdainvoke": ("stepfunctions", 2, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:lambdainvoke.jsonata": ("stepfunctions", 2, ("lambdaFunction",)),
    "aws_stepfunctions_tasks:lambdainvoke.jsonpath": ("stepfunctions", 2, ("lambdaFunction",)),
    "custom_resources:provider": ("cloudformation", 2, ("onEventHandler", "isCompleteHandler")),
    "core:customresource": ("cloudformation", 2, ("serviceToken",)),
    "aws_cloudformation:customresource": ("cloudformation", 2, ("serviceToken", "provider")),
    "core:cfncustomresource": ("cloudformation", 2, ("serviceToken",)),
    "aws_lambda:functionurl": ("function-url", 2, ("function",)),
    "aws_ses_actions:lambda": ("ses", 0, ("function",)),
    "aws_config:customrule": ("config", 2, ("lambdaFunction",)),
    "aws_codepipeline_actions:lambdainvokeaction": ("codepipeline", 0, ("lambda", "lambda_")),
    "aws_s3objectlambda:accesspoint": ("s3-object-lambda", 2, ("handler",)),
    "aws_secretsmanager:rotationschedule": ("secretsmanager-rotation", 2, ("rotationLambda",)),
    ".addrotationschedule": ("secretsmanager-rotation", 1, ("rotationLambda",)),
    "aws_appsync:lambdadatasource": ("appsync", 2, ("lambdaFunction",)),
    "aws_codedeploy:lambdadeploymentgroup": ("codedeploy-hook", 2, ("preHook", "postHook")),
    "aws_pipes:cfnpipe": ("pipes", 2, ("target", "enrichment")),
    "aws_sns:cfnsubscription": ("sns", 2, ("endpoint",)),
    "aws_logs:cfnsubscriptionfilter": ("cloudwatch-logs", 2, ("destinationArn",)),
}


# Resources of CloudFormation with a function further down among their props: kind of trigger, the way to it.
TEMPLATES: dict[str, tuple[str, str]] = {
    "aws_cloudwatch:cfnalarm": ("cloudwatch-alarm", "alarmActions[]"),
    "aws_cognito:cfnuserpool": ("cognito", "lambdaConfig.*"),
    "aws_config:cfnconfigrule": ("config", "source.sourceIdentifier"),
    "aws_iot:cfntopicrule": ("iot", "topicRulePayload.actions[].lambda.functionArn"),
    "aws_s3:cfnbucket": ("s3", "notificationConfiguration.lambdaConfigurations[].function"),
    "aws_ses:cfnreceiptrule": ("ses", "rule.actions[].lambdaAction.functionArn"),
}


# Methods that take a function: kind of trigger, position and keywords.
METHODS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    ".addlambdadatasource": ("appsync", 1, ("lambdaFunction",)),
    ".addtrigger": ("cognito", 1, ("fn",)),
    ".addprehook": ("codedeploy-hook", 0, ("preHook",)),
    ".addposthook": ("codedeploy-hook", 0, ("postHook",)),
}


SOURCES = {
    "sqseventsource": "sqs",
    "kinesiseventsource": "kinesis",
    "kinesisconsumereventsource": "kinesis",
    "dynamoeventsource": "dynamodb",
    "s3eventsource": "s3",
    "s3eventsourcev2": "s3",
    "snseventsource": "sns",
    "managedkafkaeventsource": "msk",
    "selfmanagedkafkaeventsource": "kafka",
    "apieventsource": "apigateway-rest",
    "rabbitmqeventsource": "mq-rabbitmq",
    "activemqeventsource": "mq-activemq",
}


FAMILIES = {"apigateway-http": "apigateway-rest", "apigateway-websocket": "apigateway-rest", "schedule": "eventbridge",
            "apigateway-authorizer": "apigateway-rest", "s3-eventbridge": "eventbridge"}  # fmt: skip
