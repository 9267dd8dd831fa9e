"""What `${...}` in a service comes to: texts in, values with their references out."""

from __future__ import annotations

from typing import Any

import pytest

from lambdalint.dialects.serverless.functions import declarations
from lambdalint.dialects.serverless.variables import Service, read
from tests.dialects.project import declared, project

HEAD = "service: shop\nprovider:\n  name: aws\n"


def variable(value: str, extra: str = "", files: dict[str, str] | None = None) -> Any:
    """The value of one environment variable that is written as `value`."""
    text = f"{HEAD}{extra}functions:\n  f:\n    handler: a.b\n    environment:\n      X: {value}\n"
    return declared("serverless", {"serverless.yml": text, **(files or {})})["f"].environment[0].value


def kinds(value: Any) -> list[tuple[str, str]]:
    return [(one.kind, one.target) for one in value.references]


CUSTOM = """\
  stage: prod
custom:
  name: orders
  deep: {a: {b: [10, 20]}}
  chain: ${self:custom.name}-${self:provider.stage}
  by: {prod: P, dev: D}
  same: {prod: S, dev: S}
  keys: {prod: '${ssm:/p/key~true}', dev: '${ssm:/d/key~true}'}
"""


@pytest.mark.parametrize(
    ("written", "known", "references"),
    [
        ("${self:custom.name}", "orders", []),
        ("pre-${self:custom.name}-post", "pre-orders-post", []),
        ("${self:custom.deep.a.b.1}", "20", []),
        ("${self:custom.chain}", "orders-prod", []),
        ("${self:service}", "shop", []),
        ("${self:custom.by.${self:provider.stage}}", "P", []),
        ("${self:custom.none, 'fallback'}", "fallback", []),
        ("${self:custom.none, self:custom.name}", "orders", []),
        ("${self:custom.none, ${self:custom.name}}", "orders", []),
        ("${opt:stage, self:provider.stage}", "prod", [("parameter", "opt:stage")]),
        ("${sls:stage}", "prod", [("parameter", "sls:stage")]),
        ("${opt:memory, 512}", "512", [("parameter", "opt:memory")]),
        ("${env:KEY}", None, [("environment", "env:KEY")]),
        ("${env:KEY, 'a, b'}", "a, b", [("environment", "env:KEY")]),
        ("${ssm:/a/b}", None, [("stored-value", "ssm:/a/b")]),
        ("${ssm:/a/b~true}", None, [("secret-value", "ssm:/a/b~true")]),
        ("${ssm:/aws/reference/secretsmanager/x}", None, [("secret-value", "ssm:/aws/reference/secretsmanager/x")]),
        ("${aws:ssm:/a/b}", None, [("stored-value", "aws:ssm:/a/b")]),
        ("${ssm(eu-west-1):/a/b}", None, [("stored-value", "ssm(eu-west-1):/a/b")]),
        ("${cf:other.Url, 'x'}", None, [("resource", "cf:other.Url")]),
        ("${param:domain}", None, [("parameter", "param:domain")]),
        ("${vault:secret/data/x}", None, [("secret-value", "vault:secret/data/x")]),
        ("${self:custom.same.${opt:stage}}", "S", [("parameter", "opt:stage")]),
        ("${self:custom.by.${opt:stage}}", None, [("parameter", "opt:stage")]),
        ("a-${self:custom.none}-b", None, [("expression", "self:custom.none")]),
        ("plain", "plain", []),
        ("'#{AWS::AccountId}'", None, [("expression", "#{AWS::AccountId}")]),
        (
            "'{{resolve:secretsmanager:db:SecretString:pw}}'",
            None,
            [("secret-value", "secretsmanager:db:SecretString:pw")],
        ),
        ("'{{resolve:ssm:/a/b}}'", None, [("stored-value", "ssm:/a/b")]),
    ],
)
def test_a_variable_comes_to(written: str, known: str | None, references: list[tuple[str, str]]) -> None:
    value = variable(written, CUSTOM)
    assert (value.known, kinds(value)) == (known, references)
    assert value.written


