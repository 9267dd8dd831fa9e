"""A template's tree in, a Stack out: its sections by name, and the Value that any of its nodes stands for.

What a Value says of a template:
- `!Ref Parameter` with a Default is known, and keeps Reference("parameter", name, span of the Default): deploying can
  give another value, and a rule about literals reports where the literal stands. NoEcho makes it "secret-parameter".
- A text with parts that cannot be told is unknown; Reference("expression", text) shows it with `${Name}` for those
  parts, beside one reference for each of them.
- A condition is true or false only when no parameter that deploying may change takes part in it; else a Fn::If is
  known only if both branches agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.dialects.cloudformation.intrinsics import (
    DYNAMIC,
    IMPORT,
    PLACEHOLDER,
    attribute,
    intrinsic,
    mentions,
)
from lambdalint.model import ABSENT, Node, Reference, Span, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from re import Match

DEPTH = 60  # intrinsics inside intrinsics, conditions that name conditions
LENGTH = 100_000  # characters of a text; functions of functions can double one at every step

# Attributes that are the plain text of a secret; everything else of a resource is a name, an ARN or an address.
SECRET_ATTRIBUTES = {
    ("AWS::IAM::AccessKey", "SecretAccessKey"),
    ("AWS::Cognito::UserPoolClient", "ClientSecret"),
}
# Resources that nobody writes: SAM makes them for the events of functions.
MADE_BY_SAM = {"ServerlessRestApi": "AWS::ApiGateway::RestApi", "ServerlessHttpApi": "AWS::ApiGatewayV2::Api"}
SECRET_TYPES = ("AWS::SecretsManager::Secret", "AWS::SecretsManager::SecretTargetAttachment")


class Stack:
    """One template and what is known around it.

    bound: parameters given by a file beside it (samconfig.toml). origins: parameters given by parent stacks, as the
    parent and its node. children: the stacks of nested ones, by logical id. exports: what any stack of the project
    exports, by the export's name.
    """

    __slots__ = (
        "bound",
        "children",
        "conditions",
        "exports",
        "globals",
        "level",
        "mappings",
        "memo",
        "origins",
        "outputs",
        "parameters",
        "path",
        "resources",
        "root",
    )

    def __init__(self, path: str, root: Node) -> None:
        self.path = path
        self.root = root
        self.bound: dict[str, Value[Any]] = {}
        self.origins: dict[str, list[tuple[Stack, Node]]] = {}
        self.children: dict[str, Stack] = {}
        self.exports: Mapping[str, list[tuple[Stack, Node]]] = {}
        self.memo: dict[tuple[str, str], Any] = {}
        self.level = [0]  # shared by all stacks that may ask each other
        self.parameters = section(root, "Parameters")
        self.mappings = section(root, "Mappings")
        self.conditions = section(root, "Conditions")
        self.outputs = section(root, "Outputs")
        self.resources = section(root, "Resources")
        self.globals = root.get("Globals")

    def reading(self, path: str) -> Stack:
        """The same stack for nodes that stand in another file, such as a definition beside the template."""
        other = object.__new__(Stack)
        for name in Stack.__slots__:
            setattr(other, name, getattr(self, name))
        other.path = path
        return other

    # ------------------------------------------------------------------------------------------------ what is there

    def type_of(self, name: str) -> str:
        """The resource's type, "" when there is no such resource."""
        found = self.resources.get(name)
        kind = found[1].get("Type") if found is not None else None
        return kind.value if kind is not None and isinstance(kind.value, str) else ""

    def properties(self, name: str) -> Node:
        """The resource's Properties; an empty mapping when it has none that can be told."""
        found = self.resources.get(name)
        node = self.look(found[1].get("Properties")) if found is not None else None
        return node if node is not None and node.kind == "mapping" else EMPTY

    def resources_in(self, node: Node | None) -> Iterator[tuple[Stack, str, str]]:
        """Every resource that a node mentions, with its stack and the attribute ("" for Ref): followed through
        parameters to the parent stack, through outputs to nested stacks, and through exports."""
        if node is None or self.level[0] > DEPTH:
            return
        self.level[0] += 1
        try:
            for name, of, place in mentions(node):
                if name == IMPORT:
                    for stack, exported in self.exports.get(self.import_name(place), []):
                        yield from stack.resources_in(exported)
                elif name in self.resources:
                    output = self._output(name, of)
                    if output is not None:
                        yield from self.children[name].resources_in(output)
                    else:
                        yield self, name, of
                elif not of:
                    for stack, given in self.origins.get(name, []):
                        yield from stack.resources_in(given)
        finally:
            self.level[0] -= 1

    def import_name(self, node: Node) -> str:
        """An export's name, parts that cannot be told as `${Name}`; "" when nothing of it can be told."""
        value = text_value(self.value(node))
        if value.known is not None:
            return value.known
        shown = [reference.target for reference in value.references if reference.kind == "expression"]
        return shown[-1] if shown and "${" in shown[-1] else ""

    def _output(self, name: str, of: str) -> Node | None:
        child = self.children.get(name)
        found = child.outputs.get(of.removeprefix("Outputs.")) if child is not None and of.startswith("Out") else None
        return found[1].get("Value") if found is not None else None

    # -------------------------------------------------------------------------------------------------------- values

    def look(self, node: Node | None) -> Node | None:
        """The plain mapping, sequence or scalar that a node stands for; None when absent or not to be told."""
        for _ in range(DEPTH):
            if node is None:
                return None
            found = intrinsic(node)
            if found is None:
                return None if node.kind == "scalar" and node.value is None else node
            name, argument = found
            if name == "If":
                node = self._branch(argument)
            elif name == "FindInMap":
                node = self._entry(argument)
            else:
                return None
        return None

    def either(self, node: Node | None) -> Iterator[Node]:
        """Every plain node that a node may stand for: both branches of a Fn::If that deploying decides."""
        if node is None or self.level[0] > DEPTH:
            return
        found = intrinsic(node)
        seen = self.look(node)
        if seen is not None:
            yield seen
        elif found is not None and found[0] == "If" and len(found[1].elements()) == 3:
            self.level[0] += 1
            for branch in found[1].value[1:]:
                yield from self.either(branch)
            self.level[0] -= 1

    def value(self, node: Node | None) -> Value[Any]:
        """What a node stands for, as plain data; ABSENT for nothing (no node, null, AWS::NoValue)."""
        if node is None:
            return ABSENT
        span = Span(self.path, *node.at)
        if self.level[0] > DEPTH:
            return Value(None, span)
        self.level[0] += 1
        try:
            found = intrinsic(node)
            if found is not None:
                name, argument = found
                solve = _SOLVERS.get(name)
                if solve is None:
                    return Value(None, span, True, (Reference("expression", f"Fn::{name}", span),))
                value = solve(self, argument, span)
                return value if value is ABSENT else Value(value.known, span, True, value.references)
            if node.kind == "scalar":
                if isinstance(node.value, str) and "{{resolve:" in node.value:
                    return _text(node.value, span, ())
                return ABSENT if node.value is None else Value(node.value, span)
            if node.kind == "sequence":
                return _several([self.value(child) for child in node.value], span)
            return self._mapping(node, span)
        finally:
            self.level[0] -= 1

    def condition(self, name: str) -> bool | None:
        """Whether a condition holds; None when deploying decides."""
        key = ("condition", name)
        if key not in self.memo:
            self.memo[key] = None  # what a condition that names itself is
            found = self.conditions.get(name)
            self.memo[key] = self._holds(found[1]) if found is not None else None
        return self.memo[key]  # type: ignore[no-any-return]

    # ------------------------------------------------------------------------------------------------------ privates

    def _mapping(self, node: Node, span: Span) -> Value[Any]:
        made: dict[Any, Any] = {}
        references: list[Reference] = []
        complete = True
        for key, child in node.value:
            if key.kind != "scalar" or (isinstance(key.value, str) and key.value.startswith("Fn::")):
                complete = False
                continue
            value = self.value(child)
            references.extend(value.references)
            if value is ABSENT:
                continue
            if value.known is None:
                complete = False
            made[key.value] = value.known
        return Value(made if complete else None, span, True, tuple(references))

    def _branch(self, argument: Node) -> Node | None:
        parts = argument.elements()
        if len(parts) != 3 or not isinstance(parts[0].value, str):
            return None
        holds = self.condition(parts[0].value)
        if holds is not None:
            return parts[1] if holds else parts[2]
        first, second = self.look(parts[1]), self.look(parts[2])
        if first is not None and second is not None and first.plain() == second.plain() and not _tagged(first):
            return first
        return None

    def _entry(self, argument: Node) -> Node | None:
        """The node of a mapping that Fn::FindInMap names; with keys that cannot be told, the one all entries share."""
        parts = argument.elements()
        if len(parts) < 3:
            return None
        names = [self.value(part).known for part in parts[:3]]
        found = self.mappings.get(names[0]) if isinstance(names[0], str) else None
        if found is None:
            return None
        tops = [value for key, value in found[1].items() if names[1] is None or str(key.value) == str(names[1])]
        nodes = [
            value
            for top in tops
            for key, value in top.items()
            if names[2] is None or str(key.value) == str(names[2])
        ]
        if len(nodes) == 1 and None not in names:
            return nodes[0]
        if not nodes or (None in names and len({repr(node.plain()) for node in nodes}) != 1):
            return None
        return nodes[0] if len(nodes) >= len(tops) else None

    def _holds(self, node: Node) -> bool | None:
        if self.level[0] > DEPTH:
            return None
        self.level[0] += 1
        try:
            found = intrinsic(node)
            if found is None:
                return node.value if isinstance(node.value, bool) else None
            name, argument = found
            if name == "Condition":
                return self.condition(argument.value) if isinstance(argument.value, str) else None
            parts = argument.elements()
            if name == "Not" and len(parts) == 1:
                inner = self._holds(parts[0])
                return None if inner is None else not inner
            if name == "Equals" and len(parts) == 2:
                left, right = self.value(parts[0]), self.value(parts[1])
                if _settled(left) and _settled(right):
                    return str(left.known) == str(right.known)
                return None
            if name in ("And", "Or"):
                answers = [self._holds(part) for part in parts]
                if (name == "Or") in answers:
                    return name == "Or"
                return None if None in answers or not answers else name == "And"
            return None
        finally:
            self.level[0] -= 1


