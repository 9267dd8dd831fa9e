"""Stacks in, their functions as Declarations out, with the triggers and settings that other resources give them."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.attached import attached
from lambdalint.dialects.cloudformation.functions import functions
from lambdalint.dialects.cloudformation.intrinsics import IMPORT, STORED, mentions
from lambdalint.dialects.cloudformation.triggers import triggers_of
from lambdalint.dialects.cloudformation.uses import only_known_uses
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Declaration, Project, Trigger, Value

Key = tuple[int, str]


def join(found: list[Stack], project: Project) -> Iterator[Declaration]:
    """Every function of these stacks. Those that no other has to do with are told one at a time."""
    nested = {id(child) for stack in found for child in stack.children.values()}
    importing = {id(stack) for stack in found if project.recall(("imports", stack.path), stack.root, _imports, stack)}
    tied: list[Stack] = []
    tying = nested | importing
    for number, stack in enumerate(found):
        exporting = importing and _exports(stack)
        if stack.origins or stack.children or exporting or id(stack) in tying:
            tied.append(stack)
            continue
        subject = (stack.root, stack.bound)
        yield from project.recall(("stack", stack.path, number), subject, _joined, [stack], project)
    yield from _joined(tied, project)


def _imports(stack: Stack) -> bool:
    kinds = (declared.get("Type") for _, declared in stack.parameters.values())
    if any(kind is not None and str(kind.value).startswith("AWS::SSM::Parameter::Value") for kind in kinds):
        return True
    return any(name in (IMPORT, STORED) for name, _, _ in mentions(stack.root))


def _exports(stack: Stack) -> bool:
    return any(output.get("Export") is not None for _, output in stack.outputs.values()) or any(
        stack.type_of(name) == STORED for name in stack.resources
    )


def _joined(found: list[Stack], project: Project) -> list[Declaration]:
    return list(_together(found, project))


def _together(found: list[Stack], project: Project) -> Iterator[Declaration]:
    triggers: dict[Key, list[Trigger]] = {}
    settings: dict[Key, dict[str, Value[Any]]] = {}
    for stack in found:
        for home, name, trigger in triggers_of(stack, project):
            listed = triggers.setdefault((id(home), name), [])
            if trigger not in listed:
                listed.append(trigger)
        for home, name, setting, value in attached(stack):
            settings.setdefault((id(home), name), {})[setting] = value
    for stack in found:
        known = only_known_uses(stack)
        for name, declaration in functions(stack, project):
            key = (id(stack), name)
            own = tuple(triggers.get(key, ()))
            yield declaration._replace(
                triggers=own,
                triggers_known=bool(own) and name in known and not declaration.name.written,
                settings={**declaration.settings, **settings.get(key, {})},
                build_of=_built_from(stack, project),
            )


def _built_from(stack: Stack, project: Project) -> str | None:
    """The source of a template that `sam build` wrote."""
    folder, inside, _ = stack.path.rpartition(".aws-sam/build/")
    if not inside:
        return None
    names = (f"{folder}template.{ending}" for ending in ("yaml", "yml", "json"))
    return next((path for path in names if path in project.inventory.files), None)
