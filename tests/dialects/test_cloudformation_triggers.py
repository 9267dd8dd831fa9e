"""What invokes a function, told from every other resource of the template."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Trigger, Value


def functions(resources: str, **files: str) -> dict[str, Declaration]:
    text = "Resources:\n" + indent(dedent(resources), "  ")
    return declared("cloudformation", {"template.yaml": text, **files})


def triggers(resources: str, **files: str) -> tuple[Trigger, ...]:
    """The triggers of F, which is added to the resources."""
    return functions(resources + "\nF: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n", **files)[
        "F"
    ].triggers


def told(found: tuple[Trigger, ...]) -> list[tuple[str, str]]:
    return [(trigger.kind, trigger.delivery) for trigger in found]


def known(trigger: Trigger) -> dict[str, Any]:
    return {name: value.known for name, value in trigger.settings.items() if value.written}


RESOURCES: list[tuple[str, str, str]] = [
    ("AWS::Events::Rule\n  Properties: {EventPattern: {source: [own]}, Targets: [{Id: a, Arn: !GetAtt F.Arn}]}", "eventbridge", "async"),
    ("AWS::Events::Rule\n  Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !GetAtt F.Arn}]}", "schedule", "async"),
    ("AWS::Scheduler::Schedule\n  Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !GetAtt F.Arn}}", "schedule", "async"),
    ("AWS::SNS::Subscription\n  Properties: {Protocol: lambda, TopicArn: !Ref T, Endpoint: !GetAtt F.Arn}", "sns", "async"),
    ("AWS::SNS::Topic\n  Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt F.Arn}]}", "sns", "async"),
    ("AWS::S3::Bucket\n  Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:*', Function: !GetAtt F.Arn}]}}", "s3", "async"),
    ("AWS::Logs::SubscriptionFilter\n  Properties: {LogGroupName: g, DestinationArn: !GetAtt F.Arn}", "cloudwatch-logs", "async"),
    ("AWS::IoT::TopicRule\n  Properties: {TopicRulePayload: {Sql: x, Actions: [{Lambda: {FunctionArn: !GetAtt F.Arn}}]}}", "iot", "async"),
    ("AWS::ApiGateway::Method\n  Properties: {HttpMethod: GET, Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'}}", "apigateway-rest", "sync"),
    ("AWS::ApiGateway::Authorizer\n  Properties: {AuthorizerUri: !Sub 'arn:x/${F.Arn}/invocations'}", "apigateway-authorizer", "sync"),
    ("AWS::ApiGatewayV2::Integration\n  Properties: {ApiId: !Ref Http, IntegrationUri: !GetAtt F.Arn}", "apigateway-http", "sync"),
    ("AWS::ApiGatewayV2::Integration\n  Properties: {ApiId: !Ref Socket, IntegrationUri: !GetAtt F.Arn}", "apigateway-websocket", "sync"),
    ("AWS::ApiGatewayV2::Api\n  Properties: {ProtocolType: HTTP, Target: !GetAtt F.Arn}", "apigateway-http", "sync"),
    ("AWS::Lambda::Url\n  Properties: {TargetFunctionArn: !GetAtt F.Arn, AuthType: NONE}", "function-url", "sync"),
    ("AWS::Cognito::UserPool\n  Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn}}", "cognito", "sync"),
    ("AWS::Cognito::UserPool\n  Properties: {LambdaConfig: {CustomEmailSender: {LambdaArn: !GetAtt F.Arn}}}", "cognito", "async"),
    ("AWS::Config::ConfigRule\n  Properties: {Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !GetAtt F.Arn}}", "config", "async"),
    ("AWS::SES::ReceiptRule\n  Properties: {Rule: {Actions: [{LambdaAction: {FunctionArn: !GetAtt F.Arn}}]}}", "ses", "async"),
    ("AWS::SES::ReceiptRule\n  Properties: {Rule: {Actions: [{LambdaAction: {FunctionArn: !GetAtt F.Arn, InvocationType: RequestResponse}}]}}", "ses", "sync"),
    ("AWS::SecretsManager::RotationSchedule\n  Properties: {SecretId: !Ref S, RotationLambdaARN: !GetAtt F.Arn}", "secretsmanager-rotation", "async"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup\n  Properties: {TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]}", "alb", "sync"),
    ("AWS::VpcLattice::TargetGroup\n  Properties: {Type: LAMBDA, Targets: [{Id: !GetAtt F.Arn}]}", "vpc-lattice", "sync"),
    ("AWS::KinesisFirehose::DeliveryStream\n  Properties: {ExtendedS3DestinationConfiguration: {ProcessingConfiguration: {Processors: [{Type: Lambda, Parameters: [{ParameterName: LambdaArn, ParameterValue: !GetAtt F.Arn}]}]}}}", "firehose-transform", "sync"),
    ("AWS::AppSync::DataSource\n  Properties: {Type: AWS_LAMBDA, LambdaConfig: {LambdaFunctionArn: !GetAtt F.Arn}}", "appsync", "sync"),
    ("AWS::CloudFront::Distribution\n  Properties: {DistributionConfig: {DefaultCacheBehavior: {LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref Version}]}}}", "cloudfront", "sync"),
    ("AWS::CloudWatch::Alarm\n  Properties: {AlarmActions: [!GetAtt F.Arn]}", "cloudwatch-alarm", "async"),
    ("AWS::CloudFormation::CustomResource\n  Properties: {ServiceToken: !GetAtt F.Arn}", "cloudformation", "async"),
    ("Custom::Thing\n  Properties: {ServiceToken: !GetAtt F.Arn}", "cloudformation", "async"),
    ("AWS::Pipes::Pipe\n  Properties: {Source: x, Target: !GetAtt F.Arn}", "pipes", "poll"),
    ("AWS::Pipes::Pipe\n  Properties: {Source: x, Target: !GetAtt F.Arn, TargetParameters: {LambdaFunctionParameters: {InvocationType: FIRE_AND_FORGET}}}", "pipes", "async"),
    ("AWS::CodePipeline::Pipeline\n  Properties: {Stages: [{Actions: [{ActionTypeId: {Provider: Lambda}, Configuration: {FunctionName: !Ref F}}]}]}", "codepipeline", "async"),
    ("AWS::CodeCommit::Repository\n  Properties: {Triggers: [{DestinationArn: !GetAtt F.Arn}]}", "codecommit", "async"),
    ("AWS::Bedrock::Agent\n  Properties: {ActionGroups: [{ActionGroupExecutor: {Lambda: !GetAtt F.Arn}}]}", "bedrock-agent", "sync"),
    ("AWS::S3ObjectLambda::AccessPoint\n  Properties: {ObjectLambdaConfiguration: {TransformationConfigurations: [{ContentTransformation: {AwsLambda: {FunctionArn: !GetAtt F.Arn}}}]}}", "s3-object-lambda", "sync"),
    ("AWS::Transfer::Server\n  Properties: {IdentityProviderDetails: {Function: !GetAtt F.Arn}}", "transfer-authorizer", "sync"),
    ("AWS::AppSync::GraphQLApi\n  Properties: {LambdaAuthorizerConfig: {AuthorizerUri: !GetAtt F.Arn}}", "appsync", "sync"),
    ("AWS::Serverless::Function\n  Properties: {DeploymentPreference: {Hooks: {PreTraffic: !Ref F}}}", "codedeploy-hook", "async"),
    ("AWS::Lambda::Alias\n  UpdatePolicy: {CodeDeployLambdaAliasUpdate: {ApplicationName: a, BeforeAllowTrafficHook: !Ref F}}", "codedeploy-hook", "async"),
    ("AWS::Events::Rule\n  Properties: {ScheduleExpression: rate(1 day), Targets: !If [Somehow, [{Arn: !GetAtt F.Arn}], []]}", "schedule", "async"),
    ("AWS::S3::Bucket\n  Properties: {NotificationConfiguration: !If [Somehow, {LambdaConfigurations: [{Function: !GetAtt F.Arn}]}, !Ref 'AWS::NoValue']}", "s3", "async"),
    ("AWS::Lambda::EventInvokeConfig\n  Properties: {FunctionName: other, DestinationConfig: {OnSuccess: {Destination: !GetAtt F.Arn}}}", "destination", "async"),
    ("AWS::Lambda::Permission\n  Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: s3.amazonaws.com}", "s3", "async"),
    ("AWS::Lambda::Permission\n  Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: !Sub 'logs.${AWS::Region}.amazonaws.com'}", "cloudwatch-logs", "async"),
    ("AWS::Lambda::Permission\n  Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: !Sub 'logs.${AWS::Region}.${AWS::URLSuffix}'}", "cloudwatch-logs", "async"),
    ("AWS::Lambda::Permission\n  Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunctionUrl, Principal: '*', FunctionUrlAuthType: NONE}", "function-url", "sync"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "kind", "delivery"), RESOURCES)
def test_resources_that_invoke(resource: str, kind: str, delivery: str) -> None:
    found = triggers(
        f"""
