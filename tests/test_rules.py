"""Every example of every page of the rule book is run: each mark is found, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambdalint.catalog import ENGINE_RULES, catalog, check_of, rules_folder
from lambdalint.engine import run
from lambdalint.fix import SAFE, UNSAFE, fix_all
from lambdalint.fix.files import Files
from lambdalint.settings import Chosen, load
from tests.rulebook import MARK, Example, examples, lay_out, sections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambdalint.model import Finding, Report

FOLDER = Path(rules_folder())
RULES = catalog()
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
EXAMPLES = [example for name, text in PAGES.items() for example in examples(name, text)]
# No project makes a rule raise; test_engine.py does it with a rule of its own.
WITHOUT_EXAMPLES = {"crashed-rule"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}: {example.kind}: {example.title}")
@pytest.mark.holds("rule pages", "each example is linted, and fixed where it shows a fix")
def test_example(example: Example, tmp_path: Path) -> None:
    lay_out(example, tmp_path)
    settings = load(str(tmp_path), RULES, Chosen(select=(*example.rule.split(), *sorted(ENGINE_RULES))))
    report = run(str(tmp_path), settings=settings, rules=RULES)

    found = list(report.findings)
    missing = []
    for path, line, message in example.marks:
        match = next((f for f in found if (f.span.path, f.span.line) == (path, line) and message in f.message), None)
        if match:
            found.remove(match)
        else:
            missing.append(f"{path}:{line}: {message}")
    report_text = "\n".join(map(_shown, report.findings)) + f"\nproblems: {list(report.problems)}"
    assert not missing, f"not found: {missing}\nfound:\n{report_text}"
    assert not found, "found without a mark:\n" + "\n".join(map(_shown, found))
    if example.fixed:
        assert _fixed(example, tmp_path) == example.fixed


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    """A page has its parts, enough examples, and marks where they belong."""
    rule = RULES[name]
    assert rule.summary and not rule.summary.startswith("#")
    assert rule.advice and not rule.advice.endswith(".")
    parts = dict(sections(PAGES[name]))
    for title in ("Why", "Ignored", "When not to use it"):
        assert parts.get(title, "").strip(), f"no section {title}"
    if name in WITHOUT_EXAMPLES:
        assert parts["Bad"].strip() and parts["Good"].strip()
        return
    own = [example for example in EXAMPLES if example.rule == name]
    bad = [example for example in own if example.kind == "Bad"]
    good = [example for example in own if example.kind == "Good"]
    assert len(bad) >= 2 and len(good) >= 3, f"{len(bad)} Bad and {len(good)} Good examples"
    assert all(example.marks for example in bad), "a Bad example without a mark"
    assert not any(example.marks for example in good), "a Good example with a mark"


def test_every_check_has_a_page_and_the_reverse() -> None:
    checks = {
        path.stem.replace("_", "-")
        for path in (Path(__file__).parents[1] / "lambdalint" / "checks").glob("*.py")
        if not path.stem.startswith("_")
    }
    assert checks == set(PAGES) - ENGINE_RULES
    assert set(PAGES) >= ENGINE_RULES


@pytest.mark.parametrize("name", sorted(set(PAGES) - ENGINE_RULES))
def test_check_is_a_generator_of_findings(name: str) -> None:
    from lambdalint.model import Function

    check = check_of(name)
    assert check is not None
    assert list(check(Function("nothing#known", "known"), RULES[name].options)) == []


def _shown(finding: Finding) -> str:
    return f"{finding.span.path}:{finding.span.line}:{finding.span.column} {finding.rule}: {finding.message}"


def _fixed(example: Example, root: Path) -> dict[str, str]:
    """The files that fixes change, marks left out."""
    for path, text in example.files.items():
        (root / path).write_text("\n".join(MARK.sub("", line) for line in text.split("\n")), encoding="utf-8")
    settings = load(str(root), RULES, Chosen(select=(*example.rule.split(), *sorted(ENGINE_RULES))))

    def lint(overlay: Mapping[str, bytes]) -> Report:
        return run(str(root), settings=settings, overlay=overlay, rules=RULES)

    outcome = fix_all(lint, Files(str(root)), UNSAFE if example.unsafe else SAFE)
    assert not outcome.refused and not outcome.raised
    return {path: after.decode() for path, (_, after) in outcome.changed.items()}


def test_a_rule_with_a_fix_shows_it() -> None:
    """The pages whose head promises a fix are those with a fence that shows one, and with a function that makes it."""
    from importlib import import_module

    promised = {name for name, rule in RULES.items() if rule.fix}
    shown = {example.rule for example in EXAMPLES if example.fixed}
    made = {
        name
        for name in RULES
        if name not in ENGINE_RULES and hasattr(import_module(f"lambdalint.checks.{name.replace('-', '_')}"), "fix")
    }
    assert promised == shown == made | {"unused-ignore", "unknown-ignore"}
