"""Terraform's event source mappings and rules: what they poll, their settings, and those of the queue behind them."""
# ruff: noqa: E501 - a line of the configuration is a line here

from __future__ import annotations

import pytest

from tests.dialects.test_terraform_triggers import ARN, QUEUE, block, known, rule, trigger


def test_a_queue_with_all_its_settings() -> None:
    found = trigger(QUEUE + block("aws_lambda_event_source_mapping", f"""  event_source_arn = aws_sqs_queue.q.arn
  function_name = {ARN}
  batch_size = 5
  maximum_batching_window_in_seconds = 0
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {{
    maximum_concurrency = 4
  }}
  filter_criteria {{
    filter {{
      pattern = jsonencode({{ body = ["x"] }})
    }}
  }}"""))  # fmt: skip
    assert (found.kind, found.delivery, found.name) == ("sqs", "poll", "aws_lambda_event_source_mapping.x")
    assert found.source.known == "aws_sqs_queue.q"
    assert known(found) == {
        "batch_size": 5,
        "batching_window": 0,
        "report_batch_item_failures": True,
        "maximum_concurrency": 4,
        "filter": ['{"body":["x"]}'],
        "fifo": True,
        "content_deduplication": True,
        "visibility_timeout": 60,
        "redrive": 4,
    }


def test_what_a_mapping_leaves_out() -> None:
    queue = block("aws_sqs_queue", '  name = "q"', "q")
    found = trigger(
        queue
        + block("aws_lambda_event_source_mapping", f"event_source_arn = aws_sqs_queue.q.arn\nfunction_name = {ARN}")
    )
    assert known(found) == {}
    assert (found.settings["batch_size"].known, found.settings["visibility_timeout"].known) == (10, 30)
    assert found.settings["report_batch_item_failures"].known is False
    assert found.settings["fifo"].known is False and "redrive" not in known(found)


def test_a_redrive_policy_as_text_and_as_a_resource() -> None:
    mapping = block("aws_lambda_event_source_mapping", f"event_source_arn = aws_sqs_queue.q.arn\nfunction_name = {ARN}")
    text = block(
        "aws_sqs_queue",
        'redrive_policy = <<EOF\n{"deadLetterTargetArn": "${aws_sqs_queue.d.arn}", "maxReceiveCount": 3}\nEOF',
        "q",
    )
    assert known(trigger(text + mapping))["redrive"] == 3
    own = block("aws_sqs_queue", "", "q") + block(
        "aws_sqs_queue_redrive_policy",
        "queue_url = aws_sqs_queue.q.id\nredrive_policy = jsonencode({ maxReceiveCount = 2 })",
    )
    assert known(trigger(own + mapping))["redrive"] == 2


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("event_source_arn = aws_kinesis_stream.s.arn", "kinesis"),
        ("event_source_arn = aws_dynamodb_table.t.stream_arn", "dynamodb"),
        ("event_source_arn = aws_msk_cluster.c.arn", "msk"),
        ("event_source_arn = aws_docdb_cluster.c.arn", "documentdb"),
        ('event_source_arn = "arn:aws:sqs:eu-west-1:1:jobs.fifo"', "sqs"),
        ('event_source_arn = "arn:aws:kinesis:${var.region}:1:stream/s"', "kinesis"),
        ('event_source_arn = var.region\nstarting_position = "LATEST"', "unknown"),
        ("event_source_arn = var.region", "sqs"),
        ('topics = ["t"]\nself_managed_event_source {\nendpoints = {}\n}', "kafka"),
        ('event_source_arn = aws_mq_broker.b.arn\nqueues = ["q"]', "mq-activemq"),
        ('event_source_arn = aws_mq_broker.r.arn\nqueues = ["q"]', "mq-rabbitmq"),
    ],
)
def test_what_a_mapping_polls(source: str, kind: str) -> None:
    brokers = block("aws_mq_broker", 'engine_type = "ActiveMQ"', "b") + block(
        "aws_mq_broker", 'engine_type = "RabbitMQ"', "r"
    )
    mapping = block("aws_lambda_event_source_mapping", f"{source}\nfunction_name = {ARN}")
    found = trigger(brokers + mapping + 'variable "region" {}\n')
    assert (found.kind, found.delivery) == (kind, "poll")


def test_a_stream_repeats_for_ever_by_default() -> None:
    found = trigger(block("aws_lambda_event_source_mapping", f"""event_source_arn = aws_kinesis_stream.s.arn
  function_name = {ARN}
  starting_position = "LATEST"
  bisect_batch_on_function_error = true
  destination_config {{
    on_failure {{
      destination_arn = aws_sqs_queue.q.arn
    }}
  }}"""))  # fmt: skip
    assert known(found) == {"starting_position": "LATEST", "bisect": True, "on_failure": None}
    assert (found.settings["stream_retries"].known, found.settings["batch_size"].known) == (-1, 100)


@pytest.mark.parametrize(
    ("body", "kind", "schedule"),
    [
        ('schedule_expression = "rate(5 minutes)"', "schedule", "rate(5 minutes)"),
        (
            'event_pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"] })',
            "s3-eventbridge",
            None,
        ),
        (
            'event_pattern = <<EOF\n{"source": ["aws.s3"], "detail": {"bucket": ["${var.b}"]}}\nEOF',
            "s3-eventbridge",
            None,
        ),
        ('event_pattern = jsonencode({ source = ["my.app"] })', "eventbridge", None),
    ],
)
def test_rules(body: str, kind: str, schedule: str | None) -> None:
    target = block("aws_cloudwatch_event_target", f"rule = aws_cloudwatch_event_rule.r.name\narn = {ARN}\nretry_policy {{\n"
                   "maximum_retry_attempts = 2\nmaximum_event_age_in_seconds = 60\n}")  # fmt: skip
    found = trigger(rule(body) + target + 'variable "b" {}\n')
    assert (found.kind, found.source.known) == (kind, "aws_cloudwatch_event_rule.r")
    assert known(found)["retries"] == 2
    assert known(found).get("schedule") == schedule


def test_a_rule_by_its_name() -> None:
    text = rule('name = "nightly"\nschedule_expression = "rate(1 day)"') + block(
        "aws_cloudwatch_event_target", f'rule = "nightly"\narn = {ARN}'
    )
    assert trigger(text).kind == "schedule"
