"""The tests in, docs/integrations.md out: which reader or schema holds each output and each integration.

    python -m tests.tools.integrations          # writes the page; tests/test_integrations_page.py says when it is old

A test says so itself: `@pytest.mark.holds("sarif", "the published schema")`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from lambdalint.report import format_names

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "integrations.md"
FIX = "fix of "
HEAD = """\
# What holds each output and integration

Made by `python -m tests.tools.integrations` from the tests themselves; a test fails when it is out of date, and when an
output format is missing. Where the real reader can be had, it is what reads: a schema stands in for readers that are
services (GitHub, GitLab, Azure). Tests below `tests/integrations` install other programs and run on one Python only
(`nox -s integrations`); the others run on each.
"""
BY_HAND = """\
## By hand, or not at all

- `rdjson` through reviewdog's own schema: `python -m tests.tools.official_schemas FOLDER`, with the schema in the
  folder. No registry carries it.
- `html` was looked at in headless Chromium, wide and narrow, light and dark.
- The image of the `Dockerfile` is not built in the tests: that takes a daemon and a registry of images. Its lint, the
  files that it copies and its two steps of pip are tested.
- The extension was not run in Visual Studio Code: no registry of packages carries the editor, which
  `@vscode/test-electron` downloads. What it asks of the editor is held by the compiler alone.
- What GitHub, GitLab and Azure show is theirs: nothing here uploads.
"""


def held() -> Iterator[tuple[str, str, str]]:
    """(what, by what, test) for each mark."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.holds":
                    what, by = (ast.literal_eval(argument) for argument in mark.args)
                    yield what, by, f"{path.relative_to(ROOT).as_posix()}::{node.name}"


def page() -> str:
    """The whole page."""
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for what, by, test in held():
        rows[what].append((by, test))
    formats = [name for name in format_names() if name in rows]
    fixes = sorted(name for name in rows if name.startswith(FIX) or name in ("--fix", "--diff", "--add-ignore"))
    others = sorted(rows.keys() - {*formats, *fixes}, key=str.lower)
    parts = [HEAD]
    for title, names in (("Output formats", formats), ("Fixes", fixes), ("Integrations", others)):
        lines = [f"## {title}", "", "| What | Held by | Test |", "| --- | --- | --- |"]
        for name in names:
            for index, (by, test) in enumerate(sorted(rows[name])):
                lines.append(f"| {f'`{name}`' if not index else ''} | {by} | `{test.removeprefix('tests/')}` |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join([*parts, BY_HAND])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