EMPTY = Node("mapping", (), (1, 1, 1, 1))


def section(root: Node, name: str) -> dict[str, tuple[Node, Node]]:
    """A section's entries by name: the key's node and the value's; empty when it is missing or not a mapping."""
    node = root.get(name)
    if node is None:
        return {}
    return {key.value: (key, value) for key, value in node.items() if isinstance(key.value, str)}


def text_value(value: Value[Any]) -> Value[str]:
    """A scalar as CloudFormation passes it on as text: true, 12, 1.5."""
    known: Any = value.known
    if known is None or isinstance(known, str):
        return value
    if isinstance(known, bool):
        known = "true" if known else "false"
    elif isinstance(known, (int, float)):
        known = str(known)
    else:
        known = None
    return Value(known, value.span, value.written, value.references)


def integer(value: Value[Any]) -> Value[int]:
    """A whole number written as a number or as text; anything else is unknown."""
    known = value.known
    if isinstance(known, bool) or known is None:
        number = None
    elif isinstance(known, int):
        return value
    elif isinstance(known, float):
        number = int(known) if known.is_integer() else None
    else:
        stripped = known.strip() if isinstance(known, str) else ""
        number = int(stripped) if stripped.lstrip("-").isascii() and stripped.lstrip("-").isdigit() else None
    return value if value is ABSENT else Value(number, value.span, value.written, value.references)


