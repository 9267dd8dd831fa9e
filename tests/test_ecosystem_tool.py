"""The tools behind docs/accuracy.md, on a made corpus and a made linter: what they count is what is there."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import tomli

from tests.tools import draw_handlers, ecosystem
from tests.tools.judging import (
    Finding,
    compare,
    judge,
    read_drawn,
    read_verdicts,
    recall,
    scores,
    table,
    unexpected,
)

if TYPE_CHECKING:
    from pathlib import Path

REPOSITORY = "someone/something"
COMMIT = "0123456789012345678901234567890123456789"

# A linter that finds a word: enough of the command line and of the JSON contract to be run like the real one.
LINTER = """
import json, pathlib, sys

def main():
    assert sys.argv[1] == "check" and "json" in sys.argv
    root = pathlib.Path(sys.argv[2])
    findings = []
    for path in sorted(root.rglob("*.py")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if {word!r} in line:
                findings.append(dict(rule="connection-in-handler", severity="warning", message="{word} at each call",
                    path=path.relative_to(root).as_posix(), line=number, column=1, end_line=number, end_column=2,
                    related=[dict(path="template.yaml", line=3, column=1, message="declared here")],
                    functions=["a.py#handler"], fix=None))
    handler = dict(path="a.py", line=1, name="handler")
    print(json.dumps(dict(schema=1, root=str(root), problems=[], ignored=0, findings=findings,
        functions=[dict(id="a.py#handler", name="handler", handler=handler)])))
"""

VERDICTS = f"""
[[verdict]]
repository = "{REPOSITORY}"
rule = "connection-in-handler"
path = "a.py"
line = 2
also = ["copy/a.py:2"]
verdict = "right"
reason = "made for each call"

[[verdict]]
repository = "{REPOSITORY}"
rule = "connection-in-handler"
path = "b.py"
line = 1
about = "client"
verdict = "wrong"
reason = "module level"
"""

DRAWN = f"""
[[handler]]
sample = "all"
repository = "{REPOSITORY}"
path = "a.py"
name = "handler"

[[handler.connection]]
path = "a.py"
line = 2
callee = "client"
reason = "for each call"

[[handler.connection]]
path = "c.py"
line = 9
callee = "client"
reason = "for each call, in another module"

[[handler.connection]]
path = "c.py"
line = 20
callee = "client"
reason = "on a rare branch"
arguable = true

[[handler.effect]]
path = "template.yaml"
line = 3
effect = "publish"
reason = "named by another rule only"
"""


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One listed repository with a handler, its copy and a module; its tables; two versions of a linter beside it."""
    root = tmp_path / "corpora" / "someone+something"
    for path, text in {
        "a.py": "def handler(event, context):\n    client()\n    table()\n",
        "copy/a.py": "def handler(event, context):\n    client()\n    table()\n",
        "b.py": "client()\n",
        "tests/test_a.py": "def handler(event, context): ...\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    tables = tmp_path / "ecosystem"
    tables.mkdir()
    (tables / "repositories.toml").write_text(f'[[repository]]\nname = "{REPOSITORY}"\ncommit = "{COMMIT}"\n')
    (tables / "verdicts.toml").write_text(VERDICTS)
    (tables / "recall.toml").write_text(DRAWN)
    for version, word in (("old", "client"), ("new", "table")):
        package = tmp_path / version / "lambdalint"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "cli.py").write_text(LINTER.replace("{word!r}", repr(word)).replace("{word}", word))
    monkeypatch.setattr(ecosystem, "HERE", tables)
    monkeypatch.setattr(ecosystem, "ROOT", tmp_path)
    monkeypatch.setattr(draw_handlers, "REPOSITORIES", tables / "repositories.toml")
    return tmp_path / "corpora"


def run(corpora: Path, version: str) -> tuple[Finding, ...]:
    return ecosystem.run(str(corpora.parent / version), corpora).findings


def test_a_run_reads_the_report_of_the_version_it_is_given(corpora: Path) -> None:
    old, new = run(corpora, "old"), run(corpora, "new")
    assert [(item.path, item.line) for item in old] == [("a.py", 2), ("b.py", 1), ("copy/a.py", 2)]
    assert [(item.path, item.line) for item in new] == [("a.py", 3), ("copy/a.py", 3)]
    assert old[0].handlers == {("a.py", "handler")}
    assert ("template.yaml", 3, 3) in old[0].places


def test_compare_prints_what_came_and_went(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    versions = [str(corpora.parent / name) for name in ("old", "new")]
    assert ecosystem.main(["compare", *versions, "--corpora", str(corpora)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"+ {REPOSITORY} a.py:3 connection-in-handler: table at each call" in lines
    assert f"- {REPOSITORY} b.py:1 connection-in-handler: client at each call" in lines
    assert lines[-1] == "2 added, 3 removed"


def test_comparing_a_version_with_itself_finds_nothing(corpora: Path) -> None:
    assert compare(run(corpora, "old"), run(corpora, "old")) == ([], [])


def test_equal_findings_are_counted_not_merged() -> None:
    finding = Finding(REPOSITORY, "a-rule", "a.py", 1, "twice")
    assert compare([finding], [finding, finding]) == ([finding], [])


def test_precision_by_finding_and_by_distinct_code(corpora: Path) -> None:
    judged = judge(run(corpora, "old"), read_verdicts(VERDICTS))
    assert scores(judged)["connection-in-handler"] == (2, 1, 0, 0)
    assert scores(judged)["connection-in-handler"].precision == pytest.approx(2 / 3)
    assert scores(judged, distinct=True)["connection-in-handler"] == (1, 1, 0, 0)


def test_a_verdict_about_another_message_does_not_fit() -> None:
    finding = Finding(REPOSITORY, "connection-in-handler", "b.py", 1, "session at each call")
    assert judge([finding], read_verdicts(VERDICTS)) == [(finding, None)]
    assert scores([(finding, None)])["connection-in-handler"] == (0, 0, 0, 1)
    assert scores([(finding, None)])["connection-in-handler"].precision is None


def test_the_verdict_that_says_most_wins() -> None:
    both = VERDICTS + VERDICTS.replace('about = "client"', 'about = "client at each"').replace('"wrong"', '"arguable"')
    finding = Finding(REPOSITORY, "connection-in-handler", "b.py", 1, "client at each call")
    ((_, verdict),) = judge([finding], read_verdicts(both))
    assert verdict is not None and verdict.verdict == "arguable"


@pytest.mark.parametrize("change", [('"right"', '"perhaps"'), ("made for each call", "")])
def test_a_verdict_needs_a_known_word_and_a_reason(change: tuple[str, str]) -> None:
    with pytest.raises(SystemExit, match="needs a verdict and a reason"):
        read_verdicts(VERDICTS.replace(*change))


def test_recall_counts_places_of_the_same_rule_and_leaves_arguable_ones_out(corpora: Path) -> None:
    connections, effects = recall(run(corpora, "old"), read_drawn(DRAWN))
    assert (connections.hits, connections.expected, connections.arguable_hits, connections.arguable) == (1, 2, 0, 1)
    assert [(entry.path, entry.line) for entry in connections.missed] == [("c.py", 9)]
    assert (effects.hits, effects.expected) == (0, 1), "a place that only another rule names is not found"


def test_an_unexpected_finding_on_a_drawn_handler_is_shown(corpora: Path) -> None:
    drawn = read_drawn(DRAWN)
    assert [item.path for item in unexpected(run(corpora, "old"), drawn)] == ["b.py", "copy/a.py"]
    assert "not expected" in table("", run(corpora, "new"), [], drawn)


def test_accuracy_is_written_between_its_marks_and_checked(corpora: Path) -> None:
    page = corpora.parent / "docs" / "accuracy.md"
    page.parent.mkdir()
    page.write_text(f"before\n{ecosystem.BEGIN}\nold numbers\n{ecosystem.END}\nafter\n")
    command = ["accuracy", str(corpora.parent / "old"), "--corpora", str(corpora)]
    assert ecosystem.main([*command, "--check"]) == 1
    assert "old numbers" in page.read_text()
    assert ecosystem.main(command) == 0
    assert ecosystem.main([*command, "--check"]) == 0
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old numbers" not in text
    assert "1 repositories, 1 functions, 3 findings" in text
    assert "| `connection-in-handler` | 3 | 2 | 1 | 0 | 0 | 66.7% | 2 | 50.0% |" in text
    assert "| all | 1 | `connection-in-handler` | 2 | 1 | 50.0% | 0 of 1 |" in text


def test_a_linter_that_fails_is_reported_and_the_rest_is_judged(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpora / "other+broken").mkdir()
    listed = ecosystem.HERE / "repositories.toml"
    listed.write_text(listed.read_text() + f'[[repository]]\nname = "other/broken"\ncommit = "{COMMIT}"\n')
    cli = corpora.parent / "old" / "lambdalint" / "cli.py"
    cli.write_text(
        cli.read_text().replace("findings = []", "findings = []\n    assert 'broken' not in str(root), 'oh no'")
    )
    assert ecosystem.main(["judge", str(corpora.parent / "old"), "--corpora", str(corpora)]) == 2
    shown = capsys.readouterr()
    assert "failed: other/broken" in shown.err and "oh no" in shown.err
    assert "3 findings" in shown.out
    assert ecosystem.main(["accuracy", str(corpora.parent / "old"), "--corpora", str(corpora)]) == 2


def test_a_missing_checkout_is_named(corpora: Path) -> None:
    with pytest.raises(SystemExit, match="no checkout of someone/something"):
        ecosystem.run(str(corpora.parent / "old"), corpora / "elsewhere")


def test_checkout_fetches_the_pinned_commit(corpora: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin" / REPOSITORY
    origin.mkdir(parents=True)
    git = ["git", "-C", str(origin), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    for text in ("pinned", "newer"):
        (origin / "file").write_text(text)
        subprocess.run([*git, "add", "file"], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", text], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD~1"], check=True, capture_output=True, text=True).stdout.strip()
    listed = ecosystem.HERE / "repositories.toml"
    listed.write_text(listed.read_text().replace(COMMIT, commit))
    target = tmp_path / "fetched"
    ecosystem.main(["checkout", "--corpora", str(target), "--source", f"file://{tmp_path}/origin/"])
    assert (target / "someone+something" / "file").read_text() == "pinned"


def test_drawing_skips_tests_and_copies_and_repeats_itself(corpora: Path) -> None:
    drawn, population = draw_handlers.draw(corpora, seed=1, count=1)
    assert population == 1
    assert drawn == draw_handlers.draw(corpora, seed=1, count=1)[0]
    assert (drawn[0].path, drawn[0].line, drawn[0].why) == ("a.py", 1, "signature")


def test_drawing_for_effects_wants_an_asynchronous_event_and_an_effect(corpora: Path) -> None:
    root = corpora / "someone+something"
    (root / "a.py").write_text("def handler(event, context):\n    sns.publish(event['Records'])\n")
    (root / "copy" / "a.py").write_text("def handler(event, context):\n    sns.publish(event['body'])\n")
    (root / "c.py").write_text("def handler(event, context):\n    print(event['Records'])\n")
    found = draw_handlers.candidates(root, REPOSITORY, COMMIT, set(), effects=True)
    assert [item.path for item in found] == ["a.py"]


def test_drawing_knows_decorators_and_names_in_configuration(corpora: Path) -> None:
    root = corpora / "someone+something"
    (root / "app.py").write_text("@app.route('/')\ndef index(): ...\n\ndef other(): ...\n")
    (root / "jobs.py").write_text("def nightly(payload): ...\n\ndef helper(payload): ...\n")
    (root / "serverless.yml").write_text("functions:\n  nightly:\n    handler: jobs.nightly\n")
    found = draw_handlers.candidates(root, REPOSITORY, COMMIT, set())
    assert [(item.path, item.name, item.why) for item in found] == [
        ("a.py", "handler", "signature"),
        ("app.py", "index", "decorator"),
        ("jobs.py", "nightly", "configuration"),
    ]


def test_the_tables_of_this_repository_agree_with_each_other() -> None:
    commits = {row["name"]: row["commit"] for row in ecosystem.repositories()}
    assert len(commits) >= 40
    for verdict in read_verdicts((ecosystem.HERE / "verdicts.toml").read_text("utf-8")):
        assert verdict.repository in commits, verdict
    drawn = read_drawn((ecosystem.HERE / "recall.toml").read_text("utf-8"))
    assert Counter(handler.sample for handler in drawn) == {
        "all": 60,
        "effects": 30,
        "unseen": 45,
        "unseen effects": 23,
        "last": 27,
        "last effects": 23,
        "fresh": 37,
        "fresh effects": 50,
    }
    assert {handler.repository for handler in drawn} <= set(commits)


def test_the_page_shows_what_the_pages_of_the_web_gave() -> None:
    pages = tomli.loads((ecosystem.HERE / "pages.toml").read_text("utf-8"))["page"]
    shown = (ecosystem.HERE.parent.parent / "docs" / "accuracy.md").read_text("utf-8")
    for draw in sorted({page["draw"] for page in pages}):
        drawn = [page for page in pages if page["draw"] == draw]
        handlers = sum(page.get("handlers", 1) for page in drawn)
        for kind, rule in (("connection", "connection-in-handler"), ("effect", "non-idempotent-handler")):
            expected = [call for page in drawn for call in page.get(kind, ())]
            missed = [call for page in drawn for call in page.get("missed", ()) if call in page.get(kind, ())]
            wrong = sum(len(page.get("wrong", ())) for page in drawn) if kind == "effect" else 0
            arguable = sum(len(page.get(f"arguable_{kind}", ())) for page in drawn)
            found = len(expected) - len(missed)
            assert f"| {draw} | {handlers} | `{rule}` | {len(expected)} | {found} | {wrong} | {arguable} |" in shown
