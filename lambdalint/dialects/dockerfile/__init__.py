"""Dockerfiles in, the functions of their images out; an image that nothing else refers to is declared by itself."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

_NAME = pattern(r"(?i)(^|/)(Dockerfile|Containerfile)[\w.-]*$|\.dockerfile$")
_OTHERS = (".dockerignore", ".md", ".sh", ".py")  # beside a Dockerfile, and called after it
_MARKS = (b"lambda/", b"aws-lambda", b"awslambdaric", b"lambda-python", b"lambda-nodejs", b"LAMBDA_TASK_ROOT")


def wanted(path: str, head: bytes) -> bool:
    """Whether a file is called like a Dockerfile and names something of Lambda."""
    named = path.lower()
    if "dockerfile" not in named and "containerfile" not in named:
        return False
    return _NAME.search(path) is not None and not path.endswith(_OTHERS) and any(mark in head for mark in _MARKS)


def declare(project: Project) -> Iterator[Declaration]:
    """One function for each Dockerfile that starts a handler; `link` drops those that another declaration builds."""
    from lambdalint.dialects.dockerfile.functions import declarations

    yield from declarations(project)
