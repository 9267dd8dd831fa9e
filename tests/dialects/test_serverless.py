"""Serverless services in, declarations out: settings and how they merge, triggers, positions, bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.serverless import wanted
from tests.dialects.project import declared, project, text_at

if TYPE_CHECKING:
    from lambdalint.model import Declaration

PATH = "serverless.yml"
KEYS = ["handler", "events", "environment", "http", "sqs", "arn", "stream", "type", "name", "layers", "package"]
KEYS += ["exclude", "vpc", "image", "url", "Ref", "path", "artifact", "authorizer", "destinations", "Resources"]
SERVICE = """\
service: shop
provider:
  name: aws
  runtime: python3.12
  stage: live
  memorySize: 512
  timeout: 20
  architecture: arm64
  logRetentionInDays: 30
  tracing: {lambda: true}
  kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/one
  environment:
    SHARED: all
    TABLE: shared-table
  vpc:
    subnetIds: [subnet-1]
    securityGroupIds: [sg-1]
  layers:
    - arn:aws:lambda:eu-west-1:123456789012:layer:base:1
functions:
  plain:
    handler: src/app.handler
  own:
    handler: src/own.handler
    name: own-name
    runtime: python3.13
    memorySize: "2048"
    timeout: 900
    reservedConcurrency: 3
    provisionedConcurrency: 2
    ephemeralStorageSize: 1024
    maximumRetryAttempts: 1
    maximumEventAge: 3600
    onError: arn:aws:sns:eu-west-1:123456789012:dead
    destinations:
      onFailure: arn:aws:sqs:eu-west-1:123456789012:failed
      onSuccess: plain
    snapStart: true
    tracing: PassThrough
    role: arn:aws:iam::123456789012:role/own
    url: {authorizer: aws_iam}
    fileSystemConfig: {arn: 'arn:aws:efs:x', localMountPath: /mnt/data}
    environment:
      TABLE: own-table
      SHARED: null
    vpc:
      subnetIds: [subnet-2]
    layers: []
  outside:
    handler: src/outside.handler
    vpc: false
