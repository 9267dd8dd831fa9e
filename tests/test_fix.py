"""Fixes: what they make of files, what they leave alone, and how the command line applies them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.fix import SAFE, Outcome, fix_all, save
from lambdalint.fix.files import Files, applied, content, overlap, write
from lambdalint.model import Edit, Finding, Fix, Report, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from lambdalint.model import Safety

HANDLER = """\
import boto3


def lambda_handler(event, context):
    s3 = boto3.client("s3")
    return s3.get_object(Bucket="b", Key=event["key"])
"""
FIXED = """\
import boto3

s3 = boto3.client("s3")


def lambda_handler(event, context):
    return s3.get_object(Bucket="b", Key=event["key"])
"""


def fixed(root: Path, safeties: Collection[Safety] = SAFE) -> Outcome:
    def lint(overlay: Mapping[str, bytes]) -> Report:
        return run(str(root), overlay=overlay)

    return fix_all(lint, Files(str(root)), safeties)


def after(root: Path, files: Mapping[str, str], safeties: Collection[Safety] = SAFE) -> dict[str, str]:
    """The files that fixes change, as text; a second run over the outcome must change nothing."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    outcome = fixed(root, safeties)
    assert not outcome.raised
    written, failed = save(str(root), outcome)
    assert not failed
    assert not fixed(root, safeties).changed, "a second run changes something"
    return {path: (root / path).read_text(encoding="utf-8") for path in written}


def lambdalint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lambdalint", "check", "--no-cache", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


# ------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("mark", "encoding", "newline"),
    [
        (b"", "utf-8", "\n"),
        (b"", "utf-8", "\r\n"),
        (b"", "utf-8", "\r"),
        (b"\xef\xbb\xbf", "utf-8", "\r\n"),
        (b"\xff\xfe", "utf-16-le", "\r\n"),
        (b"\xfe\xff", "utf-16-be", "\n"),
    ],
)
@pytest.mark.holds("--fix", "the file's bytes outside the edit: encodings, marks, line ends")
def test_bytes_outside_the_edit_stay(mark: bytes, encoding: str, newline: str) -> None:
    text = newline.join(["key: ä  # β", "other: 1", "", "last: 2"])
    data = mark + text.encode(encoding)
    found = content("a.yaml", data)
    assert found is not None and found.newline == newline
    edits = [Edit(Span("a.yaml", 2, 1, 3, 1), ""), Edit(Span("a.yaml", 1, 6, 1, 7), "x\ny")]
    expected = newline.join(["key: x", "y  # β", "", "last: 2"])
    assert found.data(applied(found, edits)) == mark + expected.encode(encoding)


