"""Terraform and OpenTofu in, Declarations out: HCL and JSON syntax, Terragrunt folders, plans as JSON.

All files of one folder are one module. A module that no other calls is a root and is declared as it stands; one that
is called is declared once for each call, with the caller's arguments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

_LOCAL = re.compile(rb'source"?\s*[=:]\s*"\.')


def wanted(path: str, head: bytes) -> bool:
    """Whether a file may declare a function, or call a module that does; the rest of its folder is read with it."""
    if path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")):
        return b"aws_lambda_function" in head or b"lambda" in head.lower() or _LOCAL.search(head) is not None
    if path.endswith(".hcl"):
        return path.rpartition("/")[2] == "terragrunt.hcl" and b"source" in head
    return path.endswith(".json") and b'"planned_values"' in head and b'"aws_lambda_function"' in head


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of the project's Terraform files."""
    paths = project.candidates("terraform")
    if not paths:
        return
    from lambdalint.dialects.terraform.join import join

    yield from join(project, paths)