"""


def functions(text: str) -> dict[str, Declaration]:
    return declared("serverless", {PATH: text})


def triggers(events: str, resources: str = "") -> list[Any]:
    """The triggers of a function with these events (YAML of a list, indented by four)."""
    text = f"service: s\nprovider: {{name: aws}}\nfunctions:\n  f:\n    handler: a.b\n    events:\n{events}{resources}"
    return list(functions(text)["f"].triggers)


def test_the_providers_values_hold_where_a_function_has_none() -> None:
    plain = functions(SERVICE)["plain"]
    assert plain.handler.known == "src/app.handler"
    assert (plain.name.known, plain.name.written) == ("shop-live-plain", False)
    assert (plain.runtime.known, plain.memory.known, plain.timeout.known) == ("python3.12", 512, 20)
    assert {one.name: one.value.known for one in plain.environment} == {"SHARED": "all", "TABLE": "shared-table"}
    assert plain.environment_known
    assert plain.setting("architecture").known == "arm64"
    assert plain.setting("log_retention").known == 30
    assert plain.setting("tracing").known == "Active"
    assert plain.setting("vpc").known == {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert plain.setting("ephemeral_storage").known == 512
    assert not plain.setting("ephemeral_storage").written
    assert [layer.name.known for layer in plain.layers] == ["arn:aws:lambda:eu-west-1:123456789012:layer:base:1"]
    assert text_at(SERVICE, plain.memory.span) == "512"
    assert text_at(SERVICE, plain.span) == "plain"


def test_a_functions_values_win() -> None:
    own = functions(SERVICE)["own"]
    assert (own.name.known, own.name.written) == ("own-name", True)
    assert (own.runtime.known, own.memory.known, own.timeout.known) == ("python3.13", 2048, 900)
    assert text_at(SERVICE, own.memory.span) == '"2048"'
    assert {one.name: one.value.known for one in own.environment} == {"TABLE": "own-table"}
    assert text_at(SERVICE, own.environment[0].value.span) == "own-table"
    assert text_at(SERVICE, own.environment[0].span) == "TABLE"
    known = {name: own.setting(name).known for name in own.settings}
    assert known == {
        "reserved_concurrency": 3,
        "provisioned_concurrency": 2,
        "ephemeral_storage": 1024,
        "async_retries": 1,
        "async_max_age": 3600,
        "dead_letter_queue": "arn:aws:sns:eu-west-1:123456789012:dead",
        "on_failure": "arn:aws:sqs:eu-west-1:123456789012:failed",
        "snapstart": "PublishedVersions",
        "tracing": "PassThrough",
        "role": "arn:aws:iam::123456789012:role/own",
        "function_url": "AWS_IAM",
        "file_system": "/mnt/data",
        "vpc": {"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-1"]},
        "architecture": "arm64",
        "log_retention": 30,
        "kms_key": "arn:aws:kms:eu-west-1:123456789012:key/one",
        "package_type": "Zip",
        "logging": "Text",
        "recursive_loop": "Terminate",
    }
    assert [one.kind for one in own.triggers] == ["function-url"]
    assert own.layers == ()


def test_vpc_false_takes_a_function_out_and_a_destination_is_a_trigger() -> None:
    found = functions(SERVICE)
    assert not found["outside"].setting("vpc").written
    assert [(one.kind, one.source.known) for one in found["plain"].triggers] == [("destination", "own")]


def test_the_frameworks_own_defaults_are_not_written() -> None:
    found = functions("service: s\nprovider: aws\nfunctions:\n  f: {handler: a.b}\n")["f"]
    assert (found.memory.known, found.timeout.known, found.runtime.known) == (1024, 6, "nodejs20.x")
    assert not (found.memory.written or found.timeout.written or found.runtime.written)
    assert found.name.known == "s-dev-f"
    assert not found.triggers_known  # nothing here calls it, so something else does


@pytest.mark.parametrize(
    "written",
    [
        "functions:\n  f: {handler: a.b}\n",
        "functions:\n  - f: {handler: a.b}\n",
        "functions:\n  - ${file(more.yml)}\n",
        "functions: ${file(more.yml)}\n",
        "functions: {f: '${file(more.yml):f}'}\n",
        "functions: ${file(list.yml)}\n",
    ],
)
def test_functions_are_a_map_a_list_or_files(written: str) -> None:
    files = {
        PATH: f"service: s\nprovider: {{name: aws}}\n{written}",
        "more.yml": "f: {handler: a.b}\n",
        "list.yml": "- f: {handler: a.b}\n",
    }
    found = declared("serverless", files)
    assert list(found) == ["f"]
    assert found["f"].handler.known == "a.b"


def test_other_clouds_declare_nothing_here() -> None:
    assert functions("service: s\nprovider: {name: google}\nfunctions:\n  f: {handler: a.b}\n") == {}


def test_an_environment_that_cannot_be_told_is_not_complete() -> None:
    text = "service: s\nprovider: {name: aws, environment: '${file(env.js)}'}\nfunctions:\n  f: {handler: a.b}\n"
    found = functions(text)["f"]
    assert found.environment == ()
    assert not found.environment_known


def test_a_plugin_that_sets_variables_leaves_the_environment_open() -> None:
    text = "service: s\nprovider: {name: aws}\nplugins: [serverless-dotenv-plugin]\nfunctions:\n  f: {handler: a.b}\n"
    assert not functions(text)["f"].environment_known
    assert functions(text.replace("dotenv-plugin", "offline"))["f"].environment_known


def test_what_cloudformation_fills_in() -> None:
    text = """\
service: s
provider: {name: aws}
functions:
  f:
    handler: a.b
    environment:
      QUEUE: {Ref: Jobs}
      SECRET: !Ref Password
      STACK: !Sub "${AWS::StackName}-x"
      HIDDEN: {Ref: Key}
resources:
  Parameters:
    Key: {Type: String, NoEcho: true}
  Resources:
    Jobs: {Type: AWS::SQS::Queue}
    Password: {Type: AWS::SecretsManager::Secret}
