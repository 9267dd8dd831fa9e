"""Projects in, how long `lambdalint check` takes on each out: in units of an interpreter that only parses its Python.

    python -m benchmarks.check [--corpora DIR] [--rounds N] [--only NAME ...]

The unit is a fresh interpreter that runs nothing but `ast.parse` over every Python file of the same checkout. Each
round runs the unit, a warm check and a cold one (`--no-cache`) one after the other, so that all three meet the same
machine; a ratio is that of their medians. Wall and processor time (of all processes) are told apart: a cold check of a
large checkout uses several. `first` is a check that finds no cache and leaves one, which is what a first run does;
`edited` is one after a remark was added to the file of the first function, which is what a hook does.

Two projects are made here: one handler with its template, and twenty functions. With --corpora, every checkout of
`CHECKOUTS` that is found there as <owner>+<name> is copied and measured too. Nothing is written to a checkout.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import lambdalint
from lambdalint.engine import run as check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNIT = """
import ast, os, sys
for folder, folders, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            try:
                ast.parse(data)
            except (SyntaxError, ValueError):
                pass
"""
CHECK = "from lambdalint.cli import main; main()"  # the console script
CHECKOUTS = (  # owner+name, and which targets hold for it
    ("aws-samples+aws-serverless-ecommerce-platform", "twenty"),
    ("awslabs+aws-deployment-framework", ""),
    ("DataBiosphere+azul", ""),
    ("aws-powertools+powertools-lambda-python", "thousand"),
    ("cloud-custodian+cloud-custodian", "thousand"),
)
TARGETS = {"one": (3.0, 4.0), "twenty": (1.2, 2.5), "thousand": (0.15, 1.0)}  # warm, cold

HANDLER = '''\
"""Stores an order and tells the customer."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
topic = os.environ["TOPIC_ARN"]


def total(items):
    return sum(item["price"] * item["quantity"] for item in items)


def handler(event, context):
    body = json.loads(event["body"])
    order = {"id": body["id"], "total": total(body["items"]), "state": "new"}
    table.put_item(Item=order, ConditionExpression="attribute_not_exists(id)")
    boto3.client("sns").publish(TopicArn=topic, Message=json.dumps(order))
    return {"statusCode": 201, "body": json.dumps(order)}
'''
TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Timeout: 10
Resources:
  Table:
    Type: AWS::Serverless::SimpleTable
  Topic:
    Type: AWS::SNS::Topic
"""
FUNCTION = """\
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {folder}
      Handler: {module}.handler
      Environment:
        Variables:
          TABLE_NAME: !Ref Table
          TOPIC_ARN: !Ref Topic
      Policies:
        - DynamoDBCrudPolicy:
            TableName: !Ref Table
      Events:
        Api:
          Type: Api
          Properties:
            Path: /{module}
            Method: post
"""
STORE = '''\
"""Reads and writes {noun}."""

import os
import time
import uuid
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

_table = None


@dataclass
class {name}:
    id: str
    customer: str
    amount: int = 0
    created: float = 0.0

    def item(self):
        return {{"pk": "{noun}#" + self.id, "customer": self.customer, "amount": self.amount, "created": self.created}}


def table():
    global _table
    if _table is None:
        _table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    return _table


def load(key):
    found = table().get_item(Key={{"pk": "{noun}#" + key}}).get("Item")
    if found is None:
        raise KeyError(key)
    return {name}(key, found["customer"], int(found["amount"]), float(found["created"]))


