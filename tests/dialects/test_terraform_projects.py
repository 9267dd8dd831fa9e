"""Whole Terraform projects, as people write them: modules over a map of functions, public modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.dialects.project import declared
from tests.dialects.terraform_texts import CODE, packed

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Trigger


def known(found: Trigger) -> dict[str, Any]:
    return {name: value.known for name, value in found.settings.items() if value.written}


def kinds(found: Declaration) -> list[str]:
    return [one.kind for one in found.triggers]


MODULE = """\
variable "name" {}
variable "handler" {}
variable "timeout" { default = 3 }
variable "package" {}
variable "environment" { default = {} }
variable "schedule" { default = null }

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = "arn:aws:iam::123456789012:role/r"
  handler       = var.handler
  runtime       = "python3.12"
  timeout       = var.timeout
  filename      = var.package
  environment {
    variables = var.environment
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  count               = var.schedule != null ? 1 : 0
  schedule_expression = var.schedule
}

resource "aws_cloudwatch_event_target" "this" {
  count = var.schedule != null ? 1 : 0
  rule  = aws_cloudwatch_event_rule.this[0].name
  arn   = aws_lambda_function.this.arn
}

output "arn" { value = aws_lambda_function.this.arn }
"""
SHOP = {
    "infra/modules/fn/main.tf": MODULE,
    "infra/modules/queue/main.tf": """\
resource "aws_sqs_queue" "this" {
  name                       = "q.fifo"
  fifo_queue                 = true
  visibility_timeout_seconds = 120
}
output "arn" { value = aws_sqs_queue.this.arn }
""",
    "infra/main.tf": """\
locals {
  prefix = "shop-${var.env}"
  common = { STAGE = var.env, LOG_LEVEL = var.env == "prod" ? "INFO" : "DEBUG" }
  functions = {
    ingest = { handler = "ingest.main.handler", timeout = 30, env = { BUCKET = aws_s3_bucket.raw.id } }
    report = { handler = "report.main.handler", timeout = 900, env = {}, schedule = "rate(1 day)" }
  }
}

data "archive_file" "src" {
  type        = "zip"
  source_dir  = "${path.module}/../src"
  output_path = "${path.module}/../dist/src.zip"
  excludes    = ["tests", "**/__pycache__/**"]
}

module "fn" {
  source      = "./modules/fn"
  for_each    = local.functions
  name        = "${local.prefix}-${each.key}"
  handler     = each.value.handler
  timeout     = each.value.timeout
  package     = data.archive_file.src.output_path
  environment = merge(local.common, each.value.env, { NAME = each.key })
  schedule    = lookup(each.value, "schedule", null)
}

module "queue" { source = "./modules/queue" }

resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn        = module.queue.arn
  function_name           = module.fn["report"].arn
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_s3_bucket" "raw" { bucket = "${local.prefix}-raw" }

resource "aws_s3_bucket_notification" "raw" {
  bucket = aws_s3_bucket.raw.id
  lambda_function {
    lambda_function_arn = module.fn["ingest"].arn
    events              = ["s3:ObjectCreated:*"]
  }
  lambda_function {
    lambda_function_arn = aws_lambda_function.thumb.arn
    events              = ["s3:ObjectCreated:Put"]
  }
}

data "archive_file" "thumb" {
  type        = "zip"
  output_path = "thumb.zip"
  source {
    content  = file("${path.module}/../src/thumb.py")
    filename = "thumb.py"
  }
  dynamic "source" {
    for_each = toset(["shared/db.py"])
    content {
      content  = file("${path.module}/../src/${source.value}")
      filename = source.value
    }
  }
}

resource "aws_s3_object" "thumb" {
  bucket = aws_s3_bucket.raw.id
  key    = "pkg/thumb.zip"
  source = data.archive_file.thumb.output_path
}