X:
  Type: {resource}
Http: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP}}}}
Socket: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: WEBSOCKET}}}}
Version: {{Type: AWS::Lambda::Version, Properties: {{FunctionName: !Ref F}}}}
"""
    )
    assert told(found) == [(kind, delivery)]
    assert found[0].span.line in (3, 5)  # the resource, or what in it names the function


@pytest.mark.parametrize(
    "node",
    [
        "!Ref F",
        "!GetAtt F.Arn",
        "{'Fn::GetAtt': [F, Arn]}",
        "!Sub '${F.Arn}:live'",
        "!Ref Alias",
        "!Join [':', [!GetAtt F.Arn, live]]",
        "!If [Somehow, !GetAtt F.Arn, !Ref Alias]",
        "orders",
        "arn:aws:lambda:eu-west-1:123456789012:function:orders:live",
    ],
)
def test_every_way_to_name_a_function(node: str) -> None:
    found = functions(
        f"""
        F: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: orders}}}}
        Alias: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref F, Name: live}}}}
        R: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: rate(1 day), Targets: [{{Arn: {node}}}]}}}}
        """
    )
    assert told(found["F"].triggers) == [("schedule", "async")]


@pytest.mark.parametrize("node", ["!GetAtt FRole.Arn", "!Ref Other", "!Ref Queue", "other", "!Sub '${F.Unknown}'"])
def test_what_does_not_name_it(node: str) -> None:
    text = f"R: {{Type: AWS::Events::Rule, Properties: {{Targets: [{{Arn: {node}}}]}}}}"
    assert triggers(text + "\nQueue: {Type: AWS::SQS::Queue}\nFRole: {Type: AWS::IAM::Role}") == ()


def test_a_permission_counts_only_where_nothing_better_tells() -> None:
    permission = (
        "P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: events.amazonaws.com}}\n"
    )
    rule = (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Arn: !GetAtt F.Arn}]}}\n"
    )
    assert told(triggers(permission)) == [("eventbridge", "async")]
    assert told(triggers(permission + rule)) == [("schedule", "async")]
    stranger = "P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: '123456789012'}}\n"
    assert triggers(stranger) == ()


DEFINITION = """
StartAt: A
States:
  A: {Type: Task, Resource: %s, Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 4}], Next: B}
  B:
    Type: Map
    ItemProcessor:
      States:
        C: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: %s}}
  D: {Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {MessageBody: %s}}
  E:
    Type: Parallel
    Branches: [{States: {G: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Arguments: {FunctionName: %s, InvocationType: Event}}}}]