def boolean(value: Value[Any]) -> Value[bool]:
    """A truth value written as one or as text; anything else is unknown."""
    known = value.known
    if isinstance(known, bool) or value is ABSENT:
        return value
    truth = {"true": True, "false": False}.get(known.lower()) if isinstance(known, str) else None
    return Value(truth, value.span, value.written, value.references)


def default(value: Value[Any], known: Any) -> Value[Any]:
    """The value, or the default (not written) when it is absent."""
    return Value(known, None, written=False) if value is ABSENT else value


def _settled(value: Value[Any]) -> bool:
    """Known, and nothing that deploying may change takes part in it."""
    return value.known is not None and not any("parameter" in reference.kind for reference in value.references)


def _tagged(node: Node) -> bool:
    """Whether any intrinsic stands in it, so that `plain` does not tell two of them apart."""
    if intrinsic(node) is not None:
        return True
    if node.kind == "mapping":
        return any(_tagged(child) for _, child in node.value)
    return node.kind == "sequence" and any(_tagged(child) for child in node.value)


def _several(values: list[Value[Any]], span: Span) -> Value[Any]:
    present = [value for value in values if value is not ABSENT]
    references = tuple(reference for value in present for reference in value.references)
    if any(value.known is None for value in present):
        return Value(None, span, True, references)
    return Value([value.known for value in present], span, True, references)


