"""Terraform texts in, declarations out: settings with their places, values with their origin, bad input."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdalint.dialects import terraform
from tests.dialects.project import project, text_at
from tests.dialects.terraform_texts import env, function, kinds, one

# ------------------------------------------------------------------------------------------------------------ settings


EVERYTHING = function(
    """  function_name = "jobs"
  handler       = "app.handler"
  runtime       = "python3.12"
  memory_size   = 512
  timeout       = 30
  role          = aws_iam_role.r.arn
  architectures = ["arm64"]
  kms_key_arn   = "arn:aws:kms:eu-west-1:1:key/k"
  reserved_concurrent_executions = 5
  dead_letter_config { target_arn = aws_sqs_queue.dead.arn }
  tracing_config { mode = "Active" }
  ephemeral_storage { size = 1024 }
  vpc_config {
    subnet_ids = ["subnet-1"]
    security_group_ids = [aws_security_group.g.id]
  }
  file_system_config {
    arn = aws_efs_access_point.p.arn
    local_mount_path = "/mnt/data"
  }
  snap_start { apply_on = "PublishedVersions" }
  logging_config { log_format = "JSON" }
  environment {
    variables = { STAGE = "live", "QUOTED" = 5 }
  }"""
)


def test_every_setting_with_its_place() -> None:
    found = one(main=EVERYTHING)
    assert (found.id, found.dialect) == ("aws_lambda_function.f", "terraform")
    assert text_at(EVERYTHING, found.span) == 'resource "aws_lambda_function" "f"'
    assert (found.name.known, found.handler.known, found.runtime.known) == ("jobs", "app.handler", "python3.12")
    assert (found.memory.known, found.timeout.known) == (512, 30)
    known = {name: value.known for name, value in found.settings.items() if value.written}
    assert known == {
        "architecture": "arm64",
        "kms_key": "arn:aws:kms:eu-west-1:1:key/k",
        "reserved_concurrency": 5,
        "tracing": "Active",
        "ephemeral_storage": 1024,
        "file_system": "/mnt/data",
        "snapstart": "PublishedVersions",
        "logging": "JSON",
        "role": None,
        "dead_letter_queue": None,
        "vpc": None,
    }
    assert kinds(found.setting("role")) == ["resource"]
    assert text_at(EVERYTHING, found.memory.span) == "512"
    assert text_at(EVERYTHING, found.setting("tracing").span) == '"Active"'
    assert [(v.name, v.value.known, text_at(EVERYTHING, v.span)) for v in found.environment] == [
        ("STAGE", "live", "STAGE"),
        ("QUOTED", "5", '"QUOTED"'),
    ]
    assert found.environment_known


def test_defaults_are_not_written() -> None:
    found = one(main=function('  function_name = "f"'))
    assert (found.memory.known, found.memory.written) == (128, False)
    assert (found.timeout.known, found.timeout.written) == (3, False)
    assert found.handler.written is False and found.runtime.known is None
    assert found.setting("ephemeral_storage").known == 512
    assert not any(value.written for value in found.settings.values())
    assert found.environment == () and found.environment_known


def test_null_is_not_written() -> None:
    found = one(
        main=function("  memory_size = null\n  timeout = var.absent\n") + 'variable "absent" { default = null }\n'
    )
    assert (found.memory.known, found.memory.written) == (128, False)
    assert (found.timeout.known, found.timeout.written) == (3, False)


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ('"a-${local.stage}"', "a-dev"),
        ("local.stage", "dev"),
        ('local.stage == "dev" ? "yes" : "no"', "yes"),
        ('format("%s-%03d", local.stage, 7)', "dev-007"),
        ('join(",", ["a", "b"])', "a,b"),
        ('upper(replace("a_b", "_", "-"))', "A-B"),
        ("jsonencode({ b = 1, a = [true, null] })", '{"a":[true,null],"b":1}'),
        ('lookup({ dev = "x" }, local.stage, "y")', "x"),
        ('try(local.map.missing, "fallback")', "fallback"),
        ('coalesce(null, "", "z")', "z"),
        ("local.map[local.stage]", "x"),
        ('[for k, v in local.map : "${k}=${v}"][0]', "dev=x"),
        ("{ for k, v in local.map : v => k }.x", "dev"),
        ('split("/", "a/b/c")[1]', "b"),
        ('merge(local.map, { dev = "w" })["dev"]', "w"),
        ("length(concat([1], [2, 3]))", "3"),
        ('element(["p", "q"], 3)', "q"),
        ("!true", "false"),
        ("1 + 2 * 3", "7"),
        ('"%{ if local.stage == "dev" }in%{ else }out%{ endif }"', "in"),
        ("<<-EOT\n  one\n    two\nEOT", "one\n  two\n"),
        ('regex("[a-z]+", "123abc")', "abc"),
        ('replace("a1b22", "/[0-9]+/", "#")', "a#b#"),
        ("keys({ b = 1, a = 2 })[0]", "a"),
        ("tostring(012)", "12"),
        ('one(["only"])', "only"),
        ('flatten([["a"], [["b"]]])[1]', "b"),
        ('base64encode("hi")', "aGk="),
    ],
)
def test_plain_values_are_known(expression: str, known: str) -> None:
    extra = 'locals {\n  stage = "dev"\n  map = { dev = "x" }\n}\n'
    value = env(f"X = {expression}", extra)["X"]
    assert value.known == known
    assert value.references == ()


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("var.plain", "parameter"),
        ("var.hidden", "secret-parameter"),
        ("data.aws_secretsmanager_secret_version.s.secret_string", "secret-value"),
        ('jsondecode(data.aws_secretsmanager_secret_version.s.secret_string)["key"]', "secret-value"),
        ("random_password.p.result", "secret-value"),
        ("aws_db_instance.d.password", "secret-value"),
        ("aws_secretsmanager_secret.s.arn", "secret-name"),
        ("aws_secretsmanager_secret.s.name", "secret-name"),
        ("aws_secretsmanager_secret_version.v.secret_id", "secret-name"),
        ("data.aws_ssm_parameter.plain.value", "stored-value"),
        ("data.aws_ssm_parameter.secure.value", "secret-value"),
        ("aws_ssm_parameter.secure.value", "secret-value"),
        ("aws_ssm_parameter.secure.arn", "secret-name"),
        ("data.aws_ssm_parameter.closed.value", "stored-value"),
        ("aws_sqs_queue.q.url", "resource"),
        ("module.remote.output", "resource"),
        ("terraform.workspace", "expression"),
        ('file("${path.module}/text.txt")', "file"),
    ],
)
def test_what_cannot_be_told_says_where_it_comes_from(expression: str, kind: str) -> None:
    extra = """
