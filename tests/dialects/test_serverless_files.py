"""A service whose parts are in files of their own: what is found there is said to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.engine import Settings, run
from tests.dialects.project import declared, text_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambdalint.model import Span

    Tree = Callable[[Mapping[str, str]], Path]

SERVICE = """\
service: orders
frameworkVersion: '3'
provider:
  name: aws
  runtime: python3.12
  stage: ${opt:stage, 'dev'}
  environment: ${file(config/env.yml):${sls:stage}}
custom:
  sizes: ${file(config/sizes.yml)}
functions:
  - ${file(functions/orders.yml)}
  - ${file(functions/billing.yml):functions}
resources:
  - ${file(resources/queues.yml)}
  - Resources: ${file(resources/functions.yml)}
"""
FILES = {
    "serverless.yml": SERVICE,
    "config/env.yml": "dev:\n  TABLE: orders-dev\n  LEVEL: debug\nprod:\n  TABLE: orders\n",
    "config/sizes.yml": "small: 256\nlarge: 2048\n",
    "functions/orders.yml": """\
create:
  handler: src/orders.create
  memorySize: ${self:custom.sizes.large}
  environment:
    MODE: fast
  events:
    - sqs:
        arn: !GetAtt Incoming.Arn
        batchSize: 5
""",
    "functions/billing.yml": "functions:\n  bill:\n    handler: src/billing.bill\n    timeout: 20\n",
    "resources/queues.yml": """\
Resources:
  Incoming:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 90
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets:
        - Arn: !GetAtt BillLambdaFunction.Arn
          Id: bill
""",
    "resources/functions.yml": """\
Cleaner:
  Type: AWS::Lambda::Function
  Properties:
    Handler: index.handler
    Runtime: python3.12
    Timeout: 40
    MemorySize: ${self:custom.sizes.small}
    Environment:
      Variables:
        TARGET: orders
    Code:
      ZipFile: |
        import boto3
        def handler(event, context):
            table = boto3.resource("dynamodb").Table("t")
            return table.get_item(Key={"id": 1})
""",
}


def at(span: Span | None) -> tuple[str, str]:
    """The file a span is in, and what stands there."""
    assert span is not None
    return span.path, text_at(FILES[span.path], span)


def functions() -> dict[str, Any]:
    return declared("serverless", FILES)


def test_functions_stand_in_the_files_that_declare_them() -> None:
    found = functions()
    assert sorted(found) == ["Cleaner", "bill", "create"]
    assert at(found["create"].span) == ("functions/orders.yml", "create")
    assert at(found["create"].handler.span) == ("functions/orders.yml", "src/orders.create")
    assert at(found["bill"].span) == ("functions/billing.yml", "bill")
    assert at(found["bill"].timeout.span) == ("functions/billing.yml", "20")


def test_a_value_that_is_referred_to_stands_where_the_setting_is_written() -> None:
    memory = functions()["create"].memory
    assert memory.known == 2048
    assert at(memory.span) == ("functions/orders.yml", "${self:custom.sizes.large}")


def test_an_environment_from_a_file_stands_in_that_file() -> None:
    found = {one.name: one for one in functions()["create"].environment}
    assert {name: one.value.known for name, one in found.items()} == {
        "TABLE": "orders-dev",
        "LEVEL": "debug",
        "MODE": "fast",
    }
    assert at(found["TABLE"].span) == ("config/env.yml", "TABLE")
    assert at(found["TABLE"].value.span) == ("config/env.yml", "orders-dev")
    assert at(found["MODE"].span) == ("functions/orders.yml", "MODE")


def test_triggers_from_resources_stand_in_the_file_of_the_resources() -> None:
    found = functions()
    (queue,) = found["create"].triggers
    assert queue.kind == "sqs"
    assert at(queue.span) == ("functions/orders.yml", "sqs")
    assert queue.settings["visibility_timeout"].known == 90
    assert at(queue.settings["visibility_timeout"].span) == ("resources/queues.yml", "90")
    (nightly,) = found["bill"].triggers
    assert nightly.kind == "schedule"
    assert at(nightly.span) == ("resources/queues.yml", "Nightly")
    assert at(nightly.settings["schedule"].span) == ("resources/queues.yml", "rate(1 day)")


def test_a_function_of_the_resources_stands_in_their_file() -> None:
    cleaner = functions()["Cleaner"]
    assert at(cleaner.span) == ("resources/functions.yml", "Cleaner")
    assert at(cleaner.timeout.span) == ("resources/functions.yml", "40")
    assert cleaner.memory.known == 256
    assert at(cleaner.memory.span) == ("resources/functions.yml", "${self:custom.sizes.small}")
    (variable,) = cleaner.environment
    assert at(variable.span) == ("resources/functions.yml", "TARGET")


def test_findings_in_an_included_file_are_placed_and_ignored_there(tree: Tree) -> None:
    root = str(tree(FILES))
    (found,) = run(root).findings
    assert (found.rule, found.span.path, found.span.line) == ("connection-in-handler", "resources/functions.yml", 15)
    inline = FILES["resources/functions.yml"]
    ignoring = inline.replace('Table("t")', 'Table("t")  # lambdalint: ignore[connection-in-handler]')
    report = run(root, overlay={"resources/functions.yml": ignoring})
    assert (report.findings, report.ignored) == ((), 1)


def test_an_unsaved_included_file_is_read(tree: Tree) -> None:
    root = str(tree(FILES))
    text = FILES["functions/billing.yml"].replace("20", "25")
    report = run(root, settings=Settings(), overlay={"functions/billing.yml": text})
    (bill,) = [one.declaration for one in report.functions if one.declaration and one.declaration.id == "bill"]
    assert bill.timeout.known == 25
