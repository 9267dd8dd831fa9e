"""What a keystroke in an editor costs: a repository of 300 functions is made, and texts of it are edited in a Session.

    python -m benchmarks.keystroke [FUNCTIONS]

Prints, for each kind of edit, the median and the slowest of REPEATS keystrokes in milliseconds, from the changed text
to the report of the whole repository, the median of the processor time (which others on the machine disturb less), and
how many pieces were made anew. The first run, cold, is printed too. A stack holds 500 resources at most, so 100
functions with what belongs to them are about as many as one template can have.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from lambdalint.session import Session, telling

REPEATS = 20

HANDLER = '''\
"""Function {name}: takes orders from a queue and stores them."""

import json
import os

import boto3
from shared.audit import record
from shared.storage import Store

TABLE = os.environ["TABLE"]


class Order:
    def __init__(self, body):
        self.body = json.loads(body)

    @property
    def key(self):
        return self.body["id"]

    def total(self):
        return sum(line["price"] * line["count"] for line in self.body.get("lines", []))


def validated(order):
    if not order.body.get("customer"):
        raise ValueError("no customer")
    return order


def lambda_handler(event, context):
    store = Store(TABLE)
    sns = boto3.client("sns")
    for message in event["Records"]:
        order = validated(Order(message["body"]))
        if order.total() > 0:
            store.put(order.key, order.body)
            record(order.key, "stored")
            sns.publish(TopicArn=os.environ["TOPIC"], Message=json.dumps(order.body))
    return {{"stored": len(event["Records"])}}
'''

STORAGE = '''\
"""What all functions share."""

import boto3


class Store:
    def __init__(self, table):
        self.table = boto3.resource("dynamodb").Table(table)

    def put(self, key, item):
        self.table.put_item(Item={"pk": key, **item}, ConditionExpression="attribute_not_exists(pk)")

    def get(self, key):
        return self.table.get_item(Key={"pk": key}).get("Item")
'''

AUDIT = """\
import logging

logger = logging.getLogger()


def record(key, what):
    logger.info("%s: %s", key, what)
"""

HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    MemorySize: 512
    Timeout: 30
Resources:
"""

FUNCTION = """\
  {name}Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 180
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {code}
      Handler: {handler}
      Layers: [!Ref Shared]
      Environment:
        Variables:
          TABLE: !Ref Orders
          TOPIC: !Ref Topic
          STAGE: production
      Policies:
        - DynamoDBCrudPolicy: {{TableName: !Ref Orders}}
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt {name}Queue.Arn
            BatchSize: 10
"""

SHARED = """\
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: {layer}
"""


def write(root: Path, path: str, text: str) -> None:
    """One file of the repository."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def generate(root: Path, functions: int, a_template: int) -> list[str]:
    """A repository of so many functions, so many a template, all with one shared layer; its templates."""
    write(root, "layer/python/shared/__init__.py", "")
    write(root, "layer/python/shared/storage.py", STORAGE)
    write(root, "layer/python/shared/audit.py", AUDIT)
    templates = []
    for first in range(0, functions, a_template):
        service = f"service{first // a_template}"
        text = HEAD + SHARED.format(layer="../layer")
        for number in range(first, min(first + a_template, functions)):
            write(root, f"{service}/function{number}/app.py", HANDLER.format(name=f"Function{number}"))
            text += FUNCTION.format(name=f"Function{number}", code=f"function{number}/", handler="app.lambda_handler")
        write(root, f"{service}/template.yaml", text)
        templates.append(f"{service}/template.yaml")
    return templates


def keystrokes(
    session: Session, root: Path, path: str, after: str, hurry: frozenset[str] | None
) -> tuple[list[float], list[float], int]:
    """The milliseconds, by the clock and of the processor, of each of REPEATS characters typed behind a text of a file;
    the pieces made for the last."""
    text = (root / path).read_text()
    assert after in text, f"{path} holds no {after!r}"
    before, rest = text.split(after, 1)
    times, busy = [], []
    for count in range(1, REPEATS + 1):
        overlay = {path: (before + after + "x" * count + rest).encode()}
        start, worked = perf_counter(), process_time()
        session.check(overlay, hurry=hurry)
        times.append((perf_counter() - start) * 1000)
        busy.append((process_time() - worked) * 1000)
    made = session.memory.made
    session.check({})
    return times, busy, made


def measure(functions: int, a_template: int) -> None:
    """One layout of the repository."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        templates = generate(root, functions, a_template)
        print(f"{functions} functions, {len(templates)} templates of {a_template}")
        session = Session(folder, cached=False)
        start = perf_counter()
        report = session.check({})
        first = (perf_counter() - start) * 1000
        print(f"  {'first run':37} {first:8.0f} ms, {len(report.findings)} findings")
        gc.freeze()
        for what, path, after in (
            ("in a handler's body", "service0/function0/app.py", "no customer"),
            ("in a handler's comment", "service0/function0/app.py", "takes orders"),
            ("in a template, a value", templates[0], "STAGE: production"),
            ("in a template, so that it is none", templates[0], "Resources:\n"),
            ("in what all functions share", "layer/python/shared/audit.py", "%s: %s"),
            ("the same, what it says of that file", "layer/python/shared/audit.py", "%s: %s"),
        ):
            hurry = telling(report, path) if what.startswith("the same") else None
            times, busy, made = keystrokes(session, root, path, after, hurry)
            worked = f"{median(busy):.1f} of the processor"
            print(f"  {what:37} {median(times):8.1f} ms, slowest {max(times):.1f}, {worked}; {made} pieces")
        handler = root / "service0/function0/app.py"
        handler.write_text(handler.read_text() + "\n# saved\n")
        session.moved()
        start = perf_counter()
        session.check({})
        print(f"  {'saving a handler':37} {(perf_counter() - start) * 1000:8.1f} ms, {session.memory.made} pieces")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    measure(count, 20)
    measure(count, 100)
