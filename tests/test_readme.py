"""The README shows what lambdalint says of examples/orders, and names every page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rulebook import fences

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Ran

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_output_is_what_it_says(run_in: Callable[..., Ran], tmp_path: Path) -> None:
    (shown,) = [text for info, text in fences(README) if info == "console"]
    shutil.copytree(ROOT / "examples" / "orders", tmp_path / "orders")
    ran = run_in(tmp_path / "orders", "check", "--no-cache")
    assert (ran.code, ran.err) == (1, "")
    assert shown == f"$ cd examples/orders\n$ lambdalint check\n{ran.out}"


def test_it_names_every_page() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert set(re.findall(r"\(docs/([\w-]+\.md)\)", README)) == pages


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "rules").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