"""


def test_state_machines_written_as_data() -> None:
    definition = indent(DEFINITION % (("!GetAtt F.Arn",) * 4), "      ")
    found = triggers("M:\n  Type: AWS::Serverless::StateMachine\n  Properties:\n    Definition:" + definition)
    assert [(trigger.name, *t) for trigger, t in zip(found, told(found), strict=True)] == [
        ("M.A", "stepfunctions", "sync"),
        ("M.C", "stepfunctions", "sync"),
        ("M.G", "stepfunctions", "async"),
    ]
    assert [trigger.settings["retries"].known for trigger in found] == [4, 0, 0]
    assert found[0].span.line == 8 and found[0].settings["retries"].written
    text = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:"
    lines = (text + indent(definition, "  ")).splitlines()

    def written(value: Value[Any]) -> str:
        assert value.span is not None
        return lines[value.span.line - 1][value.span.column - 1 : value.span.end_column - 1]

    assert (written(found[0].source), written(found[0].settings["retries"])) == ("M", "4")


def test_state_machines_in_a_file_with_substitutions() -> None:
    machine = """
    M:
      Type: AWS::Serverless::StateMachine
      Properties:
        DefinitionUri: machine.asl.json
        DefinitionSubstitutions: {Arn: !GetAtt F.Arn}
    """
    text = '{"States": {\n"A": {"Type": "Task", "Resource": "${Arn}", "TimeoutSeconds": ${Seconds}}}}'
    (found,) = triggers(dedent(machine), **{"machine.asl.json": text})
    assert (found.kind, found.name) == ("stepfunctions", "M.A")
    assert found.span == ("machine.asl.json", 2, 1, 2, 4)


@pytest.mark.parametrize(
    "text",
    [
        """!Sub '{"States": {"A": {"Type": "Task", "Resource": "${F.Arn}"}}}'""",
        """!Join ['', ['{"States": {"A": {"Type": "Task", "Resource": "', !GetAtt F.Arn, '"}}}']]""",
        """{'Fn::Sub': ['{"States": {"A": {"Type": "Task", "Resource": "${X}"}}}', {X: !GetAtt F.Arn}]}""",
        """!Sub '{"States": {"A": {"Type": "Task", "Resource": "${F.Arn}", "Output": "{% $states.input %}"}}}'""",
    ],
)
def test_state_machines_written_as_text(text: str) -> None:
    found = triggers(f"M:\n  Type: AWS::StepFunctions::StateMachine\n  Properties:\n    DefinitionString: {text}\n")
    assert told(found) == [("stepfunctions", "sync")]


def test_apis_with_a_document() -> None:
    found = triggers(
        """
        Api:
          Type: AWS::Serverless::Api
          Properties:
            Auth: {Authorizers: {Own: {FunctionArn: !GetAtt F.Arn}}}
            DefinitionBody:
              paths:
                /orders:
                  post: {x-amazon-apigateway-integration: {uri: !Sub 'arn:x/functions/${F.Arn}/invocations'}}
        """.replace("\n        ", "\n")
    )
    assert told(found) == [("apigateway-authorizer", "sync"), ("apigateway-rest", "sync")]
    assert known(found[1]) == {"method": "post", "path": "/orders"}


@pytest.mark.parametrize("section", ["Api", "HttpApi"])
def test_an_authorizer_of_all_apis_of_the_template(section: str) -> None:
    text = f"""