"""
    values = {one.name: one.value for one in functions(text)["f"].environment}
    assert values["QUEUE"].known is None
    assert [(one.kind, one.target) for one in values["QUEUE"].references] == [("resource", "AWS::SQS::Queue.Ref")]
    assert [one.kind for one in values["SECRET"].references] == ["secret-name"]
    assert [one.kind for one in values["HIDDEN"].references] == ["secret-parameter"]
    assert text_at(text, values["QUEUE"].span) == "{Ref: Jobs}"


EVENTS = """\
      - http: GET /orders
      - http: {method: post, path: orders, async: true}
      - httpApi: "*"
      - httpApi: {method: PUT, path: '/x/{id}'}
      - websocket: $connect
      - websocket: {route: send}
      - s3: uploads
      - s3: {bucket: other, event: 's3:ObjectCreated:*', rules: [{prefix: in/}]}
      - sns: topic
      - sns: {arn: 'arn:aws:sns:eu-west-1:123456789012:t.fifo'}
      - sqs: arn:aws:sqs:eu-west-1:123456789012:jobs
      - sqs: {arn: 'arn:aws:sqs:eu-west-1:123456789012:j.fifo', batchSize: 1, maximumBatchingWindow: 5, maximumConcurrency: 7, functionResponseType: ReportBatchItemFailures, filterPatterns: [{a: [1]}]}
      - stream: arn:aws:kinesis:eu-west-1:123456789012:stream/s
      - stream: {type: dynamodb, arn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1', batchSize: 50, batchWindow: 2, startingPosition: LATEST, bisectBatchOnFunctionError: true, maximumRetryAttempts: 3, maximumRecordAgeInSeconds: 120, parallelizationFactor: 2, destinations: {onFailure: 'arn:aws:sqs:x'}}
      - schedule: rate(5 minutes)
      - schedule: {rate: [cron(0 1 * * ? *), rate(1 day)], enabled: false}
      - eventBridge: {schedule: rate(1 hour)}
      - eventBridge: {eventBus: bus, pattern: {source: [x]}, retryPolicy: {maximumRetryAttempts: 2}}
      - cloudwatchEvent: {event: {source: [aws.ec2]}}
      - cloudwatchLog: /aws/lambda/x
      - alb: {listenerArn: 'arn:aws:elasticloadbalancing:x', priority: 1}
      - iot: {sql: SELECT * FROM 't'}
      - msk: {arn: 'arn:aws:kafka:x', topic: t}
      - kafka: {topic: t, bootstrapServers: [b]}
      - activemq: {arn: 'arn:aws:mq:x', queue: q}
      - rabbitmq: {arn: 'arn:aws:mq:y', queue: q}
      - cognitoUserPool: {pool: users, trigger: PreSignUp}
      - alexaSkill: amzn1.ask.skill.x
      - alexaSkill
      - cloudFront: {eventType: viewer-request, origin: 'https://x'}
"""  # noqa: E501 - one event a line


def test_every_event_is_a_trigger() -> None:
    found = triggers(EVENTS)
    assert [(one.kind, one.delivery) for one in found] == [
        ("apigateway-rest", "sync"),
        ("apigateway-rest", "async"),
        ("apigateway-http", "sync"),
        ("apigateway-http", "sync"),
        ("apigateway-websocket", "sync"),
        ("apigateway-websocket", "sync"),
        ("s3", "async"),
        ("s3", "async"),
        ("sns", "async"),
        ("sns", "async"),
        ("sqs", "poll"),
        ("sqs", "poll"),
        ("kinesis", "poll"),
        ("dynamodb", "poll"),
        ("schedule", "async"),
        ("schedule", "async"),
        ("schedule", "async"),
        ("schedule", "async"),
        ("eventbridge", "async"),
        ("eventbridge", "async"),
        ("cloudwatch-logs", "async"),
        ("alb", "sync"),
        ("iot", "async"),
        ("msk", "poll"),
        ("kafka", "poll"),
        ("mq-activemq", "poll"),
        ("mq-rabbitmq", "poll"),
        ("cognito", "sync"),
        ("alexa", "sync"),
        ("alexa", "sync"),
        ("cloudfront", "sync"),
    ]


def test_event_settings() -> None:
    found = triggers(EVENTS)

    def known(position: int) -> dict[str, Any]:
        return {name: value.known for name, value in found[position].settings.items()}

    assert known(0) == {"method": "GET", "path": "/orders"}
    assert known(1) == {"method": "POST", "path": "orders"}
    assert known(2) == {"path": "*"}
    assert known(5) == {"path": "send"}
    assert found[6].source.known == "uploads"
    assert known(9) == {"fifo": True}
    assert known(10)["batch_size"] == 10
    assert not found[10].settings["batch_size"].written
    assert known(11) == {
        "batch_size": 1,
        "batching_window": 5,
        "maximum_concurrency": 7,
        "report_batch_item_failures": True,
        "filter": [{"a": [1]}],
        "fifo": True,
        "enabled": True,
    }
    assert (known(12)["batch_size"], known(12)["starting_position"]) == (10, "TRIM_HORIZON")
    assert known(13) == {
        "batch_size": 50,
        "batching_window": 2,
        "starting_position": "LATEST",
        "bisect": True,
        "stream_retries": 3,
        "record_age": 120,
        "parallelization": 2,
        "on_failure": "arn:aws:sqs:x",
        "report_batch_item_failures": False,
        "enabled": True,
    }
    assert known(14) == {"schedule": "rate(5 minutes)"}
    assert known(15) == {"schedule": "cron(0 1 * * ? *)", "enabled": False}
    assert known(18)["retries"] == 2
    assert found[18].source.known == "bus"


def test_the_queue_behind_an_event_is_looked_up_in_the_resources() -> None:
    resources = """\
resources:
  - Resources:
      Jobs:
        Type: AWS::SQS::Queue
        Properties:
          VisibilityTimeout: 60
          RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 4}
      Dead: {Type: AWS::SQS::Queue}
  - Resources:
      Other:
        Type: AWS::SNS::Subscription
        Properties: {Protocol: lambda, Endpoint: !GetAtt FLambdaFunction.Arn, TopicArn: !Ref Topic}
      Topic: {Type: AWS::SNS::Topic}
