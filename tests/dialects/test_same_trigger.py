"""Everything that can invoke a function, in every dialect that can say it: a table with its gaps explained."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambdalint.knowledge.event_sources import event_source
from lambdalint.knowledge.tables import rows
from tests.dialects.project import declared
from tests.dialects.same_trigger import BESIDE, CELLS, GAPS
from tests.dialects.same_trigger_words import COLUMN_NAMES

if TYPE_CHECKING:
    from lambdalint.model import Trigger

TEMPLATE = {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "app.handler", "Runtime": "python3.13"}
CDK = """\
import aws_cdk as cdk
from aws_cdk import CustomResource, Duration, Stack, aws_apigateway as apigateway, aws_apigatewayv2 as apigwv2
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_apigatewayv2_integrations as integrations, aws_appsync as appsync, aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions
from aws_cdk import aws_codepipeline_actions as pipeline_actions
from aws_cdk import aws_cognito as cognito, aws_config as config, aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_elasticloadbalancingv2_targets as elb_targets, aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam, aws_iot_alpha as iot, aws_iot_actions_alpha as iot_actions
from aws_cdk import aws_kinesisfirehose as firehose, aws_lambda as lambda_, aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources, aws_logs as logs, aws_logs_destinations as logs_dest
from aws_cdk import aws_pipes_alpha as pipes, aws_pipes_targets_alpha as pipes_targets, aws_s3 as s3
from aws_cdk import aws_s3_notifications as s3n, aws_s3objectlambda_alpha as s3olambda, aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets, aws_secretsmanager as secretsmanager, aws_ses as ses
from aws_cdk import aws_ses_actions as ses_actions, aws_sns as sns, aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks


class Shop(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        bucket = s3.Bucket(self, "B")
        topic = sns.Topic(self, "Topic")
        secret = secretsmanager.Secret(self, "Secret")
        group = logs.LogGroup(self, "Group")
        alarm = cloudwatch.Alarm(self, "Alarm")
        alias = lambda_.Alias.from_alias_attributes(self, "Alias", alias_name="live", alias_version=None)
        function = lambda_.Function(
            self, "F", handler="app.handler", runtime=lambda_.Runtime.PYTHON_3_12, code=lambda_.Code.from_asset("src")
        )
        %s


app = cdk.App()
Shop(app, "Stack")
"""


def triggers(column: str, cell: Any) -> tuple[Trigger, ...]:
    """What the function of a column is invoked by, when this is added to it."""
    if column == "cloudformation":
        return template({"F": {"Type": "AWS::Lambda::Function", "Properties": TEMPLATE}, **cell})
    if column == "sam":
        own = {"Events": {"E": cell}} if "Type" in cell else {} if "Resources" in cell else cell
        properties = {"Handler": "app.handler", "Runtime": "python3.13", "CodeUri": "s3://b/k", **own}
        return template({
            "F": {"Type": "AWS::Serverless::Function", "Properties": properties},
            "B": {"Type": "AWS::S3::Bucket"},
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            **cell.get("Resources", {}),
        })  # fmt: skip
    if column == "serverless":
        events = [cell] if not cell.keys() & {"url", "functions", "Resources"} else []
        function: dict[str, Any] = {"handler": "app.handler", "events": events}
        if "url" in cell:
            function["url"] = True
        service: dict[str, Any] = {
            "service": "s",
            "provider": {"name": "aws", "runtime": "python3.13"},
            "functions": {"f": function, **cell.get("functions", {})},
        }
        if "Resources" in cell:
            service["resources"] = {"Resources": cell["Resources"]}
        return declared("serverless", {"serverless.json": json.dumps(service)})["f"].triggers
    if column == "terraform":
        head = 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  handler = "app.handler"\n}\n'
        return declared("terraform", {"main.tf": head + cell})["aws_lambda_function.f"].triggers
    if column == "cdk":
        return declared("cdk", {"app.py": CDK % cell, "cdk.json": '{"app": "python3 app.py"}'})["F"].triggers
    if column == "chalice":
        text = f"from chalice import Chalice\napp = Chalice(app_name='a')\n\n{cell}\n"
        (found,) = declared("chalice", {"app.py": text, ".chalice/config.json": '{"app_name": "a"}'}).values()
        return found.triggers
    if column == "zappa":
        return zappa(cell)
    text = f"aws lambda create-function --function-name f --handler app.handler --runtime python3.13\n{cell}\n"
    (found,) = declared("awscli", {"deploy.sh": text}).values()
    return found.triggers


def template(resources: dict[str, Any]) -> tuple[Trigger, ...]:
    """The triggers of F in a template with these resources."""
    text = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
    return declared("cloudformation", {"template.json": text})["F"].triggers


def beside(column: str, cell: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation's resources as the cell of a dialect that takes them as they are. Serverless names functions."""
    text = json.dumps(cell)
    for before, after in (('"F"', '"FLambdaFunction"'), ("${F", "${FLambdaFunction")) if column == "serverless" else ():
        text = text.replace(before, after)
    return {"Resources": json.loads(text)}


def zappa(cell: Any) -> tuple[Trigger, ...]:
    """All triggers of a stage: those of its own, and those of its events' functions."""
    stage: dict[str, Any] = {"app_function": "app.app", "apigateway_enabled": False, "keep_warm": False}
    if isinstance(cell, str):
        stage["events"] = [{"function": "app.task", "expression": cell}]
    elif "arn" in cell:
        stage["events"] = [{"function": "app.task", "event_source": cell}]
    else:
        stage |= cell
    found = declared("zappa", {"zappa_settings.json": json.dumps({"dev": stage})}).values()
    return tuple(trigger for one in found for trigger in one.triggers)


EVERY = [
    *((kind, column, cell) for kind, row in CELLS.items() for column, cell in row.items()),
    *(
        (kind, column, beside(column, row["cloudformation"]))
        for kind, row in CELLS.items()
        for column in BESIDE
        if column not in row and column not in GAPS.get(kind, {})
    ),
]


@pytest.mark.parametrize(("kind", "column", "cell"), EVERY, ids=[f"{kind}-{column}" for kind, column, _ in EVERY])
def test_a_trigger_is_the_same_in_each_dialect(kind: str, column: str, cell: Any) -> None:
    found = triggers(column, cell)
    known = event_source(kind)
    assert known is not None
    assert [one.kind for one in found] == [kind]
    # A state machine waits for the answer, unless the task says otherwise.
    assert found[0].delivery == ("sync" if kind == "stepfunctions" else known.delivery)


def test_every_kind_is_in_the_table_and_every_gap_has_a_reason() -> None:
    kinds = {row[0] for row in rows("event_sources", 8)}
    assert kinds == CELLS.keys() | GAPS.keys()
    for kind in kinds:
        told, gaps = CELLS.get(kind, {}).keys(), GAPS.get(kind, {}).keys()
        assert not told & gaps
        assert told | gaps | (set(BESIDE) if told else set()) == set(COLUMN_NAMES), kind


def test_the_page_of_tables_is_up_to_date() -> None:
    from tests.tools.dialect_tables import PAGE, page

    assert PAGE.read_text() == page(), "run python -m tests.tools.dialect_tables"
