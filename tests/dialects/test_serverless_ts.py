"""serverless.ts and serverless.js: the object that the program exports is read as serverless.yml is."""
# ruff: noqa: E501 - a line of the program is a line here

from __future__ import annotations

import pytest

from lambdalint.dialects.serverless_ts import tree, wanted
from tests.dialects.project import declared, project, text_at

SERVICE = """\
import type { AWS } from '@serverless/typescript';
import hello from '@functions/hello';
import { limits } from './config';

const stage = '${opt:stage, "dev"}';
const configuration: AWS = {
  service: 'orders',
  provider: {
    name: 'aws',
    runtime: 'python3.12',
    timeout: limits.timeout,
    environment: { STAGE: stage, TOKEN: process.env.TOKEN },
  },
  functions: {
    hello,
    second: { handler: 'src/second.run', memorySize: 2 * 256, events: [{ sqs: { arn: 'arn:aws:sqs:eu-west-1:1:q', batchSize: 5 } }] },
  },
};

module.exports = configuration;
"""
FILES = {
    "serverless.ts": SERVICE,
    "config.ts": "export const limits = { timeout: 20 };\n",
    "tsconfig.json": '{"extends": "./tsconfig.paths.json"}',
    "tsconfig.paths.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@functions/*": ["src/functions/*"]}}}',
    "src/functions/hello/index.ts": (
        "import { handlerPath } from '../../libs/path';\n"
        "export default { handler: `${handlerPath(__dirname)}/handler.main`, events: [{ http: { method: 'post', path: 'hello' } }] };\n"
    ),
    "src/libs/path.ts": (
        "export const handlerPath = (context: string) => {\n"
        "  return `${context.split(process.cwd())[1].substring(1).replace(/\\\\/g, '/')}`;\n};\n"
    ),
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("serverless.ts", True),
        ("services/a/serverless.common.js", True),
        ("serverless.yml", False),
        ("node_modules/x/serverless.ts", False),
        ("src/serverless.test.ts", False),
        ("src/main.ts", False),
    ],
)
def test_wanted(path: str, expected: bool) -> None:
    assert wanted(path, b"module.exports = { provider: {}, functions: {} }") is expected


def test_not_wanted_without_the_keys_of_a_service() -> None:
    assert wanted("serverless.ts", b"module.exports = { functions: {} }") is False


def test_service_with_imports_and_aliases() -> None:
    found = declared("serverless_ts", FILES)
    assert set(found) == {"hello", "second"}
    hello, second = found["hello"], found["second"]
    assert (hello.dialect, hello.handler.known) == ("serverless", "src/functions/hello/handler.main")
    assert [trigger.kind for trigger in hello.triggers] == ["apigateway-rest"]
    assert (hello.runtime.known, hello.timeout.known, second.memory.known) == ("python3.12", 20, 512)
    assert (second.triggers[0].kind, second.triggers[0].settings["batch_size"].known) == ("sqs", 5)


def test_places() -> None:
    found = declared("serverless_ts", FILES)
    second, hello = found["second"], found["hello"]
    assert text_at(SERVICE, second.handler.span) == "'src/second.run'"
    assert text_at(SERVICE, second.memory.span) == "2 * 256"
    assert text_at(SERVICE, second.span) == "second"
    assert text_at(SERVICE, second.timeout.span) == "limits.timeout"
    # What another file says is reported where this one takes it from there.
    assert text_at(SERVICE, hello.handler.span) == "hello"


def test_environment_of_the_deployer_stays_unknown() -> None:
    variables = {variable.name: variable.value for variable in declared("serverless_ts", FILES)["second"].environment}
    assert variables["TOKEN"].known is None
    assert [reference.kind for reference in variables["TOKEN"].references] == ["environment"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("serverless.js", "module.exports = { service: 's', provider: { name: 'aws' }, functions: { a: { handler: 'a.b' } } };"),
        ("serverless.ts", "export default { service: 's', provider: { name: 'aws' }, functions: { a: { handler: 'a.b' } } };"),
        ("serverless.ts", "export = { service: 's', provider: { name: 'aws' }, functions: { a: { handler: 'a.b' } } };"),
        ("serverless.js", "module.exports = async () => ({ service: 's', provider: {}, functions: { a: { handler: 'a.b' } } });"),
        ("serverless.js", "const f = {}; f.a = { handler: 'a.b' }; module.exports = { service: 's', provider: {}, functions: f };"),
    ],
)  # fmt: skip
def test_forms_of_export(path: str, text: str) -> None:
    assert declared("serverless_ts", {path: text})["a"].handler.known == "a.b"


@pytest.mark.parametrize(
    "text", ["", "module.exports = 5; // provider functions", "module.exports = {", "export default x;", "x("]
)
def test_programs_that_export_no_service(text: str) -> None:
    node = tree("serverless.ts", project({"serverless.ts": text}))
    assert node is None or node.kind == "mapping"