resource "aws_lambda_function" "thumb" {
  function_name = "${local.prefix}-thumb"
  handler       = "thumb.handler"
  runtime       = "python${var.python}"
  s3_bucket     = aws_s3_object.thumb.bucket
  s3_key        = aws_s3_object.thumb.key
  timeout       = var.enabled ? 20 : 3
  dynamic "environment" {
    for_each = length(local.common) > 0 ? [1] : []
    content {
      variables = merge(local.common, { TOKEN = var.api_token, SETTINGS = jsonencode({ a = 1 }) })
    }
  }
  dynamic "vpc_config" {
    for_each = var.subnets == null ? [] : [var.subnets]
    content {
      subnet_ids = vpc_config.value
    }
  }
}

resource "aws_sfn_state_machine" "m" {
  definition = templatefile("${path.module}/flow.json.tftpl", { step = module.fn["ingest"].arn })
}

resource "aws_sfn_state_machine" "n" {
  definition = jsonencode({
    StartAt = "A"
    States = { A = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", End = true
      Parameters = { FunctionName = aws_lambda_function.thumb.function_name }
      Retry      = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 3 }] } }
  })
}

resource "aws_pipes_pipe" "p" {
  source = module.queue.arn
  target = aws_lambda_function.thumb.arn
}
""",
    "infra/variables.tf": """\
variable "env" { default = "dev" }
variable "python" { default = "3.12" }
variable "enabled" { default = true }
variable "subnets" { default = null }
variable "api_token" {
  type      = string
  sensitive = true
}
""",
    "infra/terraform.tfvars": 'python = "3.13"\n',
    "infra/flow.json.tftpl": '{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "${step}", "End": true}}}',
    "src/ingest/main.py": CODE,
    "src/report/main.py": CODE,
    "src/thumb.py": CODE,
    "src/shared/db.py": "",
    "src/tests/test_x.py": "",
}


def test_a_module_called_for_each_of_a_map_of_functions() -> None:
    found = declared("terraform", SHOP)
    ingest = found['module.fn["ingest"].aws_lambda_function.this']
    report = found['module.fn["report"].aws_lambda_function.this']
    assert (ingest.name.known, ingest.timeout.known) == ("shop-dev-ingest", 30)
    assert packed(ingest) == packed(report) == ("directory", "src")
    assert [(one.pattern, one.include) for one in ingest.code.patterns] == [
        ("tests", False),
        ("**/__pycache__/**", False),
    ]
    assert [one.name for one in ingest.environment] == ["STAGE", "LOG_LEVEL", "BUCKET", "NAME"]
    assert {one.name: one.value.known for one in ingest.environment}["NAME"] == "ingest"
    assert kinds(ingest) == ["s3", "stepfunctions"]
    assert ingest.triggers[1].span.path == "infra/flow.json.tftpl"
    assert kinds(report) == ["sqs", "schedule"]
    assert known(report.triggers[0]) == {
        "report_batch_item_failures": True,
        "fifo": True,
        "visibility_timeout": 120,
    }
    assert known(report.triggers[1]) == {"schedule": "rate(1 day)"}


def test_an_archive_of_pieces_uploaded_to_a_bucket() -> None:
    thumb = declared("terraform", SHOP)["aws_lambda_function.thumb"]
    assert packed(thumb) == ("directory", "src")
    assert [one.pattern for one in thumb.code.patterns if one.include] == ["thumb.py", "shared/db.py"]
    assert (thumb.runtime.known, thumb.timeout.known) == ("python3.13", 20)
    assert not thumb.setting("vpc").written
    settings = {one.name: one.value for one in thumb.environment}
    assert [one.kind for one in settings["TOKEN"].references] == ["secret-parameter"]
    assert settings["SETTINGS"].known == '{"a":1}'
    assert sorted(kinds(thumb)) == ["pipes", "s3", "stepfunctions"]
    assert next(one for one in thumb.triggers if one.kind == "stepfunctions").settings["retries"].known == 3


PUBLIC = {
    "live/main.tf": """\
module "api" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "api"
  handler       = "app.handler"
  runtime       = "python3.12"
  source_path   = [{ path = "../app", pip_requirements = "../app/requirements.txt", patterns = ["!.*/tests/.*"] }]
  event_source_mapping = {
    sqs = { event_source_arn = module.sqs.queue_arn, batch_size = 3, scaling_config = { maximum_concurrency = 20 } }
  }
  allowed_triggers = {
    APIGateway = { service = "apigateway", source_arn = "arn:aws:execute-api:x/*/*" }
  }
}

