"""Ignores: which are deleted and what stays, and where one is written in each file's own syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambdalint.fix.files import Files
from lambdalint.fix.ignores import with_ignore
from lambdalint.languages.comments import directives
from lambdalint.model import Finding, Span
from lambdalint.read import language_of
from tests.test_fix import HANDLER, after, lambdalint

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
{above}  App:{beside}
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.lambda_handler
      CodeUri: src/
"""
CLEAN = "def lambda_handler(event, context):\n    return event['id']\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("  # lambdalint: ignore[crashed-rule] why", ""),
        ("  # noqa  # lambdalint: ignore[crashed-rule] why", "  # noqa"),
        ("  # lambdalint: ignore[crashed-rule] why # noqa", "  # noqa"),
        ("  # lambdalint: ignore[no-such, crashed-rule]", ""),
        ("  # lambdalint: ignore[no-such, unused-ignore] kept", "  # lambdalint: ignore[unused-ignore] kept"),
        ("  # lambdalint: ignore", ""),
    ],
)
@pytest.mark.holds("fix of unused-ignore", "exact text; the next run")
def test_ignores_are_deleted(before: str, expected: str, tmp_path: Path) -> None:
    files = {"template.yaml": TEMPLATE.format(above="", beside=before), "src/app.py": CLEAN}
    assert after(tmp_path, files)["template.yaml"] == TEMPLATE.format(above="", beside=expected)


def test_a_comment_of_its_own_goes_with_its_line(tmp_path: Path) -> None:
    above = "  # about it\n  # lambdalint: ignore[crashed-rule]\n"
    files = {"template.yaml": TEMPLATE.format(above=above, beside=""), "src/app.py": CLEAN}
    assert after(tmp_path, files)["template.yaml"] == TEMPLATE.format(above="  # about it\n", beside="")


@pytest.mark.holds("fix of unknown-ignore", "exact text; the next run")
def test_a_name_in_a_list_of_ignores_is_deleted(tmp_path: Path) -> None:
    text = (
        '{"Resources": {"App": {"Type": "AWS::Serverless::Function",\n'
        ' "Metadata": {"lambdalint": {"ignore": ["crashed-rule", "no-such"]}},\n'
        ' "Properties": {"Runtime": "python3.13", "Handler": "app.lambda_handler", "CodeUri": "src/"}}}}\n'
    )
    files = {"template.json": text, "src/app.py": CLEAN}
    assert after(tmp_path, files)["template.json"] == text.replace('"crashed-rule", "no-such"', "")


def test_hcl_comments(tmp_path: Path) -> None:
    text = """\
resource "aws_lambda_function" "app" { /* lambdalint: ignore[crashed-rule] x */
  function_name = "app" // lambdalint: ignore[crashed-rule] y
  handler       = "app.lambda_handler"
  runtime       = "python3.13"
  filename      = "app.zip"
}
"""
    expected = text.replace(" /* lambdalint: ignore[crashed-rule] x */", "").replace(
        " // lambdalint: ignore[crashed-rule] y", ""
    )
    assert after(tmp_path, {"main.tf": text, "app.py": CLEAN})["main.tf"] == expected


