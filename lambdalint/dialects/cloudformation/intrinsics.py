"""One template node in, what kind of intrinsic function it is and which names it mentions out; knows no values."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.model import Node

IMPORT = "Fn::ImportValue"
STORED = "AWS::SSM::Parameter"  # what a dynamic reference takes from Systems Manager
PLACEHOLDER = pattern(r"\$\{([^{}]*)\}")
DYNAMIC = pattern(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):([^{}]*(?:\$\{[^{}]*\}[^{}]*)*)\}\}")
# What another program replaces before anyone deploys the template: %%NAME%%, %NAME%, @@NAME@@, <%= name %>, Jinja.
_UNRENDERED = pattern(r"%%[^%\s]+%%|%[A-Z][A-Z0-9_]+%|@@\w+@@|<%.*?%>|\{\{(?!resolve:).*?\}\}|\{%.*?%\}")


def unrendered(text: str) -> bool:
    """Whether another program has yet to put something into the text."""
    return ("%" in text or "{{" in text or "@@" in text) and _UNRENDERED.search(text) is not None


def intrinsic(node: Node) -> tuple[str, Node] | None:
    """The function's name without "Fn::", and its argument; None when the node is plain data.

    `Ref` and `Condition` keep their names; a short form (`!Sub x`) gives the node itself as the argument, its tag
    dropped, so that the argument's position is still right.
    """
    if node.tag:
        return node.tag[1:].removeprefix("Rain::"), node._replace(tag="")
    if node.kind == "mapping" and len(node.value) == 1:
        key, argument = node.value[0]
        name = key.value
        if name == "Ref" or name == "Condition":
            return (name, argument) if argument.kind == "scalar" else None
        if isinstance(name, str) and name.startswith("Fn::") and not name.startswith("Fn::ForEach"):
            return name[4:], argument
        if isinstance(name, str) and name.startswith("Rain::"):
            return name[6:], argument
    return None


def placeholders(text: str) -> list[str]:
    """The names in `${...}` of a Fn::Sub text, literals (`${!Name}`) left out."""
    return [name.strip() for name in PLACEHOLDER.findall(text) if not name.startswith("!")]


def attribute(argument: Node) -> tuple[str, str] | None:
    """Logical id and attribute of a Fn::GetAtt argument: "A.B" or [A, B]."""
    if argument.kind == "scalar" and isinstance(argument.value, str):
        name, _, rest = argument.value.partition(".")
        return name, rest
    parts = argument.elements()
    if len(parts) >= 2 and all(part.kind == "scalar" and isinstance(part.value, str) for part in parts):
        return parts[0].value, ".".join(part.value for part in parts[1:])
    return None


def mentions(node: Node) -> Iterator[tuple[str, str, Node]]:
    """Every logical id or parameter that a node's intrinsics mention, with the attribute ("" for Ref), at any depth.

    An import is (IMPORT, "", the node of the export's name), a text with `{{resolve:ssm:...}}` (STORED, "", its node).
    """
    found = intrinsic(node)
    if found is not None:
        name, argument = found
        if name == "Ref":
            if isinstance(argument.value, str):
                # SAM writes `!Ref Function.Alias` for the alias that it makes.
                target, _, rest = argument.value.partition(".")
                yield target, rest, node
            return
        if name == "GetAtt":
            pair = attribute(argument)
            if pair is not None:
                yield pair[0], pair[1], node
            return
        if name == "Sub":
            text, bindings = argument, None
            if argument.kind == "sequence" and argument.value:
                text = argument.value[0]
                bindings = argument.value[1] if len(argument.value) > 1 else None
            if isinstance(text.value, str):
                if "{{resolve:ssm:" in text.value:
                    yield STORED, "", node
                own = {key.value for key, _ in bindings.items()} if bindings is not None else set()
                for mentioned in placeholders(text.value):
                    if mentioned not in own:
                        target, _, rest = mentioned.partition(".")
                        yield target, rest, node
            if bindings is not None:
                yield from mentions(bindings)
            return
        if name == "ImportValue":
            yield IMPORT, "", argument
            return
        node = argument
    if node.kind == "sequence":
        for child in node.value:
            yield from mentions(child)
    elif node.kind == "mapping":
        for _, child in node.value:
            yield from mentions(child)
    elif isinstance(node.value, str) and "{{resolve:ssm:" in node.value:
        yield STORED, "", node
