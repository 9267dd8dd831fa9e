"""What invokes a Terraform function: each resource type's trigger, its settings, and what permissions add."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Trigger

FUNCTION = 'resource "aws_lambda_function" "f" {\n  function_name = "jobs"\n  handler = "app.handler"\n}\n'
ARN = "aws_lambda_function.f.arn"


def only(text: str, **files: str) -> Declaration:
    found = declared("terraform", {"main.tf": text, **files})
    assert len(found) == 1, sorted(found)
    return next(iter(found.values()))


def triggers(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.delivery) for one in only(FUNCTION + text).triggers]


def trigger(text: str) -> Trigger:
    (found,) = only(FUNCTION + text).triggers
    return found


def known(found: Trigger) -> dict[str, Any]:
    return {name: value.known for name, value in found.settings.items() if value.written}


def block(kind: str, body: str, name: str = "x") -> str:
    return f'resource "{kind}" "{name}" {{\n{body}\n}}\n'


SIMPLE = [
    ("aws_cloudwatch_log_subscription_filter", f"destination_arn = {ARN}", "cloudwatch-logs", "async"),
    ("aws_sns_topic_subscription", f'protocol = "lambda"\nendpoint = {ARN}', "sns", "async"),
    ("aws_s3_bucket_notification", f"lambda_function {{\nlambda_function_arn = {ARN}\n}}", "s3", "async"),
    ("aws_scheduler_schedule", f'schedule_expression = "rate(1 day)"\ntarget {{\narn = {ARN}\n}}', "schedule", "async"),
    ("aws_cloudwatch_event_target", f"rule = aws_cloudwatch_event_rule.gone.name\narn = {ARN}", "eventbridge", "async"),
    ("aws_iot_topic_rule", f"lambda {{\nfunction_arn = {ARN}\n}}", "iot", "async"),
    ("aws_api_gateway_integration", "uri = aws_lambda_function.f.invoke_arn", "apigateway-rest", "sync"),
    ("aws_apigatewayv2_integration", "integration_uri = aws_lambda_function.f.invoke_arn", "apigateway-http", "sync"),
    ("aws_apigatewayv2_api", f'protocol_type = "HTTP"\ntarget = {ARN}', "apigateway-http", "sync"),
    ("aws_api_gateway_authorizer", "authorizer_uri = aws_lambda_function.f.invoke_arn", "apigateway-authorizer", "sync"),
    ("aws_lambda_function_url", 'function_name = "jobs"\nauthorization_type = "NONE"', "function-url", "sync"),
    ("aws_lb_target_group_attachment", f"target_id = {ARN}", "alb", "sync"),
    ("aws_cognito_user_pool", f"lambda_config {{\npre_sign_up = {ARN}\n}}", "cognito", "sync"),
    ("aws_cognito_user_pool", f"lambda_config {{\ncustom_email_sender {{\nlambda_arn = {ARN}\n}}\n}}", "cognito", "async"),
    ("aws_secretsmanager_secret_rotation", f"rotation_lambda_arn = {ARN}", "secretsmanager-rotation", "async"),
    ("aws_config_config_rule", f'source {{\nowner = "CUSTOM_LAMBDA"\nsource_identifier = {ARN}\n}}', "config", "async"),
    ("aws_ses_receipt_rule", f"lambda_action {{\nfunction_arn = {ARN}\nposition = 1\n}}", "ses", "async"),
    ("aws_appsync_datasource", f"lambda_config {{\nfunction_arn = {ARN}\n}}", "appsync", "sync"),
    ("aws_cloudwatch_metric_alarm", f"alarm_actions = [{ARN}]", "cloudwatch-alarm", "async"),
    ("aws_pipes_pipe", f"source = aws_sqs_queue.q.arn\ntarget = {ARN}", "pipes", "poll"),
    ("aws_transfer_server", f"function = {ARN}", "transfer-authorizer", "sync"),
    ("aws_cloudfront_distribution", "default_cache_behavior {\nlambda_function_association {\nlambda_arn = "
     "aws_lambda_function.f.qualified_arn\n}\n}", "cloudfront", "sync"),
    ("aws_kinesis_firehose_delivery_stream", "extended_s3_configuration {\nprocessing_configuration {\nprocessors {\n"
     f'parameters {{\nparameter_name = "LambdaArn"\nparameter_value = "${{{ARN}}}:$LATEST"\n}}\n}}\n}}\n}}',
     "firehose-transform", "sync"),
    ("aws_sfn_state_machine", f'definition = templatefile("gone.json", {{ arn = {ARN} }})', "stepfunctions", "sync"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "expected", "delivery"), SIMPLE)
def test_every_resource_that_invokes(kind: str, body: str, expected: str, delivery: str) -> None:
    text = block(kind, body)
    found = trigger(text)
    assert (found.kind, found.delivery) == (expected, delivery)
    assert found.span.line >= FUNCTION.count("\n") + 1
    assert only(FUNCTION + text).triggers_known


QUEUE = """resource "aws_sqs_queue" "q" {
  fifo_queue = true
  content_based_deduplication = true
  visibility_timeout_seconds = 60
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 4 })
}
"""


def rule(body: str) -> str:
    return block("aws_cloudwatch_event_rule", body, "r")


def test_routes_of_an_http_api() -> None:
    text = (
        block("aws_apigatewayv2_api", 'protocol_type = "HTTP"', "a")
        + block("aws_apigatewayv2_integration", "api_id = aws_apigatewayv2_api.a.id\nintegration_uri = aws_lambda_function.f.invoke_arn", "i")
        + block("aws_apigatewayv2_route", 'route_key = "GET /one"\ntarget = "integrations/${aws_apigatewayv2_integration.i.id}"', "one")
        + block("aws_apigatewayv2_route", 'route_key = "$default"\ntarget = "integrations/${aws_apigatewayv2_integration.i.id}"', "two")
    )  # fmt: skip
    found = only(FUNCTION + text).triggers
    assert [(one.kind, known(one)) for one in found] == [
        ("apigateway-http", {"method": "GET", "path": "/one"}),
        ("apigateway-http", {}),
    ]
    socket = text.replace('"HTTP"', '"WEBSOCKET"')
    assert {one.kind for one in only(FUNCTION + socket).triggers} == {"apigateway-websocket"}


def test_method_and_path_of_a_rest_api() -> None:
    text = (
        block("aws_api_gateway_resource", 'parent_id = aws_api_gateway_rest_api.a.root_resource_id\npath_part = "users"', "u")
        + block("aws_api_gateway_resource", 'parent_id = aws_api_gateway_resource.u.id\npath_part = "{id}"', "id")
        + block("aws_api_gateway_integration", 'rest_api_id = aws_api_gateway_rest_api.a.id\nresource_id = '
                'aws_api_gateway_resource.id.id\nhttp_method = "POST"\nuri = aws_lambda_function.f.invoke_arn')
    )  # fmt: skip
    assert known(trigger(text)) == {"method": "POST", "path": "/users/{id}"}


MACHINE = """resource "aws_sfn_state_machine" "m" {
  definition = jsonencode({
    StartAt = "Call"
    States = {
      Call = {
        Type = "Task"
        Resource = aws_lambda_function.f.arn
        Retry = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 6 }]
        End = true
      }
      Other = { Type = "Task", Resource = aws_lambda_function.other.arn }
    }
  })
}
"""


def test_a_state_machine_names_the_state_and_its_retries() -> None:
    found = trigger(MACHINE)
    assert (found.kind, found.delivery, found.name) == ("stepfunctions", "sync", "aws_sfn_state_machine.m.Call")
    assert known(found) == {"retries": 6, "retry_errors": "States.ALL"}


def test_a_state_machine_as_text_and_as_a_file() -> None:
    states = '{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "%s"}}, "B": {"Type": "Pass"}}}'
    text = f'resource "aws_sfn_state_machine" "m" {{\n  definition = <<EOF\n{states % "${aws_lambda_function.f.arn}"}\nEOF\n}}\n'
    assert trigger(text).name == "aws_sfn_state_machine.m.A"
    file = 'resource "aws_sfn_state_machine" "m" {\n  definition = templatefile("${path.module}/m.json", { fn = aws_lambda_function.f.arn })\n}\n'
    (found,) = only(FUNCTION + file, **{"m.json": states % "${fn}"}).triggers
    assert (found.name, found.span.path) == ("aws_sfn_state_machine.m.A", "m.json")


def permission(principal: str, more: str = "") -> str:
    return block(
        "aws_lambda_permission",
        f'function_name = aws_lambda_function.f.function_name\nprincipal = "{principal}"\n{more}',
        "p",
    )


def test_a_permission_counts_where_nothing_else_tells() -> None:
    assert triggers(permission("s3.amazonaws.com")) == [("s3", "async")]
    assert triggers(permission("logs.eu-west-2.amazonaws.com")) == [("cloudwatch-logs", "async")]
    assert triggers(permission("123456789012")) == []
    topic = block("aws_sns_topic_subscription", f'protocol = "lambda"\nendpoint = {ARN}')
    assert triggers(permission("sns.amazonaws.com") + topic) == [("sns", "async")]
    schedule = rule('schedule_expression = "rate(1 day)"')
    by_rule = permission("events.amazonaws.com", "source_arn = aws_cloudwatch_event_rule.r.arn")
    assert triggers(schedule + by_rule) == [("schedule", "async")]


def test_functions_are_found_by_alias_name_and_index() -> None:
    alias = block("aws_lambda_alias", 'name = "live"\nfunction_name = aws_lambda_function.f.function_name', "live")
    for target in (
        "aws_lambda_alias.live.arn",
        '"arn:aws:lambda:eu-west-1:123456789012:function:jobs"',
        '"arn:aws:lambda:${var.region}:123456789012:function:jobs:live"',
        f'"${{{ARN}}}:live"',
        "aws_lambda_function.f.qualified_arn",
        "try(aws_lambda_function.f.arn, null)",
        "local.arns[0]",
    ):
        text = block("aws_sns_topic_subscription", f'protocol = "lambda"\nendpoint = {target}')
        extra = f'variable "region" {{}}\nlocals {{ arns = [{ARN}] }}\n'
        assert triggers(alias + text + extra) == [("sns", "async")], target
    other = block("aws_sns_topic_subscription", 'protocol = "lambda"\nendpoint = aws_lambda_function.other.arn')
    assert triggers(other) == []


def test_each_copy_has_its_own_trigger() -> None:
    text = """resource "aws_lambda_function" "f" {
  for_each = toset(["a", "b"])
  function_name = each.key
}
resource "aws_sns_topic_subscription" "s" {
  for_each = toset(["a"])
  protocol = "lambda"
  endpoint = aws_lambda_function.f[each.key].arn
}
"""
    found = declared("terraform", {"main.tf": text})
    assert {key: len(one.triggers) for key, one in found.items()} == {
        'aws_lambda_function.f["a"]': 1,
        'aws_lambda_function.f["b"]': 0,
    }


def test_triggers_across_modules() -> None:
    found = declared("terraform", {
        "main.tf": 'module "fn" {\n  source = "./fn"\n}\nmodule "wire" {\n  source = "./wire"\n  arn = module.fn.arn\n}\n',
        "fn/main.tf": FUNCTION + 'output "arn" { value = aws_lambda_function.f.arn }\n',
        "wire/main.tf": 'variable "arn" {}\n' + block("aws_cloudwatch_event_target", 'rule = "r"\narn = var.arn'),
    })  # fmt: skip
    (one,) = found.values()
    assert [(trigger.kind, trigger.span.path) for trigger in one.triggers] == [("eventbridge", "wire/main.tf")]
    assert one.triggers_known


@pytest.mark.parametrize(
    "use",
    [
        f'output "arn" {{ value = {ARN} }}\n',
        block("aws_ssm_parameter", f"value = {ARN}"),
        f'module "elsewhere" {{\n  source = "git::https://example.com/m.git"\n  arn = {ARN}\n}}\n',
        f"locals {{ arn = {ARN} }}\n" + block("aws_ssm_parameter", "value = local.arn"),
    ],
)
def test_a_function_that_is_handed_on_may_be_invoked_by_anyone(use: str) -> None:
    topic = block("aws_sns_topic_subscription", f'protocol = "lambda"\nendpoint = {ARN}')
    assert only(FUNCTION + topic).triggers_known
    assert not only(FUNCTION + topic + use).triggers_known
    assert not only(FUNCTION).triggers_known


def test_settings_from_resources_of_their_own() -> None:
    found = only(
        FUNCTION
        + block("aws_lambda_function_event_invoke_config", """function_name = aws_lambda_function.f.function_name
  maximum_retry_attempts = 0
  maximum_event_age_in_seconds = 60
  destination_config {
    on_failure {
      destination = "arn:aws:sqs:eu-west-1:1:q"
    }
  }""")
        + block("aws_lambda_function_url", 'function_name = aws_lambda_function.f.arn\nauthorization_type = "AWS_IAM"')
        + block("aws_lambda_provisioned_concurrency_config", 'function_name = "jobs"\nprovisioned_concurrent_executions = 3')
        + block("aws_cloudwatch_log_group", 'name = "/aws/lambda/${aws_lambda_function.f.function_name}"\nretention_in_days = 14')
        + block("aws_cloudwatch_log_group", 'name = "/aws/lambda/other"\nretention_in_days = 1', "other")
    )  # fmt: skip
    written = {name: value.known for name, value in found.settings.items() if value.written}
    assert written == {
        "async_retries": 0,
        "async_max_age": 60,
        "on_failure": "arn:aws:sqs:eu-west-1:1:q",
        "function_url": "AWS_IAM",
        "provisioned_concurrency": 3,
        "log_retention": 14,
    }


def test_triggers_of_the_lambda_module() -> None:
    text = (
        QUEUE
        + """
