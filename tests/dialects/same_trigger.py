"""The data of a second table: everything that invokes a function, as each dialect writes it, and why others cannot.

CELLS: kind of event source -> column -> what is added to the function of that column. GAPS: kind -> column -> why there
is no cell, or why what is read is not the same. BESIDE: columns that take the resources of CloudFormation as they are;
where they have no cell of their own, those stand beside the function. `test_same_trigger.py` holds the table to what
the dialects read; docs/dialects.md shows it.
"""

from __future__ import annotations

import json
from typing import Any

from tests.dialects.same_trigger_cells import FIRST
from tests.dialects.same_trigger_words import ARN, COLUMN_NAMES, MAPPED, NAME, F, resources

CELLS: dict[str, dict[str, Any]] = {kind: dict(cells) for kind, cells in FIRST.items()}
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
