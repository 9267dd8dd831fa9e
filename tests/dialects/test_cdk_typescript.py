"""CDK apps in TypeScript: which functions they declare, with which settings, from which places."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.dialects.cdk import wanted
from lambdalint.engine import run
from lambdalint.model import ABSENT, Build, Declaration, Pattern, Reference, Value
from tests.dialects.cdk_apps import CDK_JSON, IMPORTS, functions, typescript
from tests.dialects.project import declared, project, text_at

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "handler: 'index.handler', runtime: lambda.Runtime.PYTHON_3_12, code: lambda.Code.fromAsset('src')"


def function(props: str, before: str = "", after: str = "", files: dict[str, str] | None = None) -> Declaration:
    """The one function `Fn` with these props besides the required ones."""
    body = f"const fn = new lambda.Function(this, 'Fn', {{ {PLAIN}, {props} }});\n{after}"
    return functions(body, before, {"src/index.py": "def handler(event, context): ...\n", **(files or {})})["Fn"]


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


# -------------------------------------------------------------------------------------------------------- environment


def environment(value: str, before: str = "") -> Value[str]:
    fn = function(f"environment: {{ NAME: {value} }}", after="", before=before)
    (variable,) = fn.environment
    assert variable.name == "NAME"
    return variable.value


def test_environment_literals_and_their_places() -> None:
    text = typescript(f"new lambda.Function(this, 'Fn', {{ {PLAIN}, environment: {{ 'API_KEY': 'abc', LEVEL: LEVEL }} }});",
                      before="const LEVEL = 'DEBUG';")  # fmt: skip
    fn = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": text})["Fn"]
    key, level = fn.environment
    assert (key.name, key.value.known) == ("API_KEY", "abc")
    assert text_at(text, key.span) == "'API_KEY'"
    assert text_at(text, key.value.span) == "'abc'"
    assert level.value.known == "DEBUG"
    assert text_at(text, level.value.span) == "LEVEL"


@pytest.mark.parametrize(
    ("expression", "kind", "target"),
    [
        ("secret.secretValue.unsafeUnwrap()", "secret-value", "aws_secretsmanager.Secret.value"),
        ("secret.secretValueFromJson('k').unsafeUnwrap()", "secret-value", "aws_secretsmanager.Secret.k"),
        ("secret.secretValue.toString()", "secret-value", "aws_secretsmanager.Secret.value"),
        ("cdk.SecretValue.secretsManager('x').unsafeUnwrap()", "secret-value", "core.secretsManager.value"),
        (
            "cdk.SecretValue.secretsManager('x', { jsonField: 'key' }).unsafeUnwrap()",
            "secret-value",
            "core.secretsManager.key",
        ),
        ("ssm.StringParameter.valueForStringParameter(this, '/app/key')", "stored-value", "ssm:/app/key"),
        ("ssm.StringParameter.valueForStringParameter(this, '/app/key', 3)", "stored-value", "ssm:/app/key"),
        ("ssm.StringParameter.valueFromLookup(this, '/app/key')", "stored-value", "ssm:/app/key"),
        (
            "ssm.StringParameter.fromStringParameterName(this, 'K', '/app/key').stringValue",
            "stored-value",
            "ssm:/app/key",
        ),
        ("cdk.SecretValue.ssmSecure('/x').toString()", "secret-value", "core.ssmSecure.value"),
        ("secret.secretArn", "secret-name", "aws_secretsmanager.Secret.secretArn"),
        ("secret.secretName", "secret-name", "aws_secretsmanager.Secret.secretName"),
        ("table.tableName", "resource", "aws_dynamodb.Table.tableName"),
        ("table.tableArn + '/index'", "resource", "aws_dynamodb.Table.tableArn"),
        ("props.stage", "parameter", "props"),
        ("this.node.tryGetContext('stage')", "parameter", "stage"),
        ("new cdk.CfnParameter(this, 'P').valueAsString", "parameter", "P"),
        ("new cdk.CfnParameter(this, 'Q', { noEcho: true }).valueAsString", "secret-parameter", "Q"),
        ("process.env.API_KEY!", "environment", "API_KEY"),
        ("process.env['API_KEY'] as string", "environment", "API_KEY"),
        ("process.env.API_KEY ?? 'none'", "environment", "API_KEY"),
        ("`${process.env.API_KEY}`", "environment", "API_KEY"),
    ],
)
def test_environment_references(expression: str, kind: str, target: str) -> None:
    fn = functions(
        f"""
        const secret = new secretsmanager.Secret(this, 'Secret');
        const table = new dynamodb.Table(this, 'Table', {{}});
        new lambda.Function(this, 'Fn', {{ environment: {{ NAME: {expression} }} }});
        """
    )["Fn"]
    value = fn.environment[0].value
    assert value.known is None
    assert value.references == (Reference(kind, target, value.span),)  # type: ignore[arg-type]


def test_plain_text_of_a_secret_value_is_known() -> None:
    assert environment("cdk.SecretValue.unsafePlainText('letmein').unsafeUnwrap()").known == "letmein"


def test_json_of_known_values_is_known() -> None:
    assert environment("JSON.stringify({ a: [1, 'b'] })").known == '{"a":[1,"b"]}'


def test_numbers_and_booleans_are_text() -> None:
    assert environment("String(5)").known == "5"
    assert environment("`${true}`").known == "true"


def test_add_environment_adds_and_replaces() -> None:
    fn = function(
        "environment: { A: '1', B: '2' }",
        after="fn.addEnvironment('B', 'two'); fn.addEnvironment('C', props.c).addEnvironment('D', '4');",
    )
    assert {variable.name: variable.value.known for variable in fn.environment} == {
        "A": "1",
        "B": "two",
        "C": None,
        "D": "4",
    }
    assert fn.environment_known is True


def test_add_environment_with_an_unknown_name() -> None:
    assert function("", after="fn.addEnvironment(props.name, '1');").environment_known is False


def test_environment_built_step_by_step() -> None:
    fn = functions(
        """
        const environment: Record<string, string> = { A: '1' };
        environment.B = '2';
        environment['C'] = '3';
        if (props.debug) { environment.D = '4'; }
        new lambda.Function(this, 'Fn', { environment });
        """
    )["Fn"]
    assert [variable.name for variable in fn.environment] == ["A", "B", "C", "D"]
    assert fn.environment_known is True


def test_unknown_environment() -> None:
    fn = function("environment: props.environment")
    assert (fn.environment, fn.environment_known) == ((), False)


# --------------------------------------------------------------------------------------------------------------- code


FILES = {
    "app/cdk.json": CDK_JSON,
    "app/src/index.py": "def handler(event, context): ...\n",
    "app/src/requirements.txt": "requests\n",
    "app/lib/code/index.py": "def handler(event, context): ...\n",
    "shared/index.py": "def handler(event, context): ...\n",
    "app/dist/fn.zip": "PK",
}


def code(expression: str, files: dict[str, str] | None = None) -> Declaration:
    """A function with this code, in an app below `app/` whose stack is in `app/lib/stack.ts`."""
    text = (
        f"{IMPORTS}export class AppStack extends cdk.Stack {{\n  constructor(scope: any, id: string) {{\n"
        f"    super(scope, id);\n    new lambda.Function(this, 'Fn', {{ handler: 'index.handler', code: {expression} }});\n"
        "  }\n}\n"
    )
    app = "import * as cdk from 'aws-cdk-lib';\nimport { AppStack } from '../lib/stack';\nnew AppStack(new cdk.App(), 'S');\n"
    return declared("cdk", {**FILES, **(files or {}), "app/lib/stack.ts": text, "app/bin/app.ts": app})["Fn"]


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("lambda.Code.fromAsset('src')", "app/src"),
        ("lambda.Code.fromAsset('./src/')", "app/src"),
        ("lambda.Code.fromAsset(path.join(__dirname, '..', 'src'))", "app/src"),
        ("lambda.Code.fromAsset(path.join(__dirname, '/code'))", "app/lib/code"),
        ("lambda.Code.fromAsset(path.resolve(__dirname, '../../shared'))", "shared"),
        ("lambda.Code.fromAsset(`${__dirname}/code`)", "app/lib/code"),
        ("lambda.Code.fromAsset(process.cwd() + '/src')", "app/src"),
        ("lambda.Code.fromAsset('../shared')", "shared"),
        ("lambda.Code.fromAsset('code')", "app/lib/code"),
        ("lambda.Code.asset('src')", "app/src"),
        ("new lambda.AssetCode('src')", "app/src"),
    ],
)
def test_asset_folders(expression: str, path: str) -> None:
    found = code(expression).code
    assert (found.kind, found.path.known, found.build) == ("directory", path, Build("copy", ()))


def test_asset_archive_and_what_leads_out() -> None:
    assert (code("lambda.Code.fromAsset('dist/fn.zip')").code.kind) == "archive"
    outside = code("lambda.Code.fromAsset('../../elsewhere')").code
    assert (outside.kind, outside.path.known) == ("unknown", None)
    unknown = code("lambda.Code.fromAsset(process.env.DIR!)").code
    assert (unknown.kind, unknown.path.references[0].kind) == ("unknown", "environment")


def test_excludes_are_patterns() -> None:
    patterns = code("lambda.Code.fromAsset('src', { exclude: ['*.md', '!keep.md'] })").code.patterns
    assert [(pattern.pattern, pattern.include) for pattern in patterns] == [("*.md", False), ("keep.md", True)]
    assert isinstance(patterns[0], Pattern)


@pytest.mark.parametrize(
    ("command", "tool", "requirements"),
    [
        (
            "pip install -r requirements.txt -t /asset-output && cp -au . /asset-output",
            "cdk",
            ("app/src/requirements.txt",),
        ),
        ("pip install requests -t /asset-output && cp -au . /asset-output", "unknown", None),
        ("pip install -r missing.txt -t /asset-output", "unknown", None),
        ("cp -r . /asset-output/", "copy", ()),
        ("npm ci && cp -r . /asset-output", "unknown", None),
        ("./build.sh", "unknown", None),
    ],
)
def test_bundling(command: str, tool: str, requirements: tuple[str, ...] | None) -> None:
    expression = (
        "lambda.Code.fromAsset('src', { bundling: { image: lambda.Runtime.PYTHON_3_12.bundlingImage, "
        f"command: ['bash', '-c', '{command}'] }} }})"
    )
    build = code(expression).code.build
    assert (build.tool, build.requirements) == (tool, requirements)


def test_inline_code_and_the_places_of_its_lines() -> None:
    fn = code("lambda.Code.fromInline(`import boto3\ndef handler(event, context):\n    pass\n`)")
    assert fn.code.kind == "inline"
    assert fn.code.text == "import boto3\ndef handler(event, context):\n    pass\n"
    assert fn.code.span is not None
    assert fn.code.lines[0] == (fn.code.span.line, fn.code.span.column + 1)
    assert fn.code.lines[1:] == tuple((fn.code.span.line + number, 1) for number in (1, 2, 3))


def test_inline_code_from_a_file() -> None:
    text = "lambda.Code.fromInline(fs.readFileSync(path.join(__dirname, 'code/index.py'), { encoding: 'utf-8' }))"
    body = f"import * as fs from 'fs';\n{IMPORTS}class S extends cdk.Stack {{ constructor(a: any, b: string) {{ super(a, b);\n"
    body += f"new lambda.Function(this, 'Fn', {{ code: {text} }}); }} }}\nnew S(new cdk.App(), 'S');\n"
    fn = declared("cdk", {**FILES, "app/lib/app.ts": body, "app/cdk.json": '{"app": "ts-node lib/app.ts"}'})["Fn"]
    assert (fn.code.kind, fn.code.path.known) == ("file", "app/lib/code/index.py")


def test_code_that_is_an_asset_s_bucket_and_key() -> None:
    asset = "new cdk.aws_s3_assets.Asset(this, 'Src', { path: path.join(__dirname, 'code') })"
    body = f"""{IMPORTS}class S extends cdk.Stack {{ constructor(a: any, b: string) {{ super(a, b);
const asset = {asset};
new lambda.Function(this, 'Fn', {{ code: lambda.Code.fromBucket(asset.bucket, asset.s3ObjectKey) }}); }} }}
new S(new cdk.App(), 'S');
"""
    fn = declared("cdk", {**FILES, "app/lib/app.ts": body, "app/cdk.json": '{"app": "ts-node lib/app.ts"}'})["Fn"]
    assert (fn.code.kind, fn.code.path.known) == ("directory", "app/lib/code")


def test_other_kinds_of_code() -> None:
    assert code("lambda.Code.fromBucket(bucket, 'key')").code.kind == "bucket"
    docker = code(
        "lambda.Code.fromDockerBuild('.', { file: 'src/Dockerfile' })", {"app/src/Dockerfile": "FROM x\n"}
    ).code
    assert (docker.kind, docker.path.known, docker.dockerfile) == ("directory", "app/src", "app/src/Dockerfile")
    assert docker.build.requirements is None
    custom = code("lambda.Code.fromCustomCommand('out', ['make'])").code
    assert (custom.kind, custom.path.known, custom.build.tool) == ("directory", "app/out", "script")


def test_code_that_a_script_puts_together_is_found_above_the_app() -> None:
    files = {"app/service/handlers/create.py": "def run(event, context): ...\n", "app/cdk.json": CDK_JSON}
    body = "new lambda.Function(this, 'Fn', { handler: 'service.handlers.create.run', code: lambda.Code.fromAsset('.build') });"
    fn = declared("cdk", {**files, "app/bin/app.ts": typescript(body)})["Fn"]
    assert (fn.code.path.known, fn.code.roots, fn.code.build.tool) == ("app/.build", ("app",), "script")


def test_image_functions() -> None:
    found = functions(
        """
        new lambda.DockerImageFunction(this, 'Image', {
          code: lambda.DockerImageCode.fromImageAsset('image', { file: 'Dockerfile.prod', cmd: ['app.handler'] }),
          memorySize: 1024,
        });
        new lambda.DockerImageFunction(this, 'Pulled', { code: lambda.DockerImageCode.fromEcr(repository) });
        """,
        files={"image/Dockerfile.prod": "FROM public.ecr.aws/lambda/python:3.12\n"},
    )
    image = found["Image"]
    assert (image.code.kind, image.code.path.known, image.code.dockerfile) == (
        "image",
        "image",
        "image/Dockerfile.prod",
    )
    assert (image.handler.known, image.memory.known, image.runtime) == ("app.handler", 1024, ABSENT)
    assert image.setting("package_type").known == "Image"
    assert found["Pulled"].code.kind == "image"


@pytest.mark.parametrize(
    ("files", "requirements"),
    [
        ({"requirements.txt": "requests\n"}, ("fn/requirements.txt",)),
        ({"Pipfile": "", "Pipfile.lock": "{}", "requirements.txt": ""}, ("fn/Pipfile.lock", "fn/Pipfile")),
        ({"poetry.lock": "", "pyproject.toml": ""}, ("fn/poetry.lock", "fn/pyproject.toml")),
        ({"uv.lock": "", "pyproject.toml": ""}, ("fn/uv.lock", "fn/pyproject.toml")),
        ({"pyproject.toml": ""}, ()),
    ],
)
def test_python_function_installs_what_its_entry_folder_asks_for(
    files: dict[str, str], requirements: tuple[str, ...]
) -> None:
    body = "new PythonFunction(this, 'Fn', { entry: 'fn', index: 'api/main.py', handler: 'run', runtime });"
    before = "import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';\nconst runtime = lambda.Runtime.PYTHON_3_12;"
    below = {f"fn/{name}": text for name, text in {"api/main.py": "", **files}.items()}
    fn = functions(body, before, below)["Fn"]
    assert fn.handler.known == "api.main.run"
    assert (fn.code.kind, fn.code.path.known) == ("directory", "fn")
    assert (fn.code.build.tool, fn.code.build.requirements) == ("cdk", requirements)


def test_python_function_defaults() -> None:
    before = "import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';"
    fn = functions("new PythonFunction(this, 'Fn', { entry: 'fn' });", before, {"fn/index.py": ""})["Fn"]
    assert fn.handler == Value("index.handler", None, written=False)


def test_nodejs_function_finds_its_entry() -> None:
    before = "import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';"
    body = "new NodejsFunction(this, 'Given', { entry: 'src/a.ts', handler: 'main' });\nnew NodejsFunction(this, 'Beside');"
    found = functions(body, before, {"src/a.ts": "", "bin/app.Beside.ts": ""})
    assert (found["Given"].code.kind, found["Given"].code.path.known) == ("file", "src/a.ts")
    assert found["Given"].handler.known == "index.main"
    assert found["Given"].code.build.tool == "esbuild"
    assert found["Beside"].code.path.known == "bin/app.Beside.ts"
    assert found["Beside"].handler == Value("index.handler", None, written=False)


def test_layers() -> None:
    fn = functions(
        """
        const layer = new lambda.LayerVersion(this, 'Deps', { code: lambda.Code.fromAsset('layer') });
        const arn = lambda.LayerVersion.fromLayerVersionArn(this, 'Arn', 'arn:aws:lambda:eu-west-1:1:layer:x:3');
        const python = new PythonLayerVersion(this, 'Py', { entry: 'pylayer' });
        const fn = new lambda.Function(this, 'Fn', { layers: [layer, arn] });
        fn.addLayers(python);
        """,
        before="import { PythonLayerVersion } from '@aws-cdk/aws-lambda-python-alpha';",
        files={"layer/python/deps.py": "", "pylayer/requirements.txt": "x\n", "pylayer/mod.py": ""},
    )["Fn"]
    deps, arn, python = fn.layers
    assert deps.name.known == "Deps"
    assert deps.code is not None
    assert deps.code.path.known == "layer"
    assert (arn.name.known, arn.code) == ("arn:aws:lambda:eu-west-1:1:layer:x:3", None)
    assert python.code is not None
    assert (python.code.path.known, python.code.build.requirements) == ("pylayer", ("pylayer/requirements.txt",))


def test_templates_of_functions() -> None:
    fn = functions(
        """
        new lambda.CfnFunction(this, 'Fn', {
          handler: 'index.handler', runtime: 'python3.9', memorySize: 256, timeout: 12, code: { zipFile: 'pass' },
          environment: { variables: { A: '1' } }, tracingConfig: { mode: 'Active' }, architectures: ['arm64'],
          deadLetterConfig: { targetArn: queue.queueArn }, role: 'arn:aws:iam::1:role/x',
        });
        """,
        before="declare const queue: any;",
    )["Fn"]
    assert (fn.runtime.known, fn.memory.known, fn.timeout.known) == ("python3.9", 256, 12)
    assert (fn.code.kind, fn.code.text) == ("inline", "pass")
    assert [(variable.name, variable.value.known) for variable in fn.environment] == [("A", "1")]
    assert (fn.setting("tracing").known, fn.setting("architecture").known) == ("Active", "arm64")
    assert fn.setting("dead_letter_queue").written is True


# ---------------------------------------------------------------------------------------------- classes and modules


def test_construct_made_twice_is_two_functions() -> None:
    found = functions(
        "new Worker(this, 'A', { memory: 256 });\nnew Worker(this, 'B', { memory: 512 });",
        before="""
        class Worker extends cdk.Construct {
          readonly fn: lambda.Function;
          constructor(scope: any, id: string, private readonly options: { memory: number }) {
            super(scope, id);
            this.fn = this.make();
          }
          private make() { return new lambda.Function(this, 'Fn', { memorySize: this.options.memory }); }
        }
        """,
    )
    assert {name: fn.memory.known for name, fn in found.items()} == {"AppStack/A/Fn": 256, "AppStack/B/Fn": 512}
    assert found["AppStack/A/Fn"].setting("construct_path").known == ("Demo/A/Fn",)


def test_same_stack_for_two_stages_is_one_function() -> None:
    text = (
        f"{IMPORTS}class S extends cdk.Stack {{\n  constructor(scope: any, id: string, props: any) {{\n"
        "    super(scope, id, props);\n    new lambda.Function(this, 'Fn', { memorySize: props.memory, timeout: "
        "cdk.Duration.seconds(9), environment: { STAGE: props.stage, SAME: 'x' } });\n  }\n}\n"
        "const app = new cdk.App();\nnew S(app, 'Dev', { memory: 128, stage: 'dev' });\n"
        "new S(app, 'Prod', { memory: 512, stage: 'prod' });\n"
    )
    found = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": text})
    (fn,) = found.values()
    assert (fn.memory.known, fn.memory.written, fn.timeout.known) == (None, True, 9)
    assert {variable.name: variable.value.known for variable in fn.environment} == {"STAGE": None, "SAME": "x"}
    assert fn.setting("construct_path").known == ("Dev/Fn", "Prod/Fn")


def test_subclass_of_function() -> None:
    found = functions(
        "new Api(this, 'Orders', { handler: 'orders.handler' });\nnew Api(this, 'Users', { handler: 'users.handler' });",
        before="""
        class Base extends lambda.Function {
          constructor(scope: any, id: string, props: any) {
            super(scope, id, { runtime: lambda.Runtime.PYTHON_3_12, timeout: cdk.Duration.seconds(29), ...props });
          }
        }
        class Api extends Base {
          constructor(scope: any, id: string, props: any) {
            super(scope, id, { ...props, memorySize: 1024 });
            this.addEnvironment('KIND', 'api');
          }
        }
        """,
    )
    assert {name: fn.handler.known for name, fn in found.items()} == {
        "Orders": "orders.handler",
        "Users": "users.handler",
    }
    assert (found["Orders"].memory.known, found["Orders"].timeout.known) == (1024, 29)
    assert [variable.name for variable in found["Orders"].environment] == ["KIND"]
    assert found["Orders"].span != found["Users"].span


def test_modules_exports_and_json() -> None:
    files = {
        "cdk.json": '{"app": "npx tsc && node bin/app.js"}',
        "bin/app.ts": "import * as cdk from 'aws-cdk-lib';\nimport { Main } from '../lib';\nnew Main(new cdk.App(), 'Main');\n",
        "lib/index.ts": "export * from './main';\n",
        "lib/main.ts": (
            f"{IMPORTS}import config from '../config.json';\nimport {{ limits as L }} from './limits.js';\n"
            "export class Main extends cdk.Stack { constructor(a: any, b: string) { super(a, b);\n"
            "  new lambda.Function(this, config.name, { memorySize: L.memory, timeout: cdk.Duration.seconds(L.seconds()) });\n"
            "} }\n"
        ),
        "lib/limits.ts": "const seconds = () => 42;\nexport const limits = { memory: 640, seconds };\n",
        "config.json": '{"name": "FromConfig"}',
    }
    (fn,) = declared("cdk", files).values()
    assert (fn.id, fn.memory.known, fn.timeout.known, fn.span.path) == ("FromConfig", 640, 42, "lib/main.ts")
    assert fn.memory.span is not None
    assert fn.memory.span.path == "lib/main.ts"


def test_javascript_app() -> None:
    text = (
        "const { Stack, App, Duration } = require('aws-cdk-lib');\nconst lambda = require('aws-cdk-lib/aws-lambda');\n"
        "const { settings } = require('./settings');\n"
        "class Demo extends Stack {\n  constructor(scope, id, props) {\n    super(scope, id, props);\n"
        "    new lambda.Function(this, 'Fn', { memorySize: settings.memory, timeout: Duration.seconds(7) });\n  }\n}\n"
        "module.exports = { Demo };\nnew Demo(new App(), 'Demo');\n"
    )
    files = {
        "cdk.json": '{"app": "node app.js"}',
        "app.js": text,
        "settings.js": "exports.settings = { memory: 192 };\n",
    }
    (fn,) = declared("cdk", files).values()
    assert (fn.memory.known, fn.timeout.known) == (192, 7)


def test_stack_that_nothing_makes_is_read_with_unknown_props() -> None:
    text = (
        f"{IMPORTS}export class Lonely extends cdk.Stack {{\n  constructor(scope: any, id: string, props: any) {{\n"
        "    super(scope, id, props);\n    new lambda.Function(this, 'Fn', { memorySize: props.memory, "
        "handler: 'a.b', functionName: `x-${props.stage}` });\n  }\n}\n"
    )
    (fn,) = declared("cdk", {"lib/lonely.ts": text}).values()
    assert (fn.handler.known, fn.memory.known, fn.name.known) == ("a.b", None, None)
    assert fn.name.references[0] == Reference("parameter", "props.stage", fn.name.span)
    assert fn.setting("construct_path") == ABSENT


def test_construct_used_by_a_stack_is_not_read_twice() -> None:
    app = typescript("new Part(this, 'P', 320);")
    files = {
        "cdk.json": CDK_JSON,
        "lib/a_construct.ts": (
            f"{IMPORTS}export class Part extends cdk.Construct {{ constructor(a: any, b: string, memory: number) "
            "{ super(a, b); new lambda.Function(this, 'Fn', { memorySize: memory }); } }\n"
        ),
        "bin/app.ts": f"import {{ Part }} from '../lib/a_construct';\n{app}",
    }
    found = declared("cdk", files)
    assert [fn.memory.known for fn in found.values()] == [320]


def test_escape_hatches() -> None:
    fn = function(
        "memorySize: 128",
        after="""
        const template = fn.node.defaultChild as lambda.CfnFunction;
        template.addPropertyOverride('MemorySize', 640);
        template.addOverride('Properties.Timeout', 77);
        template.runtime = 'python3.13';
        template.addPropertyOverride('Environment.Variables.X', 'y');
        """,
    )
    assert (fn.memory.known, fn.timeout.known, fn.runtime.known) == (640, 77, "python3.13")
    assert [(variable.name, variable.value.known) for variable in fn.environment] == [("X", "y")]


def test_unknown_override_makes_settings_unknown() -> None:
    fn = function("memorySize: 128", after="(fn.node.defaultChild as any).addPropertyOverride(props.key, 1);")
    assert (fn.memory.known, fn.memory.written) == (None, True)


def test_aspects_of_the_app_make_what_they_name_unknown() -> None:
    fn = functions(
        "new lambda.Function(this, 'Fn', { memorySize: 128 });\ncdk.Aspects.of(this).add(new Limit(4));",
        before="""
        class Limit implements cdk.IAspect {
          constructor(private readonly most: number) {}
          visit(node: any) { if (node.reservedConcurrentExecutions === undefined) { node.addPropertyOverride('MemorySize', this.most); } }
        }
        """,
    )["Fn"]
    assert (fn.memory.known, fn.memory.written) == (None, True)
    assert fn.setting("reserved_concurrency") == Value(None, None, True)
    assert fn.timeout == Value(3, None, written=False)


def test_cloudfront_functions_are_not_lambda_functions() -> None:
    before = "import { Function as Edge } from 'aws-cdk-lib/aws-cloudfront';"
    assert functions("new Edge(this, 'Fn', {});", before) == {}


def test_imported_functions_are_not_declared() -> None:
    assert functions("lambda.Function.fromFunctionArn(this, 'Fn', 'arn');") == {}


# ------------------------------------------------------------------------------------------------------- bad programs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; new lambda.Function(",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; new lambda.Function();",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; new lambda.Function(this);",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; new lambda.Function(...x);",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; new lambda.Function(this, 'A', null);",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; function f() { f(); f(); } f();",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; class A extends A { constructor() { super(); } } new A();",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; class A { constructor() { new A(); new A(); } } new A();",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; import './app'; export * from './app';",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; for (;;) { x(); }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; while (true) { let a = [a]; }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; const a: any = []; a.push(a); JSON.stringify(a); `${a}`;",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; const o: any = {}; o.o = o; new lambda.Function(o, o, o);",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let s = 'x'; for (let i = 0; i < 99; i++) { s = s + s; }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let n = 9; for (let i = 0; i < 99; i++) { n = n * n; }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let a: any = [1]; for (let i = 0; i < 99; i++) { a = [...a, ...a]; }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let a: any = 1; for (let i = 0; i < 99; i++) { a = [a, a]; }\n"
        "JSON.stringify(a); new lambda.Function(a, a, a);",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let s: any = 'a'; for (let i = 0; i < 99; i++) "
        "{ s = s.replace('a', s).replaceAll('a', 'aaaaaaaaaa'); }",
        "import * as lambda from 'aws-cdk-lib/aws-lambda'; let x: any = y; for (let i = 0; i < 99; i++) { x = x[x] + x; }",
    ],
)
def test_bad_programs_end(text: str) -> None:
    memory = project({"cdk.json": '{"app": "ts-node app.ts"}', "app.ts": text})
    from lambdalint.dialects.cdk import declare

    assert all(isinstance(item, Declaration) for item in declare(memory))


def test_broken_cdk_json() -> None:
    for broken in ("", "[]", "{", '{"app": 5}', '{"app": "../../x.ts"}', '"x"'):
        found = declared("cdk", {"cdk.json": broken, "bin/app.ts": typescript("new lambda.Function(this, 'Fn', {});")})
        assert set(found) == {"Fn"}


def test_synthesised_template_of_the_same_app_is_no_second_function(tmp_path: Path) -> None:
    template = (
        '{"Resources": {"FnABCD1234": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "index.handler", '
        '"Runtime": "python3.12", "Code": {"S3Bucket": "x", "S3Key": "y.zip"}}, "Metadata": {"aws:cdk:path": "Demo/Fn/Resource"}}}}'
    )
    files = {
        "cdk.json": CDK_JSON,
        "bin/app.ts": typescript(f"new lambda.Function(this, 'Fn', {{ {PLAIN} }});"),
        "cdk.out/cdk.out": '{"version": "36.0.0"}',
        "cdk.out/manifest.json": '{"artifacts": {"Demo": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Demo.template.json"}}}}',
        "cdk.out/Demo.template.json": template,
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert [function.id for function in run(str(tmp_path)).functions] == ["bin/app.ts#Fn"]
    (tmp_path / "bin/app.ts").unlink()
    assert [function.name for function in run(str(tmp_path)).functions] == ["FnABCD1234"]


def test_a_change_is_as_certain_as_the_function_that_it_changes() -> None:
    """A stack that is made on some path only changes its functions on each path that makes them."""
    app = """
    import * as cdk from 'aws-cdk-lib';
    import * as lambda from 'aws-cdk-lib/aws-lambda';
    class AppStack extends cdk.Stack {
      constructor(scope: cdk.App, id: string) {
        super(scope, id);
        const fn = new lambda.Function(this, 'Fn', { handler: 'index.handler' });
        (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('MemorySize', 2048);
        if (process.env.SLOW) {
          (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Timeout', 60);
        }
      }
    }
    const app = new cdk.App();
    new AppStack(app, 'Main');
    if (process.env.SECOND) { new AppStack(app, 'Second'); }
    """
    fn = declared("cdk", {"cdk.json": CDK_JSON, "bin/app.ts": app})["Fn"]
    assert (fn.memory.known, fn.timeout.known, fn.timeout.written) == (2048, None, True)