"""
    queue, topic = triggers("      - sqs: {arn: {Fn::GetAtt: [Jobs, Arn]}}\n", resources)
    assert queue.source.known == "Jobs"
    assert {name: queue.settings[name].known for name in ("visibility_timeout", "redrive", "fifo")} == {
        "visibility_timeout": 60,
        "redrive": 4,
        "fifo": False,
    }
    assert (topic.kind, topic.source.known) == ("sns", "Topic")


def test_a_queue_is_found_by_the_name_that_ends_its_arn() -> None:
    resources = "resources:\n  Resources:\n    Jobs:\n      Type: AWS::SQS::Queue\n"
    resources += "      Properties: {QueueName: jobs-dev, VisibilityTimeout: 90}\n"
    for arn in ("arn:aws:sqs:eu-west-1:123456789012:jobs-dev", "'arn:aws:sqs:${aws:region}:${aws:accountId}:jobs-dev'"):
        (queue,) = triggers(f"      - sqs: {arn}\n", resources)
        assert queue.settings["visibility_timeout"].known == 90
    (other,) = triggers("      - sqs: arn:aws:sqs:eu-west-1:123456789012:other\n", resources)
    assert "visibility_timeout" not in other.settings


def test_resources_set_and_start_functions() -> None:
    text = """\
service: s
provider: {name: aws}
functions:
  first-step: {handler: a.b}
resources:
  Resources:
    Settings:
      Type: AWS::Lambda::EventInvokeConfig
      Properties: {FunctionName: !Ref FirstDashstepLambdaFunction, MaximumRetryAttempts: 0}
    Machine:
      Type: AWS::StepFunctions::StateMachine
      Properties:
        DefinitionString: !Sub |
          {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
           "Resource": "${FirstDashstepLambdaFunction.Arn}"}}}
"""
    found = functions(text)["first-step"]
    assert found.setting("async_retries").known == 0
    assert [one.kind for one in found.triggers] == ["stepfunctions"]


def test_state_machines_of_the_plugin_invoke_functions() -> None:
    text = """\
service: s
provider: {name: aws}
plugins: [serverless-step-functions]
functions:
  check: {handler: a.check}
  charge-card: {handler: a.charge}
  alone: {handler: a.alone}
