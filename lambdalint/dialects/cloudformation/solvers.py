"""An intrinsic function's argument in, the Value that it makes out: one function for each of them."""

from __future__ import annotations

from lambdalint.dialects.cloudformation.conversions import integer, text_value
from lambdalint.dialects.cloudformation.intrinsics import IMPORT, PLACEHOLDER, intrinsic, mentions, unrendered
from lambdalint.dialects.cloudformation.names import dynamic_text, get_att, named, once, ref
from lambdalint.model import ABSENT, Node, Reference, Span, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match

    from lambdalint.dialects.cloudformation.stack import Stack

LENGTH = 100_000  # characters of a text; functions of functions can double one at every step


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
            value = named(stack, target, rest, span)
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
        return dynamic_text(made, span, references)
    if len(made) > LENGTH:
        return Value(None, span, True, references)
    references = tuple(dict.fromkeys(references))
    if complete and not unrendered(made):
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
    node = stack.entry(argument)
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
        return once(stack, (IMPORT, shown), lambda: exported[0][0].value(exported[0][1]))
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


SOLVERS: dict[str, Callable[[Stack, Node, Span], Value[Any]]] = {
    "Ref": ref,
    "GetAtt": get_att,
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