def test_a_declared_encoding_stays(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\n# né\n" + HANDLER
    (tmp_path / "app.py").write_bytes(text.encode("latin-1"))
    outcome = fixed(tmp_path)
    assert outcome.changed["app.py"][1] == ("# -*- coding: latin-1 -*-\n# né\n" + FIXED).encode("latin-1")


def test_bytes_that_are_no_text_are_left_alone() -> None:
    assert content("a.py", b"x = '\xff\xfe'\n") is None
    assert content("a.py", b"\xff\xfe\x00") is None


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.py"
    real.write_bytes(b"one\n")
    real.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to("real.py")
    assert write(str(link), b"one\n", b"two\n") == ""
    assert real.read_bytes() == b"two\n" and link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o750
    assert sorted(os.listdir(tmp_path)) == ["link.py", "real.py"], "a temporary file is left"


@pytest.mark.holds("--fix", "a file that changes meanwhile")
def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    outcome = fixed(tmp_path)
    (tmp_path / "app.py").write_text("# saved by its author\n")
    written, failed = save(str(tmp_path), outcome)
    assert written == [] and failed[0][0] == "app.py"
    assert (tmp_path / "app.py").read_text() == "# saved by its author\n"


def test_files_of_one_fix_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a\n")
    (tmp_path / "b.txt").write_text("b\n")
    edits = tuple(Edit(Span(path, 1, 1, 1, 2), "x") for path in ("a.txt", "b.txt"))
    finding = Finding("m", Span("a.txt", 1, 1, 1, 2), rule="r", fixable="safe")
    reports = iter([Report("", (), (finding,), ()), Report("", (), (), ())])
    files = Files(str(tmp_path))
    outcome = fix_all(
        lambda overlay: next(reports), files, SAFE, propose=lambda finding, files: Fix(edits, "safe", "t")
    )
    assert list(outcome.changed) == ["a.txt", "b.txt"]
    (tmp_path / "b.txt").write_text("c\n")
    written, failed = save(str(tmp_path), outcome)
    assert written == [] and [path for path, _ in failed] == ["a.txt", "b.txt"]
    assert (tmp_path / "a.txt").read_text() == "a\n"


def test_a_file_that_may_not_be_written_is_said_to_be(tmp_path: Path) -> None:
    assert write(str(tmp_path / "gone.py"), b"", b"x") == "No such file or directory"


# ------------------------------------------------------------------------------------------------------ rounds


def edit(start: int, end: int, text: str = "") -> Edit:
    return Edit(Span("a", 1, start, 1, end), text)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (edit(1, 3), edit(3, 5), False),
        (edit(1, 4), edit(3, 5), True),
        (edit(2, 2, "x"), edit(2, 2, "x"), False),  # the same insertion, made once
        (edit(2, 2, "x"), edit(2, 2, "y"), True),
        (edit(2, 2, "x"), edit(2, 4), True),
        (edit(4, 4, "x"), edit(2, 4), True),
        (edit(3, 3, "x"), edit(2, 5), True),
    ],
)
def test_overlap(one: Edit, other: Edit, expected: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is expected


def rounds(texts: list[str], edits: dict[str, Fix], tmp_path: Path, path: str = "a.py") -> Outcome:
    """A fixpoint over a rule that finds each of some words in a file."""
    (tmp_path / path).write_text("".join(f"{text}\n" for text in texts))
    files = Files(str(tmp_path))

    def lint(overlay: Mapping[str, bytes]) -> Report:
        data = overlay.get(path, (tmp_path / path).read_bytes()).decode()
        found = [
            Finding(f"word {word}", Span(path, number, 1, number, 1 + len(word)), rule="r", fixable="safe")
            for number, word in enumerate(data.split("\n"), 1)
            if word in edits or word.startswith("new")
        ]
        return Report("", (), tuple(found), ())

    return fix_all(lint, files, SAFE, propose=lambda finding, files: edits.get(finding.message[5:]))


def line(number: int, text: str, path: str = "a.py") -> Fix:
    return Fix((Edit(Span(path, number, 1, number + 1, 1), text),), "safe", "t")


def test_a_fix_that_leaves_its_finding_is_refused(tmp_path: Path) -> None:
    outcome = rounds(["one", "two"], {"one": line(1, "one\n"), "two": line(2, "ok\n")}, tmp_path)
    assert [done.finding.message for done in outcome.done] == ["word two"]
    assert outcome.refused == 1
    assert outcome.changed["a.py"][1] == b"one\nok\n"


def test_a_fix_that_brings_a_finding_is_refused(tmp_path: Path) -> None:
    outcome = rounds(["one", "two"], {"one": line(1, "new\n"), "two": line(2, "ok\n")}, tmp_path)
    assert outcome.changed["a.py"][1] == b"one\nok\n"


def test_a_fix_that_breaks_the_file_is_refused(tmp_path: Path) -> None:
    outcome = rounds(["one", "two"], {"one": line(1, "(\n"), "two": line(2, "ok\n")}, tmp_path)
    assert outcome.changed["a.py"][1] == b"one\nok\n"


def test_a_fix_that_raises_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\n")
    finding = Finding("m", Span("a.py", 1, 1, 1, 2), rule="r", fixable="safe")

    def propose(finding: Finding, files: Files) -> Fix | None:
        raise ValueError("no")

    outcome = fix_all(lambda overlay: Report("", (), (finding,), ()), Files(str(tmp_path)), SAFE, propose=propose)
    assert not outcome.changed and [str(error) for _, error in outcome.raised] == ["no"]


def test_overlapping_fixes_take_turns(tmp_path: Path) -> None:
    both = {"one": line(1, ""), "two": Fix((Edit(Span("a.py", 1, 1, 1, 4), "ok"),), "safe", "t")}
    outcome = rounds(["one", "two"], both, tmp_path)
    assert [done.finding.message for done in outcome.done] == ["word one", "word two"]
    assert outcome.changed["a.py"][1] == b"ok\n"


# -------------------------------------------------------------------------------------------- the command line


@pytest.mark.holds("--fix", "a second run finds nothing of what it fixed")
def test_fix_writes_and_reports_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    done = lambdalint(tmp_path, "--fix")
    assert (done.returncode, done.stderr) == (0, "lambdalint: 1 finding fixed in 1 file\n")
    assert "no findings" in done.stdout
    assert (tmp_path / "app.py").read_text() == FIXED
    again = lambdalint(tmp_path, "--fix")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.holds("--diff", "patch: applied, it gives what --fix writes")
def test_diff_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    done = lambdalint(tmp_path, "--diff")
    assert done.returncode == 1
    assert done.stdout.startswith("--- a/app.py\n+++ b/app.py\n@@") and '\n+s3 = boto3.client("s3")\n' in done.stdout
    assert (tmp_path / "app.py").read_text() == HANDLER
    patched = subprocess.run(["patch", "-p1"], cwd=tmp_path, input=done.stdout, text=True, capture_output=True)
    assert patched.returncode == 0 and (tmp_path / "app.py").read_text() == FIXED
    coloured = lambdalint(tmp_path, "--diff", "--color", "always")
    assert (coloured.returncode, coloured.stdout) == (0, "")


def test_diff_in_colour(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    assert "\x1b[" in lambdalint(tmp_path, "--diff", "--color", "always").stdout


def test_only_what_was_asked_for_is_fixed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_text(HANDLER)
    (tmp_path / "lambdalint.toml").write_text("")
    assert lambdalint(tmp_path, "--fix", "one").returncode == 0
    assert (tmp_path / "one/app.py").read_text() == FIXED
    assert (tmp_path / "two/app.py").read_text() == HANDLER


def test_a_text_from_standard_input_is_shown_not_written(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "lambdalint", "check", "--no-cache", "--stdin-filename", "app.py", "-"]
    done = subprocess.run([*arguments, "--diff"], cwd=tmp_path, input=HANDLER, capture_output=True, text=True)
    assert '\n+s3 = boto3.client("s3")\n' in done.stdout and not os.listdir(tmp_path)
    done = subprocess.run([*arguments, "--fix"], cwd=tmp_path, input=HANDLER, capture_output=True, text=True)
    assert done.returncode == 2 and "standard input" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--unsafe-fixes",), ("--fix", "--add-ignore"), ("--fix", "--write-baseline", "b")]
)
def test_what_does_not_go_together(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    done = lambdalint(tmp_path, *arguments)
    assert done.returncode == 2 and done.stderr.startswith("lambdalint: ")
    assert (tmp_path / "app.py").read_text() == HANDLER


def test_unsafe_fixes_are_only_made_when_asked(tmp_path: Path) -> None:
    text = HANDLER.replace('    s3 = boto3.client("s3")\n', "").replace("s3.get", 'boto3.client("s3").get')
    (tmp_path / "app.py").write_text(text)
    assert lambdalint(tmp_path, "--fix").returncode == 1
    assert (tmp_path / "app.py").read_text() == text
    done = lambdalint(tmp_path, "--fix", "--unsafe-fixes")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "lambdalint: app.py:5: build s3_client once, at module scope; the object gets a name that it did not have\n"
    )
    assert (tmp_path / "app.py").read_text() == FIXED.replace("s3 =", "s3_client =").replace("s3.get", "s3_client.get")


def test_a_report_for_machines_promises_what_the_fix_does(tmp_path: Path) -> None:
    import json

    (tmp_path / "app.py").write_text(HANDLER)
    promised = json.loads(lambdalint(tmp_path, "--output-format", "json").stdout)["findings"][0]["fix"]
    assert promised == "safe"
    (tmp_path / "test_app.py").write_text("from unittest.mock import patch\n\nimport app\n")
    promised = json.loads(lambdalint(tmp_path, "--output-format", "json").stdout)["findings"][0]["fix"]
    assert promised == "unsafe" and lambdalint(tmp_path, "--fix").returncode == 1
    (tmp_path / "test_app.py").unlink()
    (tmp_path / "app.py").write_text(HANDLER.replace("    s3 =", "    locals()\n    s3 ="))
    sarif = json.loads(lambdalint(tmp_path, "--output-format", "sarif").stdout)
    assert "fix" not in sarif["runs"][0]["results"][0].get("properties", {})


def test_a_test_that_holds_the_module_is_named(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / "test_app.py").write_text("from unittest.mock import patch\n\nimport app\n")
    done = lambdalint(tmp_path, "--diff", "--unsafe-fixes")
    assert done.returncode == 1 and "test_app.py imports the module and puts something in place" in done.stderr


def test_a_plain_check_loads_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    command = (
        "import sys\nfrom lambdalint.cli import main\n"
        "try:\n    main(['check', '-q', '--no-cache'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('libcst', 'lambdalint.fix', 'lambdalint.rewrite'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