Globals: {{{section}: {{Auth: {{DefaultAuthorizer: Own, Authorizers: {{Own: {{FunctionArn: !GetAtt F.Arn}}}}}}}}}}
Resources:
  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b}}}}
  G: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.c, Events: {{E: {{Type: {section}, Properties: {{Path: /, Method: get}}}}}}}}}}
"""
    found = declared("cloudformation", {"template.yaml": text})
    assert told(found["F"].triggers) == [("apigateway-authorizer", "sync")]
    assert [kind for kind, _ in told(found["G"].triggers)] == [f"apigateway-{'rest' if section == 'Api' else 'http'}"]


def test_a_connector_counts_like_a_permission() -> None:
    connector = "C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: B}, Destination: {Id: F}, Permissions: [Write]}}\n"
    bucket = "B: {Type: AWS::S3::Bucket}\n"
    assert told(triggers(connector + bucket)) == [("s3", "async")]
    queue = "B: {Type: AWS::SQS::Queue}\n"
    assert triggers(connector + queue) == ()
    embedded = (
        "B: {Type: AWS::SNS::Topic, Connectors: {C: {Properties: {Destination: {Id: F}, Permissions: [Write]}}}}\n"
    )
    assert told(triggers(embedded)) == [("sns", "async")]


@pytest.mark.parametrize(
    ("more", "complete"),
    [
        ("", True),
        ("Role: {Type: AWS::IAM::Role, Properties: {RoleName: x}}", True),
        ("V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}", True),
        ("L: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${F}'}}", True),
        ("G: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {OTHER: !Ref F}}}}", False),
        ("P: {Type: AWS::SSM::Parameter, Properties: {Value: !GetAtt F.Arn}}", False),
        ("P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: '123456789012'}}", False),
        ("N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {A: !GetAtt F.Arn}}}", False),
        ("I: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: [{Resource: !GetAtt F.Arn}]}}}", False),
    ],
)
def test_whether_the_triggers_are_all_there_can_be(more: str, complete: bool) -> None:
    rule = (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Arn: !GetAtt F.Arn}]}}\n"
    )
    function = "F: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n"
    assert functions(rule + function + more)["F"].triggers_known is complete
    assert functions(function + more)["F"].triggers_known is False  # invoked by hand, as far as is told
    named = function.replace("Handler: a.b", "FunctionName: orders")
    assert functions(rule + named + more)["F"].triggers_known is False
