"""Whole projects with templates: every function with its settings and what invokes it, decided by reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.engine import Settings, run
from tests.dialects.template_projects import PLAIN, SAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambdalint.model import Declaration

    Tree = Callable[[Mapping[str, str]], Path]

# id: (handler, memory in MB, timeout in seconds, what invokes it)
Told = tuple[str | None, int | None, int | None, list[str]]
# Globals take the memory from a table by stage, and the stages that samconfig.toml deploys differ.
IN_SAM: dict[str, Told] = {
    "AuthFunction": ("src/authorizer/app.py:handler", None, 10, ["apigateway-authorizer"]),
    "OrdersFunction": (
        "src/orders/app.py:lambda_handler",
        None,
        10,
        ["apigateway-http", "apigateway-rest", "apigateway-rest"],
    ),
    "PreHook": ("template.yaml:handler", None, 10, ["codedeploy-hook"]),
    "BillingFunction": (
        "src/billing/billing/consumer.py:handle",
        2048,
        60,
        ["dynamodb", "eventbridge", "function-url", "schedule", "sqs"],
    ),
    "ResizeWorker": ("src/orders/workers.py:Resize", None, 10, ["s3"]),
    "ScanWorker": ("src/orders/workers.py:Scan", None, 10, ["s3"]),
    "Consumer": ("src/billing/billing/nested.py:handle", 256, 3, ["sqs"]),
}
IN_PLAIN: dict[str, Told] = {
    "Ingest": ("lambda/ingest/index.py:handler", 512, 60, ["s3", "schedule", "schedule", "sns"]),
    "Uploaded": ("lambda/rotate/rotate.py:handler", 128, 3, ["secretsmanager-rotation"]),
    "Edge": ("lambda/edge/edge.py:handler", 1024, 3, []),
}


def functions(files: Mapping[str, str], tree: Tree) -> tuple[dict[str, Told], dict[str, Declaration]]:
    """The functions of a project: what the tables above hold of them, and all that is declared."""
    report = run(str(tree(files)), settings=Settings())
    assert report.problems == ()
    told: dict[str, Told] = {}
    declared: dict[str, Declaration] = {}
    for one in report.functions:
        assert one.declaration is not None
        declared[one.declaration.id] = made = one.declaration
        handler = f"{one.handler.path}:{one.handler.name}" if one.handler is not None else None
        told[made.id] = (handler, made.memory.known, made.timeout.known, sorted(each.kind for each in made.triggers))
    return told, declared


def kinds(declaration: Declaration) -> dict[str, list[str]]:
    """What each variable is taken from."""
    return {one.name: sorted({each.kind for each in one.value.references}) for one in declaration.environment}


def test_a_service_in_sam(tree: Tree) -> None:
    told, declared = functions(SAM, tree)
    assert told == IN_SAM
    orders, billing, hook = declared["OrdersFunction"], declared["BillingFunction"], declared["PreHook"]
    assert kinds(orders) == {
        "LOG_LEVEL": ["parameter"],
        "STAGE": [],
        "POWERTOOLS_SERVICE_NAME": [],
        "TABLE": ["parameter", "stored-value"],
        "DB_PASSWORD": ["secret-parameter"],
        "QUEUE_URL": ["resource"],
    }
    assert {one.name: one.value.known for one in orders.environment if one.value.known is not None} == {
        "LOG_LEVEL": "DEBUG",  # both environments of samconfig.toml say so
        "STAGE": "override",
        "POWERTOOLS_SERVICE_NAME": "orders",
    }
    assert [one.code.path.known if one.code is not None else None for one in orders.layers] == [
        "src/shared_layer",
        None,
    ]
    assert hook.layers == ()  # IgnoreGlobals
    assert not hook.setting("vpc").written
    assert (billing.setting("async_retries").known, billing.setting("on_failure").written) == (0, True)
    settings = {one.kind: one.settings for one in billing.triggers}
    assert {name: settings["sqs"][name].known for name in ("batch_size", "report_batch_item_failures", "redrive")} == {
        "batch_size": 5,
        "report_batch_item_failures": True,
        "redrive": 3,
    }
    assert (settings["schedule"]["retries"].known, settings["eventbridge"]["retries"].known) == (3, 2)
    assert settings["dynamodb"]["bisect"].known is True
    (passed,) = declared["Consumer"].triggers  # its queue is the parent's
    assert passed.settings["fifo"].known is True


def test_a_template_in_json_with_a_nested_and_an_included_one(tree: Tree) -> None:
    told, declared = functions(PLAIN, tree)
    assert told == IN_PLAIN
    ingest = declared["Ingest"]
    assert {one.name: one.value.known for one in ingest.environment} == {
        "FIRST": "a",
        "SECOND": "y",
        "URL": None,
        "KEY": None,
        "DB": None,
        "JSON": '{"a":"dev"}',
        "COUNT": "2",
        "NOTHING": None,
    }
    assert kinds(ingest)["KEY"] == ["parameter", "secret-value"]
    assert "secret-value" in kinds(ingest)["DB"]
    assert {
        name: ingest.setting(name).known for name in ("async_retries", "provisioned_concurrency", "log_retention")
    } == {
        "async_retries": 1,
        "provisioned_concurrency": 3,
        "log_retention": 7,
    }
    assert [one.settings["retries"].known for one in ingest.triggers if one.kind == "schedule"] == [0, 0]
    assert declared["Edge"].memory.known == 1024  # given by the parent, used in the included file
