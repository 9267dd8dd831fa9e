"""A CDK app in Python, as its authors would write it: path -> text."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

PYTHON = {
    "app.py": """\
#!/usr/bin/env python3
import os
import aws_cdk as cdk

from infra.config import CONFIGS, Config
from infra.stacks.pipeline import PipelineStack
from infra.stacks.api import ApiStack
from infra.stage import ShopStage

app = cdk.App()
env_name = app.node.try_get_context("env") or os.getenv("ENV", "dev")
config: Config = CONFIGS[env_name]
env = cdk.Environment(account=os.environ["CDK_DEFAULT_ACCOUNT"], region="eu-west-1")

pipeline = PipelineStack(app, f"pipeline-{env_name}", config=config, env=env)
ApiStack(app, f"api-{env_name}", config=config, bucket=pipeline.bucket, env=env, termination_protection=True)
for region in ("eu-west-1", "us-east-1"):
    ShopStage(app, f"Shop-{region}", env=cdk.Environment(region=region))
app.synth()
""",
    "cdk.json": '{"app": "python3 app.py", "context": {"env": "dev"}}\n',
    "functions/api/requirements.txt": "requests\n",
    "functions/api/routes.py": "def list_orders(event, context): pass\ndef one_order(event, context): pass\n",
    "functions/auth/auth.py": "def handler(event, context): pass\n",
    "functions/cleanup/app.py": "def fast(event, context): pass\n",
    "functions/export/export/main.py": "def run(event, context): pass\n",
    "functions/ingest/app.py": "def handler(event, context): pass\n",
    "infra/__init__.py": "",
    "infra/config.py": """\
from __future__ import annotations
from dataclasses import dataclass, field
from enum import Enum
from typing import Mapping

class Size(Enum):
    SMALL = 256
    LARGE = 2048

@dataclass(frozen=True)
class LambdaConfig:
    memory: int = Size.SMALL.value
    timeout: int = 30
    env: Mapping[str, str] = field(default_factory=dict)

@dataclass(frozen=True)
class Config:
    name: str
    ingest: LambdaConfig = LambdaConfig()
    export: LambdaConfig = field(default_factory=lambda: LambdaConfig(memory=1024, timeout=900))
    log_level: str = "INFO"

CONFIGS = {
    "dev": Config(name="dev", log_level="DEBUG"),
    "prod": Config(name="prod", ingest=LambdaConfig(memory=Size.LARGE.value)),
}
""",
    "infra/constructs/__init__.py": "",
    "infra/constructs/monitor.py": """\
from functools import partial
from aws_cdk import aws_lambda as lambda_, aws_events as events, aws_events_targets as targets, aws_scheduler as scheduler
from constructs import Construct

python_fn = partial(lambda_.Function, runtime=lambda_.Runtime.PYTHON_3_12, memory_size=128)

class Monitor(Construct):
    def __init__(self, scope, id_, interval):
        super().__init__(scope, id_)
        check = python_fn(self, "Check", handler="index.check", code=lambda_.InlineCode("def check(event, context):\\n    return 1\\n"))
        events.Rule(self, "Rule", schedule=events.Schedule.rate(interval)).add_target(targets.LambdaFunction(check))
        scheduler.CfnSchedule(self, "S", schedule_expression="rate(1 day)", flexible_time_window={"mode": "OFF"}, target=scheduler.CfnSchedule.TargetProperty(arn=check.function_arn, role_arn="x", retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=0)))
""",
    "infra/stacks/__init__.py": "",
    "infra/stacks/api.py": """\
import os
from typing import NamedTuple
from aws_cdk import Duration, aws_apigatewayv2 as apigwv2, aws_apigateway as apigw, aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from aws_cdk.aws_apigatewayv2_authorizers import HttpLambdaAuthorizer
from aws_cdk.aws_lambda_python_alpha import PythonFunction, BundlingOptions
from .base import BaseStack


class Route(NamedTuple):
    path: str
    methods: list
    handler: str


ROUTES = [
    Route("/orders", ["GET"], "list_orders"),
    Route("/orders/{id}", ["GET", "DELETE"], "one_order"),
]


