"""Every dialect from unsaved text, from stdin, and beside a file of its own kind that is broken off in the middle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import Settings, run
from tests.dialects.same_function import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lambdalint.model import Declaration, Report
    from tests.conftest import Ran

    Tree = Callable[[Mapping[str, str]], Path]

# The file of each project that declares the function, what is changed in it, and the handler that this makes.
MAIN = {
    "cloudformation": "template.json",
    "sam": "template.json",
    "serverless": "serverless.json",
    "serverless.ts": "serverless.ts",
    "terraform": "main.tf",
    "terraform module": "main.tf",
    "awscli": "deploy.sh",
    "cdk": "app.py",
    "cdk typescript": "app.ts",
    "cdk.out": "cdk.out/Stack.template.json",
    "zappa": "zappa_settings.json",
    "chalice": "app.py",
    "dockerfile": "Dockerfile",
    "lambda api": "function.json",
}


def changed(column: str) -> str:
    """The main file with another handler in it."""
    text = FILES[column][MAIN[column]]
    return text.replace("def worker", "def other") if column == "chalice" else text.replace("app.handler", "app.other")


def declarations(report: Report) -> list[Declaration]:
    """Everything that was declared."""
    return [function.declaration for function in report.functions if function.declaration is not None]


@pytest.mark.parametrize("column", FILES)
def test_text_that_is_in_no_file_yet(column: str, tree: Tree) -> None:
    """An overlay of files that do not exist declares what the same files on the disk do."""
    on_disk = declarations(run(str(tree(FILES[column])), settings=Settings()))
    root = tree({})
    for path in FILES[column]:
        (root / path).unlink()
    unsaved = declarations(run(str(root), settings=Settings(), overlay=FILES[column]))
    assert len(on_disk) == 1
    assert unsaved == on_disk


@pytest.mark.parametrize("column", FILES)
def test_unsaved_text_stands_in_for_the_file(column: str, tree: Tree) -> None:
    root = str(tree(FILES[column]))
    (before,) = declarations(run(root, settings=Settings()))
    (after,) = declarations(run(root, settings=Settings(), overlay={MAIN[column]: changed(column)}))
    assert (before.handler.known or "").endswith((".handler", ".worker"))
    assert after.handler.known == "app.other"


@pytest.mark.parametrize("column", FILES)
def test_stdin_stands_in_for_the_file(column: str, tree: Tree, run_in: Callable[..., Ran]) -> None:
    root = tree(FILES[column])
    options = ["--stdin-filename", MAIN[column], "--output-format", "json", "--exit-zero", "--no-cache"]
    ran = run_in(root, "check", *options, "-", stdin=changed(column))
    assert ran.code == 0, ran.err
    (function,) = [one for one in json.loads(ran.out)["functions"] if one["declared"]]
    assert function["declared"]["path"] == MAIN[column]
    assert function["id"].partition("#")[0] == MAIN[column]


def broken(column: str) -> str:
    """The main file as it is while someone writes it: broken off inside a word after the first half."""
    text = FILES[column][MAIN[column]]
    if column == "awscli":
        return text[: text.index("Variables={") + 14]  # inside quotes: a script may end after any word
    return text[: text.index("app.handler") + 4] if "app.handler" in text else text[: text.index("def worker") + 12]


@pytest.mark.parametrize("column", FILES)
def test_a_file_that_is_broken_off_hides_no_other(column: str, tree: Tree) -> None:
    """The good project is found all the same, whole, and each problem is in the broken file and says where."""
    good = {f"good/{path}": text for path, text in FILES[column].items()}
    (alone,) = declarations(run(str(tree(good)), settings=Settings()))
    bad = {f"bad/{path}": text for path, text in FILES[column].items() if path != "mappings.json"}
    bad[f"bad/{MAIN[column]}"] = broken(column)
    report = run(str(tree({**good, **bad})), settings=Settings())
    assert alone in declarations(report)
    lines = broken(column).count("\n") + 1
    (problem,) = report.problems
    assert problem.path == f"bad/{MAIN[column]}"
    assert 1 <= problem.line <= lines
