"""No program crashes the readers of CDK apps, and each one ends: programs made of the words that such apps use."""
# ruff: noqa: E501 - one list of words

from __future__ import annotations

import os
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdalint.dialects.cdk import declare
from lambdalint.dialects.serverless_ts import declare as declare_service
from lambdalint.model import Declaration, Value
from tests.dialects.project import project

EXAMPLES = int(os.environ.get("LAMBDALINT_FUZZ", "60"))
SECONDS = 10  # fuel ends a run after one or two; slow machines get some more
SCRIPT = """\
new lambda.Function(|this|, |'Fn'|{|}|(|)|[|]|...|=>|;\n|const x = |x|x.y|x()|x[x]|`a${x}`|props.a|handler: 'a.b',|environment: |code: \
|lambda.Code.fromAsset('a')|lambda.Code.fromInline(x)|timeout: cdk.Duration.seconds(|1|'s'|if (x) |for (const a of x) |while (x) |class A extends \
|lambda.Function|constructor(a, b, c) |super(|cdk.Stack|function f() |return |export default |x.addEnvironment(|x.addEventSource(|new sources.SqsEventSource(\
|new sqs.Queue(|x.push(x)|JSON.stringify(|Object.entries(|.map(|.reduce(|? x : |&& |?? |x = x + x;|async |await |module.exports = |new x(|null|-1|layers: [\
|fn.node.defaultChild|.addPropertyOverride(|import './app';|require('./app')|new tasks.LambdaInvoke(|.addRetry({|maxAttempts: |new targets.LambdaFunction(fn, {"""
PYTHON = """\
lambda_.Function(|self, |"Fn", |{|}|(|)|[|]|**x|*x|:\n    |\n|x = |x|x.y|x()|x[x]|f"a{x}"|handler="a.b", |environment=|code=\
|lambda_.Code.from_asset("a")|timeout=Duration.seconds(|1|"s"|if x|for a in x|while x|class A(|Stack|def __init__(self, a, b, c)|super().__init__(\
|def f()|return |x.add_environment(|x.add_event_source(|sources.SqsEventSource(|sqs.Queue(|x.append(x)|json.dumps(|x.items()| for y in x|lambda: \
|x += x|global x|with x as y|os.path.join(|Path(__file__) / |"%s" % |"{}".format(|range(10**9)|import app|from app import *|None|-1|:=|not x|partial(|x = partial(x, |field(default_factory=|tasks.LambdaInvoke(|.add_retry("""


def words(text: str) -> st.SearchStrategy[str]:
    """Texts of words of an app."""
    return st.lists(st.sampled_from(text.split("|")), max_size=40).map("".join)


def check(texts: dict[str, str]) -> None:
    start = perf_counter()
    for dialect in (declare, declare_service):
        for declaration in dialect(project(texts)):
            assert isinstance(declaration, Declaration)
            for value in (declaration.handler, declaration.memory, declaration.timeout, *declaration.settings.values()):
                assert isinstance(value, Value)
            for variable in declaration.environment:
                assert variable.value.known is None or isinstance(variable.value.known, str)
    assert perf_counter() - start < SECONDS


IMPORTS = """\
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as targets from 'aws-cdk-lib/aws-events-targets';
"""


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=words(SCRIPT))
def test_scripts(text: str) -> None:
    check({"cdk.json": '{"app": "ts-node app.ts"}', "app.ts": IMPORTS + text})
    check({"serverless.ts": f"// provider functions\n{text}"})


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(lines=st.lists(words(PYTHON), max_size=8))
def test_python(lines: list[str]) -> None:
    """Lines that do not parse are left out, so that something runs."""
    kept = []
    for line in lines:
        try:
            compile(line, "app.py", "exec")
        except (SyntaxError, ValueError):
            continue
        kept.append(line)
    header = "import os, json\nfrom pathlib import Path\nfrom aws_cdk import Stack, Duration, aws_lambda as lambda_, aws_sqs as sqs\n"
    header += "from aws_cdk import aws_lambda_event_sources as sources, aws_stepfunctions_tasks as tasks\n"
    header += "from dataclasses import field\nfrom functools import partial\n"
    check({"cdk.json": '{"app": "python3 app.py"}', "app.py": header + "\n".join(kept) + "\n"})


@pytest.mark.parametrize("path", ["app.ts", "app.py"])
@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.text(max_size=80))
def test_any_text(path: str, text: str) -> None:
    check(
        {"cdk.json": text, path: f"# aws_cdk aws-cdk-lib lambda\n{text}", "lib/a.ts": f"// aws-cdk-lib lambda\n{text}"}
    )
