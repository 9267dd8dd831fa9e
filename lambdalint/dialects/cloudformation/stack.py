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

from lambdalint.dialects.cloudformation.conversions import EMPTY, text_value
from lambdalint.dialects.cloudformation.intrinsics import IMPORT, STORED, intrinsic, mentions, unrendered
from lambdalint.dialects.cloudformation.names import dynamic_text
from lambdalint.dialects.cloudformation.solvers import SOLVERS
from lambdalint.model import ABSENT, Node, Reference, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambdalint.model import Place, Span

DEPTH = 60  # intrinsics inside intrinsics, conditions that name conditions


class Stack:
    """One template and what is known around it.

    bound: parameters given by a file beside it (samconfig.toml). origins: parameters given by parent stacks, as the
    parent and its node. children: the stacks of nested ones, by logical id. exports: what any stack of the project
    exports, by the export's name. stored: what any of them puts into Systems Manager, by the parameter's name.
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
        "stored",
    )

    def __init__(self, path: str, root: Node) -> None:
        self.path = path
        self.root = root
        self.bound: dict[str, Value[Any]] = {}
        self.origins: dict[str, list[tuple[Stack, Node]]] = {}
        self.children: dict[str, Stack] = {}
        self.exports: Mapping[str, list[tuple[Stack, Node]]] = {}
        self.stored: Mapping[str, list[tuple[Stack, Node]]] = {}
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

    def resources_in(
        self, node: Node | None, followed: set[tuple[int, Place]] | None = None
    ) -> Iterator[tuple[Stack, str, str]]:
        """Every resource that a node mentions, with its stack and the attribute ("" for Ref): followed through
        parameters to the parent stack, through outputs to nested stacks, through exports and stored parameters, each
        of the latter two once (followed holds them)."""
        if node is None or self.level[0] > DEPTH:
            return
        followed = set() if followed is None else followed
        self.level[0] += 1
        try:
            for name, of, place in mentions(node):
                if name == IMPORT:
                    elsewhere = self.exports.get(self.import_name(place), [])
                elif name == STORED or (not of and name in self.parameters and name not in self.origins):
                    elsewhere = list(self.taken(place))
                elif name in self.resources:
                    output = self.output(name, of)
                    if output is not None:
                        yield from self.children[name].resources_in(output, followed)
                    else:
                        yield self, name, of
                    continue
                else:
                    for stack, given in self.origins.get(name, []) if not of else ():
                        yield from stack.resources_in(given, followed)
                    continue
                for stack, given in elsewhere:
                    if (id(stack), given.at) not in followed:
                        followed.add((id(stack), given.at))
                        yield from stack.resources_in(given, followed)
        finally:
            self.level[0] -= 1

    def import_name(self, node: Node) -> str:
        """An export's name, parts that cannot be told as `${Name}`; "" when nothing of it can be told."""
        value = text_value(self.value(node))
        if value.known is not None:
            return value.known
        shown = [reference.target for reference in value.references if reference.kind == "expression"]
        return shown[-1] if shown and "${" in shown[-1] else ""

    def taken(self, node: Node) -> Iterator[tuple[Stack, Node]]:
        """What the parameters of Systems Manager that a value is taken from are given in templates of the project."""
        if self.stored:
            for reference in self.value(node).references:
                if reference.kind == "stored-value":
                    name, colon, version = reference.target.removeprefix("ssm:").rpartition(":")
                    yield from self.stored.get(name if colon and version.isdigit() else name + colon + version, ())

    def output(self, name: str, of: str) -> Node | None:
        """What a nested stack gives out under `Outputs.X`, None where that cannot be told."""
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
                node = self.entry(argument)
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
        span = node.span(self.path)
        if self.level[0] > DEPTH:
            return Value(None, span)
        self.level[0] += 1
        try:
            found = intrinsic(node)
            if found is not None:
                name, argument = found
                solve = SOLVERS.get(name)
                if solve is None:
                    return Value(None, span, True, (Reference("expression", f"Fn::{name}", span),))
                value = solve(self, argument, span)
                return value if value is ABSENT else Value(value.known, span, True, value.references)
            if node.kind == "scalar":
                if isinstance(node.value, str) and "{{resolve:" in node.value:
                    return dynamic_text(node.value, span, ())
                if isinstance(node.value, str) and unrendered(node.value):
                    return Value(None, span, True, (Reference("expression", node.value, span),))
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

    def entry(self, argument: Node) -> Node | None:
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
            value for top in tops for key, value in top.items() if names[2] is None or str(key.value) == str(names[2])
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


def section(root: Node, name: str) -> dict[str, tuple[Node, Node]]:
    """A section's entries by name: the key's node and the value's; empty when it is missing or not a mapping."""
    node = root.get(name)
    if node is None:
        return {}
    return {key.value: (key, value) for key, value in node.items() if isinstance(key.value, str)}


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
