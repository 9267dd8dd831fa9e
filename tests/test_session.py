"""A Session says what a run that knows nothing says, whatever was edited before, and does little for it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import Settings, run
from lambdalint.memory import Cancelled, equal
from lambdalint.model import Call, Span, Symbol, Value
from lambdalint.session import Session, telling

if TYPE_CHECKING:
    from pathlib import Path

    from lambdalint.model import Report

HANDLER = """\
import boto3
from shared.store import keep


def lambda_handler(event, context):
    client = boto3.client("sns")
    for record in event["Records"]:
        keep(record["body"])
        client.publish(TopicArn="arn:aws:sns:eu-west-1:111122223333:t", Message="m")
"""
STORE = """\
import boto3


def keep(text):
    boto3.client("s3").put_object(Bucket="data", Key="fixed", Body=text)
"""
HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
FUNCTION = """\
  Function{0}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: function{0}/
      Handler: app.lambda_handler
      Layers: [!Ref Shared]
      Events:
        Queue: {{Type: SQS, Properties: {{Queue: "arn:aws:sqs:eu-west-1:111122223333:q{0}"}}}}
"""
SHARED = "  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: ../layer}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two stacks of six functions each, one shared layer."""
    files = {"layer/python/shared/__init__.py": "", "layer/python/shared/store.py": STORE}
    for service in ("one", "two"):
        template = HEAD + SHARED
        for number in range(6):
            files[f"{service}/function{number}/app.py"] = HANDLER
            template += FUNCTION.format(number)
        files[f"{service}/template.yaml"] = template
        files[f"{service}/function0/requirements.txt"] = "pytest==8.0\n"
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def said(report: Report) -> tuple[object, ...]:
    return report.findings, report.problems, [function.id for function in report.functions], report.files


def test_the_same_again_makes_nothing(root: Path) -> None:
    session = Session(str(root), cached=False)
    first = session.check({})
    assert len(first.functions) == 12
    again = session.check({})
    assert session.memory.made == 0
    assert said(again) == said(first)
    assert all(one is other for one, other in zip(first.functions, again.functions, strict=True))


def test_a_keystroke_in_one_handler_makes_one_function(root: Path) -> None:
    session = Session(str(root), cached=False)
    before = session.check({})
    path = "one/function3/app.py"
    after = session.check({path: ("\n" + HANDLER).encode()})
    changed = [new.id for old, new in zip(before.functions, after.functions, strict=True) if old is not new]
    assert changed == ["one/template.yaml#Function3"]
    assert said(after) == said(run(str(root), overlay={path: "\n" + HANDLER}))


def test_a_keystroke_in_one_template_leaves_the_other_stack_alone(root: Path) -> None:
    session = Session(str(root), cached=False)
    before = session.check({})
    text = (root / "one/template.yaml").read_text().replace("SQS", "SNS", 1)
    after = session.check({"one/template.yaml": text.encode()})
    changed = {
        new.id.partition("/")[0] for old, new in zip(before.functions, after.functions, strict=True) if old is not new
    }
    assert changed == {"one"}
    assert said(after) == said(run(str(root), overlay={"one/template.yaml": text}))


def test_a_specification_is_seen_by_every_function_that_shares_it(tmp_path: Path) -> None:
    files = {
        "web.py": "import connexion\napp = connexion.App(__name__)\napp.add_api('spec.yaml')\n",
        "orders.py": "import boto3\ndef one():\n    pass\ndef two():\n    boto3.client('s3').list_buckets()\n",
        "spec.yaml": "paths:\n  /orders:\n    get: {operationId: orders.one}\n",
        "first.py": "from mangum import Mangum\nfrom web import app\nhandler = Mangum(app)\n",
        "second.py": "from mangum import Mangum\nfrom web import app\nhandler = Mangum(app)\n",
    }
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    session = Session(str(tmp_path), cached=False)
    assert not session.check({}).findings
    overlay = {"spec.yaml": files["spec.yaml"].replace("one", "two").encode()}
    report = session.check(overlay)
    assert said(report) == said(run(str(tmp_path), overlay=overlay))
    assert [len(finding.functions) for finding in report.findings] == [2]


def test_what_lies_on_the_disk_is_seen_when_told(root: Path) -> None:
    session = Session(str(root), cached=False)
    session.check({})
    (root / "one/function0/app.py").rename(root / "one/function0/main.py")
    (root / "two/function0/app.py").write_text(HANDLER + "    boto3.client('sqs')\n")
    session.moved()
    assert said(session.check({})) == said(run(str(root)))
    (root / "one/function0/main.py").rename(root / "one/function0/app.py")
    (root / "two/function1/app.py").unlink()
    session.moved()
    assert said(session.check({})) == said(run(str(root)))


