"""Serverless services in, declarations out: settings and how they merge, positions, bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects.serverless import wanted
from tests.dialects.project import declared, project, text_at

if TYPE_CHECKING:
    from lambdalint.model import Declaration

PATH = "serverless.yml"
KEYS = ["handler", "events", "environment", "http", "sqs", "arn", "stream", "type", "name", "layers", "package"]
KEYS += ["exclude", "vpc", "image", "url", "Ref", "path", "artifact", "authorizer", "destinations", "Resources"]
SERVICE = """\
service: shop
provider:
  name: aws
  runtime: python3.12
  stage: live
  memorySize: 512
  timeout: 20
  architecture: arm64
  logRetentionInDays: 30
  tracing: {lambda: true}
  kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/one
  environment:
    SHARED: all
    TABLE: shared-table
  vpc:
    subnetIds: [subnet-1]
    securityGroupIds: [sg-1]
  layers:
    - arn:aws:lambda:eu-west-1:123456789012:layer:base:1
functions:
  plain:
    handler: src/app.handler
  own:
    handler: src/own.handler
    name: own-name
    runtime: python3.13
    memorySize: "2048"
    timeout: 900
    reservedConcurrency: 3
    provisionedConcurrency: 2
    ephemeralStorageSize: 1024
    maximumRetryAttempts: 1
    maximumEventAge: 3600
    onError: arn:aws:sns:eu-west-1:123456789012:dead
    destinations:
      onFailure: arn:aws:sqs:eu-west-1:123456789012:failed
      onSuccess: plain
    snapStart: true
    tracing: PassThrough
    role: arn:aws:iam::123456789012:role/own
    url: {authorizer: aws_iam}
    fileSystemConfig: {arn: 'arn:aws:efs:x', localMountPath: /mnt/data}
    environment:
      TABLE: own-table
      SHARED: null
    vpc:
      subnetIds: [subnet-2]
    layers: []
  outside:
    handler: src/outside.handler
    vpc: false
"""


def functions(text: str) -> dict[str, Declaration]:
    return declared("serverless", {PATH: text})


def test_the_providers_values_hold_where_a_function_has_none() -> None:
    plain = functions(SERVICE)["plain"]
    assert plain.handler.known == "src/app.handler"
    assert (plain.name.known, plain.name.written) == ("shop-live-plain", False)
    assert (plain.runtime.known, plain.memory.known, plain.timeout.known) == ("python3.12", 512, 20)
    assert {one.name: one.value.known for one in plain.environment} == {"SHARED": "all", "TABLE": "shared-table"}
    assert plain.environment_known
    assert plain.setting("architecture").known == "arm64"
    assert plain.setting("log_retention").known == 30
    assert plain.setting("tracing").known == "Active"
    assert plain.setting("vpc").known == {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert plain.setting("ephemeral_storage").known == 512
    assert not plain.setting("ephemeral_storage").written
    assert [layer.name.known for layer in plain.layers] == ["arn:aws:lambda:eu-west-1:123456789012:layer:base:1"]
    assert text_at(SERVICE, plain.memory.span) == "512"
    assert text_at(SERVICE, plain.span) == "plain"


def test_a_functions_values_win() -> None:
    own = functions(SERVICE)["own"]
    assert (own.name.known, own.name.written) == ("own-name", True)
    assert (own.runtime.known, own.memory.known, own.timeout.known) == ("python3.13", 2048, 900)
    assert text_at(SERVICE, own.memory.span) == '"2048"'
    assert {one.name: one.value.known for one in own.environment} == {"TABLE": "own-table"}
    assert text_at(SERVICE, own.environment[0].value.span) == "own-table"
    assert text_at(SERVICE, own.environment[0].span) == "TABLE"
    known = {name: own.setting(name).known for name in own.settings}
    assert known == {
        "reserved_concurrency": 3,
        "provisioned_concurrency": 2,
        "ephemeral_storage": 1024,
        "async_retries": 1,
        "async_max_age": 3600,
        "dead_letter_queue": "arn:aws:sns:eu-west-1:123456789012:dead",
        "on_failure": "arn:aws:sqs:eu-west-1:123456789012:failed",
        "snapstart": "PublishedVersions",
        "tracing": "PassThrough",
        "role": "arn:aws:iam::123456789012:role/own",
        "function_url": "AWS_IAM",
        "file_system": "/mnt/data",
        "vpc": {"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-1"]},
        "architecture": "arm64",
        "log_retention": 30,
        "kms_key": "arn:aws:kms:eu-west-1:123456789012:key/one",
        "package_type": "Zip",
        "logging": "Text",
        "recursive_loop": "Terminate",
    }
    assert [one.kind for one in own.triggers] == ["function-url"]
    assert own.layers == ()


def test_vpc_false_takes_a_function_out_and_a_destination_is_a_trigger() -> None:
    found = functions(SERVICE)
    assert not found["outside"].setting("vpc").written
    assert [(one.kind, one.source.known) for one in found["plain"].triggers] == [("destination", "own")]


def test_the_frameworks_own_defaults_are_not_written() -> None:
    found = functions("service: s\nprovider: aws\nfunctions:\n  f: {handler: a.b}\n")["f"]
    assert (found.memory.known, found.timeout.known, found.runtime.known) == (1024, 6, "nodejs20.x")
    assert not (found.memory.written or found.timeout.written or found.runtime.written)
    assert found.name.known == "s-dev-f"
    assert not found.triggers_known  # nothing here calls it, so something else does


@pytest.mark.parametrize(
    "written",
    [
        "functions:\n  f: {handler: a.b}\n",
        "functions:\n  - f: {handler: a.b}\n",
        "functions:\n  - ${file(more.yml)}\n",
        "functions: ${file(more.yml)}\n",
        "functions: {f: '${file(more.yml):f}'}\n",
        "functions: ${file(list.yml)}\n",
    ],
)
def test_functions_are_a_map_a_list_or_files(written: str) -> None:
    files = {
        PATH: f"service: s\nprovider: {{name: aws}}\n{written}",
        "more.yml": "f: {handler: a.b}\n",
        "list.yml": "- f: {handler: a.b}\n",
    }
    found = declared("serverless", files)
    assert list(found) == ["f"]
    assert found["f"].handler.known == "a.b"


def test_other_clouds_declare_nothing_here() -> None:
    assert functions("service: s\nprovider: {name: google}\nfunctions:\n  f: {handler: a.b}\n") == {}


def test_an_environment_that_cannot_be_told_is_not_complete() -> None:
    text = "service: s\nprovider: {name: aws, environment: '${file(env.js)}'}\nfunctions:\n  f: {handler: a.b}\n"
    found = functions(text)["f"]
    assert found.environment == ()
    assert not found.environment_known


def test_a_plugin_that_sets_variables_leaves_the_environment_open() -> None:
    text = "service: s\nprovider: {name: aws}\nplugins: [serverless-dotenv-plugin]\nfunctions:\n  f: {handler: a.b}\n"
    assert not functions(text)["f"].environment_known
    assert functions(text.replace("dotenv-plugin", "offline"))["f"].environment_known


def test_what_cloudformation_fills_in() -> None:
    text = """\
