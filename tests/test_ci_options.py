"""What CI asks of the command line: several reports of one run, when it fails, watching."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from lambdalint.cli.verdict import failed, limits
from lambdalint.model import Finding, Span
from tests.conftest import Ran

Tree = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., Ran]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
CLEAN = "import boto3\n\n\ndef handler(event, context):\n    return event['id']\n"
SLOW = "import boto3\n\n\ndef handler(event, context):\n    return boto3.client('s3').list_buckets()\n"
FOUND = {"template.yaml": TEMPLATE, "src/app.py": SLOW}
RULE = ("--select", "connection-in-handler", "-q")


# ------------------------------------------------------------------------------------------------ several formats


def test_several_formats_of_one_run(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    ran = run_in(
        root, "check", "--output-format", "sarif=lint.sarif", "--output-format=github", "--output-format=junit=j.xml"
    )
    assert ran.code == 1 and ran.out.startswith("::warning ")
    (result,) = json.loads((root / "lint.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "connection-in-handler"
    assert (root / "j.xml").read_text().startswith("<?xml")


def test_only_what_is_named_is_written(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    ran = run_in(root, "check", "--output-format", "json=a=b.json")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert len(json.loads((root / "a=b.json").read_text())["findings"]) == 1
    ran = run_in(root, "check", "--output-format", "text", "--output-format", "json=x.json", "--output", "report.txt")
    assert ran.out == "" and "connection-in-handler" in (root / "report.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--output-format", "sarf=x"), "`sarf` is not one of azure, checkstyle, github,"),
        (("--output-format", "sarf=x"), "text, the nearest is `sarif`"),
        (("--output-format", "sarif="), "--output-format sarif=: no file is named"),
        (("--output-format", "sarif", "--output-format", "json"), "not sarif and json: json=FILE"),
        (("--output-format", "sarif=x", "--output-format", "json=./x"), "two formats cannot go to one file"),
        (("--output-format", "sarif=x", "--output", "y"), "every format has one"),
        (("--output-format", "sarif=no/folder"), "no/folder: No such file"),
        (("--fail-on", "fatal"), "`fatal` is not one of error, warning, info\n"),
        (("--fail-on", "waring:2"), "`waring` is not one of error, warning, info, the nearest is `warning`"),
        (("--fail-on", "error:0"), "`0` is not a number from 1"),
        (("--fail-on", "error:"), "`` is not a number from 1"),
        (("--fail-on", "error,error:2"), "`error` is given twice"),
        (("--diff-base", "HEAD"), "--diff-base: not a git repository"),
        (("--watch", "--fix"), "--watch looks on, it goes with no --fix"),
        (("--watch", "--stdin-filename", "a.py"), "it goes with no --stdin-filename"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...], message: str, tree: Tree, run_in: Run) -> None:
    ran = run_in(tree(FOUND), "check", *arguments, GIT_CEILING_DIRECTORIES="/")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err and "Traceback" not in ran.err


# -------------------------------------------------------------------------------------------------------- fail-on


def findings(*severities: str) -> list[Finding]:
    return [Finding("m", Span("a.py", 1, 1, 1, 2), severity=severity) for severity in severities]


@pytest.mark.parametrize(
    ("text", "severities", "fails"),
    [
        ("error", ["warning"] * 9, False),
        ("error", ["info", "error"], True),
        ("warning", ["info"], False),
        ("warning", ["error"], True),  # graver ones count
        ("warning:3", ["error", "warning"], False),
        ("warning:3", ["error", "warning", "warning"], True),
        ("error:1,warning:10", ["warning"] * 9, False),
        ("error:1, warning:10", ["warning"] * 10, True),
        ("error:1,warning:10", ["error"], True),
        ("info", [], False),
    ],
)
def test_fail_on(text: str, severities: list[str], fails: bool) -> None:
    assert failed(findings(*severities), limits(text)) is fails


def test_fail_on_changes_the_exit_code_and_not_the_report(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    plain = run_in(root, "check", "-q")
    assert plain.code == 1 and plain.out.count("\n") == 1
    for text, code in (("error", 0), ("warning", 1), ("warning:2", 0), ("error:1,info:1", 1)):
        assert run_in(root, "check", "-q", "--fail-on", text) == plain._replace(code=code), text
    assert run_in(root, "check", "--fail-on", "warning", "--exit-zero").code == 0


# ---------------------------------------------------------------------------------------------------------- watch


class Watched:
    """A run of --watch: what it has printed so far, line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "lambdalint", "check", "--watch", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.text += line

    def until(self, rounds: int) -> str:
        """Wait for this many runs; what the last of them printed."""
        end = time.monotonic() + 60
        while self.text.count("Ctrl-C ends") < rounds:
            assert time.monotonic() < end and self.process.poll() is None, self.text
            time.sleep(0.02)
        return self.text.split("Ctrl-C ends\n")[rounds - 1]


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watched]:
    watched = Watched(folder, *arguments)
    try:
        yield watched
        watched.process.send_signal(signal.SIGINT)
        assert watched.process.wait(60) == 0
        watched.reader.join(60)
        assert "Traceback" not in watched.text
    finally:
        watched.process.kill()
        watched.process.wait()
        assert watched.process.stdout
        watched.process.stdout.close()


def test_watch(tree: Tree) -> None:
    root = tree(FOUND)
    with watching(root, *RULE, "--output-format", "text", "--output-format", "json=own.json") as watched:
        assert "src/app.py:5:12: warning connection-in-handler" in watched.until(1)
        (root / "src" / "app.py").write_text(CLEAN)
        assert watched.until(2) == "lambdalint: clean; "
        (root / "template.yaml").write_text(TEMPLATE.replace("app.handler", "more.handler"))
        (root / "src" / "more.py").write_text("\n" + SLOW)
        while "src/more.py:6:12" not in watched.text:  # one run or two: the two files may be seen apart
            watched.until(watched.text.count("Ctrl-C ends") + 1)
        rounds = watched.text.count("Ctrl-C ends")
        (root / "lambdalint.toml").write_text("selct = []")
        assert "unknown key `selct`" in watched.until(rounds + 1)
        (root / "lambdalint.toml").write_text('exclude = ["template.yaml"]')
        assert "src/more.py:6:12" in watched.until(rounds + 2)
        time.sleep(1)
        assert watched.text.count("Ctrl-C ends") == rounds + 2, "its own report is no change"
    assert json.loads((root / "own.json").read_text())["findings"]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
@pytest.mark.holds("--watch", "a terminal (a pseudo-terminal of the system)")
def test_watch_clears_a_terminal(tree: Tree) -> None:
    root = tree(FOUND)
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lambdalint", "check", "--watch"], cwd=root, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    text = b""
    try:
        while b"Ctrl-C ends" not in text:
            text += os.read(ours, 65536)
        assert text.startswith(b"\x1b[H\x1b[2J\x1b[3J") and b"connection-in-handler" in text
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
