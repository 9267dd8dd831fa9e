"""docs/idioms.md names examples that are there, and no idiom without one."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rules.test_cases import CASES
from tests.test_rules import EXAMPLES

PAGE = (Path(__file__).parents[1] / "docs" / "idioms.md").read_text("utf-8")
THERE = {f"{page}: {example.title}" for page, example in CASES} | {f"{one.rule}: {one.title}" for one in EXAMPLES}
ROWS = [line.strip("|").rpartition("|") for line in PAGE.splitlines() if line.startswith("| ")]


def test_every_example_that_is_named_is_there() -> None:
    rows = [
        (idiom, re.findall(r"`([^`]+)`", examples)) for idiom, _, examples in ROWS if examples.strip() != "Examples"
    ]
    assert len(rows) > 50
    assert not [idiom for idiom, named in rows if not named]
    assert not [name for _, named in rows for name in named if name not in THERE]