def test_a_choice_that_the_deployer_makes_keeps_what_each_choice_is_made_of() -> None:
    value = variable("${self:custom.keys.${opt:stage}}", CUSTOM)
    assert value.known is None
    assert {kind for kind, _ in kinds(value)} == {"parameter", "secret-value"}


def test_files_are_read_from_the_services_folder() -> None:
    files = {
        "api/serverless.yml": HEAD
        + "custom: ${file(./config.yml):all}\nfunctions:\n  f:\n    handler: a.b\n    environment:\n"
        "      A: ${self:custom.name}\n      B: ${file(../shared.json):key.deep}\n"
        "      C: ${file(missing.yml):x, 'c'}\n"
        "      D: ${file(config.js):x}\n      E: ${file(./config-${opt:stage, 'dev'}.yml):x}\n",
        "api/config.yml": "all:\n  name: from-${self:service}\n",
        "api/config.js": "module.exports = {}\n",
        "api/config-dev.yml": "x: dev\n",
        "shared.json": '{"key": {"deep": 3}}',
    }
    values = {one.name: one.value for one in declared("serverless", files)["f"].environment}
    assert [values[name].known for name in "ABCDE"] == ["from-shop", "3", "c", None, "dev"]
    assert kinds(values["D"]) == [("file", "api/config.js")]
    assert kinds(values["E"]) == [("parameter", "opt:stage")]


def test_parameters_of_the_stage_and_of_the_compose_file() -> None:
    service = (
        HEAD + "  stage: prod\nparams:\n  default: {a: 1, b: 2}\n  prod: {b: 3}\nfunctions:\n  f:\n    handler: a.b\n"
    )
    service += "    environment: {A: '${param:a}', B: '${param:b}', C: '${param:c}', D: '${param:d}'}\n"
    compose = "services:\n  one:\n    path: one\n    params: {c: 4, d: '${two.url}'}\n  two: {path: two}\n"
    found = declared("serverless", {"one/serverless.yml": service, "serverless-compose.yml": compose})
    values = {one.name: one.value for one in found["f"].environment}
    assert [values[name].known for name in "ABCD"] == ["1", "3", "4", None]
    assert kinds(values["A"]) == [("parameter", "param:a")]
    assert kinds(values["D"]) == [("parameter", "param:d"), ("resource", "two.url")]


def test_version_4_stages_hold_parameters() -> None:
    service = HEAD + "stages:\n  default:\n    params: {a: x}\n"
    assert variable("${param:a}", service.removeprefix(HEAD)).known == "x"


@pytest.mark.parametrize(
    "text",
    [
        "custom: {a: '${self:custom.a}'}",
        "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}",
        "custom: {a: '${self:custom.b}${self:custom.b}', b: '${self:custom.c}${self:custom.c}', c: '${self:custom.a}'}",
        "custom: ${self:custom}",
    ],
)
def test_variables_that_refer_to_themselves_stay_unknown(text: str) -> None:
    assert variable("${self:custom.a}", text + "\n").known is None


def test_a_value_that_doubles_at_each_step_is_not_written_out() -> None:
    steps = "\n".join(f"  s{n}: ${{self:custom.s{n + 1}}}${{self:custom.s{n + 1}}}" for n in range(40))
    assert variable("${self:custom.s0}", f"custom:\n{steps}\n  s40: xx\n").known is None


def test_another_variable_syntax() -> None:
    extra = "  variableSyntax: '\\${{([ ~:a-zA-Z0-9._,\\-\\/\\(\\)]+?)}}'\ncustom: {a: yes-it-is}\n"
    assert variable("'${{self:custom.a}}'", extra).known == "yes-it-is"


def test_variables_inside_sub_leave_cloudformations_own() -> None:
    value = variable("!Sub '${self:custom.name}-${AWS::Region}'", "custom: {name: orders}\n")
    assert value.known is None
    assert ("expression", "orders-${AWS::Region}") in kinds(value)


def test_a_tree_that_is_no_mapping_declares_nothing() -> None:
    held = project({"serverless.yml": "- provider\n- functions\n"})
    root = read(held, "serverless.yml")
    assert root is not None
    assert list(declarations(Service(root, "serverless.yml", held))) == []