stepFunctions:
  stateMachines:
    order:
      name: order
      definition:
        StartAt: Check
        States:
          Check:
            Type: Task
            Resource: {Fn::GetAtt: [check, Arn]}
            Next: Charge
          Charge:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke
            Parameters: {FunctionName: !GetAtt charge-card.Arn, Payload.$: $}
            Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 5}]
            End: true
"""
    found = functions(text)
    assert {name: [(one.kind, one.name) for one in made.triggers] for name, made in found.items()} == {
        "check": [("stepfunctions", "order.Check")],
        "charge-card": [("stepfunctions", "order.Charge")],
        "alone": [],
    }
    charge = found["charge-card"].triggers[0]
    assert charge.settings["retries"].known == 5
    assert (charge.span.path, charge.span.line) == (PATH, 19)


def test_functions_among_the_resources_are_cloudformations() -> None:
    text = """\
service: s
provider: {name: aws}
functions:
  f: {handler: a.b}
resources:
  Resources:
    Other:
      Type: AWS::Lambda::Function
      Properties: {Handler: c.d, Runtime: python3.12, Role: arn, Timeout: '${self:custom.t}'}
    FLambdaFunction:
      Type: AWS::Lambda::Function
      Properties: {Description: more of f}
custom: {t: 9}
"""
    found = functions(text)
    assert set(found) == {"f", "Other"}
    assert (found["Other"].dialect, found["Other"].timeout.known) == ("cloudformation", 9)


def test_an_authorizer_is_triggered_by_the_routes_that_name_it() -> None:
    text = """\
service: s
provider: {name: aws}
functions:
  check: {handler: a.check}
  api:
    handler: a.api
    events:
      - http: {method: get, path: /, authorizer: {name: check}}
      - http: {method: get, path: /b, authorizer: check}
"""
    assert [one.kind for one in functions(text)["check"].triggers] == ["apigateway-authorizer"]


def test_events_that_cannot_be_told_leave_the_triggers_open() -> None:
    text = "service: s\nprovider: {name: aws}\nfunctions:\n  f:\n    handler: a.b\n    events:\n"
    assert functions(text + "      - http: GET /\n")["f"].triggers_known
    assert not functions(text + "      - ${file(events.js)}\n")["f"].triggers_known
    assert not functions(text + "      - somethingNew: {}\n")["f"].triggers_known


def test_json_services() -> None:
    text = (
        '{"service": "s", "provider": {"name": "aws", "runtime": "python3.12"}, "functions": {"f": {"handler": "a.b"}}}'
    )
    assert declared("serverless", {"x/serverless.json": text})["f"].runtime.known == "python3.12"


@pytest.mark.parametrize(
    ("path", "text", "is_wanted"),
    [
        ("serverless.yml", "provider: x\nfunctions: y", True),
        ("a/serverless.prod.yaml", "provider: x\nfunctions: y", True),
        ("serverless-compose.yml", "services: {}\nprovider: x\nfunctions: y", False),
        ("service.yml", "service: a\nprovider: x\nfunctions: y", True),
        ("config.yml", "provider: x\nfunctions: y", False),
        ("template.yaml", "Resources: {}", False),
    ],
)
def test_wanted(path: str, text: str, is_wanted: bool) -> None:
    assert wanted(path, text.encode()) is is_wanted


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("${}self:opt,'file()~a.!#", max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["functions", "provider", "custom", "package", "resources", "layers", "plugins", "params"]),
)
def test_no_service_breaks_the_reader(value: Any, place: str) -> None:
    import json

    root: dict[str, Any] = {"service": "s", "provider": {"name": "aws"}, "custom": {"a": "${self:custom}"}}
    root["functions"] = {"f": {"handler": "a.b", "events": [{"http": "${self:custom.a}"}]}, "g": value}
    root[place] = {"f": value} if place == "functions" else value
    held = project({PATH: json.dumps(root)})
    from lambdalint.dialects.serverless import declare

    for found in declare(held):
        assert found.span.path == PATH
        for variable in found.environment:
            assert variable.value.written