module "fn" {
  source = "terraform-aws-modules/lambda/aws"
  event_source_mapping = {
    jobs = {
      event_source_arn        = aws_sqs_queue.q.arn
      batch_size              = 7
      function_response_types = ["ReportBatchItemFailures"]
      scaling_config          = { maximum_concurrency = 3 }
    }
  }
  allowed_triggers = {
    bucket = { principal = "s3.amazonaws.com", source_arn = "arn:aws:s3:::b" }
    api    = { service = "apigateway" }
    nobody = { principal = "123456789012" }
  }
  create_lambda_function_url = true
}
resource "aws_cloudwatch_event_target" "t" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = module.fn.lambda_function_arn
}
resource "aws_cloudwatch_event_rule" "r" { schedule_expression = "rate(1 day)" }
"""
    )
    found = only(text)
    assert sorted(one.kind for one in found.triggers) == ["apigateway-rest", "function-url", "s3", "schedule", "sqs"]
    queue = next(one for one in found.triggers if one.kind == "sqs")
    assert (known(queue)["batch_size"], known(queue)["maximum_concurrency"], known(queue)["redrive"]) == (7, 3, 4)
    assert queue.settings["report_batch_item_failures"].known is True


def test_a_destination_invokes_the_function_it_names() -> None:
    text = block(
        "aws_lambda_function_event_invoke_config",
        f'function_name = "elsewhere"\ndestination_config {{\non_success {{\ndestination = {ARN}\n}}\n}}',
    )
    assert triggers(text) == [("destination", "async")]


def test_the_account_in_an_arn_is_no_source() -> None:
    (function,) = declared(
        "terraform",
        {
            "main.tf": """
data "aws_caller_identity" "me" {}
resource "aws_lambda_function" "f" {
  function_name = "f"
}
resource "aws_lambda_permission" "api" {
  function_name = aws_lambda_function.f.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:aws:execute-api:eu-west-1:${data.aws_caller_identity.me.account_id}:abc/*"
}
"""
        },
    ).values()
    (trigger,) = function.triggers
    assert (trigger.kind, trigger.source.known) == ("apigateway-rest", None)
    assert trigger.source.written