def save(record):
    try:
        table().put_item(Item=record.item(), ConditionExpression="attribute_not_exists(pk)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def new(customer, amount):
    return {name}(str(uuid.uuid4()), customer, amount, time.time())
'''
USER = '''\
"""Takes requests about {noun}."""

import json
import logging
import os

import boto3

from store import load, new, save

log = logging.getLogger()
log.setLevel(os.environ.get("LEVEL", "INFO"))
events = boto3.client("events")


class Refused(Exception):
    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


def valid(body):
    for name in ("customer", "amount"):
        if name not in body:
            raise Refused(400, name + " is missing")
    return body


def create(body):
    record = new(body["customer"], int(body["amount"]))
    if not save(record):
        raise Refused(409, "exists")
    events.put_events(Entries=[{{"Source": "{noun}", "DetailType": "created", "Detail": json.dumps(record.item())}}])
    return record.item()


def read(body):
    return load(body["id"]).item()


ROUTES = {{"POST": create, "GET": read}}


def handler(event, context):
    log.info("request %s", context.aws_request_id)
    try:
        answer = ROUTES[event["httpMethod"]](valid(json.loads(event["body"] or "{{}}")))
    except Refused as refused:
        return {{"statusCode": refused.code, "body": json.dumps({{"message": str(refused)}})}}
    except KeyError:
        return {{"statusCode": 404, "body": "{{}}"}}
    return {{"statusCode": 200, "body": json.dumps(answer)}}
'''


class Took(NamedTuple):
    """Seconds of one process and all it started."""

    wall: float
    processor: float


class Row(NamedTuple):
    """The medians of one project, in seconds. files: of Python."""

    name: str
    targets: str
    files: int
    unit: Took
    warm: Took
    cold: Took
    first: Took
    edited: Took


def one(root: Path) -> None:
    """A handler and its template."""
    (root / "app.py").write_text(HANDLER)
    (root / "template.yaml").write_text(TEMPLATE + FUNCTION.format(name="Orders", folder=".", module="app"))


def twenty(root: Path) -> None:
    """Twenty functions, each with a module of its own that it shares with nobody."""
    template = TEMPLATE
    for number in range(20):
        noun, name = f"thing{number}", f"Thing{number}"
        folder = root / noun
        folder.mkdir()
        (folder / "store.py").write_text(STORE.format(noun=noun, name=name))
        (folder / f"{noun}.py").write_text(USER.format(noun=noun))
        (folder / "requirements.txt").write_text("boto3\n")
        template += FUNCTION.format(name=name, folder=f"{noun}/", module=noun)
    (root / "template.yaml").write_text(template)


def run(command: list[str], environment: dict[str, str]) -> Took:
    """Run a command to its end; RuntimeError when it broke."""
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command} exited with {process.returncode}")
    return Took(wall, used.ru_utime + used.ru_stime)


def middle(times: list[Took]) -> Took:
    """The median of each."""
    return Took(median(took.wall for took in times), median(took.processor for took in times))


def measure(name: str, targets: str, root: Path, rounds: int, environment: dict[str, str]) -> Row:
    """Time the unit, warm, cold and first runs in turn."""
    unit = [sys.executable, "-c", UNIT, str(root)]
    warm = [sys.executable, "-c", CHECK, "check", "-q", str(root)]
    cold = [*warm, "--no-cache"]
    times: list[list[Took]] = []
    edited = handler(root)
    cache = root / ".lambdalint_cache"
    run(unit, environment)
    run(warm, environment)
    os.sync()
    run([sys.executable, "-c", "import time; time.sleep(2.1)"], environment)  # until the files count as settled
    run(warm, environment)
    for _ in range(rounds):
        taken = [run(unit, environment), run(warm, environment), run(cold, environment)]
        kept = cache.rename(root.parent / "kept")
        taken.append(run(warm, environment))
        shutil.rmtree(cache)
        kept.rename(cache)
        taken.append(after_edit(edited, cache, partial(run, warm, environment)))
        times.append(taken)
    files = sum(1 for _ in root.rglob("*.py"))
    columns = [middle([row[index] for row in times]) for index in range(5)]
    return Row(name, targets, files, *columns)


def handler(root: Path) -> Path:
    """The file of the first function whose code is found."""
    found = next(function.handler for function in check(str(root)).functions if function.handler is not None)
    return root / found.path


def after_edit(path: Path, cache: Path, check: Callable[[], Took]) -> Took:
    """Time a check after an edit, and put everything back."""
    before, content, aside = path.stat(), path.read_bytes(), cache.parent.parent / "aside"
    shutil.copytree(cache, aside)
    path.write_bytes(content + b"\n# a remark\n")
    took = check()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    shutil.rmtree(cache)
    aside.rename(cache)
    return took


def projects(corpora: Path | None) -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    """Name, targets, and what fills an empty folder with the project."""
    yield "one handler and its template", "one", one
    yield "twenty functions", "twenty", twenty
    for name, targets in CHECKOUTS if corpora else ():
        source = corpora / name if corpora else Path(name)
        if source.is_dir():
            yield name.replace("+", "/"), targets, partial(copy, source)


def copy(source: Path, root: Path) -> None:
    """A checkout without its history."""
    ignore = shutil.ignore_patterns(".git", ".lambdalint_cache")
    shutil.copytree(source, root, symlinks=True, dirs_exist_ok=True, ignore=ignore)


def table(rows: list[Row]) -> Iterator[str]:
    """The rows as a Markdown table: ratios, wall first and processor time in brackets."""
    yield "| project | Python files | unit, ms | warm | cold | first run | edited | cold, ms | target, warm and cold |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---|"
    for row in rows:
        ratios = [
            f"{took.wall / row.unit.wall:.2f} ({took.processor / row.unit.processor:.2f})"
            for took in (row.warm, row.cold, row.first, row.edited)
        ]
        target = ""
        if row.targets:
            warm, cold = TARGETS[row.targets]
            held = [
                f"{limit} {'reached' if took.wall / row.unit.wall <= limit else 'missed'}"
                for limit, took in ((warm, row.warm), (cold, row.cold))
            ]
            target = ", ".join(held)
        unit, cold_ms = f"{row.unit.wall * 1e3:.0f}", f"{row.cold.wall * 1e3:.0f}"
        yield f"| {row.name} | {row.files} | {unit} | {' | '.join(ratios)} | {cold_ms} | {target} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="a folder of checkouts, each named <owner>+<name>")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", nargs="*", default=[], help="measure only projects whose name holds one of these")
    given = parser.parse_args()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # In a checkout without byte code the first run would compile it; an installed package has it.
    compileall.compile_dir(os.path.dirname(lambdalint.__file__), quiet=2)
    environment["PYTHONPATH"] = os.pathsep.join(
        [os.path.dirname(os.path.dirname(lambdalint.__file__)), environment.get("PYTHONPATH", "")]
    ).rstrip(os.pathsep)
    rows = []
    for name, targets, fill in projects(given.corpora):
        if given.only and not any(part in name for part in given.only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "project"
            (root / ".git").mkdir(parents=True)  # where the root ends
            fill(root)
            rows.append(measure(name, targets, root, given.rounds, environment))
        print(name, file=sys.stderr)
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"CPython {sys.version.split()[0]}, {count} cores, medians of {given.rounds} rounds; wall (processor)\n")
    print(*table(rows), sep="\n")


if __name__ == "__main__":
    main()