class ApiStack(BaseStack):
    def __init__(self, scope, construct_id, *, bucket, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        auth = lambda_.Function(
            self, "Auth", runtime=lambda_.Runtime.PYTHON_3_12, handler="auth.handler",
            code=lambda_.Code.from_asset(os.path.join(os.path.dirname(__file__), "..", "..", "functions", "auth")),
        )
        http = apigwv2.HttpApi(self, "Http", default_authorizer=HttpLambdaAuthorizer("A", auth))
        for route in ROUTES:
            fn = PythonFunction(
                self, f"Api{route.handler.title().replace('_', '')}",
                entry="functions/api", index="routes.py", handler=route.handler, runtime=self.RUNTIME,
                environment={**self.common_env, "BUCKET": bucket.bucket_name},
                bundling=BundlingOptions(asset_excludes=["tests"]),
            )
            http.add_routes(path=route.path, methods=[apigwv2.HttpMethod[m] for m in route.methods], integration=HttpLambdaIntegration(f"I{route.handler}", fn))
        rest_props = {"handler": auth, "proxy": False}
        apigw.LambdaRestApi(self, "Legacy", **rest_props)
""",
    "infra/stacks/base.py": """\
from pathlib import Path
from typing import Any, Optional
from aws_cdk import Duration, Stack, Tags, aws_lambda as _lambda, aws_logs as logs
from constructs import Construct
from infra.config import Config

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"


class BaseStack(Stack):
    \"\"\"Everything that all stacks share.\"\"\"

    RUNTIME = _lambda.Runtime.PYTHON_3_12

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.config = config
        self.common_env = {"LOG_LEVEL": config.log_level, "POWERTOOLS_SERVICE_NAME": "shop"}
        Tags.of(self).add("env", config.name)
        self.layer = _lambda.LayerVersion(
            self, "Shared",
            code=_lambda.Code.from_asset(str(FUNCTIONS / "shared")),
            compatible_runtimes=[self.RUNTIME],
        )

    def make_function(self, name: str, *, handler: str = "app.handler", env: Optional[dict] = None, **overrides: Any) -> _lambda.Function:
        defaults = dict(
            runtime=self.RUNTIME,
            memory_size=256,
            timeout=Duration.seconds(30),
            tracing=_lambda.Tracing.ACTIVE,
            log_retention=logs.RetentionDays.ONE_MONTH,
            layers=[self.layer],
        )
        defaults.update(overrides)
        return _lambda.Function(
            self, name,
            function_name=f"{self.config.name}-{name.lower()}",
            handler=handler,
            code=_lambda.Code.from_asset(str(FUNCTIONS / name.lower())),
            environment={**self.common_env, **(env or {})},
            **defaults,
        )
""",
    "infra/stacks/pipeline.py": """\
from aws_cdk import (
    Duration,
    RemovalPolicy,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_kinesis as kinesis,
    aws_lambda as _lambda,
    aws_lambda_destinations as destinations,
    aws_lambda_event_sources as sources,
    aws_s3 as s3,
    aws_s3_notifications as s3n,
    aws_secretsmanager as sm,
    aws_sqs as sqs,
    aws_ssm as ssm,
)
from .base import BaseStack


class PipelineStack(BaseStack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        cfg = self.config
        self.bucket = s3.Bucket(self, "Uploads", event_bridge_enabled=True, removal_policy=RemovalPolicy.DESTROY)
        dlq = sqs.Queue(self, "Dlq")
        queue = sqs.Queue(
            self, "Jobs", visibility_timeout=Duration.seconds(cfg.ingest.timeout * 6),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=dlq),
        )
        self.bucket.add_event_notification(s3.EventType.OBJECT_CREATED, s3n.SqsDestination(queue))
        api_key = sm.Secret.from_secret_name_v2(self, "ApiKey", "shop/api-key")
        url = ssm.StringParameter.value_for_string_parameter(self, "/shop/url")

        ingest = self.make_function(
            "Ingest",
            env={
                "TABLE": "ingest",
                "API_KEY": api_key.secret_value.unsafe_unwrap(),
                "API_KEY_ARN": api_key.secret_arn,
                "URL": url,
            },
            memory_size=cfg.ingest.memory,
            timeout=Duration.seconds(cfg.ingest.timeout),
            on_failure=destinations.SqsDestination(dlq),
            retry_attempts=0,
        )
        ingest.add_event_source(sources.SqsEventSource(queue, batch_size=10, max_batching_window=Duration.seconds(5), report_batch_item_failures=True))
        ingest.add_to_role_policy(iam.PolicyStatement(actions=["dynamodb:PutItem"], resources=["*"]))

        export = self.make_function("Export", handler="export.main.run", memory_size=cfg.export.memory, timeout=Duration.seconds(cfg.export.timeout), ephemeral_storage_size=None)
        events.Rule(
            self, "Nightly",
            schedule=events.Schedule.cron(minute="0", hour="3"),
            targets=[targets.LambdaFunction(export, retry_attempts=2)],
        )
        events.Rule(
            self, "OnUpload",
            event_pattern=events.EventPattern(source=["aws.s3"], detail_type=["Object Created"], detail={"bucket": {"name": [self.bucket.bucket_name]}}),
        ).add_target(targets.LambdaFunction(handler=export))

        stream = kinesis.Stream(self, "Clicks")
        for shard, batch in {"fast": 10, "slow": 500}.items():
            fn = self.make_function(f"Cleanup", handler=f"app.{shard}") if shard == "fast" else None
            if fn is not None:
                fn.add_event_source(sources.KinesisEventSource(stream, starting_position=_lambda.StartingPosition.LATEST, batch_size=batch, bisect_batch_on_error=True, parallelization_factor=2))
""",
    "infra/stage.py": """\
from aws_cdk import Stage, Stack, aws_lambda as lambda_, Duration
from infra.constructs.monitor import Monitor

class ShopStage(Stage):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        stack = Stack(self, "Monitoring")
        Monitor(stack, "Monitor", interval=Duration.minutes(5))
""",
    "requirements.txt": "aws-cdk-lib\npytest\n",
}
