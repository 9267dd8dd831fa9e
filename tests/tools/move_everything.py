"""Every boto3 constructor in a function of the Python files of a folder, found by a rule or not: moved, and compared.

    python -m tests.tools.move_everything --corpora DIR [--draw 400 --seed 20261123]

Each move must leave a module that parses, is the same program but for where the object is made, and has the same
comments. Files are drawn at random, since reading them all takes long. Nothing is written.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from lambdalint.fix.files import applied, content
from lambdalint.model import Span
from lambdalint.rewrite.hoist import hoist
from lambdalint.rewrite.keep import keep
from tests.inlined import same_comments, same_program

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20261123
MADE = ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session")


def calls(tree: ast.Module, text: str) -> Iterator[tuple[Span, str]]:
    """The place and the source of every constructor in a function."""
    lines = text.splitlines(keepends=True)
    seen: set[ast.Call] = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and node not in seen and ast.unparse(node.func) in MADE:
                    seen.add(node)
                    assert node.end_lineno is not None and node.end_col_offset is not None
                    column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
                    end = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode()) + 1
                    yield Span("a.py", node.lineno, column, node.end_lineno, end), ast.unparse(node)


def look(path: Path, counts: Counter[str]) -> Iterator[str]:
    """What is wrong with the moves in one file."""
    found = content("a.py", path.read_bytes())
    if found is None:
        return
    try:
        tree = ast.parse(found.text)
    except (SyntaxError, ValueError):
        return
    for span, made in calls(tree, found.text):
        counts["constructors"] += 1
        moved = hoist(found.text, span, "made_once")
        if moved is not None:
            counts["moved"] += 1
            counts["moved without a doubt"] += not moved.doubts and not moved.variables
            after = applied(found, moved.edits)
            try:
                if not same_program(found.text, after, [made, *_whole(tree, made)]):
                    yield f"{path}:{span.line}: another program"
                if not same_comments(found.text, after):
                    yield f"{path}:{span.line}: other comments"
            except SyntaxError as error:
                yield f"{path}:{span.line}: {error}"
        kept = keep(found.text, span, "_kept")
        if kept is not None:
            counts["kept in a function"] += 1
            try:
                ast.parse(applied(found, kept))
            except SyntaxError as error:
                yield f"{path}:{span.line}: {error}"


def _whole(tree: ast.Module, made: str) -> Iterator[str]:
    """Assigned expressions that begin with the call: `boto3.resource("dynamodb").Table("x")` moves as one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            code = ast.unparse(node.value)
            if code.startswith(made) and code != made:
                yield code


def main() -> int:
    """Look at the files drawn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--draw", type=int, default=400)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    paths = [path for path in sorted(given.corpora.rglob("*.py")) if path.is_file() and b"boto3." in path.read_bytes()]
    drawn = random.Random(given.seed).sample(paths, min(given.draw, len(paths)))
    counts: Counter[str] = Counter()
    wrong = 0
    for path in sorted(drawn):
        for line in look(path, counts):
            wrong += 1
            print(line)
    print(f"files {len(drawn)} of {len(paths)}, wrong {wrong}, " + ", ".join(f"{k} {v}" for k, v in counts.items()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
