"""The command line as a user meets it: exit codes, options, where output goes, and that both parsers agree."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import pytest

from lambdalint.cli.arguments import OPTIONS, Arguments, field, parse
from lambdalint.cli.commands import check as check_command
from lambdalint.cli.commands import lambdalint as group
from lambdalint.report import format_names
from tests.conftest import Ran

Tree = Callable[[Mapping[str, str | bytes]], Path]
Run = Callable[..., Ran]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:{}
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
APP = "def handler(event, context):\n    return event['id']\n"
CLEAN = {"template.yaml": TEMPLATE.format(""), "src/app.py": APP}
# A finding of the engine's own: what the other rules find is their pages' business.
FOUND = {"template.yaml": TEMPLATE.format("  # lambdalint: ignore[crash-rule]"), "src/app.py": APP}


def test_exit_codes(tree: Tree, run_in: Run) -> None:
    root = tree(CLEAN)
    assert run_in(root, "check").code == 0
    (root / "template.yaml").write_text(FOUND["template.yaml"])
    ran = run_in(root, "check")
    assert ran.code == 1
    assert ran.out.startswith("template.yaml:3:33: warning unknown-ignore: no rule is named `crash-rule`")
    assert ran.err == ""
    assert run_in(root, "check", "--exit-zero").code == 0
    assert run_in(root, "check", "--min-severity", "error").code == 0
    assert run_in(root, "check", "--ignore", "unknown-ignore").code == 0
    assert run_in(root, "check", "--select", "crashed-rule").code == 0
    assert run_in(root, "check", "--select=crashed-rule,unknown-ignore").code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--no-such"), "No such option"),
        (("check", "--color", "blue"), "`blue` is not one of auto, always, never\n"),
        (("check", "--color", "allways"), "`allways` is not one of auto, always, never, the nearest is `always`"),
        (("show", "--output-format", "jsn"), "`jsn` is not one of text, json, the nearest is `json`"),
        (("completion", "bsh"), "`bsh` is not one of bash, zsh, fish, the nearest is `bash`"),
        (("check", "--select"), "requires an argument"),
        (
            ("check", "--select", "unused-ignores"),
            "no rule or topic is named `unused-ignores`, the nearest is `unused-ig",
        ),
        (("check", "--config", "none.toml"), "none.toml: No such file"),
        (("check", "--baseline", "none.json"), "none.json: No such file"),
        (("check", "--output", "no/folder/report"), "no/folder/report: No such file"),
        (("check", "-"), "needs --stdin-filename"),
        (("explain", "unused-ignor"), "no rule is named `unused-ignor`, the nearest is `unused-ignore`"),
        (("explain", "secret"), "no rule is named `secret`, the nearest is `secret-in-environment`"),
        (("explain", "ignore"), "no rule is named `ignore`, the nearest is `unused-ignore`"),
        (("no-such-command",), "No such command"),
    ],
)
def test_usage_errors(arguments: tuple[str, ...], message: str, tree: Tree, run_in: Run) -> None:
    ran = run_in(tree(CLEAN), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_path_that_does_not_exist_is_one_problem_and_the_rest_is_linted(tree: Tree, run_in: Run) -> None:
    ran = run_in(tree(FOUND), "check", "template.yaml", "gone.py")
    assert ran.code == 2
    assert "gone.py: problem: no such file or folder" in ran.out
    assert "template.yaml:3:33" in ran.out


def test_json_goes_to_a_file(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    ran = run_in(root, "check", "--output-format", "json", "--output", "report.json")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    report = json.loads((root / "report.json").read_text())
    assert [(f["rule"], f["path"], f["line"]) for f in report["findings"]] == [("unknown-ignore", "template.yaml", 3)]
    assert [f["name"] for f in report["functions"]] == ["Report"]


def test_every_format_runs(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    for name in format_names():
        ran = run_in(root, "check", "--output-format", name)
        assert ran.code == 1, ran
        assert "crash-rule" in ran.out


def test_paths_say_what_is_reported_not_what_is_read(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    assert run_in(root, "check", "src").code == 0
    assert run_in(root, "check", "template.yaml").code == 1
    assert run_in(root / "src", "check", "..").out.startswith("../template.yaml:3:33")
    report = json.loads(run_in(root, "check", "src/app.py", "--output-format", "json").out)
    assert [f["id"] for f in report["functions"]] == ["template.yaml#Report"], "the join saw the template"


def test_standard_input_stands_in_for_a_file(tree: Tree, run_in: Run) -> None:
    root = tree(CLEAN)
    ran = run_in(root, "check", "--stdin-filename", "template.yaml", "-", stdin=FOUND["template.yaml"])
    assert ran.code == 1 and ran.out.startswith("template.yaml:3:33")
    assert "Report:  # lambdalint" in ran.out, "the excerpt is of the text given, not of the file"
    assert run_in(root, "check", "--stdin-filename", "new.yaml", stdin=FOUND["template.yaml"]).out.startswith(
        "new.yaml:3:33"
    )
    assert run_in(root, "check").code == 0, "nothing of it is remembered"


def test_colour(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    assert "\x1b[" not in run_in(root, "check").out
    assert "\x1b[" in run_in(root, "check", "--color", "always").out
    assert "\x1b[" in run_in(root, "check", "--color", "always", NO_COLOR="1").out
    assert "\x1b[" not in run_in(root, "check", "--color", "never").out
    assert "\x1b[" in run_in(root, "explain", "unused-ignore", "--color", "always").out


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
@pytest.mark.holds("text", "a terminal (a pseudo-terminal of the system)")
def test_colour_on_a_terminal(tree: Tree) -> None:
    root = tree(FOUND)
    assert "\x1b[" in _on_a_terminal(root, {})
    assert "\x1b[" not in _on_a_terminal(root, {"NO_COLOR": "1"})
    assert "\x1b[" not in _on_a_terminal(root, {"TERM": "dumb"})


def _on_a_terminal(root: Path, environment: Mapping[str, str]) -> str:
    import pty
    import subprocess
    import sys

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(
        [sys.executable, "-m", "lambdalint", "check"],
        cwd=root,
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
        env={**kept, "TERM": "xterm", **environment},
        timeout=60,
        check=False,
    )
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:  # what Linux says at the end
        pass
    os.close(ours)
    assert b"template.yaml:3:33" in text
    return text.decode()


def test_statistics_and_timings(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    ran = run_in(root, "check", "--statistics", "--timings")
    assert re.search(r"^ +1  warning +unknown-ignore", ran.out, re.MULTILINE)
    assert re.search(r"^total +[\d.,]+ +100%$", ran.out, re.MULTILINE)
    ran = run_in(root, "check", "--statistics", "--output-format", "json")
    json.loads(ran.out)
    assert "unknown-ignore" in ran.err


def test_baseline(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    assert run_in(root, "check", "--write-baseline", "known.json").code == 0
    ran = run_in(root, "check", "--baseline", "known.json")
    assert ran.code == 0 and "1 ignored" in ran.out
    (root / "template.yaml").write_text("# moved\n\n" + FOUND["template.yaml"] + "# lambdalint: ignore[unknown-two]\n")
    ran = run_in(root, "check", "--baseline", "known.json", "-q")
    assert ran.code == 1 and len(ran.out.splitlines()) == 1 and "unknown-two" in ran.out


def test_rules_and_explain(tree: Tree, run_in: Run) -> None:
    root = tree(CLEAN)
    ran = run_in(root, "rules")
    assert ran.code == 0 and re.search(r"unused-ignore.*A `lambdalint: ignore`", ran.out)
    rows = json.loads(run_in(root, "rules", "--output-format", "json").out)
    assert {"name", "topic", "severity", "default", "summary", "advice", "options", "fix"} == set(rows[0])
    assert run_in(root, "explain", "unused-ignore").out.startswith("# unused-ignore\n")


def test_show(tree: Tree, run_in: Run) -> None:
    secret = "not-a-real-value-" + "0123456789"
    template = CLEAN["template.yaml"] + f"      Environment:\n        Variables:\n          TOKEN: {secret}\n"
    root = tree({**CLEAN, "template.yaml": template})
    ran = run_in(root, "show")
    assert ran.code == 0
    for text in ("Report", "template.yaml:3", "src/app.py:1", "python3.13", "TOKEN"):
        assert text in ran.out
    assert secret not in ran.out + run_in(root, "show", "--output-format", "json").out
    assert "no functions" in run_in(root, "show", "lambdalint.toml").err


def test_init(tmp_path: Path, run_in: Run) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"')
    assert run_in(tmp_path, "init").code == 0
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith('[project]\nname = "x"\n\n[tool.lambdalint]\n')
    assert run_in(tmp_path, "check").code == 0
    ran = run_in(tmp_path, "init")
    assert ran.code == 2 and "holds settings already" in ran.err
    (tmp_path / "bare").mkdir()
    assert run_in(tmp_path / "bare", "init").code == 0
    assert run_in(tmp_path / "bare", "check").code == 0
    assert (tmp_path / "bare" / "lambdalint.toml").read_text().startswith("# rules, topics")


def test_completion(tree: Tree, run_in: Run) -> None:
    root = tree(CLEAN)
    assert "_LAMBDALINT_COMPLETE" in run_in(root, "completion", "bash").out
    words = {"_LAMBDALINT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    assert "unused-ignore" in run_in(root, **words, COMP_WORDS="lambdalint explain unus").out
    ran = run_in(root, **{**words, "COMP_CWORD": "3"}, COMP_WORDS="lambdalint check --select crashed-rule,unus")
    assert "crashed-rule,unused-ignore" in ran.out
    assert "--select" in run_in(root, **words, COMP_WORDS="lambdalint check --sel").out


def test_help_names_every_option(tree: Tree, run_in: Run) -> None:
    text = run_in(tree(CLEAN), "check", "--help").out
    assert [option.name for option in OPTIONS if option.name not in text] == []


def test_wrong_settings_are_a_usage_error(tree: Tree, run_in: Run) -> None:
    root = tree({**CLEAN, "lambdalint.toml": "selct = []"})
    ran = run_in(root, "check")
    assert ran.code == 2 and "unknown key `selct`, the nearest is `select`" in ran.err
    assert run_in(root, "check", "--isolated").code == 0


def test_settings_are_read_again_when_they_change(tree: Tree, run_in: Run) -> None:
    root = tree(FOUND)
    assert run_in(root, "check").code == 1
    (root / "lambdalint.toml").write_text('ignore = ["unknown-ignore"]')
    assert run_in(root, "check").code == 0
    (root / "lambdalint.toml").write_text('[per-path-ignores]\n"*.yaml" = ["lambdalint"]')
    assert run_in(root, "check").code == 0
    (root / "lambdalint.toml").write_text('[severity]\nunknown-ignore = "error"')
    assert ": error unknown-ignore" in run_in(root, "check").out


LINES = [
    [],
    ["a", "b"],
    ["--select", "x,y", "--select=z", "--ignore", "q"],
    ["-q", "-v", "-v", "--exit-zero", "src"],
    ["--output-format=json", "--output", "f", "--color", "never"],
    ["--stdin-filename", "a.py", "-", "--baseline", "b", "--write-baseline=c"],
    ["--min-severity", "error", "--no-cache", "--isolated", "--config=x", "--timings", "--statistics"],
    ["--extend-select", "a", "--verbose", "--quiet"],
]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_the_plain_parser_and_click_agree(line: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import lambdalint.cli.check

    seen: list[Arguments] = []

    def record(arguments: Arguments) -> int:
        seen.append(arguments)
        return 0

    monkeypatch.setattr(lambdalint.cli.check, "check", record)
    with pytest.raises(SystemExit):
        group.main(["check", *line], standalone_mode=True)
    assert seen == [parse(["check", *line])]


@pytest.mark.parametrize(
    "line",
    [
        ["rules"],
        ["check", "--help"],
        ["check", "--selec", "x"],
        ["check", "-vv"],
        ["check", "--", "-x"],
        ["check", "-qv"],
        ["check", "--exit-zero=1"],
        ["check", "--color=blue"],
        ["check", "--output"],
        [],
    ],
    ids=" ".join,
)
def test_the_plain_parser_leaves_the_rest_to_click(line: list[str]) -> None:
    assert parse(line) is None


def test_tables_agree() -> None:
    assert {field(option) for option in OPTIONS} == set(Arguments._fields) - {"paths"}
    assert isinstance(check_command, click.Command)