service: s
provider: {name: aws}
functions:
  f:
    handler: a.b
    environment:
      QUEUE: {Ref: Jobs}
      SECRET: !Ref Password
      STACK: !Sub "${AWS::StackName}-x"
      HIDDEN: {Ref: Key}
resources:
  Parameters:
    Key: {Type: String, NoEcho: true}
  Resources:
    Jobs: {Type: AWS::SQS::Queue}
    Password: {Type: AWS::SecretsManager::Secret}
"""
    values = {one.name: one.value for one in functions(text)["f"].environment}
    assert values["QUEUE"].known is None
    assert [(one.kind, one.target) for one in values["QUEUE"].references] == [("resource", "AWS::SQS::Queue.Ref")]
    assert [one.kind for one in values["SECRET"].references] == ["secret-name"]
    assert [one.kind for one in values["HIDDEN"].references] == ["secret-parameter"]
    assert text_at(text, values["QUEUE"].span) == "{Ref: Jobs}"


def test_json_services() -> None:
    text = (
        '{"service": "s", "provider": {"name": "aws", "runtime": "python3.12"}, "functions": {"f": {"handler": "a.b"}}}'
    )
    assert declared("serverless", {"x/serverless.json": text})["f"].runtime.known == "python3.12"


@pytest.mark.parametrize(
    ("path", "text", "is_wanted"),
    [
        ("serverless.yml", "provider: x\nfunctions: y", True),
        ("a/serverless.prod.yaml", "provider: x\nfunctions: y", True),
        ("serverless-compose.yml", "services: {}\nprovider: x\nfunctions: y", False),
        ("service.yml", "service: a\nprovider: x\nfunctions: y", True),
        ("config.yml", "provider: x\nfunctions: y", False),
        ("template.yaml", "Resources: {}", False),
    ],
)
def test_wanted(path: str, text: str, is_wanted: bool) -> None:
    assert wanted(path, text.encode()) is is_wanted


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("${}self:opt,'file()~a.!#", max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["functions", "provider", "custom", "package", "resources", "layers", "plugins", "params"]),
)
def test_no_service_breaks_the_reader(value: Any, place: str) -> None:
    import json

    root: dict[str, Any] = {"service": "s", "provider": {"name": "aws"}, "custom": {"a": "${self:custom}"}}
    root["functions"] = {"f": {"handler": "a.b", "events": [{"http": "${self:custom.a}"}]}, "g": value}
    root[place] = {"f": value} if place == "functions" else value
    held = project({PATH: json.dumps(root)})
    from lambdalint.dialects.serverless import declare

    for found in declare(held):
        assert found.span.path == PATH
        for variable in found.environment:
            assert variable.value.written
