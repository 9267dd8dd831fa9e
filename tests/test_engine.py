"""The way through: crashing rules, overlays, merging; the same report at each run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import lambdalint.engine
from lambdalint.catalog import Rule, catalog
from lambdalint.engine import Settings, defaults, merge, run
from lambdalint.model import Finding, Function, Related, Report, Span

if TYPE_CHECKING:
    from tests.conftest import Ran

Tree = Callable[[Mapping[str, str | bytes]], Path]

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
  Two:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
"""
FUNCTION = """\
  {name}:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: python3.13, Handler: app.handler, Code: {name}/}}
"""
APP = "def handler(event, context):\n    return event['id']\n"
FILES = {"template.yaml": TEMPLATE, "src/app.py": APP}
RULES = {**catalog(), "test-rule": Rule("test-rule", "A test.", "test", "warning", True, {"depth": 3}, "")}
SETTINGS = Settings(frozenset({"test-rule", "crashed-rule", "unused-ignore", "unknown-ignore"}))

Check = Callable[[Function, Mapping[str, Any]], Iterator[Finding]]


@pytest.fixture
def with_check(monkeypatch: pytest.MonkeyPatch) -> Callable[[Check], None]:
    """Put a function in the place of test-rule's check."""

    def put(check: Check) -> None:
        monkeypatch.setattr(lambdalint.engine, "check_of", lambda name: check)

    return put


