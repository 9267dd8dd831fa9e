"""CloudFormation and SAM templates in, declarations with their triggers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.dialects.cloudformation.functions import functions
from lambdalint.dialects.cloudformation.stack import Stack
from lambdalint.dialects.cloudformation.template import is_template, with_includes, written_out
from lambdalint.dialects.cloudformation.triggers import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Declaration, Project, Trigger

NAMES = (".yaml", ".yml", ".json", ".template", ".jsn", ".cfn", ".cft", ".tpl", ".tmpl")
MARKS = (b"AWS::Lambda::", b"AWS::Serverless::", b"AWS::CloudFormation::Stack", b"AWS::StepFunctions::")


def wanted(path: str, head: bytes) -> bool:
    """Whether a file may be a template that says something of a function: its name, and a type in its bytes."""
    return path.endswith(NAMES) and any(mark in head for mark in MARKS)


def declare(project: Project) -> Iterator[Declaration]:
    """Every function of every template, with the triggers that any of the templates give it."""
    yield from join(stacks(project), project)


def stacks(project: Project) -> list[Stack]:
    """One Stack a template; a file with several documents has one for each of its templates."""
    found: list[Stack] = []
    for path in project.candidates("cloudformation"):
        document = project.document(path)
        if document is None or not isinstance(document.facts, tuple):
            continue
        templates = [root for root in document.facts if root.kind == "mapping" and is_template(root)]
        found.extend(Stack(path, written_out(with_includes(root, path, project))) for root in templates)
    return found


def join(found: list[Stack], project: Project) -> Iterator[Declaration]:
    """The functions of these stacks with their triggers attached."""
    gathered: dict[tuple[int, str], list[Trigger]] = {}
    for stack in found:
        for home, name, trigger in triggers_of(stack, project):
            gathered.setdefault((id(home), name), []).append(trigger)
    for stack in found:
        for name, declaration in functions(stack, project):
            yield declaration._replace(triggers=tuple(gathered.get((id(stack), name), ())))
