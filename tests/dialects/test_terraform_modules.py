"""Terraform texts in, declarations out: copies by count and for_each, modules as called, Terragrunt, JSON."""

from __future__ import annotations

from lambdalint.dialects import terraform
from tests.dialects.project import declared, project, text_at
from tests.dialects.terraform_texts import function, kinds, one

# ------------------------------------------------------------------------------------------------- copies and modules


def test_copies_by_for_each_and_count() -> None:
    text = function(
        '  for_each = { a = { memory = 256 }, b = { memory = 512 } }\n  function_name = "f-${each.key}"\n'
        "  memory_size = each.value.memory"
    ) + function('  count = 2\n  function_name = "g-${count.index}"', "g")
    found = declared("terraform", {"main.tf": text})
    assert {key: (one.name.known, one.memory.known) for key, one in found.items()} == {
        'aws_lambda_function.f["a"]': ("f-a", 256),
        'aws_lambda_function.f["b"]': ("f-b", 512),
        "aws_lambda_function.g[0]": ("g-0", 128),
        "aws_lambda_function.g[1]": ("g-1", 128),
    }


def test_a_set_of_names_and_copies_that_cannot_be_told() -> None:
    text = (
        function('  for_each = toset(["a"])\n  function_name = each.key')
        + function("  for_each = var.unknown\n  function_name = each.key\n  timeout = 9", "g")
        + 'variable "unknown" {}\n'
    )
    found = declared("terraform", {"main.tf": text})
    assert found['aws_lambda_function.f["a"]'].name.known == "a"
    assert found["aws_lambda_function.g"].name.known is None
    assert found["aws_lambda_function.g"].timeout.known == 9


def test_a_switch_that_is_off_for_good_and_one_that_is_off_by_default() -> None:
    text = (
        function("  count = 0", "off")
        + function("  count = var.on ? 1 : 0", "by_default")
        + function("  count = var.unset ? 1 : 0", "unset")
        + 'variable "on" { default = false }\nvariable "unset" {}\n'
    )
    assert sorted(declared("terraform", {"main.tf": text})) == [
        "aws_lambda_function.by_default",
        "aws_lambda_function.unset",
    ]


MODULE = {
    "modules/fn/main.tf": function(
        '  function_name = var.name\n  memory_size = var.memory\n  filename = "${path.module}/x.zip"\n'
        "  environment {\n    variables = var.env\n  }"
    ),
    "modules/fn/variables.tf": """
variable "name" {}
variable "memory" { default = 256 }
variable "env" {
  type = map(string)
  default = {}
}
output "arn" { value = aws_lambda_function.f.arn }
""",
}


def test_a_module_is_declared_once_for_each_call() -> None:
    main = """
module "one" {
  source = "./modules/fn"
  name   = "first"
  memory = local.large
  env    = { A = "1" }
}
module "two" {
  source = "./modules/fn"
  name   = "second"
}
locals { large = 1024 }
"""
    found = declared("terraform", {"main.tf": main, **MODULE})
    assert sorted(found) == ["module.one.aws_lambda_function.f", "module.two.aws_lambda_function.f"]
    first, second = (found[key] for key in sorted(found))
    assert (first.memory.known, second.memory.known) == (1024, 256)
    assert first.memory.span is not None and first.memory.span.path == "modules/fn/main.tf"
    (reference,) = first.memory.references
    assert (reference.kind, reference.target, text_at(main, reference.span)) == (
        "parameter",
        "var.memory",
        "local.large",
    )
    (variable,) = first.environment
    assert (variable.value.known, text_at(main, variable.span)) == ("1", "A")
    assert first.code.path.known == "modules/fn/x.zip"


