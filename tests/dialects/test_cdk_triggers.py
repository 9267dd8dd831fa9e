"""What invokes the functions of a CDK app: every way to connect one, with the settings of the connection."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from lambdalint.model import Trigger, Value
from tests.dialects.cdk_apps import CDK_JSON, functions, typescript
from tests.dialects.project import declared, text_at

MAKE = "const fn = new lambda.Function(this, 'Fn', { handler: 'index.handler' });\n"


def triggers(body: str, before: str = "") -> tuple[Trigger, ...]:
    """The triggers of the function `fn` after these statements."""
    return functions(MAKE + body, before)["Fn"].triggers


def trigger(body: str, before: str = "") -> Trigger:
    """The only trigger."""
    (found,) = triggers(body, before)
    return found


def known(found: Trigger) -> dict[str, object]:
    """The settings that are written, by what is known of them."""
    return {name: value.known for name, value in found.settings.items() if value.written}


# -------------------------------------------------------------------------------------------------------- queues


def test_queue_with_every_setting() -> None:
    found = trigger(
        """
        const dead = new sqs.Queue(this, 'Dead');
        const queue = new sqs.Queue(this, 'Queue', {
          fifo: true, contentBasedDeduplication: true, visibilityTimeout: cdk.Duration.minutes(6),
          deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
        });
        fn.addEventSource(new sources.SqsEventSource(queue, {
          batchSize: 20, maxBatchingWindow: cdk.Duration.seconds(30), reportBatchItemFailures: true, maxConcurrency: 4,
          enabled: true, filters: [lambda.FilterCriteria.filter({ body: {} })],
        }));
        """
    )
    assert (found.kind, found.delivery) == ("sqs", "poll")
    assert found.source.known == "Queue"
    assert known(found) == {
        "batch_size": 20,
        "batching_window": 30,
        "report_batch_item_failures": True,
        "maximum_concurrency": 4,
        "enabled": True,
        "filter": None,
        "fifo": True,
        "content_deduplication": True,
        "visibility_timeout": 360,
        "redrive": 5,
    }


def test_defaults_of_a_queue_and_its_mapping() -> None:
    found = trigger("fn.addEventSource(new sources.SqsEventSource(new sqs.Queue(this, 'Queue')));")
    assert known(found) == {}
    assert found.settings["batch_size"] == Value(10, None, written=False)
    assert found.settings["report_batch_item_failures"] == Value(False, None, written=False)
    assert found.settings["fifo"] == Value(False, None, written=False)
    assert found.settings["visibility_timeout"] == Value(30, None, written=False)
    assert found.settings["redrive"] == Value(None, None, written=False)


def test_queue_that_is_not_made_here_says_nothing_of_itself() -> None:
    found = trigger("fn.addEventSource(new sources.SqsEventSource(sqs.Queue.fromQueueArn(this, 'Q', props.arn)));")
    assert not {"fifo", "visibility_timeout", "redrive"} & set(found.settings)


def test_unknown_options_of_a_mapping_are_unknown() -> None:
    found = trigger("fn.addEventSource(new sources.SqsEventSource(new sqs.Queue(this, 'Queue'), props.options));")
    assert found.settings["batch_size"] == Value(None, None, True)
    assert found.settings["report_batch_item_failures"] == Value(None, None, True)


def test_name_that_ends_in_fifo() -> None:
    found = trigger(
        "const q = new sqs.Queue(this, 'Q', { queueName: 'a.fifo' });\nfn.addEventSource(new sources.SqsEventSource(q));"
    )
    assert found.settings["fifo"].known is True


def test_place_and_source_of_a_mapping() -> None:
    text = typescript(
        f"{MAKE}const queue = new sqs.Queue(this, 'Queue');\nfn.addEventSource(new sources.SqsEventSource(queue, {{ batchSize: 5 }}));"
    )
    (found,) = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": text})["Fn"].triggers
    assert text_at(text, found.span) == "new sources.SqsEventSource"
    assert text_at(text, found.source.span) == "queue"
    assert text_at(text, found.settings["batch_size"].span) == "5"


def test_events_among_the_props() -> None:
    body = """
    const queue = new sqs.Queue(this, 'Queue');
    new lambda.Function(this, 'Fn', { events: [new sources.SqsEventSource(queue), new sources.SnsEventSource(topic)] });
    """
    found = functions(body, "declare const topic: any;")["Fn"].triggers
    assert [one.kind for one in found] == ["sqs", "sns"]


# ------------------------------------------------------------------------------------------------------- streams


def test_streams() -> None:
    found = triggers(
        """
        const table = new dynamodb.Table(this, 'Table', {});
        const stream = new kinesis.Stream(this, 'Stream');
        fn.addEventSource(new sources.DynamoEventSource(table, {
          startingPosition: lambda.StartingPosition.TRIM_HORIZON, bisectBatchOnError: true, retryAttempts: 3,
          onFailure: new sources.SqsDlq(new sqs.Queue(this, 'Dead')), parallelizationFactor: 2,
        }));
        fn.addEventSource(new sources.KinesisEventSource(stream, {
          startingPosition: lambda.StartingPosition.LATEST, batchSize: 50, maxRecordAge: cdk.Duration.hours(1),
        }));
        """
    )
    table, stream = found
    assert (table.kind, table.source.known) == ("dynamodb", "Table")
    assert known(table) == {
        "starting_position": "TRIM_HORIZON",
        "bisect": True,
        "stream_retries": 3,
        "on_failure": "Dead",
        "parallelization": 2,
    }
    assert table.settings["batch_size"] == Value(100, None, written=False)
    assert table.settings["record_age"] == Value(-1, None, written=False)
    assert (stream.kind, known(stream)) == (
        "kinesis",
        {"starting_position": "LATEST", "batch_size": 50, "record_age": 3600},
    )


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("new sources.ManagedKafkaEventSource({ clusterArn: props.arn, topic: 't', batchSize: 7 })", "msk"),
        ("new sources.SelfManagedKafkaEventSource({ bootstrapServers: ['b'], topic: 't', batchSize: 7 })", "kafka"),
        ("new RabbitMqEventSource({ broker, queueName: 'q', batchSize: 7 })", "mq-rabbitmq"),
        ("new ActiveMqEventSource({ broker, queueName: 'q', batchSize: 7 })", "mq-activemq"),
    ],
)
def test_kafka_and_brokers(source: str, kind: str) -> None:
    before = (
        "import { RabbitMqEventSource, ActiveMqEventSource } from '@cdklabs/cdk-amazonmq';\ndeclare const broker: any;"
    )
    found = trigger(f"fn.addEventSource({source});", before)
    assert (found.kind, found.delivery, found.settings["batch_size"].known) == (kind, "poll", 7)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("fn.addEventSourceMapping('M', { eventSourceArn: queue.queueArn, batchSize: 3 });", "sqs"),
        ("new lambda.EventSourceMapping(this, 'M', { target: fn, eventSourceArn: table.tableStreamArn, batchSize: 3 });", "dynamodb"),
        ("new lambda.CfnEventSourceMapping(this, 'M', { functionName: fn.functionName, eventSourceArn: stream.streamArn, batchSize: 3 });", "kinesis"),
        ("fn.addEventSourceMapping('M', { eventSourceArn: 'arn:aws:sqs:eu-west-1:1:q', batchSize: 3 });", "sqs"),
    ],
)  # fmt: skip
def test_mappings_by_arn(statement: str, kind: str) -> None:
    found = trigger(
        "const queue = new sqs.Queue(this, 'Q', {});\nconst table = new dynamodb.Table(this, 'T', {});\n"
        f"const stream = new kinesis.Stream(this, 'S', {{}});\n{statement}"
    )
    assert (found.kind, found.name, found.settings["batch_size"].known) == (kind, "M", 3)


# -------------------------------------------------------------------------------------------- notifications, rules


@pytest.mark.parametrize(
    ("statement", "kind", "source"),
    [
        ("bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(fn), { suffix: '.csv' });", "s3", "Bucket"),
        ("bucket.addObjectCreatedNotification(new s3n.LambdaDestination(fn));", "s3", "Bucket"),
        ("fn.addEventSource(new sources.S3EventSource(bucket, { events: [s3.EventType.OBJECT_CREATED] }));", "s3", "Bucket"),
        ("topic.addSubscription(new subs.LambdaSubscription(fn));", "sns", "Topic"),
        ("fn.addEventSource(new sources.SnsEventSource(topic));", "sns", "Topic"),
        ("group.addSubscriptionFilter('F', { destination: new destinations.LambdaDestination(fn) });", "cloudwatch-logs", "Group"),
    ],
)  # fmt: skip
def test_notifications(statement: str, kind: str, source: str) -> None:
    found = trigger(
        "const bucket = new s3.Bucket(this, 'Bucket');\nconst topic = new sns.Topic(this, 'Topic');\n"
        f"const group = new logs.LogGroup(this, 'Group');\n{statement}",
        "import * as s3n from 'aws-cdk-lib/aws-s3-notifications';\nimport * as subs from 'aws-cdk-lib/aws-sns-subscriptions';\n"
        "import * as destinations from 'aws-cdk-lib/aws-logs-destinations';",
    )
    assert (found.kind, found.delivery, found.source.known) == (kind, "async", source)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("events.Schedule.rate(cdk.Duration.minutes(5))", "rate(5 minutes)"),
        ("events.Schedule.rate(cdk.Duration.minutes(60))", "rate(1 hour)"),
        ("events.Schedule.rate(cdk.Duration.days(1))", "rate(1 day)"),
        ("events.Schedule.expression('cron(0 18 ? * MON-FRI *)')", "cron(0 18 ? * MON-FRI *)"),
        ("events.Schedule.cron({ minute: '0', hour: '4' })", "cron(0 4 * * ? *)"),
        ("events.Schedule.cron({ minute: '0', hour: '4', weekDay: 'MON' })", "cron(0 4 ? * MON *)"),
        ("props.schedule", None),
    ],
)
def test_schedules(schedule: str, expected: str | None) -> None:
    found = trigger(
        f"new events.Rule(this, 'Rule', {{ schedule: {schedule}, targets: [new targets.LambdaFunction(fn)] }});"
    )
    assert (found.kind, found.delivery, found.name) == ("schedule", "async", "Rule")
    assert found.settings["schedule"].known == expected


def test_rule_with_a_pattern_and_added_target() -> None:
    found = trigger(
        "const rule = new events.Rule(this, 'Rule', { eventPattern: { source: ['x'] } });\n"
        "rule.addTarget(new targets.LambdaFunction(fn, { retryAttempts: 2 }));"
    )
    assert (found.kind, found.name, known(found)) == ("eventbridge", "Rule", {"retries": 2})


def test_scheduler() -> None:
    found = trigger(
        "new Schedule(this, 'S', { schedule: ScheduleExpression.rate(cdk.Duration.hours(2)), target: new LambdaInvoke(fn) });",
        "import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';\n"
        "import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';",
    )
    assert (found.kind, found.settings["schedule"].known) == ("schedule", "rate(2 hours)")


# ---------------------------------------------------------------------------------------------------------- HTTP


def test_rest_api_with_resources() -> None:
    found = triggers(
        """
        const api = new apigateway.RestApi(this, 'Api');
        const items = api.root.addResource('items');
        items.addMethod('GET', new apigateway.LambdaIntegration(fn));
        items.addResource('{id}').addMethod('DELETE', new apigateway.LambdaIntegration(fn));
        """
    )
    assert [(one.kind, one.settings["method"].known, one.settings["path"].known) for one in found] == [
        ("apigateway-rest", "GET", "/items"),
        ("apigateway-rest", "DELETE", "/items/{id}"),
    ]


def test_integration_used_twice() -> None:
    found = triggers(
        "const api = new apigateway.RestApi(this, 'Api');\nconst integration = new apigateway.LambdaIntegration(fn);\n"
        "api.root.addMethod('GET', integration);\napi.root.addMethod('POST', integration);"
    )
    assert [one.settings["method"].known for one in found] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("new apigateway.LambdaRestApi(this, 'Api', { handler: fn });", "apigateway-rest"),
        ("new apigateway.RestApi(this, 'Api', { defaultIntegration: new apigateway.LambdaIntegration(fn) });", "apigateway-rest"),
        ("http.addRoutes({ path: '/x', methods: [v2.HttpMethod.GET], integration: new HttpLambdaIntegration('I', fn) });", "apigateway-http"),
        ("new v2.HttpApi(this, 'A', { defaultIntegration: new HttpLambdaIntegration('I', fn) });", "apigateway-http"),
        ("ws.addRoute('msg', { integration: new WebSocketLambdaIntegration('I', fn) });", "apigateway-websocket"),
        ("new v2.WebSocketApi(this, 'W', { connectRouteOptions: { integration: new WebSocketLambdaIntegration('I', fn) } });", "apigateway-websocket"),
        ("new apigateway.TokenAuthorizer(this, 'Auth', { handler: fn });", "apigateway-authorizer"),
        ("http.addRoutes({ path: '/', authorizer: new HttpLambdaAuthorizer('Auth', fn) });", "apigateway-authorizer"),
        ("fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });", "function-url"),
        ("new lambda.FunctionUrl(this, 'Url', { function: fn });", "function-url"),
        ("group.addTargets('T', { targets: [new LambdaTarget(fn)] });", "alb"),
    ],
)  # fmt: skip
def test_http(statement: str, kind: str) -> None:
    before = """
    import * as v2 from 'aws-cdk-lib/aws-apigatewayv2';
    import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
    import { HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
    import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
    import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
    """
    made = "const http = new v2.HttpApi(this, 'Http');\nconst ws = new v2.WebSocketApi(this, 'Ws');\n"
    made += "const group = new elb.ApplicationListener(this, 'L', {});\n"
    found = trigger(made + statement, before)
    assert (found.kind, found.delivery) == (kind, "sync")


def test_http_route_settings() -> None:
    found = trigger(
        "new v2.HttpApi(this, 'Http').addRoutes({ path: '/x/{id}', methods: [v2.HttpMethod.GET, v2.HttpMethod.PUT], "
        "integration: new HttpLambdaIntegration('I', fn) });",
        "import * as v2 from '@aws-cdk/aws-apigatewayv2-alpha';\n"
        "import { HttpLambdaIntegration } from '@aws-cdk/aws-apigatewayv2-integrations-alpha';",
    )
    assert (found.settings["path"].known, found.settings["method"].known) == ("/x/{id}", "GET,PUT")


def test_function_url_setting() -> None:
    fn = functions(MAKE + "fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });")["Fn"]
    assert fn.setting("function_url").known == "NONE"
    assert functions(MAKE + "fn.addFunctionUrl();")["Fn"].setting("function_url").known == "AWS_IAM"


# --------------------------------------------------------------------------------------------------------- others


@pytest.mark.parametrize(
    ("imports", "statement", "kind"),
    [
        ("import * as x from 'aws-cdk-lib/aws-stepfunctions-tasks';", "new x.LambdaInvoke(this, 'T', { lambdaFunction: fn });", "stepfunctions"),
        ("import * as x from 'aws-cdk-lib/custom-resources';", "new x.Provider(this, 'P', { onEventHandler: fn });", "cloudformation"),
        ("", "new cdk.CustomResource(this, 'C', { serviceToken: fn.functionArn });", "cloudformation"),
        ("import * as x from 'aws-cdk-lib/aws-cognito';", "new x.UserPool(this, 'P', { lambdaTriggers: { preSignUp: fn } });", "cognito"),
        ("import * as x from 'aws-cdk-lib/aws-cognito';", "new x.UserPool(this, 'P').addTrigger(x.UserPoolOperation.PRE_SIGN_UP, fn);", "cognito"),
        ("import * as x from 'aws-cdk-lib/aws-appsync';", "new x.GraphqlApi(this, 'A', {}).addLambdaDataSource('D', fn);", "appsync"),
        ("import * as x from 'aws-cdk-lib/aws-ses-actions';", "new x.Lambda({ function: fn });", "ses"),
        ("import * as x from '@aws-cdk/aws-iot-actions-alpha';", "new x.LambdaFunctionAction(fn);", "iot"),
        ("import * as x from 'aws-cdk-lib/aws-config';", "new x.CustomRule(this, 'R', { lambdaFunction: fn });", "config"),
        ("import * as x from 'aws-cdk-lib/aws-codepipeline-actions';", "new x.LambdaInvokeAction({ lambda: fn });", "codepipeline"),
        ("", "new secretsmanager.Secret(this, 'S').addRotationSchedule('R', { rotationLambda: fn });", "secretsmanager-rotation"),
        ("import * as x from 'aws-cdk-lib/aws-cloudwatch-actions';", "new x.LambdaAction(fn);", "cloudwatch-alarm"),
        ("import * as x from 'aws-cdk-lib/aws-cloudfront';", "new x.Distribution(this, 'D', { defaultBehavior: { edgeLambdas: [{ functionVersion: fn.currentVersion }] } });", "cloudfront"),
        ("import * as x from 'aws-cdk-lib/aws-iam';", "fn.grantInvoke(new x.ServicePrincipal('lexv2.amazonaws.com'));", "lex"),
        ("import * as x from 'aws-cdk-lib/aws-iam';", "fn.addPermission('P', { principal: new x.ServicePrincipal('iot.amazonaws.com') });", "iot"),
        ("", "new lambda.CfnPermission(this, 'P', { functionName: fn.functionName, principal: 's3.amazonaws.com', action: 'x' });", "s3"),
    ],
)  # fmt: skip
def test_other_services(imports: str, statement: str, kind: str) -> None:
    assert trigger(statement, imports).kind == kind
