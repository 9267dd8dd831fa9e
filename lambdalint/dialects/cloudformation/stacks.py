"""A project's template files in, one Stack each out: nested, exporting and given parameters as the files say."""

from __future__ import annotations

import posixpath

from lambdalint.dialects.cloudformation.code import resolve_path
from lambdalint.dialects.cloudformation.conversions import text_value
from lambdalint.dialects.cloudformation.intrinsics import STORED
from lambdalint.dialects.cloudformation.stack import Stack
from lambdalint.dialects.cloudformation.template import is_template, with_includes, written_out
from lambdalint.model import Node, Reference, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambdalint.model import Project

LOCATIONS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


def stacks(
    project: Project, paths: Iterable[str], locate: Callable[[Stack, str], str | None] | None = None
) -> list[Stack]:
    """One Stack a template; a file with several documents has one for each of its templates.

    locate: where the template of a nested stack (the parent and its logical id) is, when its location does not tell.
    """
    found: list[Stack] = []
    for path in paths:
        document = project.document(path)
        if document is None or not isinstance(document.facts, tuple):
            continue
        templates = [root for root in document.facts if root.kind == "mapping" and is_template(root)]
        for number, root in enumerate(templates):
            whole = project.recall(("template", path, number), root, _whole, root, path, project)
            found.append(Stack(path, whole))
    nest(found, locate)
    share(found)
    scripts: dict[str, dict[str, Value[Any]]] = {}
    if found and project.candidates("awscli"):
        from lambdalint.dialects.awscli.overrides import parameter_overrides

        scripts = parameter_overrides(project)
    for stack in found:
        stack.bound.update(scripts.get(stack.path, {}))
        stack.bound.update(_overrides(stack, project))
    return found


def _whole(root: Node, path: str, project: Project) -> Node:
    return written_out(with_includes(root, path, project))


def nest(found: list[Stack], locate: Callable[[Stack, str], str | None] | None = None) -> None:
    """Tie nested stacks with a local location to the stack of that file, and its parameters to what they are given."""
    by_path = {stack.path: stack for stack in found}
    for parent in found:
        for name in parent.resources:
            key = LOCATIONS.get(parent.type_of(name))
            if key is None:
                continue
            properties = parent.properties(name)
            path = _location(parent, properties.get(key)) or (locate(parent, name) if locate is not None else None)
            child = by_path.get(path or "")
            if child is None or child is parent:
                continue
            parent.children[name] = child
            given = parent.look(properties.get("Parameters"))
            for parameter, node in given.items() if given is not None else ():
                if parameter.value in child.parameters:
                    child.origins.setdefault(parameter.value, []).append((parent, node))


def _location(parent: Stack, node: Node | None) -> str:
    value = text_value(parent.value(node)).known
    if value is None or "://" in value:
        return ""
    return resolve_path(parent, value) or ""


def share(found: list[Stack]) -> None:
    """Give all stacks the exports of all of them, and what all of them store in Systems Manager."""
    exports: dict[str, list[tuple[Stack, Node]]] = {}
    stored: dict[str, list[tuple[Stack, Node]]] = {}
    for stack in found:
        for name in stack.resources:
            if stack.type_of(name) == STORED:
                properties = stack.properties(name)
                title, value = properties.get("Name"), properties.get("Value")
                shown = stack.import_name(title) if title is not None else ""
                if shown and value is not None:
                    stored.setdefault(shown, []).append((stack, value))
        for _, output in stack.outputs.values():
            export = output.get("Export")
            title, value = export.get("Name") if export is not None else None, output.get("Value")
            shown = stack.import_name(title) if title is not None else ""
            if shown and value is not None:
                exports.setdefault(shown, []).append((stack, value))
    for stack in found:
        stack.exports = exports
        stack.stored = stored
        stack.level = found[0].level


# ------------------------------------------------------------------------------------------------------- samconfig


def _overrides(stack: Stack, project: Project) -> dict[str, Value[Any]]:
    """What samconfig.toml (or .yaml) gives the template's parameters, where all of its environments agree."""
    folder = posixpath.dirname(stack.path)
    for name in ("samconfig.toml", "samconfig.yaml", "samconfig.yml"):
        path = posixpath.join(folder, name)
        if path not in project.inventory.files:
            continue
        document = project.document(path, "toml" if name.endswith("toml") else "yaml")
        facts = document.facts if document is not None else None
        root = facts[0] if isinstance(facts, tuple) and facts and not isinstance(facts, Node) else facts
        if isinstance(root, Node):
            return _agreed(stack, path, root)
    return {}


def _agreed(stack: Stack, path: str, root: Node) -> dict[str, Value[Any]]:
    given: list[dict[str, tuple[str, Node]]] = []
    for environment, commands in root.items():
        if commands.kind != "mapping" or environment.value == "version":
            continue
        found: dict[str, tuple[str, Node]] = {}
        for command in ("global", "deploy"):
            parameters = _below(commands, command, "parameters")
            template = parameters.get("template_file") or parameters.get("template") if parameters else None
            if template is not None and posixpath.basename(str(template.value)) != posixpath.basename(stack.path):
                continue
            overrides = parameters.get("parameter_overrides") if parameters else None
            if overrides is not None:
                found.update(_parsed(overrides))
        given.append(found)
    agreed: dict[str, Value[Any]] = {}
    for name in {name for found in given for name in found}:
        places = [found[name] for found in given if name in found]
        text, node = places[0]
        same = len(places) == len(given) and all(other == text for other, _ in places)
        span = node.span(path)
        # What one environment leaves at its default and another sets is unknown.
        agreed[name] = Value(text if same else None, span, True, (Reference("parameter", name, span),))
    return agreed


def _below(node: Node, *keys: str) -> Node | None:
    found: Node | None = node
    for key in keys:
        found = found.get(key) if found is not None else None
    return found


def _parsed(node: Node) -> Iterator[tuple[str, tuple[str, Node]]]:
    """`Key=value Key="some value"`, a list of such, or a mapping."""
    import shlex

    for key, value in node.items():
        yield str(key.value), (str(value.value), value)
    for part in node.elements() or (node,):
        if not isinstance(part.value, str):
            continue
        try:
            words = shlex.split(part.value)
        except ValueError:
            words = part.value.split()
        for word in words:
            name, equals, text = word.partition("=")
            if equals and name not in ("ParameterKey", "ParameterValue"):
                yield name, (text, part)
            elif equals and ",ParameterValue=" in word:
                name, _, text = word.removeprefix("ParameterKey=").partition(",ParameterValue=")
                yield name, (text, part)
