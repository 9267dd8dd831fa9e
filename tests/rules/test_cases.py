"""The cases beside this file and in projects/: idioms of real code, each an example project as on a rule's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook import Example, examples
from tests.test_rules import test_example as run_example

PAGES = Path(__file__).parent
CASES = [
    (page.relative_to(PAGES).with_suffix("").as_posix(), example)
    for page in sorted(PAGES.rglob("*.md"))
    for example in examples(page.read_text("utf-8").partition("\n")[0].removeprefix("# "), page.read_text("utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[1].kind}: {case[1].title}")
def test_case(case: tuple[str, Example], tmp_path: Path) -> None:
    run_example(case[1], tmp_path)
