"""What a CDK app synthesised (cloud assemblies, snapshots of templates in Jest tests) in, declarations out.

A synthesised function is the build of a construct: `build_of` names the app's cdk.json, settings["construct_path"]
holds the path of the construct that made it, and the code is the folder of the sources where the asset is a plain copy
of it, else the asset. Functions that the CDK itself adds (custom resource providers, log retention, bucket
notifications) are left out: nobody can change them.
"""

from __future__ import annotations

from lambdalint.dialects.cloudformation import MARKS
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

FUNCTION = b"AWS::Lambda::Function"


def wanted(path: str, head: bytes) -> bool:
    """Whether a file is a synthesised template that says something of functions, or a Jest snapshot with one in it."""
    if path.endswith(".snap"):
        return FUNCTION in head
    return path.endswith(".template.json") and any(mark in head for mark in MARKS)


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of every cloud assembly and of every snapshot of a template."""
    from lambdalint.dialects.cdk_out.functions import declarations

    yield from declarations(project)
