"""Changes to a program that leave its behaviour alone leave its findings alone: each case of tests/rules, transformed.

Compared are the rule and what the message names first (the call), not lines, which the transformations move.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from lambdalint.engine import run
from lambdalint.settings import Chosen, load
from tests.rules.test_cases import CASES
from tests.test_rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.rulebook import Example

PROGRAMS = [
    (f"{page}: {example.kind}: {example.title}", example) for page, example in CASES if "app.py" in example.files
]
HANDLERS = {"lambda_handler", "handler", "function_handler", "app", "process", "one", "two"}
PASSING = """
def passing(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""
SHOWING = "import functools\n" + PASSING.replace("    def wrapper", "    @functools.wraps(function)\n    def wrapper")


def outcome(example: Example, files: dict[str, str], folder: Path) -> Counter[str]:
    """What is found in the program, as a multiset of rule and call."""
    for path, text in {**example.files, **files}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    settings = load(str(folder), RULES, Chosen(select=tuple(example.rule.split())))
    report = run(str(folder), settings=settings, rules=RULES)
    return Counter(f"{finding.rule} {re.split(' is | repeats ', finding.message)[0]}" for finding in report.findings)


def top_functions(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def renamed(text: str) -> dict[str, str]:
    """Every function, class and global of the module under another name, its handlers left."""
    tree = ast.parse(text)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    names |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    names -= HANDLERS

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return ast.copy_location(ast.Name(new(node.id), node.ctx), node)

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            node.name = new(node.name) if node in tree.body else node.name
            return self.generic_visit(node)

        def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
            node.name = new(node.name) if node in tree.body else node.name
            return self.generic_visit(node)

        def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
            node.name = new(node.name)
            return self.generic_visit(node)

        def visit_Global(self, node: ast.Global) -> ast.AST:
            node.names = [new(name) for name in node.names]
            return node

    def new(name: str) -> str:
        return f"renamed_{name}" if name in names else name

    return {"app.py": ast.unparse(Rename().visit(tree))}


def aliased(text: str) -> dict[str, str]:
    """Every plain import under another name."""
    tree = ast.parse(text)
    names = {
        item.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for item in node.names
        if not item.asname and "." not in item.name
    }

    class Alias(ast.NodeTransformer):
        def visit_Import(self, node: ast.Import) -> ast.AST:
            for item in node.names:
                if item.name in names and not item.asname:
                    item.asname = f"the_{item.name}"
            return node

        def visit_Name(self, node: ast.Name) -> ast.AST:
            return ast.copy_location(ast.Name(f"the_{node.id}" if node.id in names else node.id, node.ctx), node)

    return {"app.py": ast.unparse(Alias().visit(tree))}


def moved(text: str) -> dict[str, str]:
    """The whole program in another module, its names imported back."""
    tree = ast.parse(text)
    asked = HANDLERS | {
        node.name  # Chalice asks for a function of its own in app.py, wherever it was registered
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            ast.unparse(one).startswith(("app.on_", "app.schedule", "app.lambda_function"))
            for one in node.decorator_list
        )
    }
    names = sorted(top_functions(tree) & asked | {"handler"} & bound(tree) | {"app", "lambda_handler"} & bound(tree))
    return {"inside/deep.py": text, "inside/__init__.py": "", "app.py": f"from inside.deep import {', '.join(names)}\n"}


def bound(tree: ast.Module) -> set[str]:
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def in_a_class(text: str) -> dict[str, str]:
    """Every undecorated helper as a static method of a class, its old name bound to it."""
    tree = ast.parse(text)
    body: list[ast.stmt] = []
    for node in tree.body:
        body.append(node)
        if isinstance(node, ast.FunctionDef) and node.name not in HANDLERS and not node.decorator_list:
            wrapped = ast.parse(f"class Of_{node.name}:\n    pass\n{node.name} = Of_{node.name}.{node.name}")
            cls = wrapped.body[0]
            assert isinstance(cls, ast.ClassDef)
            node.decorator_list = [ast.Name("staticmethod", ast.Load())]
            cls.body = [node]
            body[-1:] = wrapped.body
    tree.body = body
    return {"app.py": ast.unparse(ast.fix_missing_locations(tree))}


def decorated(text: str) -> dict[str, str]:
    """Every undecorated helper behind a decorator that only passes on, the parameters too where a framework asks."""
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name not in HANDLERS and not node.decorator_list:
            node.decorator_list = [ast.Name("passing", ast.Load())]
    tree.body[:0] = ast.parse(SHOWING if "Depends(" in text else PASSING).body
    return {"app.py": ast.unparse(ast.fix_missing_locations(tree))}


TRANSFORMATIONS: dict[str, Callable[[str], dict[str, str]]] = {
    "renamed": renamed,
    "aliased": aliased,
    "moved": moved,
    "in a class": in_a_class,
    "decorated": decorated,
}


@pytest.mark.parametrize("name", TRANSFORMATIONS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program[0])
def test_findings_stay(program: tuple[str, Example], name: str, tmp_path: Path) -> None:
    example = program[1]
    changed = TRANSFORMATIONS[name](example.files["app.py"])
    if not set(re.findall(r"import (.*)$", changed.get("app.py", ""), re.MULTILINE)) - {""}:
        changed = {}
    before = outcome(example, {}, tmp_path / "before")
    after = outcome(example, changed, tmp_path / "after")
    assert after == before, changed.get("app.py")


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_the_transformation_changes_programs(name: str) -> None:
    texts = [example.files["app.py"] for _, example in PROGRAMS]
    changed = [text for text in texts if TRANSFORMATIONS[name](text)["app.py"] != ast.unparse(ast.parse(text))]
    assert len(changed) >= 20
