"""The rule that docs/rules.md shows works: its check finds what its page marks, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lambdalint.engine
from lambdalint.catalog import catalog, parse_page
from lambdalint.engine import Settings, run
from tests.rulebook import examples, fences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

TEXT = (Path(__file__).parents[1] / "docs" / "rules.md").read_text("utf-8")
(PAGE,) = re.findall(r"^````markdown rules/outlasting-timeout\.md\n(.*?)^````$", TEXT, re.MULTILINE | re.DOTALL)
(CHECK,) = [
    text
    for info, text in fences(TEXT.partition("\n````\n")[2])
    if info == "python lambdalint/checks/outlasting_timeout.py"
]


def test_the_rule_that_is_shown_works(
    tree: Callable[[Mapping[str, str | bytes]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = parse_page("outlasting-timeout.md", PAGE)
    made: dict[str, Any] = {}
    exec(CHECK, made)
    monkeypatch.setattr(lambdalint.engine, "check_of", lambda name: made["check"])
    shown = list(examples(rule.name, PAGE))
    assert [example.kind for example in shown] == ["Bad", "Good"]
    for example in shown:
        report = run(
            str(tree(dict(example.files))),
            settings=Settings(frozenset({rule.name})),
            rules=catalog() | {rule.name: rule},
        )
        assert [(f.span.path, f.span.line) for f in report.findings] == [mark[:2] for mark in example.marks]
        assert all(mark[2] in f.message for mark, f in zip(example.marks, report.findings, strict=True))
