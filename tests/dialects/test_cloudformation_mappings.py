"""Event source mappings and events of SAM: their kinds, their settings, and those of the queue behind them."""
# ruff: noqa: E501

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.dialects.test_cloudformation_triggers import functions, known, told, triggers


@pytest.mark.parametrize(
    ("event", "kind", "delivery"),
    [
        ("{Type: Api, Properties: {Path: /x, Method: get}}", "apigateway-rest", "sync"),
        ("{Type: HttpApi}", "apigateway-http", "sync"),
        ("{Type: S3, Properties: {Bucket: !Ref B, Events: s3:ObjectCreated:*}}", "s3", "async"),
        ("{Type: SNS, Properties: {Topic: !Ref T}}", "sns", "async"),
        ("{Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}", "sqs", "poll"),
        ("{Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: {BatchSize: 3, QueueArn: x}}}", "sqs", "poll"),
        ("{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}", "sqs", "poll"),
        ("{Type: Kinesis, Properties: {Stream: x, StartingPosition: LATEST}}", "kinesis", "poll"),
        ("{Type: DynamoDB, Properties: {Stream: x, StartingPosition: LATEST}}", "dynamodb", "poll"),
        ("{Type: DocumentDB, Properties: {Cluster: x}}", "documentdb", "poll"),
        ("{Type: MSK, Properties: {Stream: x, Topics: [t], StartingPosition: LATEST}}", "msk", "poll"),
        ("{Type: MQ, Properties: {Broker: x, Queues: [q]}}", "mq-activemq", "poll"),
        ("{Type: MQ, Properties: {Broker: !GetAtt Rabbit.Arn, Queues: [q]}}", "mq-rabbitmq", "poll"),
        (
            "{Type: MQ, Properties: {Broker: x, Queues: [q], SourceAccessConfigurations: [{Type: VIRTUAL_HOST}]}}",
            "mq-rabbitmq",
            "poll",
        ),
        ("{Type: SelfManagedKafka, Properties: {KafkaBootstrapServers: [a], Topics: [t]}}", "kafka", "poll"),
        ("{Type: Schedule, Properties: {Schedule: rate(1 day)}}", "schedule", "async"),
        ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}", "schedule", "async"),
        ("{Type: EventBridgeRule, Properties: {Pattern: {source: [own]}}}", "eventbridge", "async"),
        ("{Type: EventBridgeRule, Properties: {Pattern: {source: [aws.s3]}}}", "s3-eventbridge", "async"),
        ("{Type: CloudWatchEvent, Properties: {Pattern: {source: [own]}}}", "eventbridge", "async"),
        ("{Type: CloudWatchLogs, Properties: {LogGroupName: g, FilterPattern: ''}}", "cloudwatch-logs", "async"),
        ("{Type: IoTRule, Properties: {Sql: SELECT * FROM 'a'}}", "iot", "async"),
        ("{Type: AlexaSkill}", "alexa", "sync"),
        ("!If [Somehow, {Type: AlexaSkill}, !Ref 'AWS::NoValue']", "alexa", "sync"),
        ("{Type: Cognito, Properties: {UserPool: !Ref U, Trigger: PreSignUp}}", "cognito", "sync"),
    ],
)
def test_events_of_sam(event: str, kind: str, delivery: str) -> None:
    found = functions(
        f"""
        F:
          Type: AWS::Serverless::Function
          Properties:
            Handler: a.b
            Events:
              E: {event}
        Q: {{Type: AWS::SQS::Queue}}
        Rabbit: {{Type: AWS::AmazonMQ::Broker, Properties: {{EngineType: RabbitMQ}}}}
        """
    )["F"].triggers
    assert told(found) == [(kind, delivery)]
    assert (found[0].name, found[0].span[1:]) == ("E", (8, 9, 8, 10))


def test_settings_of_events() -> None:
    found = functions(
        """
        F:
          Type: AWS::Serverless::Function
          Properties:
            Events:
              A: {Type: Api, Properties: {Path: /x, Method: post}}
              S: {Type: Schedule, Properties: {Schedule: rate(1 day), RetryPolicy: {MaximumRetryAttempts: 4}}}
              T: {Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 0 * * ? *)}}
            FunctionUrlConfig: {AuthType: NONE}
        """
    )["F"].triggers
    assert [known(trigger) for trigger in found] == [
        {"method": "post", "path": "/x"},
        {"schedule": "rate(1 day)", "retries": 4},
        {"schedule": "cron(0 0 * * ? *)"},
        {"auth": "NONE"},
    ]
    assert found[3].kind == "function-url"


MAPPING = """
M:
  Type: AWS::Lambda::EventSourceMapping
  Properties:
    FunctionName: !GetAtt F.Arn
"""