def _text(text: str, span: Span, references: tuple[Reference, ...]) -> Value[Any]:
    """A literal text with dynamic references in it; `${Name}` stands for parts that cannot be told."""
    found = list(DYNAMIC.finditer(text))
    own: list[Reference] = []
    for match in found:
        service, rest = match.groups()
        kind = "stored-value" if service == "ssm" else "secret-value"
        own.append(Reference(kind, f"{service}:{rest}", span))  # type: ignore[arg-type]
    if not found and not references:
        return Value(text, span)
    if any(reference.kind == "secret-value" for reference in own):
        # The secret's own name or ARN is an ingredient of the reference and not of the text.
        references = tuple(reference for reference in references if reference.kind != "secret-name")
    return Value(None, span, True, (*own, *references))


# ---------------------------------------------------------------------------------------------- intrinsic functions


def _ref(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    name = argument.value
    if name == "AWS::NoValue":
        return ABSENT
    if not isinstance(name, str):
        return Value(None, span)
    return _named(stack, name, "", span)


def _get_att(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    pair = attribute(argument)
    if pair is None:
        return Value(None, span, True, (Reference("expression", "Fn::GetAtt", span),))
    return _named(stack, pair[0], pair[1], span)


def _named(stack: Stack, name: str, of: str, span: Span) -> Value[Any]:
    """What `Ref name` (of is "") or `GetAtt name.of` gives."""
    if not of and name in stack.parameters:
        return _parameter(stack, name, span)
    kind = stack.type_of(name)
    output = stack._output(name, of)
    if output is not None:
        return _once(stack, (name, of), lambda: stack.children[name].value(output))
    if not kind:
        written = f"{name}.{of}" if of else name
        made = MADE_BY_SAM.get(name)
        if made is not None:
            return Value(None, span, True, (Reference("resource", f"{made}.{of or 'Ref'}", span),))
        return Value(None, span, True, (Reference("expression", written, span),))
    if (kind, of) in SECRET_ATTRIBUTES:
        return Value(None, span, True, (Reference("secret-value", f"{kind}.{of}", span),))
    if kind in SECRET_TYPES or of.endswith("Secret.SecretArn"):
        return Value(None, span, True, (Reference("secret-name", f"{kind}.{of or 'Ref'}", span),))
    if kind == "AWS::SSM::Parameter" and of == "Value":
        return Value(None, span, True, (Reference("stored-value", f"{kind}.{of}", span),))
    return Value(None, span, True, (Reference("resource", f"{kind}.{of or 'Ref'}", span, name),))


def _parameter(stack: Stack, name: str, span: Span) -> Value[Any]:
    key, declared = stack.parameters[name]
    kind_node, default_node, hidden = declared.get("Type"), declared.get("Default"), declared.get("NoEcho")
    kind = kind_node.value if kind_node is not None and isinstance(kind_node.value, str) else "String"
    secret = hidden is not None and str(hidden.value).lower() == "true"
    reference_kind: Any = "secret-parameter" if secret else "parameter"
    literal = default_node if default_node is not None and default_node.kind == "scalar" else None
    bound = _given(stack, name)
    place = bound.span if bound is not None and bound.span is not None else Span(stack.path, *(literal or key).at)
    own = Reference(reference_kind, name, place)
    if kind.startswith("AWS::SSM::Parameter::Value"):
        stored = literal.value if literal is not None else name
        return Value(None, span, True, (Reference("stored-value", f"ssm:{stored}", place), own))
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    if bound is not None:
        known: Any = bound.known
        if listed and isinstance(known, str):
            known = [part.strip() for part in known.split(",")] if known else []
        # A stack that is nested passes exactly this; what a file beside the template gives can be overridden.
        fixed = name in stack.origins and not secret
        return Value(known, span, True, bound.references if fixed else (own, *bound.references))
    if literal is None or literal.value is None:
        return Value(None, span, True, (own,))
    written = literal.value
    if isinstance(written, str) and "{{resolve:" in written:
        return Value(None, span, True, (*_text(written, place, ()).references, own))
    if listed:
        written = [part.strip() for part in str(written).split(",")] if written != "" else []
    return Value(written, span, True, (own,))


def _given(stack: Stack, name: str) -> Value[Any] | None:
    """What parent stacks (all of them the same) or a file beside the template give a parameter."""
    given = stack.origins.get(name)
    if given is None:
        return stack.bound.get(name)
    return _once(stack, ("given", name), lambda: _agreed([parent.value(node) for parent, node in given]))


def _once(stack: Stack, key: tuple[str, str], solve: Callable[[], Value[Any]]) -> Value[Any]:
    """What another stack gives, asked for once; unknown while it is being asked for."""
    if key not in stack.memo:
        stack.memo[key] = Value(None)
        stack.memo[key] = solve()
    return stack.memo[key]  # type: ignore[no-any-return]


def _agreed(values: list[Value[Any]]) -> Value[Any]:
    first = values[0]
    if all(value.known == first.known and value.known is not None for value in values):
        return first
    return Value(None, first.span, True, tuple(reference for value in values for reference in value.references))


def _sub(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    text, bindings = argument, None
    if argument.kind == "sequence":
        parts = argument.value
        if not parts:
            return Value(None, span)
        text, bindings = parts[0], parts[1] if len(parts) > 1 else None
    if not isinstance(text.value, str) or text.tag:
        return Value(None, span, True, (Reference("expression", "Fn::Sub", span),))
    references: list[Reference] = []
    complete = True

    def put(match: Match[str]) -> str:
        nonlocal complete
        name = match.group(1)
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        name = name.strip()
        given = bindings.get(name) if bindings is not None else None
        if given is not None:
            value = stack.value(given)
        else:
            target, _, rest = name.partition(".")
            value = _named(stack, target, rest, span)
        references.extend(value.references)
        known = text_value(value).known
        if known is None:
            complete = False
            return "${" + name + "}"
        return str(known)

    made = PLACEHOLDER.sub(put, text.value)
    return _made(made, complete, span, tuple(references))


def _made(made: str, complete: bool, span: Span, references: tuple[Reference, ...]) -> Value[Any]:
    """A text put together: known when every part is, else shown with its parts."""
    if "{{resolve:" in made:
        return _text(made, span, references)
    if len(made) > LENGTH:
        return Value(None, span, True, references)
    references = tuple(dict.fromkeys(references))
    if complete:
        return Value(made, span, True, references)
    shown = Reference("expression", made, span)
    return Value(None, span, True, (*references, shown) if PLACEHOLDER.sub("", made).strip() else references)


def _join(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    parts = argument.elements()
    if len(parts) != 2:
        return Value(None, span)
    separator = text_value(stack.value(parts[0])).known
    if separator is None:
        return Value(None, span)
    elements = parts[1]
    found = intrinsic(elements)
    if found is not None or elements.kind != "sequence":
        values = stack.value(elements)
        if isinstance(values.known, list):
            return _made(separator.join(str(part) for part in values.known), True, span, values.references)
        return Value(None, span, True, values.references)
    texts: list[str] = []
    references: list[Reference] = []
    complete = True
    for child in elements.value:
        value = stack.value(child)
        if value is ABSENT:
            continue
        references.extend(value.references)
        known = value.known
        if isinstance(known, list):
            texts.extend(str(part) for part in known)
            continue
        known = text_value(value).known
        if known is None:
            complete = False
            partial = [reference.target for reference in value.references if reference.kind == "expression"]
            known = partial[-1] if partial and "${" in partial[-1] else "${" + _label(child) + "}"
        texts.append(known)
    return _made(separator.join(texts), complete, span, tuple(references))


def _label(node: Node) -> str:
    """What stands for a part that cannot be told: the name in a Ref or GetAtt."""
    name, of, _ = next(mentions(node), ("", "", node))
    return f"{name}.{of}" if of else name or "..."


def _select(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    parts = argument.elements()
    if len(parts) != 2:
        return Value(None, span)
    index = integer(stack.value(parts[0])).known
    listed = stack.look(parts[1])
    if index is not None and listed is not None and listed.kind == "sequence":
        return stack.value(listed.value[index]) if 0 <= index < len(listed.value) else Value(None, span)
    values = stack.value(parts[1])
    if index is not None and isinstance(values.known, list) and 0 <= index < len(values.known):
        return Value(values.known[index], span, True, values.references)
    return Value(None, span, True, values.references)


def _split(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    parts = argument.elements()
    if len(parts) != 2:
        return Value(None, span)
    separator, text = stack.value(parts[0]).known, stack.value(parts[1])
    if isinstance(separator, str) and separator and isinstance(text.known, str):
        return Value(text.known.split(separator), span, True, text.references)
    return Value(None, span, True, text.references)


def _if(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    parts = argument.elements()
    if len(parts) != 3 or not isinstance(parts[0].value, str):
        return Value(None, span)
    holds = stack.condition(parts[0].value)
    if holds is not None:
        return stack.value(parts[1] if holds else parts[2])
    first, second = stack.value(parts[1]), stack.value(parts[2])
    references = tuple(dict.fromkeys((*first.references, *second.references)))
    same = first.known is not None and first.known == second.known and type(first.known) is type(second.known)
    return Value(first.known if same else None, span, True, references)


def _find_in_map(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    node = stack._entry(argument)
    parts = argument.elements()
    if node is None and len(parts) == 4:
        fallback = parts[3].get("DefaultValue")
        names = [stack.value(part).known for part in parts[:3]]
        if fallback is not None and None not in names:
            return stack.value(fallback)
    if node is None:
        return Value(None, span, True, (Reference("expression", "Fn::FindInMap", span),))
    value = stack.value(node)
    return Value(value.known, span, True, (Reference("expression", "Fn::FindInMap", value.span), *value.references))


def _import(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    shown = stack.import_name(argument)
    exported = stack.exports.get(shown, [])
    if len(exported) == 1:
        return _once(stack, (IMPORT, shown), lambda: exported[0][0].value(exported[0][1]))
    return Value(None, span, True, (Reference("resource", f"Fn::ImportValue.{shown}", span),))


def _length(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    value = stack.value(argument)
    if isinstance(value.known, list):
        return Value(len(value.known), span, True, value.references)
    return Value(None, span, True, value.references)


def _json_string(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    import json

    value = stack.value(argument)
    if isinstance(value.known, (dict, list)):
        made = json.dumps(value.known, separators=(",", ":"), ensure_ascii=False)
        return Value(made, span, True, value.references)
    return Value(None, span, True, value.references)


def _embed(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    """Rain puts the content of a file here before it deploys."""
    return Value(None, span, True, (Reference("file", str(argument.value), span),))


def _base64(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    return Value(None, span, True, stack.value(argument).references)


_SOLVERS: dict[str, Callable[[Stack, Node, Span], Value[Any]]] = {
    "Ref": _ref,
    "GetAtt": _get_att,
    "Sub": _sub,
    "Join": _join,
    "Select": _select,
    "Split": _split,
    "If": _if,
    "FindInMap": _find_in_map,
    "ImportValue": _import,
    "Length": _length,
    "ToJsonString": _json_string,
    "Base64": _base64,
    "Embed": _embed,
}