module "sqs" {
  source                     = "terraform-aws-modules/sqs/aws"
  name                       = "jobs"
  visibility_timeout_seconds = 90
  create_dlq                 = true
  redrive_policy             = { maxReceiveCount = 4 }
}

module "sns" {
  source        = "terraform-aws-modules/sns/aws"
  subscriptions = { jobs = { protocol = "lambda", endpoint = module.zipped.lambda_function_arn } }
}

module "eventbridge" {
  source = "terraform-aws-modules/eventbridge/aws"
  rules = {
    crons  = { schedule_expression = "rate(5 minutes)" }
    orders = { event_pattern = jsonencode({ source = ["shop"] }) }
  }
  targets = {
    crons  = [{ name = "t", arn = module.zipped.lambda_function_arn, input = jsonencode({ a = 1 }) }]
    orders = [{ name = "queue", arn = module.sqs.queue_arn }, { name = "fn", arn = module.stored.lambda_function_arn }]
  }
  schedules = {
    nightly = { schedule_expression = "cron(0 1 * * ? *)", arn = module.stored.lambda_function_arn }
  }
}

module "zipped" {
  source                 = "terraform-aws-modules/lambda/aws"
  function_name          = "zipped"
  handler                = "job.handler"
  runtime                = "python3.12"
  create_package         = false
  local_existing_package = "../dist/job.zip"
}

module "stored" {
  source              = "terraform-aws-modules/lambda/aws"
  function_name       = "stored"
  handler             = "other.handler"
  runtime             = "python3.12"
  create_package      = false
  s3_existing_package = { bucket = "b", key = aws_s3_object.pkg.key }
}

data "archive_file" "other" {
  type        = "zip"
  source_file = "../jobs/other.py"
  output_path = "../dist/other.zip"
}

resource "aws_s3_object" "pkg" {
  bucket = "b"
  key    = "other.zip"
  source = data.archive_file.other.output_path
}
""",
    "scripts/build.sh": """\
#!/bin/bash
cd "$(dirname "$0")/.."
for name in job; do
  rm -rf build && mkdir build
  cp -r jobs/$name/* build/
  pip install -r jobs/$name/requirements.txt -t build
  (cd build && zip -qr ../dist/$name.zip .)
done
""",
    "app/app.py": CODE,
    "app/requirements.txt": "requests\n",
    "jobs/job/job.py": CODE,
    "jobs/job/requirements.txt": "requests\n",
    "jobs/other.py": CODE,
}


def test_public_modules_that_invoke_functions() -> None:
    found = declared("terraform", PUBLIC)
    api, zipped, stored = (found[f"module.{name}"] for name in ("api", "zipped", "stored"))
    assert kinds(api) == ["sqs", "apigateway-rest"]
    assert known(api.triggers[0]) == {
        "batch_size": 3,
        "maximum_concurrency": 20,
        "visibility_timeout": 90,
        "redrive": 4,
    }
    assert kinds(zipped) == ["sns", "schedule"]
    assert known(zipped.triggers[1]) == {"schedule": "rate(5 minutes)"}
    assert kinds(stored) == ["eventbridge", "schedule"]
    lines = PUBLIC["live/main.tf"].split("\n")
    assert ['name = "fn"' in lines[one.span.line - 1] for one in stored.triggers] == [True, False]
    assert lines[stored.triggers[1].span.line - 1].startswith("    nightly = {")


def test_packages_of_public_modules() -> None:
    found = declared("terraform", PUBLIC)
    assert packed(found["module.api"]) == ("directory", "app")
    assert found["module.api"].code.build.requirements == ("app/requirements.txt",)
    assert packed(found["module.zipped"]) == ("directory", "jobs/job")
    assert found["module.zipped"].code.build.requirements == ("jobs/job/requirements.txt",)
    assert packed(found["module.stored"]) == ("file", "jobs/other.py")
