"""Serverless services in, triggers out: events, resources, state machines, and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration


def functions(text: str) -> dict[str, Declaration]:
    return declared("serverless", {"serverless.yml": text})


def triggers(events: str, resources: str = "") -> list[Any]:
    """The triggers of a function with these events (YAML of a list, indented by four)."""
    text = f"service: s\nprovider: {{name: aws}}\nfunctions:\n  f:\n    handler: a.b\n    events:\n{events}{resources}"
    return list(functions(text)["f"].triggers)


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
    assert (charge.span.path, charge.span.line) == ("serverless.yml", 19)


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
