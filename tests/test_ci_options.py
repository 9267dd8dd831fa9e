"""What CI asks of the command line: several reports of one run, when it fails, what a change introduces, watching."""

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
OTHER = "    boto3.client('sqs').send_message(QueueUrl='q', MessageBody=event['id'])\n"
FOUND = {"template.yaml": TEMPLATE, "src/app.py": SLOW}
RULE = ("--select", "connection-in-handler", "-q")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def repository(tree: Tree) -> Callable[[Mapping[str, str | bytes]], Path]:
    """A root that is a repository with one commit of these files, tagged `base`."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tree(files)
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "base")
        git(root, "tag", "base")
        return root

    return make


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


# ------------------------------------------------------------------------------------------------------ diff-base


def changed(root: Path, run_in: Run, *arguments: str) -> list[str]:
    """The places (path:line) of what the change since `base` introduces; the work tree and the index stay."""
    before = git(root, "status", "--porcelain=v2", "--untracked-files=all", "--ignored")
    index = (root / ".git" / "index").read_bytes()
    ran = run_in(root, "check", *RULE, "--no-cache", "--diff-base", "base", *arguments)
    assert ran.err == "" and ran.code == bool(ran.out), ran
    assert git(root, "status", "--porcelain=v2", "--untracked-files=all", "--ignored") == before
    assert (root / ".git" / "index").read_bytes() == index
    return [":".join(line.split(":")[:2]) for line in ran.out.splitlines()]


def test_nothing_is_new_without_a_change(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    assert run_in(root, "check", *RULE).code == 1
    assert changed(root, run_in) == []


@pytest.mark.holds("--diff-base", "git, on repositories made in the tests")
def test_moved_lines_are_not_new_and_added_ones_are(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    app = root / "src" / "app.py"
    app.write_text("# more\n\n" + SLOW.replace("return boto3", "if 1:\n        return boto3"))
    assert changed(root, run_in) == []
    app.write_text("# more\n" + SLOW.replace("    return", OTHER + "    return"))
    assert changed(root, run_in) == ["src/app.py:6"]
    git(root, "add", "-A")
    assert changed(root, run_in) == ["src/app.py:6"], "staged"
    app.write_text(SLOW)
    assert changed(root, run_in) == [], "the work tree counts, not the index"
    git(root, "reset", "-q", "--hard")
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    git(root, "commit", "-qam", "more")
    assert changed(root, run_in) == ["src/app.py:5"], "committed"


def test_the_same_line_once_more_is_new(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    line = SLOW.splitlines(keepends=True)[-1]
    (root / "src" / "app.py").write_text(SLOW.replace(line, "    if event:\n    " + line + line))
    assert len(changed(root, run_in)) == 1


def test_a_change_of_the_configuration_makes_old_code_a_finding(repository: Tree, run_in: Run) -> None:
    """The line of the finding is untouched: what is new is that a function runs it."""
    root = repository({"template.yaml": "Resources: {}\n", "src/app.py": SLOW.replace("def handler", "def other")})
    assert changed(root, run_in) == []
    (root / "template.yaml").write_text(TEMPLATE.replace("app.handler", "app.other"))
    assert changed(root, run_in) == ["src/app.py:5"]


def test_untracked_files_are_part_of_the_change(repository: Tree, run_in: Run) -> None:
    root = repository({".gitignore": "built/\n"})
    (root / "template.yaml").write_text(TEMPLATE)
    (root / "src").mkdir()
    (root / "src" / "app.py").write_text(SLOW)
    assert changed(root, run_in) == ["src/app.py:5"]


def test_what_git_ignores_is_not(repository: Tree, run_in: Run) -> None:
    """A build output exists on both sides: it is no part of any change."""
    root = repository({**FOUND, ".gitignore": "src/shared.py\n", "src/app.py": "from shared import handler\n"})
    (root / "src" / "shared.py").write_text(SLOW)
    assert run_in(root, "check", *RULE).out.startswith("src/shared.py:5:")
    (root / "template.yaml").write_text(TEMPLATE + "      MemorySize: 512\n")
    assert changed(root, run_in) == []


def test_renamed_files_keep_their_findings(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    git(root, "mv", "src/app.py", "src/main.py")
    (root / "template.yaml").write_text(TEMPLATE.replace("app.handler", "main.handler"))
    assert run_in(root, "check", *RULE).out.startswith("src/main.py:5:")
    assert changed(root, run_in) == []
    bare = git(root, "rev-parse", "HEAD").strip()
    assert run_in(root, "check", *RULE, "--diff-base", bare[:10]).code == 0


def test_deleted_files(repository: Tree, run_in: Run) -> None:
    root = repository({**FOUND, "src/more.py": SLOW})
    (root / "src" / "more.py").unlink()
    assert changed(root, run_in) == []
    (root / "src" / "app.py").unlink()
    (root / "template.yaml").unlink()
    assert changed(root, run_in) == []


def test_what_others_did_since_is_not_our_change(repository: Tree, run_in: Run) -> None:
    """main fixed a finding after the branch began: the branch, which still has it, did not introduce it."""
    root = repository(FOUND)
    git(root, "checkout", "-qb", "topic")
    git(root, "commit", "-qm", "topic", "--allow-empty")
    git(root, "checkout", "-q", "main")
    (root / "src" / "app.py").write_text(CLEAN)
    git(root, "commit", "-qam", "fixed")
    git(root, "checkout", "-q", "topic")
    assert run_in(root, "check", *RULE, "--diff-base", "main").code == 0


def test_a_root_below_the_top_of_the_repository(repository: Tree, run_in: Run) -> None:
    service = {f"service/{path}": text for path, text in FOUND.items()}
    root = repository({**service, "service/lambdalint.toml": "", "other/app.py": SLOW})
    (root / "other" / "app.py").write_text(CLEAN)
    app = root / "service" / "src" / "app.py"
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    ran = run_in(root / "service", "check", *RULE, "--diff-base", "base")
    assert ran.out.startswith("src/app.py:5:") and ran.out.count("\n") == 1
    assert run_in(root, "check", "service", *RULE, "--diff-base", "base").out.startswith("service/src/app.py:5:")


def test_names_that_need_quoting_and_bytes_that_are_no_text(repository: Tree, run_in: Run) -> None:
    odd = 'src/é "x"\n.py'
    root = repository({**FOUND, odd: SLOW, "src/data.bin": bytes(range(256)) * 40})
    (root / odd).write_text(CLEAN)
    (root / "src" / "data.bin").write_bytes(b"\0" * 10)
    (root / "src" / "link.py").symlink_to("app.py")
    assert changed(root, run_in) == []


def test_a_baseline_and_a_base(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    (root / "src" / "app.py").write_text(SLOW.replace("    return", OTHER + "    return"))
    assert run_in(root, "check", "--write-baseline", "known.json").code == 0
    (root / "src" / "app.py").write_text(
        SLOW.replace("    return", OTHER + OTHER.replace("sqs", "sns").replace("send_message", "x") + "    return")
    )
    assert changed(root, run_in, "--baseline", "known.json") == ["src/app.py:6"]


def test_the_cache_serves_both_sides(repository: Tree, run_in: Run) -> None:
    root = repository(FOUND)
    (root / ".gitignore").write_text(".lambdalint_cache\n")
    app = root / "src" / "app.py"
    app.write_text(SLOW.replace("    return", OTHER + "    return"))
    seen = {run_in(root, "check", *RULE, "--diff-base", "base") for _ in range(3)}
    assert [ran.out.count("\n") for ran in seen] == [1]
    assert run_in(root, "check", *RULE).out.count("\n") == 2
    app.write_text(CLEAN)
    assert run_in(root, "check", *RULE).code == 0
    assert run_in(root, "check", *RULE, "--diff-base", "base").code == 0


def test_errors_of_git_are_clear(repository: Tree, run_in: Run, tmp_path: Path) -> None:
    root = repository(FOUND)
    ran = run_in(root, "check", "--diff-base", "origin/main")
    assert (ran.code, ran.err) == (2, "lambdalint: --diff-base: git knows no revision `origin/main`\n")
    assert "is no revision" in run_in(root, "check", "--diff-base=--output=x").err
    ran = run_in(root, "check", "--diff-base", "base", PATH=str(tmp_path / "nothing"))
    assert ran.code == 2 and ran.err.startswith("lambdalint: --diff-base needs git")
    git(root, "commit", "-qm", "more", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    ran = run_in(tmp_path / "shallow", "check", "--diff-base", "main~1")
    assert ran.code == 2 and "this clone is shallow" in ran.err


def test_it_fixes_only_what_is_new(repository: Tree, run_in: Run) -> None:
    before = SLOW.replace("return boto3.client('s3')", "s3 = boto3.client('s3')\n    return s3")
    root = repository({**FOUND, "src/app.py": before})
    new = "    sqs = boto3.client('sqs')\n    sqs.send_message(QueueUrl='q', MessageBody=event['id'])\n    return"
    (root / "src" / "app.py").write_text(before.replace("    return", new))
    every = run_in(root, "check", *RULE, "--diff").out
    assert "-    s3 = boto3.client('s3')" in every and "-    sqs = boto3.client('sqs')" in every
    shown = run_in(root, "check", *RULE, "--diff", "--diff-base", "base").out
    assert "-    s3 = boto3.client('s3')" not in shown and "-    sqs = boto3.client('sqs')" in shown


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
