"""A name in a template (of Ref, GetAtt, `${...}`) in, the Value it stands for out."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.intrinsics import DYNAMIC, attribute
from lambdalint.model import ABSENT, Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.dialects.cloudformation.stack import Stack
    from lambdalint.model import Node

# Attributes that are the plain text of a secret; everything else of a resource is a name, an ARN or an address.
SECRET_ATTRIBUTES = {
    ("AWS::IAM::AccessKey", "SecretAccessKey"),
    ("AWS::Cognito::UserPoolClient", "ClientSecret"),
}
# Resources that nobody writes: SAM makes them for the events of functions.
MADE_BY_SAM = {"ServerlessRestApi": "AWS::ApiGateway::RestApi", "ServerlessHttpApi": "AWS::ApiGatewayV2::Api"}
SECRET_TYPES = ("AWS::SecretsManager::Secret", "AWS::SecretsManager::SecretTargetAttachment")


def ref(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    """What `!Ref name` comes to; ABSENT for AWS::NoValue."""
    name = argument.value
    if name == "AWS::NoValue":
        return ABSENT
    if not isinstance(name, str):
        return Value(None, span)
    return named(stack, name, "", span)


def get_att(stack: Stack, argument: Node, span: Span) -> Value[Any]:
    """What `!GetAtt name.attribute` comes to."""
    pair = attribute(argument)
    if pair is None:
        return Value(None, span, True, (Reference("expression", "Fn::GetAtt", span),))
    return named(stack, pair[0], pair[1], span)


def named(stack: Stack, name: str, of: str, span: Span) -> Value[Any]:
    """What `Ref name` (of is "") or `GetAtt name.of` gives."""
    if not of and name in stack.parameters:
        return parameter(stack, name, span)
    kind = stack.type_of(name)
    output = stack.output(name, of)
    if output is not None:
        return once(stack, (name, of), lambda: stack.children[name].value(output))
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


def parameter(stack: Stack, name: str, span: Span) -> Value[Any]:
    key, declared = stack.parameters[name]
    kind_node, default_node, hidden = declared.get("Type"), declared.get("Default"), declared.get("NoEcho")
    kind = kind_node.value if kind_node is not None and isinstance(kind_node.value, str) else "String"
    secret = hidden is not None and str(hidden.value).lower() == "true"
    reference_kind: Any = "secret-parameter" if secret else "parameter"
    literal = default_node if default_node is not None and default_node.kind == "scalar" else None
    bound = given(stack, name)
    place = bound.span if bound is not None and bound.span is not None else (literal or key).span(stack.path)
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
        return Value(None, span, True, (*dynamic_text(written, place, ()).references, own))
    if listed:
        written = [part.strip() for part in str(written).split(",")] if written != "" else []
    return Value(written, span, True, (own,))


def given(stack: Stack, name: str) -> Value[Any] | None:
    """What parent stacks (all of them the same) or a file beside the template give a parameter."""
    given = stack.origins.get(name)
    if given is None:
        return stack.bound.get(name)
    return once(stack, ("given", name), lambda: _agreed([parent.value(node) for parent, node in given]))


def once(stack: Stack, key: tuple[str, str], solve: Callable[[], Value[Any]]) -> Value[Any]:
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


def dynamic_text(text: str, span: Span, references: tuple[Reference, ...]) -> Value[Any]:
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
