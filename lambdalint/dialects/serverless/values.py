"""A resolved piece of a service in, a Value out: plain data, what CloudFormation fills in as references."""

from __future__ import annotations

import re

from lambdalint.dialects.cloudformation.intrinsics import DYNAMIC, intrinsic
from lambdalint.dialects.serverless.resources import stack_of
from lambdalint.model import ABSENT, Reference, Value
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambdalint.dialects.serverless.variables import Piece, Service

_LEFT = re.compile(r"[$#]\{")


def value(service: Service, piece: Piece | None, convert: Callable[[Any], Any] | None = None) -> Value[Any]:
    """The Value of a setting. convert: the plain value to the setting's type, None when it is not of that type."""
    if piece is None:
        return ABSENT
    if not piece.known:
        return Value(None, piece.at, True, piece.references or (Reference("expression", "", piece.at),))
    node = piece.node
    if intrinsic(node) is not None:
        solved = stack_of(service).value(service.expanded(piece))
        if solved is ABSENT:
            return ABSENT
        found = tuple(one._replace(span=piece.at) for one in dict.fromkeys(solved.references))
        known = solved.known if convert is None or solved.known is None else convert(solved.known)
        return Value(known, piece.at, True, piece.references + found)
    if node.kind != "scalar":
        plain = plain_data(service, piece)
        if plain is UNKNOWN:
            return Value(None, piece.at, True, (Reference("expression", "", piece.at),))
        return Value(convert(plain) if convert else plain, piece.at, True, piece.references)
    if node.value is None:
        return ABSENT
    if isinstance(node.value, str):
        dynamic = tuple(
            Reference("stored-value" if kind == "ssm" else "secret-value", f"{kind}:{target}", piece.at)
            for kind, target in DYNAMIC.findall(node.value)
        )
        if dynamic:
            return Value(None, piece.at, True, piece.references + dynamic)
        if _LEFT.search(node.value):
            # `#{AWS::AccountId}` of serverless-pseudo-parameters, or a placeholder that nothing here resolves.
            return Value(None, piece.at, True, (*piece.references, Reference("expression", node.value[:200], piece.at)))
    known = convert(node.value) if convert else node.value
    return Value(known, piece.at, True, piece.references)


class _Unknown:
    """Part of a structure that cannot be told."""


UNKNOWN = _Unknown()


def plain_data(service: Service, piece: Piece, depth: int = 0) -> Any:
    """A piece with everything below it resolved, as Python data; UNKNOWN as soon as a part cannot be told."""
    if not piece.known or intrinsic(piece.node) is not None or depth > 20:
        return UNKNOWN
    if piece.node.kind == "scalar":
        return piece.node.value
    if piece.node.kind == "sequence":
        elements = [plain_data(service, one, depth + 1) for one in service.elements(piece)]
        return UNKNOWN if UNKNOWN in elements else elements
    pairs = {name.value: plain_data(service, one, depth + 1) for name, _, one in service.items(piece)}
    return UNKNOWN if UNKNOWN in pairs.values() else pairs


def setting_values(
    service: Service, piece: Piece | None, names: Mapping[str, tuple[str, Any]]
) -> dict[str, Value[Any]]:
    """The written settings of a mapping: id -> (key, converter), by id."""
    found = ((name, service.find(piece, key), convert) for name, (key, convert) in names.items())
    return {name: value(service, one, convert) for name, one, convert in found if one is not None}