variable "plain" {}
variable "hidden" { sensitive = true }
module "remote" { source = "terraform-aws-modules/sqs/aws" }
resource "aws_ssm_parameter" "secure" {
  name = "/secure"
  type = "SecureString"
  value = var.plain
}
data "aws_ssm_parameter" "plain" { name = "/plain" }
data "aws_ssm_parameter" "secure" { name = "/secure" }
data "aws_ssm_parameter" "closed" {
  name = "/secure"
  with_decryption = false
}
"""
    value = env(f"X = {expression}", extra)["X"]
    assert value.known is None and value.written
    assert kinds(value)[0] == kind


def test_a_secret_is_followed_to_the_key_that_is_asked_for() -> None:
    value = env(
        "X = local.all.client_secret",
        """
locals { all = jsondecode(data.aws_secretsmanager_secret_version.s[0].secret_string) }
""",
    )["X"]
    assert [(one.kind, one.target) for one in value.references] == [
        ("secret-value", "data.aws_secretsmanager_secret_version.s.secret_string.client_secret")
    ]


def test_a_value_beside_a_secret_is_not_the_secret() -> None:
    values = env(
        "A = local.all.level\nB = local.all.token",
        """
locals {
  all = merge(var.settings, { token = data.aws_secretsmanager_secret_version.s.secret_string })
}
variable "settings" {}
""",
    )
    assert "secret-value" not in kinds(values["A"])
    assert "secret-value" in kinds(values["B"])


def test_a_secret_inside_a_longer_text_or_behind_a_condition_is_still_one() -> None:
    extra = 'variable "on" {}\n'
    values = env('A = "postgres://u:${random_password.p.result}@h"\nB = var.on ? random_password.p.result : ""', extra)
    assert [kinds(value)[0] for value in values.values()] == ["secret-value", "secret-value"]


def test_a_name_that_is_written_out_is_known_and_a_reference() -> None:
    value = env("X = aws_sqs_queue.q.name", 'resource "aws_sqs_queue" "q" { name = "jobs" }\n')["X"]
    assert (value.known, kinds(value)) == ("jobs", ["resource"])


def test_a_variable_with_a_default_is_known_and_a_parameter() -> None:
    text = function("  memory_size = var.memory") + 'variable "memory" {\n  type = number\n  default = "256"\n}\n'
    memory = one(main=text).memory
    assert memory.known == 256
    assert text_at(text, memory.span) == "var.memory"
    assert [(one.kind, one.target, text_at(text, one.span)) for one in memory.references] == [
        ("parameter", "var.memory", '"256"')
    ]


def test_tfvars_decide_what_a_variable_is() -> None:
    main = function("  memory_size = var.memory\n  timeout = var.timeout") + (
        'variable "memory" { default = 128 }\nvariable "timeout" { default = 3 }\n'
    )
    automatic = one(main=main, **{"terraform.tfvars": "memory = 1024\n"})
    assert automatic.memory.known == 1024
    assert automatic.memory.references[0].span is not None
    assert automatic.memory.references[0].span.path == "terraform.tfvars"
    chosen = one(main=main, **{"env/live.tfvars": "memory = 1024\ntimeout = 3\n"})
    assert (chosen.memory.known, chosen.timeout.known) == (None, 3)


def test_an_unknown_condition_is_unknown_unless_both_sides_agree() -> None:
    extra = 'variable "live" {}\n'
    values = env('A = var.live ? "x" : "y"\nB = var.live ? "x" : "x"', extra)
    assert (values["A"].known, values["B"].known) == (None, "x")


def test_an_environment_that_is_merged_with_something_unknown_may_hold_more() -> None:
    text = function('  environment {\n    variables = merge({ A = "1" }, var.more)\n  }') + 'variable "more" {}\n'
    found = one(main=text)
    assert not found.environment_known
    assert [(variable.name, variable.value.known) for variable in found.environment] == [("A", None)]


def test_merge_keeps_where_each_key_is_written() -> None:
    text = function('  environment {\n    variables = merge(local.base, { B = "2" })\n  }') + (
        'locals {\n  base = { A = "1", B = "1" }\n}\n'
    )
    found = one(main=text)
    assert [(v.name, v.value.known, v.span.line) for v in found.environment] == [("A", "1", 7), ("B", "2", 3)]
    assert found.environment_known


def test_a_json_file_of_settings_is_read() -> None:
    found = one(
        main=function(
            "  memory_size = local.settings.accounts[terraform.workspace].memory\n  timeout = local.settings.t"
        )
        + 'locals { settings = jsondecode(file("./settings.json")) }\n',
        **{"settings.json": '{"t": 9, "accounts": {"dev": {"memory": 256}, "live": {"memory": 256}}}'},
    )
    assert (found.timeout.known, found.memory.known) == (9, 256)  # whichever account it is


def test_dynamic_blocks() -> None:
    text = (
        function("""  dynamic "environment" {
    for_each = length(var.env) > 0 ? [var.env] : []
    iterator = it
    content { variables = it.value }
  }
  dynamic "tracing_config" {
    for_each = [for mode in ["Active"] : mode]
    content { mode = tracing_config.value }
  }
  dynamic "ephemeral_storage" {
    for_each = []
    content { size = 2048 }
  }""")
        + 'variable "env" { default = { A = "1" } }\n'
    )
    found = one(main=text)
    assert found.setting("tracing").known == "Active"
    assert found.setting("ephemeral_storage").known == 512
    assert [(variable.name, variable.value.known) for variable in found.environment] == [("A", "1")]


# ---------------------------------------------------------------------------------------------------------- robustness


@pytest.mark.parametrize(
    "text",
    [
        function("  function_name = \n  handler = \"a.b\""),
        function("  function_name = ${x}"),
        'resource "aws_lambda_function" {\n  handler = "a.b"\n}\n',
        'resource "aws_lambda_function" "f" {\n  handler = "a.b"\n',
        function("  function_name = " + "(" * 400 + '"x"' + ")" * 400),
        function("  environment = 5\n  vpc_config = []\n  layers = 3\n  architectures = {}"),
        function("  for_each = 5") + function("  count = -1", "g"),
        function("  function_name = local.a") + "locals {\n" + "\n".join(
            f"  a{n} = local.a{n + 1}" for n in range(500)) + "\n  a = local.a0\n}\n",
        function("  function_name = local.z") + 'locals {\n  a = "xxxxxxxxxx"\n' + "\n".join(
            f'  {b} = "${{local.{a}}}${{local.{a}}}${{local.{a}}}"' for a, b in zip("abcdefghijklmnopqrstuvwxy",
            "bcdefghijklmnopqrstuvwxyz", strict=True)) + "\n}\n",
        function('  function_name = join(",", range(100000000))\n  handler = format("%999999999d", 1)'),
        function('  function_name = regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")'),
        'module "a" {\n  source = "./"\n}\n' + function(""),
        'module "a" {\n  source = "../../../../etc"\n}\n' + function(""),
    ],
)  # fmt: skip
def test_bad_input_neither_fails_nor_takes_long(text: str) -> None:
    for found in terraform.declare(project({"main.tf": text})):
        assert found.dialect == "terraform"


PIECES = st.sampled_from(
    ["local.a", "var.x", '"s"', "1", "null", "[", "]", "{", "}", "a = ", "(", ")", " ? ", " : ", " + ", "merge(", "for k, v in ",
     "try(", "...", "[*]", "[0]", ".b", '"${', '}"', "each.key", "aws_x.y", "module.m.o", ",", "\n", " == ", "jsonencode("]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map("".join))
def test_no_expression_crashes(name: str, local: str) -> None:
    text = function(f"  function_name = {name}\n  environment {{\n    variables = {local}\n  }}") + (
        f"locals {{\n  a = {local}\n}}\n"
    )
    for found in terraform.declare(project({"main.tf": text})):
        assert isinstance(found.name.known, (str, type(None)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_text_crashes(text: str) -> None:
    files = {"main.tf": "# aws_lambda_function\n" + text, "main.tf.json": text + "lambda"}
    assert all(found.span.path in files for found in terraform.declare(project(files)))


def test_only_files_that_may_matter_are_wanted() -> None:
    assert terraform.wanted("a/main.tf", b'resource "aws_lambda_function" "f" {}')
    assert terraform.wanted("a/main.tf", b'module "x" {\n  source = "../x"\n}')
    assert not terraform.wanted("a/main.tf", b'resource "aws_vpc" "v" {}')
    assert terraform.wanted("a/main.tofu", b"lambda")
    assert terraform.wanted("a/terragrunt.hcl", b'terraform { source = "../x" }')
    assert not terraform.wanted("a/package.json", b'{"lambda": "aws_lambda_function"}')
