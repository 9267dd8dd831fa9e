"""What else invokes the functions of a CDK app: permissions, aliases, tasks and their retries, rules."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from tests.dialects.cdk_apps import CDK_JSON, functions, typescript
from tests.dialects.project import declared
from tests.dialects.test_cdk_triggers import MAKE, known, trigger, triggers


def test_permission_beside_a_trigger_adds_nothing() -> None:
    found = triggers(
        "const bucket = new s3.Bucket(this, 'B');\nbucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(fn));\n"
        "fn.addPermission('P', { principal: new iam.ServicePrincipal('s3.amazonaws.com') });",
        "import * as s3n from 'aws-cdk-lib/aws-s3-notifications';\nimport * as iam from 'aws-cdk-lib/aws-iam';",
    )
    assert [one.kind for one in found] == ["s3"]


def test_grants_are_no_triggers() -> None:
    body = "new s3.Bucket(this, 'B').grantRead(fn);\nnew dynamodb.Table(this, 'T', {}).grantReadWriteData(fn);\nnew sqs.Queue(this, 'Q').grantSendMessages(fn);"
    assert triggers(body) == ()


def test_aliases_and_versions_lead_to_the_function() -> None:
    found = functions(
        MAKE
        + """
        const alias = new lambda.Alias(this, 'Live', { aliasName: 'live', version: fn.currentVersion, provisionedConcurrentExecutions: 3 });
        alias.addEventSource(new sources.SqsEventSource(new sqs.Queue(this, 'Queue')));
        new apigateway.LambdaRestApi(this, 'Api', { handler: fn.addAlias('other') });
        """
    )["Fn"]
    assert sorted(one.kind for one in found.triggers) == ["apigateway-rest", "sqs"]
    assert found.setting("provisioned_concurrency").known == 3


def test_asynchronous_settings() -> None:
    fn = functions(
        "const dead = new sqs.Queue(this, 'Dead');\n"
        "const fn = new lambda.Function(this, 'Fn', { deadLetterQueue: dead, onFailure: new d.SqsDestination(dead) });\n"
        "fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: cdk.Duration.minutes(5) });",
        "import * as d from 'aws-cdk-lib/aws-lambda-destinations';",
    )["Fn"]
    assert fn.setting("dead_letter_queue").known == "Dead"
    assert fn.setting("on_failure").written is True
    assert (fn.setting("async_retries").known, fn.setting("async_max_age").known) == (0, 300)


def test_two_functions_keep_their_own_triggers() -> None:
    found = functions(
        """
        const first = new lambda.Function(this, 'First', {});
        const second = new lambda.Function(this, 'Second', {});
        first.addEventSource(new sources.SqsEventSource(new sqs.Queue(this, 'A')));
        second.addEventSource(new sources.SnsEventSource(new sns.Topic(this, 'B')));
        """
    )
    assert [one.kind for one in found["First"].triggers] == ["sqs"]
    assert [one.kind for one in found["Second"].triggers] == ["sns"]


def test_function_handed_over_through_props_of_another_stack() -> None:
    text = typescript("this.fn = new lambda.Function(this, 'Fn', {});\nnew Api(this, 'Api', { fn: this.fn });").replace(
        "export class AppStack extends cdk.Stack {", "export class AppStack extends cdk.Stack {\n  fn: lambda.Function;"
    ).replace(
        "\nexport class",
        "\nclass Api extends cdk.Stack {\n  constructor(s: any, i: string, private p: { fn: lambda.IFunction }) {\n    super(s, i);\n"
        "    new apigateway.LambdaRestApi(this, 'Rest', { handler: this.p.fn as any });\n  }\n}\nexport class",
        1,
    )  # fmt: skip
    fn = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": text})["Fn"]
    assert [one.kind for one in fn.triggers] == ["apigateway-rest"]


def test_solutions_construct() -> None:
    found = functions(
        "new SqsToLambda(this, 'Pair', { lambdaFunctionProps: { handler: 'a.b', memorySize: 256, "
        "runtime: lambda.Runtime.PYTHON_3_12, code: lambda.Code.fromAsset('src') } });",
        "import { SqsToLambda } from '@aws-solutions-constructs/aws-sqs-lambda';",
    )
    assert (found["Pair"].handler.known, found["Pair"].memory.known) == ("a.b", 256)
    assert [one.kind for one in found["Pair"].triggers] == ["sqs"]


TASKS = """
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
"""


SERVICE = "Lambda.ClientExecutionTimeoutException, Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException"


@pytest.mark.parametrize(
    ("task", "delivery", "retries", "errors"),
    [
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn });", "sync", 6, SERVICE),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: true });", "sync", 6, SERVICE),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: false });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: props.retry });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, ...props });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry({ maxAttempts: 5, errors: ['States.ALL'] });", "sync", 5, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry({ maxAttempts: 5, errors: [sfn.Errors.ALL] });", "sync", 5, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry();", "sync", 3, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addCatch(end).addRetry({ maxAttempts: 0 });", "sync", 6, SERVICE),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: false }).addRetry({ maxAttempts: 0 });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry({ maxAttempts: 1 }).addRetry({ maxAttempts: 4 });", "sync", 4, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: false }).addRetry({ maxAttempts: 5, errors: ['Lambda.TooManyRequestsException'] });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry({ errors: [sfn.Errors.TIMEOUT, 'Lambda.Unknown', 'Own'] });", "sync", 3, "States.Timeout, Lambda.Unknown"),
        ("const t = new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }); t.addRetry({ maxAttempts: 2 }); t.next(end);", "sync", 2, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry(props.retry);", "sync", 6, SERVICE),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, retryOnServiceExceptions: false }).addRetry({ maxAttempts: 2, errors: props.errors });", "sync", None, None),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn }).addRetry({ maxAttempts: props.attempts });", "sync", None, "States.ALL"),
        ("new tasks.LambdaInvoke(this, 'T', { lambdaFunction: fn, invocationType: tasks.LambdaInvocationType.EVENT });", "async", 6, SERVICE),
    ],
)  # fmt: skip
def test_how_a_task_invokes(task: str, delivery: str, retries: int | None, errors: str | None) -> None:
    found = trigger("const end = new sfn.Succeed(this, 'E');\n" + task, TASKS)
    assert (found.kind, found.delivery) == ("stepfunctions", delivery)
    told = {name: value.known for name, value in found.settings.items()}
    assert (told.get("retries"), told.get("retry_errors")) == (retries, errors)


@pytest.mark.parametrize(
    "rule",
    [
        "new events.Rule(this, 'R', { schedule: events.Schedule.rate(cdk.Duration.hours(1)), targets: [new targets.LambdaFunction(fn, { retryAttempts: 0 })] });",
        "const r = new events.Rule(this, 'R', { eventPattern: { source: ['a'] } }); r.addTarget(new targets.LambdaFunction(fn, { retryAttempts: 0, maxEventAge: cdk.Duration.hours(1) }));",
    ],
)
def test_how_often_a_rule_tries_again(rule: str) -> None:
    assert known(trigger(rule))["retries"] == 0


def test_a_rule_that_is_off() -> None:
    rule = "new events.Rule(this, 'R', { enabled: false, schedule: events.Schedule.rate(cdk.Duration.hours(1)), targets: [new targets.LambdaFunction(fn)] });"
    assert known(trigger(rule))["enabled"] is False
