"""Terraform texts for tests: one function with what a test says of it, and the declaration that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.dialects.project import declared

if TYPE_CHECKING:
    from lambdalint.model import Declaration, Value


CODE = "def handler(event, context):\n    return 1\n"


def one(**files: str) -> Declaration:
    """The only function of these files; `main` is main.tf."""
    texts = {"main.tf" if name == "main" else name: text for name, text in files.items()}
    found = declared("terraform", texts)
    assert len(found) == 1, sorted(found)
    return next(iter(found.values()))


def function(body: str, name: str = "f") -> str:
    return f'resource "aws_lambda_function" "{name}" {{\n{body}\n}}\n'


def kinds(value: Value[object]) -> list[str]:
    return [reference.kind for reference in value.references]


def env(body: str, extra: str = "") -> dict[str, Value[str]]:
    text = function(f"  environment {{\n    variables = {{\n{body}\n    }}\n  }}") + extra
    return {variable.name: variable.value for variable in one(main=text).environment}


def packed(found: Declaration) -> tuple[str, str | None]:
    return found.code.kind, found.code.path.known
