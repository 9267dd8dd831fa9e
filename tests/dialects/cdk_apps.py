"""CDK apps for tests: a stack around some lines in TypeScript or Python, and the one function that it declares."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tests.dialects.project import declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Declaration

CDK_JSON = '{"app": "npx ts-node bin/app.ts"}'
PYTHON_JSON = '{"app": "python3 app.py"}'
IMPORTS = """\
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as path from 'path';
"""
PYTHON_IMPORTS = """\
import os
from pathlib import Path
import aws_cdk as cdk
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_lambda as lambda_, aws_lambda_event_sources as sources, aws_sqs as sqs, aws_s3 as s3
from aws_cdk import aws_events as events, aws_events_targets as targets, aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb, aws_secretsmanager as secretsmanager, aws_logs as logs
from aws_cdk.aws_lambda_python_alpha import PythonFunction, PythonLayerVersion
"""
# What a function needs, as properties in TypeScript and as arguments in Python.
PLAIN = "handler: 'index.handler', runtime: lambda.Runtime.PYTHON_3_12, code: lambda.Code.fromAsset('src')"
PYTHON_PLAIN = 'runtime=lambda_.Runtime.PYTHON_3_12, handler="index.handler", code=lambda_.Code.from_asset("src")'
APP = "\nconst app = new cdk.App();\nnew AppStack(app, 'Demo', app.node.tryGetContext('props'));\n"
PYTHON_APP = '\n\napp = cdk.App()\nAppStack(app, "Demo", props=app.node.try_get_context("props"))\napp.synth()\n'


def typescript(body: str, before: str = "") -> str:
    """A TypeScript app whose one stack's constructor is body."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return (
        f"{IMPORTS}{textwrap.dedent(before)}\nexport class AppStack extends cdk.Stack {{\n"
        "  constructor(scope: cdk.App, id: string, props?: any) {\n    super(scope, id, props);\n"
        f"{inner}\n  }}\n}}\n{APP}"
    )


def python(body: str, before: str = "") -> str:
    """A Python app whose one stack's constructor is body."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)
    return (
        f"{PYTHON_IMPORTS}\n{textwrap.dedent(before)}\n\nclass AppStack(Stack):\n"
        "    def __init__(self, scope, construct_id, props, **kwargs):\n"
        "        super().__init__(scope, construct_id, **kwargs)\n"
        f"{inner}\n{PYTHON_APP}"
    )


def functions(body: str, before: str = "", files: Mapping[str, str] | None = None) -> dict[str, Declaration]:
    """The functions of a TypeScript app."""
    return declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": typescript(body, before), **(files or {})})


def python_functions(body: str, before: str = "", files: Mapping[str, str] | None = None) -> dict[str, Declaration]:
    """The functions of a Python app."""
    return declared("cdk", {"cdk.json": PYTHON_JSON, "app.py": python(body, before), **(files or {})})


def function(props: str, before: str = "", after: str = "", files: dict[str, str] | None = None) -> Declaration:
    """The one function `Fn` with these props besides the required ones."""
    body = f"const fn = new lambda.Function(this, 'Fn', {{ {PLAIN}, {props} }});\n{after}"
    return functions(body, before, {"src/index.py": "def handler(event, context): ...\n", **(files or {})})["Fn"]


def python_function(props: str, after: str = "", before: str = "", files: dict[str, str] | None = None) -> Declaration:
    """The one function `Fn` with these props besides the required ones."""
    body = f'fn = lambda_.Function(self, "Fn", {PYTHON_PLAIN}, {props})\n{after}'
    return python_functions(body, before, {"src/index.py": "def handler(event, context): ...\n", **(files or {})})["Fn"]
