"""CDK apps in TypeScript: classes, modules, what changes a function afterwards, and bad programs."""
# ruff: noqa: E501 - a line of the app is a line here

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.model import ABSENT, Declaration, Reference, Value
from tests.dialects.cdk_apps import CDK_JSON, IMPORTS, PLAIN, function, functions, typescript
from tests.dialects.project import declared, project

if TYPE_CHECKING:
    from pathlib import Path


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
