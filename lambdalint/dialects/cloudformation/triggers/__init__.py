"""A project's stacks in, the triggers of each function out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.dialects.cloudformation.triggers import resources, sam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Project, Trigger


def triggers_of(stack: Stack, project: Project) -> Iterator[tuple[Stack, str, Trigger]]:
    """Every trigger a stack declares, with the stack and logical id of the function that it invokes."""
    yield from sam.events(stack, project)
    yield from resources.triggers(stack, project)