def at_handler(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
    assert function.handler and function.declaration
    declared = Related(function.declaration.span, "declared here")
    yield Finding(f"handler is {options['depth']} deep", function.handler.span, (declared,))


def lint(root: Path, **more: Any) -> Report:
    return run(str(root), rules=RULES, settings=more.pop("settings", SETTINGS), **more)


def test_a_rule_that_raises_is_one_finding(tree: Tree, with_check: Callable[[Check], None]) -> None:
    def check(function: Function, options: Mapping[str, Any]) -> Iterator[Finding]:
        if function.name == "One":
            raise LookupError("no such thing")
        yield from at_handler(function, options)

    with_check(check)
    report = lint(tree({**FILES, "src/app.py": APP + "# lambdalint: ignore-file[test-rule]\n"}))
    (crash,) = report.findings
    assert (crash.rule, crash.severity) == ("crashed-rule", "error")
    assert crash.message == "rule `test-rule` raised LookupError: no such thing"
    assert (crash.span.path, crash.span.line) == ("src/app.py", 1)
    assert "Traceback" in crash.fix and 'raise LookupError("no such thing")' in crash.fix
    assert report.ignored == 1, "the other function was still asked, and its directive is not called unused"


def test_the_traceback_is_shown_only_when_asked(tree: Tree, tmp_path: Path) -> None:
    root = tree(FILES)
    code = (
        "import sys\n"
        "import lambdalint.engine as engine\n"
        "def check(function, options):\n"
        "    raise LookupError('no such thing')\n"
        "engine.check_of = lambda name: check\n"
        "from lambdalint.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, "check", *more],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        for more in ([], ["-v"])
    ]
    assert [done.returncode for done in runs] == [1, 1]
    assert "raised LookupError" in runs[0].stdout and runs[0].stderr == ""
    assert "Traceback" in runs[1].stderr


def test_findings_of_one_place_are_one_that_names_the_functions(
    tree: Tree, with_check: Callable[[Check], None]
) -> None:
    with_check(at_handler)
    (finding,) = lint(tree(FILES)).findings
    assert finding.functions == ("template.yaml#One", "template.yaml#Two")
    assert [place.span.line for place in finding.related] == [3, 9]
    assert finding.message == "handler is 3 deep"
    assert finding.severity == "warning"


def test_a_directive_in_one_template_silences_one_function(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    text = TEMPLATE.replace("  Two:", "  Two:  # lambdalint: ignore[test-rule]")
    report = lint(tree({**FILES, "template.yaml": text}))
    assert [finding.functions for finding in report.findings] == [("template.yaml#One",)]
    assert report.ignored == 1


def test_options_severities_and_paths(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    root = tree(FILES)
    told = SETTINGS._replace(options={"test-rule": {"depth": 9}}, severities={"test-rule": "error"})
    assert [(f.message, f.severity) for f in lint(root, settings=told).findings] == [("handler is 9 deep", "error")]
    assert lint(root, settings=SETTINGS._replace(min_severity="error")).findings == ()
    for pattern in ("src/", "src/**", "*.py", "/src/app.py"):
        silent = SETTINGS._replace(ignores=((pattern, ("test-rule",)),))
        assert lint(root, settings=silent).findings == (), pattern
    assert len(lint(root, settings=SETTINGS._replace(ignores=(("app/", ("test-rule",)),))).findings) == 1


def test_a_finding_counts_where_it_or_what_it_rests_on_is_asked_for(
    tree: Tree, with_check: Callable[[Check], None]
) -> None:
    with_check(at_handler)
    root = tree({**FILES, "other/x.py": "", "broken.yaml": "Resources: {AWS::Lambda::Function: [\n"})
    assert len(lint(root, paths=["src"]).findings) == 1
    assert len(lint(root, paths=["template.yaml"]).findings) == 1
    nowhere = lint(root, paths=["other", "sr", "src/app"])
    assert (nowhere.findings, nowhere.functions, nowhere.problems) == ((), (), ())
    assert [problem.path for problem in lint(root).problems] == ["broken.yaml"]


def test_an_overlay_goes_the_same_way_as_files(tree: Tree, with_check: Callable[[Check], None]) -> None:
    with_check(at_handler)
    root = tree({"README.md": ""})
    from_files = lint(tree(FILES))
    for path in FILES:
        (root / path).unlink()
    from_overlay = lint(root, overlay=FILES)
    assert from_overlay.findings == from_files.findings
    assert from_overlay.functions == from_files.functions


def test_the_project_s_own_knowledge_reaches_the_rules(tree: Tree) -> None:
    """Its constructors, its development packages, its guards."""
    app = (
        "import boto3\nimport mylib\n\nqueue = boto3.client('sqs')\n\n\n"
        "def handler(event, context):\n    mylib.once(event['id'])\n    mylib.Client('x')\n"
        "    queue.send_message(QueueUrl='q', MessageBody='m')\n"
    )
    template = TEMPLATE.partition("  Two:")[0] + (
        "      Events:\n        Changed:\n          Type: EventBridgeRule\n          Properties:\n"
        "            Pattern: {source: [mine]}\n"
    )
    root = tree({"template.yaml": template, "src/app.py": app, "src/requirements.txt": "mylib\nour-test-kit\n"})
    asked = frozenset({"connection-in-handler", "dev-dependency", "non-idempotent-handler"})

    def found(**knowledge: tuple[str, ...]) -> set[tuple[str, str, int]]:
        own = {name.replace("_", "-"): names for name, names in knowledge.items()}
        report = run(str(root), settings=Settings(asked, knowledge=own))
        return {(finding.rule, finding.span.path, finding.span.line) for finding in report.findings}

    bare = found()
    assert {rule for rule, _, _ in bare} == {"non-idempotent-handler"}
    assert found(constructors=("mylib.Client",)) - bare == {("connection-in-handler", "src/app.py", 9)}
    assert found(dev_packages=("our-test-kit",)) - bare == {("dev-dependency", "src/requirements.txt", 2)}
    assert found(guards=("mylib.once",)) == set()


def test_merge_keeps_everything_once() -> None:
    place = Span("a.py", 1, 1, 1, 2)
    one = Finding("m", place, (Related(place, "x"),), rule="r", functions=("f",), secrets=("s",))
    assert merge([one, one._replace(functions=("g",)), one]) == [one._replace(functions=("f", "g"))]
    assert merge([one, one._replace(message="l", functions=("g",))]) == [one._replace(functions=("f", "g"))]
    other = one._replace(rule="s")
    assert merge([other, one]) == [one, other]


def test_a_run_is_the_same_each_time(tree: Tree, run_in: Callable[..., Ran]) -> None:
    root = tree(
        {
            **FILES,
            "b.yaml": TEMPLATE.replace("One", "B1").replace("Two", "B2"),
            "x.py": "# lambdalint: ignore-file[a, b, c]\n" + APP.replace("handler", "lambda_handler"),
        }
    )
    outputs = {
        run_in(root, "check", "--output-format", "json", *more, PYTHONHASHSEED=seed).out
        for seed in ("1", "2")
        for more in ((), ("--no-cache",))
    }
    assert len(outputs) == 1


def test_defaults_ask_what_the_pages_say() -> None:
    assert defaults(RULES).rules == {name for name, rule in RULES.items() if rule.default}
