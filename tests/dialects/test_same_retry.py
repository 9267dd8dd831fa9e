"""One state machine, spelled in each dialect that has them: how often a task is tried again, and after what, is one."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from lambdalint.knowledge.retries import SERVICE, SERVICE_ATTEMPTS
from tests.dialects.project import declared, text_at

SERVICE_RETRY = {"ErrorEquals": [*SERVICE], "IntervalSeconds": 2, "MaxAttempts": SERVICE_ATTEMPTS, "BackoffRate": 2}


class Machine(NamedTuple):
    """The Retry as the states language has it; what CDK code says for it (arguments of LambdaInvoke, calls on it); what
    rules are told."""

    retry: list[dict[str, Any]]
    arguments: str
    added: str
    told: tuple[int, str | None]


OFF = ", retry_on_service_exceptions=False"
MACHINES = {
    "default": Machine([SERVICE_RETRY], "", "", (6, ", ".join(SERVICE))),
    "none": Machine([], OFF, "", (0, None)),
    "all": Machine(
        [SERVICE_RETRY, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
        "",
        ".add_retry(errors=['States.ALL'], max_attempts=2)",
        (2, "States.ALL"),
    ),
    "unsaid": Machine(
        [{"ErrorEquals": ["States.TaskFailed", "Own"]}],
        OFF,
        ".add_retry(errors=['States.TaskFailed', 'Own'])",
        (3, "States.TaskFailed"),
    ),
    "throttled": Machine(
        [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 9}],
        OFF,
        ".add_retry(errors=['Lambda.TooManyRequestsException'], max_attempts=9)",
        (0, None),
    ),
    "never": Machine(
        [SERVICE_RETRY, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}],
        "",
        ".add_retry(max_attempts=0)",
        (6, ", ".join(SERVICE)),
    ),
}


def definition(retry: list[dict[str, Any]], function: object) -> dict[str, Any]:
    task = {"Type": "Task", "Resource": function, "End": True, **({"Retry": retry} if retry else {})}
    return {"StartAt": "T", "States": {"T": task}}


def cloudformation(name: str) -> dict[str, str]:
    function = {"Handler": "index.handler", "Runtime": "python3.13", "Code": {"ZipFile": "x"}}
    machine = {"Definition": definition(MACHINES[name].retry, {"Fn::GetAtt": ["Fn", "Arn"]})}
    return {
        "template.json": json.dumps(
            {
                "Resources": {
                    "Fn": {"Type": "AWS::Lambda::Function", "Properties": function},
                    "M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
                }
            }
        )
    }


def terraform(name: str) -> dict[str, str]:
    machine = json.dumps(definition(MACHINES[name].retry, "ARN")).replace('"ARN"', "aws_lambda_function.Fn.arn")
    return {
        "main.tf": 'resource "aws_lambda_function" "Fn" {\n  handler = "index.handler"\n  runtime = "python3.13"\n}\n'
        f'resource "aws_sfn_state_machine" "m" {{\n  definition = jsonencode({machine})\n}}\n'
    }


def cdk_python(name: str) -> dict[str, str]:
    _, arguments, added, _ = MACHINES[name]
    return {
        "cdk.json": '{"app": "python3 app.py"}',
        "app.py": "import aws_cdk as cdk\n"
        "from aws_cdk import aws_lambda, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks\n"
        "class One(cdk.Stack):\n    def __init__(self, scope, id):\n        super().__init__(scope, id)\n"
        "        fn = aws_lambda.Function(self, 'Fn', handler='index.handler')\n"
        f"        task = tasks.LambdaInvoke(self, 'T', lambda_function=fn{arguments})\n"
        f"        {f'task{added}' if added else 'pass'}\n"
        "        sfn.StateMachine(self, 'M', definition_body=sfn.DefinitionBody.from_chainable(task))\n"
        "app = cdk.App()\nOne(app, 'One')\napp.synth()\n",
    }


def cdk_typescript(name: str) -> dict[str, str]:
    _, arguments, added, _ = MACHINES[name]
    option = ", retryOnServiceExceptions: false" if arguments else ""
    call = added.replace(".add_retry(", ".addRetry({ ").replace("max_attempts=", "maxAttempts: ").removesuffix(")")
    call = call.replace("errors=", "errors: ") + (" })" if added else "")
    return {
        "cdk.json": '{"app": "npx ts-node bin/app.ts"}',
        "bin/app.ts": "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n"
        "import * as sfn from 'aws-cdk-lib/aws-stepfunctions';\n"
        "import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';\n"
        "const stack = new cdk.Stack(new cdk.App(), 'One');\n"
        "const fn = new lambda.Function(stack, 'Fn', { handler: 'index.handler' });\n"
        f"const task = new tasks.LambdaInvoke(stack, 'T', {{ lambdaFunction: fn{option} }}){call};\n"
        "new sfn.StateMachine(stack, 'M', { definitionBody: sfn.DefinitionBody.fromChainable(task) });\n",
    }


@pytest.mark.parametrize("name", MACHINES)
def test_the_same_retry(name: str) -> None:
    told = []
    for dialect, files in (
        ("cloudformation", cloudformation(name)),
        ("terraform", terraform(name)),
        ("cdk", cdk_python(name)),
        ("cdk", cdk_typescript(name)),
    ):
        (function,) = declared(dialect, files).values()
        (found,) = function.triggers
        settings = {key: value.known for key, value in found.settings.items()}
        if (errors := found.settings.get("retry_errors")) is not None and errors.written:
            assert errors.span is not None
            here = text_at(files[errors.span.path], errors.span)
            assert all(error in here for error in str(errors.known).split(", ")), f"{dialect}: {here}"
        told.append((settings.get("retries", 0), settings.get("retry_errors")))
    assert told == [MACHINES[name].told] * 4
