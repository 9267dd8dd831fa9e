"""CDK apps in TypeScript: which functions they declare, with which settings, from which places."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from lambdalint.dialects.cdk import wanted
from lambdalint.model import ABSENT, Value
from tests.dialects.cdk_apps import CDK_JSON, PLAIN, function, functions, typescript
from tests.dialects.project import declared, text_at

# ------------------------------------------------------------------------------------------------------ what is asked


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("lib/stack.ts", b"import * as lambda from 'aws-cdk-lib/aws-lambda';", True),
        ("lib/stack.ts", b"import { Function } from '@aws-cdk/aws-lambda';", True),
        ("lib/stack.js", b"const lambda = require('aws-cdk-lib/aws-lambda')", True),
        ("app.py", b"from aws_cdk import aws_lambda", True),
        ("app.py", b"from aws_cdk import aws_s3", False),
        ("app.py", b"import boto3  # lambda", False),
        ("lib/stack.d.ts", b"import * as lambda from 'aws-cdk-lib/aws-lambda';", False),
        ("node_modules/x/stack.ts", b"import * as lambda from 'aws-cdk-lib/aws-lambda';", False),
        ("test/stack.test.ts", b"import * as lambda from 'aws-cdk-lib/aws-lambda';", False),
        ("tests/test_stack.py", b"from aws_cdk import aws_lambda", False),
        ("cdk.out/asset.1/index.js", b"require('aws-cdk-lib/aws-lambda')", False),
        ("README.md", b"aws-cdk-lib lambda", False),
    ],
)
def test_wanted(path: str, head: bytes, expected: bool) -> None:
    assert wanted(path, head) is expected


def test_a_project_without_an_app_declares_nothing() -> None:
    assert declared("cdk", {"src/index.py": "def handler(event, context): ...\n"}) == {}


# ---------------------------------------------------------------------------------------------------------- settings


def test_every_plain_setting() -> None:
    fn = function(
        """
        functionName: 'orders', memorySize: 512, timeout: cdk.Duration.minutes(2), architecture: lambda.Architecture.ARM_64,
        tracing: lambda.Tracing.ACTIVE, reservedConcurrentExecutions: 5, ephemeralStorageSize: cdk.Size.gibibytes(1),
        retryAttempts: 1, maxEventAge: cdk.Duration.hours(1), logRetention: logs.RetentionDays.TWO_YEARS,
        loggingFormat: lambda.LoggingFormat.JSON, snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS,
        recursiveLoop: lambda.RecursiveLoop.ALLOW,
        """
    )
    assert fn.dialect == "cdk"
    assert (fn.name.known, fn.handler.known, fn.runtime.known) == ("orders", "index.handler", "python3.12")
    assert (fn.memory.known, fn.timeout.known) == (512, 120)
    assert {name: value.known for name, value in fn.settings.items() if value.written} == {
        "architecture": "arm64",
        "tracing": "Active",
        "reserved_concurrency": 5,
        "ephemeral_storage": 1024,
        "async_retries": 1,
        "async_max_age": 3600,
        "log_retention": 731,
        "logging": "JSON",
        "snapstart": "PublishedVersions",
        "recursive_loop": "Allow",
    }


def test_what_is_not_written_is_a_default() -> None:
    fn = function("")
    assert fn.memory == Value(128, None, written=False)
    assert fn.timeout == Value(3, None, written=False)
    assert fn.name == ABSENT
    assert fn.setting("architecture") == Value("x86_64", None, written=False)
    assert fn.setting("reserved_concurrency") == ABSENT
    assert fn.setting("dead_letter_queue") == ABSENT
    assert fn.environment == ()
    assert fn.environment_known is True


def test_spans_cover_the_text_of_the_setting() -> None:
    body = f"new lambda.Function(this, 'Fn', {{ {PLAIN}, memorySize: 256, timeout: cdk.Duration.seconds(30) }});"
    text = typescript(body)
    fn = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": text})["Fn"]
    assert text_at(text, fn.memory.span) == "256"
    assert text_at(text, fn.timeout.span) == "cdk.Duration.seconds(30)"
    assert text_at(text, fn.runtime.span) == "lambda.Runtime.PYTHON_3_12"
    assert text_at(text, fn.handler.span) == "'index.handler'"
    assert text_at(text, fn.code.path.span) == "'src'"
    assert text_at(text, fn.span) == "new lambda.Function"


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("PYTHON_3_12", "python3.12"),
        ("NODEJS_20_X", "nodejs20.x"),
        ("NODEJS_4_3", "nodejs4.3"),
        ("JAVA_21", "java21"),
        ("JAVA_8_CORRETTO", "java8.al2"),
        ("DOTNET_8", "dotnet8"),
        ("DOTNET_CORE_3_1", "dotnetcore3.1"),
        ("RUBY_3_3", "ruby3.3"),
        ("GO_1_X", "go1.x"),
        ("PROVIDED_AL2023", "provided.al2023"),
        ("NODEJS_LATEST", None),
        ("SOMETHING_NEW", None),
    ],
)
def test_runtimes(member: str, expected: str | None) -> None:
    body = f"new lambda.Function(this, 'Fn', {{ runtime: lambda.Runtime.{member} }});"
    runtime = functions(body)["Fn"].runtime
    assert runtime.known == expected
    assert runtime.written is True


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cdk.Duration.seconds(30)", 30),
        ("cdk.Duration.minutes(1.5)", 90),
        ("cdk.Duration.millis(2000)", 2),
        ("cdk.Duration.seconds(6 * LIMIT)", 60),
        ("cdk.Duration.seconds(Number('45'))", 45),
        ("props.timeout", None),
        ("cdk.Duration.seconds(props.seconds)", None),
        ("props.fast ? cdk.Duration.seconds(3) : cdk.Duration.seconds(9)", None),
    ],
)
def test_durations(expression: str, expected: int | None) -> None:
    fn = function(f"timeout: {expression}", before="const LIMIT = 10;")
    assert fn.timeout.known == expected
    assert fn.timeout.written is True


def test_props_by_variable_spread_and_shared_constant() -> None:
    found = functions(
        """
        const shared = { runtime: lambda.Runtime.PYTHON_3_11, memorySize: 256, environment: { A: '1' } };
        const own: lambda.FunctionProps = { ...shared, handler: 'a.handler', code: lambda.Code.fromAsset('src') };
        new lambda.Function(this, 'One', own);
        new lambda.Function(this, 'Two', { ...own, memorySize: TWICE, environment: { ...shared.environment, B: '2' } });
        """,
        before="const TWICE = 2 * 512;",
    )
    assert (found["One"].memory.known, found["Two"].memory.known) == (256, 1024)
    assert [variable.name for variable in found["Two"].environment] == ["A", "B"]
    assert found["Two"].handler.known == "a.handler"


def test_unknown_spread_makes_absent_settings_unknown() -> None:
    fn = function("memorySize: 256, ...props.extra")
    assert fn.memory.known is None
    assert fn.memory.written is True
    assert fn.timeout == Value(None, None, True)
    assert fn.setting("dead_letter_queue").written is True
    assert fn.environment_known is False


def test_spread_before_a_setting_does_not_hide_it() -> None:
    fn = function("...props.extra, memorySize: 256")
    assert fn.memory.known == 256


def test_conditional_spread_may_be_absent() -> None:
    fn = function("...(props.big && { memorySize: 2048 }), ...(props.slow ? { timeout: cdk.Duration.minutes(1) } : {})")
    assert (fn.memory.known, fn.memory.written) == (None, True)
    assert (fn.timeout.known, fn.timeout.written) == (None, True)
    assert fn.environment_known is True


def test_helper_function_makes_functions() -> None:
    found = functions(
        """
        const make = (name: string, memory = 128): lambda.Function =>
          new lambda.Function(this, name, { handler: `${name}.handler`, runtime, memorySize: memory, code });
        make('first');
        make('second', 512);
        """,
        before="const runtime = lambda.Runtime.PYTHON_3_12;\nconst code = lambda.Code.fromAsset('src');",
    )
    assert {name: (fn.handler.known, fn.memory.known) for name, fn in found.items()} == {
        "first": ("first.handler", 128),
        "second": ("second.handler", 512),
    }


@pytest.mark.parametrize(
    "loop",
    [
        "for (const name of ['a', 'b']) { make(this, name); }",
        "['a', 'b'].forEach((name) => make(this, name));",
        "['a', 'b'].map((name) => make(this, name));",
        "Object.keys({ a: 1, b: 2 }).forEach((name) => make(this, name));",
        "for (const [name, size] of Object.entries({ a: 1, b: 2 })) { make(this, name); }",
        "for (let i = 0; i < NAMES.length; i++) { make(this, NAMES[i]); }",
        "let i = 0; while (i < 2) { make(this, NAMES[i]); i += 1; }",
        "NAMES.reduce((made, name) => ({ ...made, [name]: make(this, name) }), {});",
    ],
)
def test_loops_over_known_lists(loop: str) -> None:
    before = """
    const NAMES = ['a', 'b'];
    function make(scope: any, name: string) {
      return new lambda.Function(scope, name, { handler: `${name}.handler` });
    }
    """
    found = functions(loop, before=before)
    assert {name: fn.handler.known for name, fn in found.items()} == {"a": "a.handler", "b": "b.handler"}


def test_loop_over_an_unknown_list_declares_one_function() -> None:
    found = functions("props.names.forEach((name: string) => new lambda.Function(this, name, { handler: name }));")
    (fn,) = found.values()
    assert fn.handler.known is None


def test_branches_with_a_known_test_are_taken() -> None:
    found = functions(
        """
        if (STAGE === 'prod') { new lambda.Function(this, 'Prod', {}); } else { new lambda.Function(this, 'Dev', {}); }
        switch (STAGE) { case 'dev': new lambda.Function(this, 'A', {}); break; default: new lambda.Function(this, 'B', {}); }
        """,
        before="const STAGE: string = 'dev';",
    )
    assert set(found) == {"Dev", "A"}


def test_branches_with_an_unknown_test_are_both_read() -> None:
    found = functions(
        """
        let memory = 128;
        let size = 1;
        if (process.env.STAGE === 'prod') { memory = 1024; new lambda.Function(this, 'Prod', {}); } else { memory = 512; }
        new lambda.Function(this, 'Fn', { memorySize: memory, timeout: cdk.Duration.seconds(size) });
        """
    )
    assert set(found) == {"Prod", "Fn"}
    assert found["Fn"].memory.known is None
    assert found["Fn"].timeout.known == 1


def test_both_branches_with_the_same_value_are_known() -> None:
    found = functions("new lambda.Function(this, 'Fn', { memorySize: props.x ? 256 : 256 });")
    assert found["Fn"].memory.known == 256
