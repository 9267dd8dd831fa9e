"""non-idempotent-handler: what Powertools is given to remember, and where it is not asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.fix import UNSAFE
from lambdalint.rewrite.idempotent import Memory, idempotent
from tests.test_fix import after
from tests.test_fix_rules import Texts

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "aws_lambda_powertools.utilities.idempotency"
HEAD = (
    f"import boto3\nfrom {MODULE} import DynamoDBPersistenceLayer\n\nstore = DynamoDBPersistenceLayer(table_name='t')\n"
)
WORKER = "\n\ndef work(record):\n    print(record)\n"
LOOP = "\n\ndef handler(event, context):\n    for record in event['Records']:\n        work(record)\n"
TEMPLATE = """\
Resources:
  App:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: src/
      Environment:
        Variables:
          IDEMPOTENCY_TABLE: !Ref Table
      Events:
        In:
          Type: {type}
          Properties:
            {property}
  Table:
    Type: AWS::DynamoDB::Table
  Queue:
    Type: AWS::SQS::Queue
"""
SQS = TEMPLATE.format(type="SQS", property="Queue: !GetAtt Queue.Arn")
RULE = TEMPLATE.format(type="EventBridgeRule", property="Pattern: {source: [orders]}")
RATE = TEMPLATE.format(type="Schedule", property="Schedule: rate(1 day)")
PUBLISH = (
    "import boto3\n\nsns = boto3.client('sns')\n\n\ndef handler(event, context):\n"
    "    sns.publish(TopicArn='t', Message={what})\n"
)


def given(text: str, worker: str = "", key: str = "id", store: str = "store", table: str = "") -> str | None:
    edits = idempotent(text, "app.py", "handler", worker, Memory(store, table, key))
    return None if edits is None else Texts({"app.py": text}).after(edits)["app.py"]


def test_the_function_of_one_record() -> None:
    made = given(HEAD + WORKER + LOOP, "work", "messageId")
    assert made == (
        f"import boto3\nfrom {MODULE} import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function\n\n"
        "store = DynamoDBPersistenceLayer(table_name='t')\n"
        'idempotency_config = IdempotencyConfig(event_key_jmespath="messageId")\n\n\n'
        '@idempotent_function(data_keyword_argument="record", persistence_store=store, config=idempotency_config)\n'
        "def work(record):\n    print(record)\n\n\ndef handler(event, context):\n"
        "    idempotency_config.register_lambda_context(context)\n"
        "    for record in event['Records']:\n        work(record=record)\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        HEAD + WORKER + LOOP.replace("work(record)", "work(record['body'])"),
        HEAD + WORKER + LOOP.replace("event['Records']", "event['items']"),
        HEAD + WORKER + LOOP + "\n\nwork({})\n",  # others call it as well
        HEAD + WORKER.replace("record)", "record, more=1)") + LOOP,
        HEAD + WORKER.replace("def work", "@cached\ndef work") + LOOP,
        HEAD + WORKER + LOOP.replace("def handler", "@app.route\ndef handler"),
        HEAD + WORKER + LOOP.replace("def handler", "async def handler"),
        HEAD + WORKER + LOOP.replace("event, context", "event"),
        HEAD + "idempotent_function = 1\n" + WORKER + LOOP,
    ],
)
def test_where_powertools_does_not_go(text: str) -> None:
    assert given(text, "work", "messageId") is None


def test_decorators_that_hand_the_event_on_stay_outside() -> None:
    text = HEAD + "\n\n@logger.inject_lambda_context\ndef handler(event, context):\n    return event\n"
    made = given(text)
    assert (
        made is not None
        and (
            "@logger.inject_lambda_context\n"
            '@idempotent(persistence_store=store, config=IdempotencyConfig(event_key_jmespath="id"))\ndef handler'
        )
        in made
    )


def test_a_table_that_a_variable_names(tmp_path: Path) -> None:
    code = PUBLISH.format(what="event['id']")
    files = {"template.yaml": RULE, "src/requirements.txt": "aws-lambda-powertools\n", "src/app.py": code}
    assert after(tmp_path, files, UNSAFE)["src/app.py"] == (
        "import os\n\nimport boto3\n"
        f"from {MODULE} import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent\n\n"
        "sns = boto3.client('sns')\n"
        'persistence_layer = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])\n\n\n'
        '@idempotent(persistence_store=persistence_layer, config=IdempotencyConfig(event_key_jmespath="id"))\n'
        "def handler(event, context):\n    sns.publish(TopicArn='t', Message=event['id'])\n"
    )


@pytest.mark.parametrize(
    ("template", "requirements", "code"),
    [
        (
            SQS,
            "aws-lambda-powertools\n",
            PUBLISH.format(what="event['Records']"),
        ),
        (RATE, "aws-lambda-powertools\n", PUBLISH.format(what="event['id']")),
        (RULE, "requests\n", PUBLISH.format(what="event['id']")),
        (
            RULE.replace("IDEMPOTENCY_TABLE", "TABLE"),
            "aws-lambda-powertools\n",
            PUBLISH.format(what="event['id']"),
        ),
    ],
)
def test_what_powertools_is_not_asked_to_remember(template: str, requirements: str, code: str, tmp_path: Path) -> None:
    files = {"template.yaml": template, "src/requirements.txt": requirements, "src/app.py": code}
    assert after(tmp_path, files, UNSAFE) == {}
