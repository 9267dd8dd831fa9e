"""Answers of the Lambda API (`aws lambda get-function`, `get-function-configuration`, `list-functions`) in,
declarations out: for linting what is deployed, from files that a person saved."""

from __future__ import annotations

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

MARKS = (b'"FunctionArn"', b'"LastModified"')


def wanted(path: str, head: bytes) -> bool:
    """Whether a JSON file may hold functions or event source mappings as the API answers them."""
    return path.endswith(".json") and all(mark in head for mark in MARKS)


def declare(project: Project) -> Iterator[Declaration]:
    """Every function in the answers, with the mappings that `list-event-source-mappings` gave for it."""
    from lambdalint.dialects.lambda_api.functions import declarations

    yield from declarations(project)
