"""What the fixes write for Powertools for AWS Lambda, run by Powertools itself."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.fix import UNSAFE, fix_all, save
from lambdalint.fix.files import Files
from tests.integrations.conftest import command

if TYPE_CHECKING:
    from pathlib import Path

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
          TOKEN: "{{resolve:secretsmanager:orders/api:SecretString:token}}"
      Events:
        Orders:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
  Orders:
    Type: AWS::SQS::Queue
"""
CODE = """\
import os

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

processor = BatchProcessor(event_type=EventType.SQS)
store = DynamoDBPersistenceLayer(table_name="idempotency")
sns = boto3.client("sns")


def announce(record):
    sns.publish(TopicArn="orders", Message=record.body + os.environ["TOKEN"])


def handler(event, context):
    return process_partial_response(event=event, record_handler=announce, processor=processor, context=context)
"""
# Delivers a batch, and its record again beside another. The store's table is a dict, every client a recorder.
DRIVER = """\
import json, os, sys
from types import SimpleNamespace
from unittest.mock import patch

sys.path.insert(0, "src")
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer as Layer
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyItemAlreadyExistsError

kept, published, asked = {}, [], []

def put(self, data_record):
    if data_record.idempotency_key in kept:
        raise IdempotencyItemAlreadyExistsError(old_data_record=kept[data_record.idempotency_key])
    kept[data_record.idempotency_key] = data_record

class Client:
    def publish(self, **given):
        published.append(given["Message"])
    def get_secret_value(self, SecretId, **more):
        asked.append(SecretId)
        return {"SecretString": json.dumps({"token": "-t"})}

def record(name, receipt):
    return {"messageId": name, "receiptHandle": receipt, "body": name, "eventSource": "aws:sqs", "attributes": {},
            "messageAttributes": {}, "eventSourceARN": "arn:aws:sqs:eu-west-1:1:q", "awsRegion": "eu-west-1"}

os.environ.update(AWS_DEFAULT_REGION="eu-west-1", TOKEN_SECRET_NAME="orders/api")
context = SimpleNamespace(function_name="app", get_remaining_time_in_millis=lambda: 10000)

def update(self, data_record):
    kept[data_record.idempotency_key] = data_record

with (
    patch("boto3.session.Session.client", lambda *given, **named: Client()),
    patch.multiple(Layer, _put_record=put, _update_record=update),
):
    import app
    for batch in ([record("a", "1")], [record("a", "2"), record("b", "1")]):
        assert app.handler({"Records": batch}, context) == {"batchItemFailures": []}
print(json.dumps([published, asked]))
"""


@pytest.fixture
def powertools(tmp_path: Path) -> Path:
    """A Python with Powertools."""
    command(sys.executable, "-m", "venv", "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    command(python, "-m", "pip", "install", "-q", "aws-lambda-powertools", "boto3", cwd=tmp_path)
    return python


@pytest.mark.holds("fix of non-idempotent-handler", "Powertools for AWS Lambda: a record that comes again does nothing")
@pytest.mark.holds("fix of secret-in-environment", "Powertools for AWS Lambda: the secret is fetched by its name")
def test_powertools_runs_what_the_fixes_write(powertools: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for path, text in {
        "template.yaml": TEMPLATE,
        "src/app.py": CODE,
        "src/requirements.txt": "aws-lambda-powertools\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    outcome = fix_all(lambda overlay: run(str(root), overlay=overlay), Files(str(root)), UNSAFE)
    assert {one.finding.rule for one in outcome.done} == {"non-idempotent-handler", "secret-in-environment"}
    assert not outcome.report.findings
    assert save(str(root), outcome)[1] == []
    (root / "driver.py").write_text(DRIVER)
    published, asked = json.loads(command(powertools, "driver.py", cwd=root).stdout)
    assert published == ["a-t", "b-t"]
    assert set(asked) == {"orders/api"}
