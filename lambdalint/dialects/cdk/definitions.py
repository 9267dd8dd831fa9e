"""State machines whose definition is a file or a text in; a trigger for each task that invokes a function out.

Machines that are chained together from constructs are read by their tasks; see `machines`.
"""

from __future__ import annotations

from lambdalint.dialects.cdk.constructs import argument, as_props, id_of, name_of, props_of
from lambdalint.dialects.states_language import delivery_of, invoked, retries_of, task_states
from lambdalint.languages.terms.values import Known, Made, Text
from lambdalint.model import Trigger, Value
from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.cdk.code import Place
    from lambdalint.model import Node, Project, Span

MACHINES = frozenset({"aws_stepfunctions:statemachine", "aws_stepfunctions:cfnstatemachine"})
PLACEHOLDER = pattern(r"\$\{(\w+)\}")


class Definition(NamedTuple):
    """path: the file it is in. place: of the text it is, where its own positions mean nothing. parts: what stands for
    the unknown parts of a text, by the placeholders that were put there."""

    root: Node
    path: str
    place: Span | None
    parts: dict[str, Any]


def tasks(made: Made, place: Place, project: Project) -> Iterator[tuple[Any, Trigger]]:
    """What each task of a state machine invokes, as a value of the app, with how it does."""
    props = props_of(made)
    definition = _definition(made, place, project)
    if definition is None or definition.root.get("States") is None:
        return
    substitutes = as_props(props.value("definitionSubstitutions")).record
    given = {name: entry.value for name, entry in substitutes.entries.items()} if substitutes is not None else {}
    machine = Value(id_of(made), made.header)
    for state, key in task_states(definition.root):
        how, retries = delivery_of(state), retries_of(state, definition.path, definition.place)
        span = definition.place or key.span(definition.path)
        trigger = Trigger("stepfunctions", how, span, f"{id_of(made)}.{key.value}", machine, retries)
        for _, text in invoked(state):
            for name in PLACEHOLDER.findall(text):
                if name in definition.parts or name in given:
                    yield definition.parts.get(name, given.get(name)), trigger


def _definition(made: Made, place: Place, project: Project) -> Definition | None:
    props = props_of(made)
    body = props.value("definitionBody", "definitionString")
    if isinstance(body, Made):
        last = name_of(body).rpartition(".")[2]
        item = argument(body, 0, "path", "definition") if last in ("fromfile", "fromstring") else None
        if item is None:
            return None
        if last == "fromfile":
            return _in_file(place.path(item.value, body.unit.path), project)
        body = item.value
    return _in_text(body, made)


def _in_file(path: str | None, project: Project) -> Definition | None:
    if path is None or path not in project.inventory.files:
        return None
    document = project.document(path, "yaml" if path.endswith((".yaml", ".yml")) else "json")
    if document is None or not document.facts:
        return None
    return Definition(document.facts[0], path, None, {})


def _in_text(value: Any, made: Made) -> Definition | None:
    from lambdalint.languages.yaml import parse

    parts: dict[str, Any] = {}
    text = ""
    for part in value.parts if isinstance(value, Text) else (value,):
        if isinstance(part, Known) and isinstance(part.value, str):
            text += part.value
        else:
            parts[f"part{len(parts)}"] = part
            text += f"${{part{len(parts) - 1}}}"
    if not text.lstrip().startswith("{"):
        return None
    documents, _ = parse(made.header.path, text)
    if not documents or documents[0].kind != "mapping":
        return None
    return Definition(documents[0], made.header.path, made.header, parts)