def test_modules_in_modules_and_calls_by_for_each() -> None:
    files = {
        "live/main.tf": 'module "all" {\n  source = "../stack"\n  for_each = toset(["x", "y"])\n  name = each.key\n}\n',
        "stack/main.tf": 'variable "name" {}\nmodule "fn" {\n  source = "../modules/fn"\n  name = "s-${var.name}"\n}\n',
        **MODULE,
    }
    found = declared("terraform", files)
    assert {key: one.name.known for key, one in found.items()} == {
        'module.all["x"].module.fn.aws_lambda_function.f': "s-x",
        'module.all["y"].module.fn.aws_lambda_function.f': "s-y",
    }


def test_two_roots_that_call_a_module_by_the_same_name_have_ids_of_their_own() -> None:
    call = 'module "fn" {\n  source = "../modules/fn"\n  name = "n"\n}\n'
    found = list(terraform.declare(project({"a/main.tf": call, "b/main.tf": call, **MODULE})))
    assert len({(one.span.path, one.id) for one in found}) == 2


def test_modules_that_call_each_other_end() -> None:
    call = 'module "m" {{\n  source = "../{}"\n}}\n'
    files = {"a/main.tf": call.format("b") + function('  function_name = "f"'), "b/main.tf": call.format("a")}
    assert len(declared("terraform", files)) >= 1


def test_object_types_fill_in_what_a_call_leaves_out() -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n  lambda = { name = "n" }\n}\n',
        "m/main.tf": function("  function_name = var.lambda.name\n  timeout = var.lambda.timeout")
        + 'variable "lambda" {\n  type = object({ name = string, timeout = optional(number, 45) })\n}\n',
    }
    (found,) = declared("terraform", files).values()
    assert (found.name.known, found.timeout.known) == ("n", 45)


def test_a_local_that_needs_itself_is_unknown() -> None:
    text = function("  function_name = local.a") + "locals {\n  a = local.b\n  b = local.a\n}\n"
    assert one(main=text).name.known is None


def test_terragrunt_inputs_bind_a_module() -> None:
    found = declared("terraform", {
        "terragrunt.hcl": 'inputs = {\n  memory = 512\n}\n',
        "env/live/terragrunt.hcl": """
include "root" { path = find_in_parent_folders() }
terraform { source = "../../modules//fn" }
locals { stage = "live" }
inputs = {
  name = "fn-${local.stage}"
  env  = { TOKEN = get_env("TOKEN", "none") }
}
""",
        **MODULE,
    })  # fmt: skip
    (declaration,) = found.values()
    assert declaration.id == "env/live:aws_lambda_function.f"
    assert (declaration.name.known, declaration.memory.known) == ("fn-live", 512)
    assert kinds(declaration.environment[0].value) == ["environment", "parameter"]


def test_override_files_and_opentofu_files() -> None:
    found = one(
        main=function('  function_name = "n"\n  memory_size = 512\n  tracing_config {\n    mode = "Active"\n  }'),
        **{"main_override.tf": function("  memory_size = 1024\n  timeout = 9\n  tracing_config {\n  }")},
    )
    assert (found.name.known, found.memory.known, found.timeout.known) == ("n", None, None)
    assert found.timeout.written and found.setting("tracing").known is None and found.setting("tracing").written
    other = declared("terraform", {"main.tf": function("  timeout = 1"), "main.tofu": function("  timeout = 2")})
    assert [one.timeout.known for one in other.values()] == [2]


def test_json_syntax_says_the_same() -> None:
    text = """{
  "resource": {"aws_lambda_function": {"f": {
    "function_name": "${local.stage}-jobs",
    "memory_size": 512,
    "tracing_config": {"mode": "Active"},
    "environment": [{"variables": {"A": "${aws_sqs_queue.q.url}"}}]
  }}},
  "locals": {"stage": "live"}
}"""
    found = one(**{"main.tf.json": text})
    assert (found.id, found.name.known, found.memory.known) == ("aws_lambda_function.f", "live-jobs", 512)
    assert found.setting("tracing").known == "Active"
    assert kinds(found.environment[0].value) == ["resource"]
    assert text_at(text, found.memory.span) == "512"
