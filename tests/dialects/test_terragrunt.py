"""Terragrunt in, declarations out: includes and dependencies."""

from __future__ import annotations

from tests.dialects.project import declared
from tests.dialects.terraform_texts import CODE, packed

LIVE = {
    "live/terragrunt.hcl": 'locals {\n  env = "prod"\n}\ninputs = { env = local.env }\n',
    "live/app/terragrunt.hcl": """\
include "root" { path = find_in_parent_folders() }
terraform { source = "../../modules//fn" }
dependency "queue" { config_path = "../queue" }
dependency "gone" { config_path = "../gone" }
inputs = {
  queue_arn = dependency.queue.outputs.arn
  topic     = dependency.gone.outputs.topic
  memory    = 300
}
""",
    "live/queue/terragrunt.hcl": 'terraform { source = "../../modules/queue" }\ninputs = { seconds = 240 }\n',
    "modules/queue/main.tf": """\
variable "seconds" {}
resource "aws_sqs_queue" "this" {
  name                       = "jobs"
  visibility_timeout_seconds = var.seconds
}
output "arn" { value = aws_sqs_queue.this.arn }
""",
    "modules/fn/main.tf": """\
variable "env" {}
variable "queue_arn" {}
variable "topic" {}
variable "memory" {}
resource "aws_lambda_function" "g" {
  function_name = "g-${var.env}"
  handler       = "g.handler"
  runtime       = "python3.12"
  memory_size   = var.memory
  filename      = data.archive_file.g.output_path
  environment { variables = { TOPIC = var.topic } }
}
data "archive_file" "g" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "g.zip"
}
resource "aws_lambda_event_source_mapping" "g" {
  event_source_arn = var.queue_arn
  function_name    = aws_lambda_function.g.arn
}
""",
    "modules/fn/src/g.py": CODE,
}


def test_terragrunt_with_includes_and_dependencies() -> None:
    (found,) = declared("terraform", LIVE).values()
    assert (found.name.known, found.memory.known) == ("g-prod", 300)
    assert packed(found) == ("directory", "modules/fn/src")
    assert found.environment[0].value.known is None
    (queue,) = found.triggers
    assert (queue.kind, queue.settings["visibility_timeout"].known) == ("sqs", 240)


def test_dependencies_that_go_round_end() -> None:
    names = [f"m{number}" for number in range(12)]
    every = "".join(f'dependency "{name}" {{ config_path = "../{name}" }}\n' for name in names)
    inputs = "inputs = { topic = dependency.m1.outputs.arn }\n"
    files = {path: text for path, text in LIVE.items() if path.startswith("modules/")}
    for name in names:
        files[f"live/{name}/terragrunt.hcl"] = f'terraform {{ source = "../../modules//fn" }}\n{every}{inputs}'
    found = declared("terraform", files)
    assert sorted(one.partition(":")[0] for one in found) == sorted(f"live/{name}" for name in names)
