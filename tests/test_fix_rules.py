"""Fixes of dev-dependency and non-idempotent-handler: what moves where, which token a call is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.fix import UNSAFE
from lambdalint.fix.files import Content, applied
from lambdalint.model import Edit, Span
from lambdalint.rewrite.guard import guard
from lambdalint.rewrite.requirement import moved
from lambdalint.rewrite.token import token
from tests.test_fix import after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Texts:
    """Sources that are given."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    @property
    def paths(self) -> Iterable[str]:
        return self.files.keys()

    def text(self, path: str) -> str | None:
        return self.files.get(path)

    def after(self, edits: Iterable[Edit]) -> dict[str, str]:
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.span.path, []).append(edit)
        return {path: applied(Content(self.files[path], "utf-8", b"", "\n"), those) for path, those in by_path.items()}


def at(path: str, text: str, what: str) -> Span:
    before, found, _ = text.partition(what)
    assert found
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Span(path, line, column, line, column + len(what))


# -------------------------------------------------------------------------------------------- requirements


def move(files: dict[str, str], path: str, what: str, name: str) -> tuple[dict[str, str], bool] | None:
    sources = Texts(files)
    found = moved(sources, at(path, files[path], what), name)  # type: ignore[arg-type]
    return None if found is None else (sources.after(found.edits), found.known)


def test_to_the_nearest_file_for_development() -> None:
    files = {
        "a/requirements.txt": "# run time\nrequests==2\npytest>=8 # tests\n",
        "requirements-dev.txt": "ruff\nmypy",
        "b/requirements-dev.txt": "x\n",
    }
    assert move(files, "a/requirements.txt", "pytest>=8", "pytest") == (
        {"a/requirements.txt": "# run time\nrequests==2\n", "requirements-dev.txt": "ruff\nmypy\npytest>=8 # tests\n"},
        False,
    )


@pytest.mark.parametrize("other", ["-r requirements.txt\n", "PyTest==7\n", "  --requirement ./requirements.txt\n"])
def test_a_place_that_has_it_already(other: str) -> None:
    files = {"requirements.txt": "pytest\n", "requirements-dev.txt": other}
    found = move(files, "requirements.txt", "pytest", "pytest")
    assert found is not None and found[1] and found[0]["requirements.txt"] == ""


def test_nowhere_to_move_to() -> None:
    assert move({"requirements.txt": "pytest\n"}, "requirements.txt", "pytest", "pytest") is None


def test_a_line_with_hashes_is_left_alone() -> None:
    files = {"requirements.txt": "pytest==8 \\\n    --hash=sha256:0\n", "requirements-dev.txt": ""}
    assert move(files, "requirements.txt", "pytest==8", "pytest") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[project]\ndependencies = [\n  "requests",\n  "pytest>=8",  # why\n]\n\n'
            '[dependency-groups]\ndev = [\n  "ruff",\n]\n',
            '[project]\ndependencies = [\n  "requests",\n]\n\n'
            '[dependency-groups]\ndev = [\n  "ruff",\n  "pytest>=8",\n]\n',
        ),
        (
            '[project]\ndependencies = ["requests", "pytest>=8"]\n[project.optional-dependencies]\ntest = ["moto"]\n',
            '[project]\ndependencies = ["requests"]\n[project.optional-dependencies]\ntest = ["moto", "pytest>=8"]\n',
        ),
        (
            '[project]\ndependencies = ["pytest>=8", "requests"]\n[dependency-groups]\ndev = []\n',
            '[project]\ndependencies = ["requests"]\n[dependency-groups]\ndev = ["pytest>=8"]\n',
        ),
    ],
)
def test_lists_of_pyproject(before: str, after: str) -> None:
    assert move({"pyproject.toml": before}, "pyproject.toml", "pytest>=8", "pytest") == (
        {"pyproject.toml": after},
        False,
    )


def test_tables_of_poetry_and_pipenv() -> None:
    poetry = (
        '[tool.poetry.dependencies]\nrequests = "^2"\npytest = "^8"  # t\n\n'
        '[tool.poetry.group.dev.dependencies]\nruff = "*"\n\n[x]\n'
    )
    assert move({"pyproject.toml": poetry}, "pyproject.toml", 'pytest = "^8"', "pytest") == (
        {
            "pyproject.toml": '[tool.poetry.dependencies]\nrequests = "^2"\n\n'
            '[tool.poetry.group.dev.dependencies]\nruff = "*"\npytest = "^8"  # t\n\n[x]\n'
        },
        False,
    )
    pipfile = '[packages]\npytest = "*"\nrequests = "*"\n\n[dev-packages]\nruff = "*"'
    assert move({"Pipfile": pipfile}, "Pipfile", 'pytest = "*"', "pytest") == (
        {"Pipfile": '[packages]\nrequests = "*"\n\n[dev-packages]\nruff = "*"\npytest = "*"'},
        False,
    )