@pytest.mark.holds("--add-ignore", "the next run, which it silences")
def test_add_ignore_writes_one_and_it_holds(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    done = lambdalint(tmp_path, "--add-ignore")
    assert done.returncode == 0 and "1 finding ignored in 1 file" in done.stderr
    assert (
        '    s3 = boto3.client("s3")  # lambdalint: ignore[connection-in-handler] TODO: reason\n'
        in (tmp_path / "app.py").read_text()
    )


def test_add_ignore_goes_above_a_long_line_and_joins_one_that_is_there(tmp_path: Path) -> None:
    long = HANDLER.replace(
        'boto3.client("s3")', 'boto3.client("s3", region_name="eu-west-1", api_version="2006-03-01")'
    )
    (tmp_path / "app.py").write_text(long)
    assert lambdalint(tmp_path, "--add-ignore").returncode == 0
    text = (tmp_path / "app.py").read_text()
    assert "    # lambdalint: ignore[connection-in-handler] TODO: reason\n    s3 = boto3" in text
    own = HANDLER.replace('("s3")\n', '("s3")  # lambdalint: ignore[crashed-rule] mine\n')
    (tmp_path / "app.py").write_text(own)
    assert lambdalint(tmp_path, "--add-ignore", "--ignore", "unused-ignore").returncode == 0
    assert "# lambdalint: ignore[crashed-rule, connection-in-handler] mine\n" in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    ("path", "text", "line", "expected"),
    [
        ("t.yaml", "a:\n  b: 1\n", 2, "a:\n  b: 1  # lambdalint: ignore[r] TODO: reason\n"),
        ("t.yaml", "a: 'x # y'\n", 1, "# lambdalint: ignore[r] TODO: reason\na: 'x # y'\n"),
        ("m.tf", 'a = "b"\n', 1, 'a = "b"  # lambdalint: ignore[r] TODO: reason\n'),
        ("a.ts", "const a = 1;\n", 1, "const a = 1;  // lambdalint: ignore[r] TODO: reason\n"),
        ("pyproject.toml", 'a = ["b"]\n', 1, 'a = ["b"]  # lambdalint: ignore[r] TODO: reason\n'),
        ("requirements.txt", "pytest\n", 1, "pytest  # lambdalint: ignore[r] TODO: reason\n"),
        ("d.sh", "aws x \\\n  --y\n", 1, "# lambdalint: ignore[r] TODO: reason\naws x \\\n  --y\n"),
        ("Dockerfile", "FROM x\nRUN y\n", 2, "FROM x\n# lambdalint: ignore[r] TODO: reason\nRUN y\n"),
    ],
)
def test_an_ignore_in_the_files_own_syntax(path: str, text: str, line: int, expected: str, tmp_path: Path) -> None:
    (tmp_path / path).write_text(text)
    code = text.split("\n")[line - 1]
    finding = Finding("m", Span(path, line, 1, line, len(code) + 1), rule="r")
    files = Files(str(tmp_path))
    fix = with_ignore(finding, files)
    assert fix is not None and files.edited(fix.edits) == {path: expected.encode()}
    (directive,) = directives(path, language_of(path) or "", expected)
    assert directive.lines is not None
    covered = expected.split("\n")[directive.lines[0] - 1 : directive.lines[1]]
    assert any(one.startswith(code) for one in covered)


def test_nowhere_inside_a_command_that_goes_on(tmp_path: Path) -> None:
    (tmp_path / "d.sh").write_text("aws x \\\n  --y \\\n  --z\n")
    assert with_ignore(Finding("m", Span("d.sh", 2, 3, 2, 6), rule="r"), Files(str(tmp_path))) is None


@pytest.mark.parametrize("space", ["\n      ", " ", ""])
def test_a_template_in_json_takes_it_as_metadata(space: str, tmp_path: Path) -> None:
    text = (
        '{"Parameters": {"Key": {"Type": "String", "NoEcho": true}}, "Resources": {\n  "App": {'
        f'{space}"Type": "AWS::Serverless::Function",\n "Properties": {{"Runtime": "python3.13",'
        ' "Handler": "app.h", "CodeUri": ".", "Environment": {"Variables": {"API_KEY": {"Ref": "Key"}}}}}}}\n'
    )
    (tmp_path / "template.json").write_text(text)
    (tmp_path / "app.py").write_text("def h(event, context):\n    return 1\n")
    assert lambdalint(tmp_path).returncode == 1
    assert lambdalint(tmp_path, "--add-ignore").returncode == 0
    made = (tmp_path / "template.json").read_text()
    assert '"Metadata": {"lambdalint": {"ignore": ["secret-in-environment"], "reason": "TODO: reason"}},' in made
    assert lambdalint(tmp_path).returncode == 0
