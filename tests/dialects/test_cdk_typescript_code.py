"""CDK apps in TypeScript: environments, code and layers of their functions."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

import pytest

from lambdalint.model import ABSENT, Build, Declaration, Pattern, Reference, Value
from tests.dialects.cdk_apps import CDK_JSON, IMPORTS, PLAIN, function, functions, typescript
from tests.dialects.project import declared, text_at

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
    assert value.references == (Reference(kind, target, value.span, "Table" if kind == "resource" else ""),)  # type: ignore[arg-type]


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
          capacityProviderConfig: { lambdaManagedInstancesCapacityProviderConfig: { capacityProviderArn: 'arn:c' } },
        });
        """,
        before="declare const queue: any;",
    )["Fn"]
    assert (fn.runtime.known, fn.memory.known, fn.timeout.known) == ("python3.9", 256, 12)
    assert (fn.code.kind, fn.code.text) == ("inline", "pass")
    assert [(variable.name, variable.value.known) for variable in fn.environment] == [("A", "1")]
    assert (fn.setting("tracing").known, fn.setting("architecture").known) == ("Active", "arm64")
    assert fn.setting("dead_letter_queue").written is True
    assert fn.setting("capacity_provider").known == "arn:c"
