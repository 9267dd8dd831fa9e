"""Whole CDK apps: every function with its code, its sizes and what invokes it, decided by reading the apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.engine import Settings, run
from tests.dialects.cdk_project_python import PYTHON
from tests.dialects.cdk_project_typescript import TYPESCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambdalint.model import Function

    Tree = Callable[[Mapping[str, str]], Path]

# id: (handler, runtime, memory in MB, timeout in seconds, what invokes it)
Told = tuple[str | None, str | None, int | None, int | None, list[str]]
ORDERS, NOTIFY = "lambda/orders/", "lambda/notify/notify.py:"
IN_TYPESCRIPT: dict[str, Told] = {
    # props.settings is one of two stages: the memory differs
    "Create": (ORDERS + "main.py:lambda_handler", "python3.12", None, 15, ["apigateway-rest", "apigateway-rest"]),
    "Worker": (ORDERS + "worker.py:handle", "python3.12", 512, 60, ["s3", "sqs"]),
    "Stream": ("lambda/stream/handlers/stream.py:on_change", "python3.11", 128, 3, ["dynamodb"]),
    "CleanJob": (ORDERS + "jobs.py:clean", "python3.12", 128, 15, ["schedule"]),
    "ReportJob": (ORDERS + "jobs.py:report", "python3.12", 2048, 15, ["schedule"]),
    "Web": (None, "nodejs20.x", 128, 3, []),
    "Pattern": ("lambda/custom/index.py:handler", "python3.12", 128, 3, ["sqs"]),
    "NotifyMail": (NOTIFY + "mail", "python3.13", 128, 3, ["sns", "stepfunctions"]),
    "NotifySms": (NOTIFY + "sms", "python3.13", 128, 3, ["stepfunctions"]),
    "Setup": ("lib/stacks/notify-stack.ts:on_event", "python3.12", 128, 3, ["cloudformation"]),
    "Image": ("lambda/docker/app.py:handler", None, 3008, 900, ["dynamodb", "function-url"]),
    "Raw": ("lib/stacks/notify-stack.ts:handler", "python3.12", 192, 3, []),
}
IN_PYTHON: dict[str, Told] = {
    # the configuration is one of two: only what differs between them is open
    "Ingest": ("functions/ingest/app.py:handler", "python3.12", None, 30, ["sqs"]),
    "Export": ("functions/export/export/main.py:run", "python3.12", 1024, 900, ["s3-eventbridge", "schedule"]),
    "Cleanup": ("functions/cleanup/app.py:fast", "python3.12", 256, 30, ["kinesis"]),
    "Auth": ("functions/auth/auth.py:handler", "python3.12", 128, 3, ["apigateway-authorizer", "apigateway-rest"]),
    "ApiListOrders": ("functions/api/routes.py:list_orders", "python3.12", 128, 3, ["apigateway-http"]),
    "ApiOneOrder": ("functions/api/routes.py:one_order", "python3.12", 128, 3, ["apigateway-http"]),
    "Check": ("infra/constructs/monitor.py:check", "python3.12", 128, 3, ["schedule", "schedule"]),
}


def functions(files: Mapping[str, str], tree: Tree) -> dict[str, Function]:
    """The functions of an app, each of which must be declared."""
    report = run(str(tree(files)), settings=Settings())
    assert report.problems == ()
    return {one.declaration.id: one for one in report.functions if one.declaration is not None}


def told(function: Function) -> Told:
    """What the tables above hold of a function."""
    declared, handler = function.declaration, function.handler
    assert declared is not None
    return (
        f"{handler.path}:{handler.name}" if handler is not None else None,
        declared.runtime.known,
        declared.memory.known,
        declared.timeout.known,
        sorted(one.kind for one in declared.triggers),
    )


def test_an_app_in_typescript(tree: Tree) -> None:
    found = functions(TYPESCRIPT, tree)
    assert {name: told(one) for name, one in found.items()} == IN_TYPESCRIPT
    declared = {name: one.declaration for name, one in found.items() if one.declaration is not None}
    worker = next(one for one in declared["Worker"].triggers if one.kind == "sqs")
    assert {name: worker.settings[name].known for name in ("batch_size", "fifo", "redrive", "visibility_timeout")} == {
        "batch_size": 5,
        "fifo": True,
        "redrive": 3,
        "visibility_timeout": 360,
    }
    assert [one.settings["retries"].known for one in declared["CleanJob"].triggers] == [1]
    assert [one.settings["retries"].known for one in declared["NotifySms"].triggers] == [5]
    key = next(one for one in declared["NotifyMail"].environment if one.name == "API_KEY")
    assert [one.kind for one in key.value.references] == ["secret-value"]
    assert {one.name for one in declared["Worker"].environment} == {
        "POWERTOOLS_SERVICE_NAME",
        "LOG_LEVEL",
        "EXTRA",
        "PROD_ONLY",
    }


def test_an_app_in_python(tree: Tree) -> None:
    found = functions(PYTHON, tree)
    assert {name: told(one) for name, one in found.items()} == IN_PYTHON
    ingest = found["Ingest"].declaration
    assert ingest is not None
    assert (ingest.setting("async_retries").known, ingest.setting("on_failure").known) == (0, "Dlq")
    assert {one.name: [reference.kind for reference in one.value.references] for one in ingest.environment} == {
        "LOG_LEVEL": ["expression"],
        "POWERTOOLS_SERVICE_NAME": [],
        "TABLE": [],
        "API_KEY": ["secret-value"],
        "API_KEY_ARN": ["secret-name"],
        "URL": ["stored-value"],
    }
    assert [one.code.path.known for one in ingest.layers if one.code is not None] == ["functions/shared"]