SOURCES = """
Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, ContentBasedDeduplication: true, VisibilityTimeout: 90,
    RedrivePolicy: {maxReceiveCount: 5, deadLetterTargetArn: !GetAtt D.Arn}}}
D: {Type: AWS::SQS::Queue}
Stream: {Type: AWS::Kinesis::Stream}
Table: {Type: AWS::DynamoDB::Table}
"""


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ("EventSourceArn: !GetAtt Q.Arn", "sqs"),
        ("EventSourceArn: !Sub '${Q.Arn}'", "sqs"),
        ("EventSourceArn: !GetAtt Stream.Arn\nStartingPosition: LATEST", "kinesis"),
        ("EventSourceArn: !GetAtt Table.StreamArn\nStartingPosition: LATEST", "dynamodb"),
        ("EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:q", "sqs"),
        ("EventSourceArn: !Sub 'arn:aws:kinesis:${AWS::Region}:123456789012:stream/s'", "kinesis"),
        ("EventSourceArn: !Ref Somewhere\nStartingPosition: LATEST\nTopics: [t]", "msk"),
        ("EventSourceArn: !Ref Somewhere\nStartingPosition: LATEST", "unknown"),
        ("EventSourceArn: !Ref Somewhere", "sqs"),
        ("EventSourceArn: !Ref Somewhere\nQueues: [q]", "mq-activemq"),
        ("SelfManagedEventSource: {Endpoints: {}}\nTopics: [t]", "kafka"),
    ],
)
def test_event_source_mappings(properties: str, kind: str) -> None:
    (found,) = triggers(MAPPING + indent(properties, "    ") + SOURCES)
    assert (found.kind, found.delivery, found.name) == (kind, "poll", "M")


def test_settings_of_a_mapping_and_of_its_queue() -> None:
    (found,) = triggers(
        MAPPING
        + indent(
            dedent(
                """
                EventSourceArn: !GetAtt Q.Arn
                BatchSize: 5
                FunctionResponseTypes: [ReportBatchItemFailures]
                ScalingConfig: {MaximumConcurrency: 10}
                FilterCriteria: {Filters: [{Pattern: '{}'}]}
                """
            ),
            "    ",
        )
        + SOURCES
    )
    assert known(found) == {
        "batch_size": 5,
        "maximum_concurrency": 10,
        "report_batch_item_failures": True,
        "filter": [{"Pattern": "{}"}],
        "fifo": True,
        "content_deduplication": True,
        "visibility_timeout": 90,
        "redrive": 5,
    }
    assert found.source.known == "Q"
    assert found.settings["visibility_timeout"].span is not None and found.settings["batching_window"].known == 0


def test_what_a_mapping_does_not_say_has_the_services_default() -> None:
    (found,) = triggers(MAPPING + "    EventSourceArn: !GetAtt D.Arn\n" + SOURCES)
    assert known(found) == {}
    told_by_default = {name: value.known for name, value in found.settings.items()}
    assert told_by_default == {
        "batch_size": 10,
        "batching_window": 0,
        "report_batch_item_failures": False,
        "fifo": False,
        "content_deduplication": False,
        "visibility_timeout": 30,
        "redrive": None,
    }
    (stream,) = triggers(MAPPING + "    EventSourceArn: !GetAtt Stream.Arn\n    StartingPosition: LATEST\n" + SOURCES)
    defaults = {name: value.known for name, value in stream.settings.items() if not value.written}
    assert defaults["batch_size"] == 100 and defaults["stream_retries"] == -1 and defaults["bisect"] is False
    assert "redrive" not in stream.settings


@pytest.mark.parametrize(
    "rule",
    [
        "{Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), State: STATE, Targets: [{Arn: !GetAtt F.Arn}]}}",
        "{Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 day), State: STATE, Target: {Arn: !GetAtt F.Arn}}}",
    ],
)
def test_a_rule_that_is_on_or_off(rule: str) -> None:
    for state, enabled in (("ENABLED", True), ("Enabled", True), ("DISABLED", False)):
        (found,) = triggers(f"R: {rule.replace('STATE', state)}")
        assert found.settings["enabled"].known is enabled
    (found,) = triggers(f"R: {rule.replace('State: STATE, ', '')}")
    assert "enabled" not in found.settings


def test_a_queue_elsewhere_says_nothing() -> None:
    (found,) = triggers(MAPPING + "    EventSourceArn: !Ref Somewhere\n")
    assert "redrive" not in found.settings and "fifo" not in found.settings
    (fifo,) = triggers(MAPPING + "    EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:q.fifo\n")
    assert fifo.settings["fifo"].known is True