def test_a_file_that_is_nowhere_but_in_the_editor(root: Path) -> None:
    session = Session(str(root), cached=False)
    session.check({})
    template = (root / "one/template.yaml").read_text() + FUNCTION.format(9)
    overlay = {"one/template.yaml": template.encode(), "one/function9/app.py": HANDLER.encode()}
    report = session.check(overlay)
    assert "one/template.yaml#Function9" in {function.id for function in report.functions if function.handler}
    assert said(report) == said(run(str(root), overlay=overlay))
    assert said(session.check({})) == said(run(str(root)))


def test_a_hurry_looks_at_few_and_the_next_run_at_all(root: Path) -> None:
    session = Session(str(root), cached=False)
    before = session.check({})
    path = "layer/python/shared/store.py"
    text = "\n" + STORE
    few = telling(before, path)
    assert 1 <= len(few) <= 10
    first = session.check({path: text.encode()}, hurry=few)
    assert not session.whole
    assert len(first.functions) < len(before.functions)
    here = {(finding.rule, finding.span.line) for finding in first.findings if finding.span.path == path}
    whole = session.check({path: text.encode()})
    assert session.whole
    assert said(whole) == said(run(str(root), overlay={path: text}))
    assert here == {(finding.rule, finding.span.line) for finding in whole.findings if finding.span.path == path}
    assert here, "the shared module's connection is found"


def test_an_ignore_is_not_called_unused_by_a_run_in_a_hurry(root: Path) -> None:
    path = "layer/python/shared/store.py"
    text = STORE.replace("Body=text)", "Body=text)  # lambdalint: ignore[dev-dependency] kept")
    session = Session(str(root), cached=False)
    before = session.check({})
    rules = {finding.rule for finding in session.check({path: text.encode()}, hurry=telling(before, path)).findings}
    assert not session.whole
    assert "unused-ignore" not in rules
    assert "unused-ignore" in {finding.rule for finding in session.check({path: text.encode()}).findings}


def test_a_cancelled_run_leaves_a_session_that_works(root: Path) -> None:
    session = Session(str(root), cached=False)
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        session.check({}, cancelled=lambda: next(asked) > 30)
    assert said(session.check({})) == said(run(str(root)))


def test_settings_hold_from_the_next_run_on(root: Path) -> None:
    session = Session(str(root), cached=False)
    assert session.check({}).findings
    one = Settings(rules=frozenset({"connection-in-handler"}))
    assert {finding.rule for finding in session.check({}, one).findings} == {"connection-in-handler"}
    assert said(session.check({})) == said(run(str(root)))


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_end_where_a_fresh_run_does(root: Path, seed: int) -> None:
    dice = random.Random(seed)
    session = Session(str(root), cached=False)
    texts = {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}
    overlay = {path: texts[path].encode() for path in dice.sample(sorted(texts), 6)}
    report = session.check(overlay)
    for number in range(60):
        path = dice.choice(sorted(overlay))
        text = overlay[path]
        at = dice.randrange(len(text) + 1)
        piece = dice.choice([b"x", b"\n", b"# \xc3\xbc\n", b"(", b"    ", b"boto3.client('sqs')\n", b"Handler: x.y\n"])
        if dice.random() < 0.3:
            overlay[path] = texts[path].encode()
        else:
            overlay[path] = text[:at] + piece + text[at + dice.choice((0, 0, 3)) :]
        hurry = telling(report, path) if dice.random() < 0.3 else None
        report = session.check(overlay, hurry=hurry)
        if number % 6 == 0 and session.whole:
            assert said(report) == said(run(str(root), overlay=overlay)), f"edit {number} of seed {seed}, in {path}"
    assert said(session.check(overlay)) == said(run(str(root), overlay=overlay))


def test_equal_data_is_told_in_no_time_however_often_it_holds_a_part() -> None:
    def chain(last: object) -> Symbol:
        made = Symbol("constant", constant=last)
        for order in range(60):
            span = Span("app.py", order, 1, order, 2)
            call = Call(order, "f", span, "invocation", (made, made), {"key": made}, receiver=made)
            made = Symbol("external", "f()", made_by=call, parts=(made,))
        return made

    assert equal(chain("x"), chain("x"))
    assert not equal(chain("x"), chain("y"))
    one: list[object] = [Value(1, written=False)]
    assert equal({"a": one}, {"a": [Value(1, written=False)]})
    others: list[object] = [{"a": [Value(1)]}, {"b": one}, {"a": tuple(one)}, {"a": []}]
    for other in others:
        assert not equal({"a": one}, other)