# ------------------------------------------------------------------------------------------------- imports


def guarded(text: str, what: str) -> str | None:
    edits = guard(text, at("a.py", text, what))
    return None if edits is None else Texts({"a.py": text}).after(edits)["a.py"]


def test_names_in_annotations_and_casts_are_quoted() -> None:
    text = (
        "from typing import cast\n\nimport boto3\nfrom mypy_boto3_s3 import S3Client\n"
        "from mypy_boto3_s3.type_defs import Row\n\n\n"
        "def read(client: S3Client, rows: list[Row]) -> None:\n    other = cast(S3Client, client)\n"
    )
    assert guarded(text, "from mypy_boto3_s3 import") == (
        "from typing import cast, TYPE_CHECKING\n\nimport boto3\nfrom mypy_boto3_s3.type_defs import Row\n\n"
        "if TYPE_CHECKING:\n    from mypy_boto3_s3 import S3Client\n\n\n"
        'def read(client: "S3Client", rows: list[Row]) -> None:\n    other = cast("S3Client", client)\n'
    )


def test_a_block_that_is_there_takes_it() -> None:
    text = (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nfrom a import B\n\n"
        "if TYPE_CHECKING:\n    import c\n\nx: B\n"
    )
    assert guarded(text, "from a import B") == (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    import c\n    from a import B\n\nx: B\n"
    )


@pytest.mark.parametrize(
    "use",
    [
        "x = B()",
        "class C(B): ...",
        "x: 'B' = B",
        "def f(y=B): ...",
        "import pydantic\nx: B",
        "@B\ndef f(): ...",
        "B = 1",
    ],
)
def test_a_name_that_runs_is_not_guarded(use: str) -> None:
    assert guarded(f"from a import B\n{use}\n", "from a import B") is None


# ------------------------------------------------------------------------------------------------- tokens


def given(body: str, call: str, event: str = '{event}["id"]', record: str = '{record}["messageId"]') -> str | None:
    text = f"def handler(evt, ctx):\n{body}"
    edit = token(text, at("a.py", text, call), "handler", "name", event, record)
    return None if edit is None else Texts({"a.py": text}).after([edit])["a.py"].partition("\n")[2]


@pytest.mark.parametrize(
    ("body", "call", "expected"),
    [
        ("    go()\n", "go()", '    go(name=evt["id"])\n'),
        ("    go(a=1)\n", "go(a=1)", '    go(a=1, name=evt["id"])\n'),
        ("    go(name=x(), a=1)\n", "go(name=x(), a=1)", '    go(name=evt["id"], a=1)\n'),
        ("    for r in evt['Records']:\n        go(a=1,)\n", "go(a=1,)", None),
    ],
)
def test_a_token_from_the_event(body: str, call: str, expected: str | None) -> None:
    if expected is None:
        expected = "    for r in evt['Records']:\n        go(a=1, name=r[\"messageId\"],)\n"
    assert given(body, call) == expected


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("    for x in evt['items']:\n        go()\n", "go()"),
        ("    while True:\n        go()\n", "go()"),
        ("    for r in evt['Records']:\n        for x in r:\n            go()\n", "go()"),
        ("    return [go() for r in evt['Records']]\n", "go()"),
        ("    go(**evt)\n", "go(**evt)"),
        ("    def inner(a, b):\n        go()\n", "go()"),
    ],
)
def test_no_token_where_the_event_is_out_of_reach(body: str, call: str) -> None:
    assert given(body, call) is None


def test_a_schedule_gets_the_request_id(tmp_path: Path) -> None:
    template = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  App:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Events:
        Daily:
          Type: Schedule
          Properties:
            Schedule: rate(1 day)
"""
    text = (
        "import boto3\n\nmachines = boto3.client('stepfunctions')\n\n\ndef handler(event, context):\n"
        "    machines.start_execution(\n        stateMachineArn='arn',\n        input='{}',\n    )\n"
    )
    made = after(tmp_path, {"template.yaml": template, "src/app.py": text}, UNSAFE)
    assert made == {"src/app.py": text.replace("'{}',\n", "'{}',\n        name=context.aws_request_id,\n")}
