"""A resolved piece of a service in, a Value out: plain data, what CloudFormation fills in as references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lambdalint.model import ABSENT, Node, Reference, Span, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lambdalint.dialects.serverless.variables import Piece, Service
    from lambdalint.model import ReferenceKind

_DYNAMIC = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure|ssm):([^}]*)\}\}")
_SUBSTITUTE = re.compile(r"\$\{([A-Za-z0-9:]+)((?:\.[\w.]+)?)\}")
_LEFT = re.compile(r"[$#]\{")


def value(service: Service, piece: Piece | None, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
    """The Value of a setting. convert: the plain value to the setting's type, None when it is not of that type."""
    if piece is None:
        return ABSENT
    if not piece.known:
        return Value(None, piece.at, True, piece.references or (Reference("expression", "", piece.at),))
    node = piece.node
    if intrinsic(node):
        found = tuple(dict.fromkeys(references(service, node, piece.at)))
        return Value(None, piece.at, True, found or (Reference("expression", "", piece.at),))
    if node.kind != "scalar":
        plain = plain_data(service, piece)
        if plain is UNKNOWN:
            return Value(None, piece.at, True, (Reference("expression", "", piece.at),))
        return Value(convert(plain) if convert else plain, piece.at, True, piece.references)
    if node.value is None:
        return ABSENT
    if isinstance(node.value, str):
        dynamic = tuple(
            Reference("stored-value" if kind == "ssm" else "secret-value", target, piece.at)
            for kind, target in _DYNAMIC.findall(node.value)
        )
        if dynamic:
            return Value(None, piece.at, True, piece.references + dynamic)
        if _LEFT.search(node.value):
            found = tuple(_substituted(service, node.value, piece.at))
            return Value(None, piece.at, True, found or (Reference("expression", node.value[:200], piece.at),))
    known = convert(node.value) if convert else node.value
    return Value(known, piece.at, True, piece.references)


class _Unknown:
    """Part of a structure that cannot be told."""


UNKNOWN = _Unknown()


def plain_data(service: Service, piece: Piece, depth: int = 0) -> Any:
    """A piece with everything below it resolved, as Python data; UNKNOWN as soon as a part cannot be told."""
    if not piece.known or intrinsic(piece.node) or depth > 20:
        return UNKNOWN
    if piece.node.kind == "scalar":
        return piece.node.value
    if piece.node.kind == "sequence":
        elements = [plain_data(service, one, depth + 1) for one in service.elements(piece)]
        return UNKNOWN if UNKNOWN in elements else elements
    pairs = {name.value: plain_data(service, one, depth + 1) for name, _, one in service.items(piece)}
    return UNKNOWN if UNKNOWN in pairs.values() else pairs


def intrinsic(node: Node) -> bool:
    """Whether CloudFormation computes the value: `!Ref x`, `{Ref: x}`, `{Fn::Join: ...}`."""
    if node.tag:
        return True
    if node.kind != "mapping" or len(node.value) != 1:
        return False
    name = node.value[0][0].value
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))


def references(service: Service, node: Node, at: Span) -> Iterator[Reference]:
    """What a CloudFormation expression is made of, as deep as it goes."""
    name, inside = node.tag[1:], node
    if not name and intrinsic(node):
        key, inside = node.value[0]
        name = key.value
    name = name.rpartition("::")[2]
    if name == "Ref":
        yield target(service, str(inside.value), "", at)
    elif name == "GetAtt":
        parts = [str(one.value) for one in inside.elements()] or str(inside.value).split(".")
        yield target(service, parts[0], ".".join(parts[1:]), at)
    elif name in ("ImportValue", "GetAZs", "Transform"):
        yield Reference("resource", name if inside.kind != "scalar" else str(inside.value), at)
    elif name == "Sub":
        text = inside.elements()[0] if inside.elements() else inside
        yield from _substituted(service, str(text.value), at)
        for one in inside.elements()[1:]:
            for pair in one.items():
                yield from references(service, pair[1], at)
    elif inside.kind == "scalar":
        for kind, secret in _DYNAMIC.findall(str(inside.value)):
            yield Reference("stored-value" if kind == "ssm" else "secret-value", secret, at)
    else:
        for one in inside.elements():
            yield from references(service, one, at)
        for pair in inside.items():
            yield from references(service, pair[1], at)


def _substituted(service: Service, text: str, at: Span) -> Iterator[Reference]:
    for name, attribute in _SUBSTITUTE.findall(text.replace("#{", "${")):
        yield target(service, name, attribute[1:], at)


def target(service: Service, name: str, attribute: str, at: Span) -> Reference:
    """What a logical id stands for: a parameter of the template, a resource as "Type.attribute", or the id itself."""
    kind: ReferenceKind = "resource"
    for resources in stack(service):
        parameter = service.find(service.find(resources, "Parameters"), name)
        if parameter is not None and not attribute:
            hidden = service.find(parameter, "NoEcho")
            secret = hidden is not None and flag(hidden.node.value) is True
            return Reference("secret-parameter" if secret else "parameter", name, at)
        found = service.find(resources, "Resources", name, "Type")
        if found is not None and found.known:
            if found.node.value == "AWS::SecretsManager::Secret":
                kind = "secret-name"
            return Reference(kind, f"{found.node.value}.{attribute or 'Ref'}", at)
    return Reference(kind, f"{name}.{attribute}" if attribute else name, at)


def stack(service: Service) -> tuple[Piece, ...]:
    """The parts of `resources:`: a map, or a list of maps and files."""
    top = service.find(service.top(), "resources")
    if top is None or not top.known:
        return ()
    return tuple(service.elements(top)) if top.node.kind == "sequence" else (top,)


def resources(service: Service) -> Iterator[tuple[str, Piece]]:
    """Each resource of the stack by its logical id."""
    for part in stack(service):
        for name, _, piece in service.items(service.find(part, "Resources")):
            yield str(name.value), piece


def default(known: Any) -> Value[Any]:
    """The framework's own value for a setting that nobody wrote."""
    return Value(known, None, written=False)


def number(plain: Any) -> int | None:
    """A whole number, written as one or as text."""
    if isinstance(plain, bool):
        return None
    if isinstance(plain, (int, float)):
        return int(plain) if plain == int(plain) else None
    text = str(plain).strip()
    return int(text) if text.lstrip("-").isdigit() and len(text) < 20 else None


def text(plain: Any) -> str | None:
    """A text; numbers as they would be written."""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain) if isinstance(plain, (str, int, float)) else None


def flag(plain: Any) -> bool | None:
    """True or False, written as such or as text."""
    if isinstance(plain, bool):
        return plain
    return {"true": True, "false": False}.get(str(plain).lower())


def setting_values(
    service: Service, piece: Piece | None, names: Mapping[str, tuple[str, Any]]
) -> dict[str, Value[Any]]:
    """The written settings of a mapping: id -> (key, converter), by id."""
    found = ((name, service.find(piece, key), convert) for name, (key, convert) in names.items())
    return {name: value(service, one, convert) for name, one, convert in found if one is not None}
