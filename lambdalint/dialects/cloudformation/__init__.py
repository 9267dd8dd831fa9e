"""CloudFormation and SAM templates in, declarations with their triggers out."""

from __future__ import annotations

import posixpath

from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project

NAMES = (".yaml", ".yml", ".json", ".template", ".jsn", ".cfn", ".cft", ".tpl", ".tmpl")
# Types of functions, and of what may invoke them or feed them from a template of its own.
MARKS = (
    b"AWS::Lambda::",
    b"AWS::Serverless::",
    b"AWS::CloudFormation::Stack",
    b"AWS::StepFunctions::",
    b"AWS::SQS::Queue",
    b"AWS::SNS::Subscription",
    b"AWS::Events::Rule",
    b"AWS::Scheduler::Schedule",
    b"AWS::Include",
    b"AWS::ApiGateway",
    b"LambdaConfig",  # of a bucket or a user pool that a parent gives the function's ARN
    b"RotationLambdaARN",
)


def wanted(path: str, head: bytes) -> bool:
    """Whether a file may be a template that says something of a function: its name, and a type in its bytes."""
    return path.endswith(NAMES) and b"AWS::" in head and any(mark in head for mark in MARKS)


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of every template, with the triggers that any of the templates give it.

    What the CDK synthesised is left to `cdk_out`, which knows where the code of an asset is.
    """
    from lambdalint.dialects.cloudformation.join import join
    from lambdalint.dialects.cloudformation.stacks import stacks

    paths = [path for path in project.candidates("cloudformation") if not in_assembly(project, path)]
    yield from join(stacks(project, paths), project)


def in_assembly(project: Project, path: str) -> bool:
    """Whether a file belongs to a CDK cloud assembly: every one has a file `cdk.out` and a manifest."""
    folder = posixpath.dirname(path)
    files = project.inventory.files
    return posixpath.join(folder, "cdk.out") in files and posixpath.join(folder, "manifest.json") in files
