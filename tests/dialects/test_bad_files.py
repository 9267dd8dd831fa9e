"""Files that a dialect needs besides its own, broken: one clear problem with path and line, everything else is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import Settings, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Good: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: src/}}
"""
GOOD = {"template.yaml": TEMPLATE, "src/app.py": "def handler(event, context):\n    return event['id']\n"}
CHALICE = {
    "c/app.py": """\
from chalice import Chalice
from chalicelib import jobs

app = Chalice(app_name="a")


@app.on_sqs_message(queue="q")
def f(event):
    return jobs.run(event)
""",
    "c/chalicelib/__init__.py": "",
    "c/chalicelib/jobs.py": "def run(event):\n    return 1\n",
    "c/.chalice/config.json": '{"app_name": "a",\n "lambda_memory_size": 256}\n',
}
CDK = {
    "k/cdk.json": '{"app": "python3 app.py"}',
    "k/app.py": "import aws_cdk as cdk\nfrom stacks.shop import Shop  # Lambda\n\napp = cdk.App()\nShop(app, 'S')\n",
    "k/stacks/shop.py": """\
from aws_cdk import Stack, aws_lambda as lambda_


class Shop(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        lambda_.Function(
            self, "F", handler="app.handler", runtime=lambda_.Runtime.PYTHON_3_12, code=lambda_.Code.from_asset("fn")
        )
""",
    "k/fn/app.py": "def handler(event, context):\n    return 1\n",
}
SCRIPT = {
    "k/cdk.json": '{"app": "npx ts-node app.ts"}',
    "k/app.ts": """\
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
const stack = new cdk.Stack(new cdk.App(), 'S');
new lambda.Function(stack, 'F', {
  handler: 'app.handler', runtime: lambda.Runtime.PYTHON_3_12, code: lambda.Code.fromAsset('fn'),
});
""",
    "k/fn/app.py": "def handler(event, context):\n    return 1\n",
}
DIGEST = "a" * 64
MADE = {
    "cdk.out/cdk.out": '{"version":"36.0.0"}',
    "cdk.out/manifest.json": json.dumps({"artifacts": {"S": {"properties": {"templateFile": "S.template.json"}}}}),
    "cdk.out/S.assets.json": json.dumps({"files": {DIGEST: {"source": {"path": f"asset.{DIGEST}"}}}}),
    "cdk.out/S.template.json": json.dumps({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {
        "Handler": "app.handler", "Runtime": "python3.12", "Code": {"S3Bucket": "b", "S3Key": f"{DIGEST}.zip"}}}}}),
    f"cdk.out/asset.{DIGEST}/app.py": "def handler(event, context):\n    return 'made'\n",
}  # fmt: skip
MACHINE = "  M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: m.asl.json}}\n"
API = "  A: {Type: AWS::Serverless::Api, Properties: {StageName: x, DefinitionUri: api.yaml}}\n"
NESTED = "  N: {Type: AWS::Serverless::Application, Properties: {Location: n/template.yaml}}\n"

# name: (the project, the broken file, its text, the line of the problem, functions that are found besides Good)
BROKEN: dict[str, tuple[dict[str, str], str, str | bytes, int, set[str]]] = {
    "samconfig": ({}, "samconfig.toml", "version = 0.1\n[default.deploy.parameters]\na = 'b\n", 3, set()),
    "samconfig with a key twice": ({}, "samconfig.toml", "version = 0.1\na = 1\na = 2\n", 3, set()),
    "samconfig in latin-1": ({}, "samconfig.toml", b"version = 0.1\n# caf\xe9\n", 2, set()),
    "samconfig with tabs": ({}, "samconfig.yaml", "version: 0.1\ndefault:\n\tdeploy: 1\n", 3, set()),
    "state machine": ({"template.yaml": TEMPLATE + MACHINE}, "m.asl.json", '{"States":\n {"A": ]}\n', 2, set()),
    "openapi": ({"template.yaml": TEMPLATE + API}, "api.yaml", "paths:\n\t/x: 1\n", 2, set()),
    "nested stack": (
        {"template.yaml": TEMPLATE + NESTED},
        "n/template.yaml",
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n\tProperties: 1\n",
        4,
        set(),
    ),
    "chalice configuration": (CHALICE, "c/.chalice/config.json", '{"app_name": "a",\n "stages": ]}\n', 2, {"f"}),
    "chalice app": (CHALICE, "c/app.py", CHALICE["c/app.py"] + "def g(:\n", 10, set()),
    "chalice module": (CHALICE, "c/chalicelib/jobs.py", "def run(:\n    pass\n", 1, {"f"}),
    "zappa json": ({}, "zappa_settings.json", '{"dev": {\n "app_function": ]}}\n', 2, set()),
    "zappa toml": ({}, "zappa_settings.toml", "[dev]\napp_function = a.app\n", 2, set()),
    "zappa yaml": ({}, "zappa_settings.yml", "dev:\n  app_function: a.app\n\tx: 1\n", 3, set()),
    "zappa module": ({}, "zappa_settings.py", "APP_MODULE = 'a'\nAPP_FUNCTION = (\n", 2, set()),
    "cdk app": (CDK, "k/app.py", CDK["k/app.py"] + "x = (\n", 6, {"F"}),
    "cdk stack": (CDK, "k/stacks/shop.py", CDK["k/stacks/shop.py"] + "    x = (\n", 10, set()),
    "cdk.json": (CDK, "k/cdk.json", '{"app": "python3 app.py",\n}}\n', 2, {"F"}),
    "cdk app in typescript": (SCRIPT, "k/app.ts", SCRIPT["k/app.ts"] + "const x = {\n", 7, {"F"}),
    "manifest of an assembly": (MADE, "cdk.out/manifest.json", '{"artifacts":\n {', 2, {"F"}),
    "assets of an assembly": (MADE, "cdk.out/S.assets.json", '{"files":\n {]', 2, {"F"}),
    "template of an assembly": (MADE, "cdk.out/S.template.json", MADE["cdk.out/S.template.json"][:-3], 1, set()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_clear_problem_and_the_rest_is_read(name: str, tree: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    project, path, text, line, others = BROKEN[name]
    report = run(str(tree({**GOOD, **project, path: text})), settings=Settings())
    declared = {one.declaration.id: one for one in report.functions if one.declaration is not None}
    assert declared.keys() == {"Good", *others}
    assert all(one.handler is not None for one in declared.values())
    assert [(one.path, one.line) for one in report.problems] == [(path, line)]
    assert report.problems[0].message.startswith(("could not parse: ", "could not decode: "))
    assert not [one for one in report.findings if one.rule == "crashed-rule"]


def test_what_a_broken_configuration_would_have_said_stays_open(
    tree: Callable[[Mapping[str, str | bytes]], Path],
) -> None:
    path = "c/.chalice/config.json"
    memory = []
    for text in (CHALICE[path], '{"app_name": "a",\n "stages": ]}\n'):
        (function,) = run(str(tree({**CHALICE, path: text})), settings=Settings()).functions
        assert function.declaration is not None
        memory.append((function.declaration.memory.known, function.declaration.environment_known))
    assert memory == [(256, True), (None, False)]
