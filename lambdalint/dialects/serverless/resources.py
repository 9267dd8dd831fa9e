"""A service in, its `resources:` as a CloudFormation stack out, with what the framework adds to it: the functions, and
the state machines of serverless-step-functions."""

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
    sections["Resources"].update(_machines(service))
    at = service.root.at
    return Node(
        "mapping",
        tuple(
            (Node("scalar", name, at), Node("mapping", tuple(pairs.values()), at)) for name, pairs in sections.items()
        ),
        at,
    )


def _machines(service: Service) -> Iterator[tuple[str, tuple[Node, Node]]]:
    """`stepFunctions.stateMachines` as the resources that the plugin makes of them."""
    found = service.find(service.top(), "stepFunctions", "stateMachines")
    keys = _keys(service) if found is not None else set()
    for key, path, machine in service.items(found):
        definition = service.find(machine, "definition")
        if definition is None or not definition.known or definition.node.kind != "mapping":
            continue
        name = key._replace(home=path)
        tree = _with_functions(service.expanded(definition), keys, 0)
        properties = name._replace(kind="mapping", value=((name._replace(value="Definition"), tree),))
        kind = name._replace(value="AWS::StepFunctions::StateMachine")
        pairs = (name._replace(value="Type"), kind), (name._replace(value="Properties"), properties)
        yield str(key.value), (name, name._replace(kind="mapping", value=pairs))


def _keys(service: Service) -> set[str]:
    functions = service.find(service.top(), "functions")
    whole = functions is not None and functions.node.kind == "sequence"
    listed = service.elements(functions) if whole else (functions,)
    return {str(key.value) for one in listed for key, _, _ in service.items(one)}


def _with_functions(node: Node, keys: set[str], depth: int) -> Node:
    """A definition with the functions that it calls by their keys named as the stack names them."""
    if depth > 60:
        return node
    if node.kind == "scalar":
        name, dot, rest = str(node.value).partition(".")
        called = node.tag in ("!Ref", "!GetAtt") and name in keys
        return node._replace(value=f"{function_id(name)}{dot}{rest}") if called else node
    if node.kind == "sequence":
        elements = [_with_functions(one, keys, depth + 1) for one in node.value]
        if node.tag == "!GetAtt" and elements and elements[0].value in keys:
            elements[0] = elements[0]._replace(value=function_id(str(elements[0].value)))
        return node._replace(value=tuple(elements))
    pairs = []
    for key, value in node.value:
        made = _with_functions(value, keys, depth + 1)
        if key.value == "Fn::GetAtt" and made.kind == "sequence" and made.value and made.value[0].value in keys:
            first = made.value[0]._replace(value=function_id(str(made.value[0].value)))
            made = made._replace(value=(first, *made.value[1:]))
        elif key.value in ("Ref", "Fn::GetAtt") and made.kind == "scalar":
            made = _with_functions(made._replace(tag="!Ref"), keys, depth + 1)._replace(tag=made.tag)
        pairs.append((key, made))
    return node._replace(value=tuple(pairs))
