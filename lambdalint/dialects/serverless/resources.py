"""A service in, its `resources:` as a CloudFormation stack out, with the functions that the framework adds to it."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.stack import Stack
from lambdalint.dialects.cloudformation.template import FUNCTION
from lambdalint.model import Node
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.dialects.serverless.variables import Piece, Service

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


def stack_of(service: Service) -> Stack:
    """The stack that deploying the service makes, as far as it is written: parts merged, variables resolved."""
    if service.stack is None:
        service.stack = Stack(service.path, Node("mapping", (), service.root.at))  # while the real one is being made
        service.stack = Stack(service.path, _merged(service))
    return service.stack


def logical(name: str) -> str:
    """The part of a CloudFormation logical id that the framework makes of a name."""
    return name[:1].upper() + name[1:].replace("-", "Dash").replace("_", "Underscore")


def function_id(key: str) -> str:
    """The logical id of a function of the service."""
    return f"{logical(key)}LambdaFunction"


def parts(service: Service) -> Iterator[Piece]:
    """The parts of `resources:`: a map, or a list of maps and files; `extensions` change what the framework makes."""
    top = service.find(service.top(), "resources")
    if top is not None:
        yield from service.elements(top) if top.node.kind == "sequence" else (top,)


def _merged(service: Service) -> Node:
    sections: dict[str, dict[str, tuple[Node, Node]]] = {name: {} for name in _SECTIONS}
    for part in parts(service):
        for name, content in service.expanded(part).items():
            for key, value in content.items():
                if name.value in sections and isinstance(key.value, str):
                    sections[name.value][key.value] = key, value
    functions = service.find(service.top(), "functions")
    listed = (
        service.elements(functions) if functions is not None and functions.node.kind == "sequence" else (functions,)
    )
    for one in listed:
        for key, path, _ in service.items(one):
            made = function_id(str(key.value))
            name = key._replace(value=made, home=path)
            pair = name._replace(value="Type"), name._replace(value=FUNCTION)
            sections["Resources"].setdefault(made, (name, name._replace(kind="mapping", value=(pair,))))
    at = service.root.at
    return Node(
        "mapping",
        tuple(
            (Node("scalar", name, at), Node("mapping", tuple(pairs.values()), at)) for name, pairs in sections.items()
        ),
        at,
    )
