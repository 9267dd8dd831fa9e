"""A variable's type constraint and a term in, the term converted out: defaults filled in, strings, numbers."""

from __future__ import annotations

from lambdalint.dialects.terraform import functions
from lambdalint.dialects.terraform.terms import NULL, Entries, Term, is_known
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from lambdalint.dialects.terraform.evaluate import Frame
    from lambdalint.languages.hcl import Expression

_PRIMITIVE = {"string": "tostring", "number": "tonumber", "bool": "tobool"}


def shaped(constraint: Expression, term: Term, frame: Frame) -> Term:
    """The term converted: an object's attributes that are left out become their defaults, or null."""
    if not is_known(term) or term.data is None:
        return term
    if constraint.kind == "path":
        name = constraint.value[0]
        if name in _PRIMITIVE and not isinstance(term.data, (tuple, Entries)):
            return functions.call(_PRIMITIVE[name], [term])
        return term
    if constraint.kind != "call":
        return term
    name, arguments, _ = constraint.value
    if not arguments:
        return term
    data = term.data
    if name in ("list", "set") and isinstance(data, tuple):
        return term._replace(data=tuple(shaped(arguments[0], item, frame) for item in data))
    if name == "map" and isinstance(data, Entries):
        terms = {key: shaped(arguments[0], item, frame) for key, item in data.terms.items()}
        return term._replace(data=Entries(terms, data.names, data.more))
    if name == "tuple" and isinstance(data, tuple) and arguments[0].kind == "list":
        inner = arguments[0].value
        if len(inner) == len(data):
            return term._replace(data=tuple(shaped(part, item, frame) for part, item in zip(inner, data, strict=True)))
    if name == "object" and isinstance(data, Entries) and arguments[0].kind == "object":
        return term._replace(data=_object(arguments[0], data, frame))
    return term


def _object(fields: Expression, data: Entries, frame: Frame) -> Entries:
    from lambdalint.dialects.terraform.evaluate import evaluate

    terms: dict[str, Term] = {}
    for key, constraint in fields.value:
        if key.kind != "literal" or not isinstance(key.value, str):
            continue
        default = None
        if constraint.kind == "call" and constraint.value[0] == "optional" and constraint.value[1]:
            default = constraint.value[1][1] if len(constraint.value[1]) > 1 else None
            constraint = constraint.value[1][0]
        found = data.terms.get(key.value)
        if (found is None and not data.more) or (found is not None and found.data is None and default is not None):
            found = NULL if default is None else evaluate(default, frame)
        if found is not None:
            terms[key.value] = shaped(constraint, found, frame)
    return Entries(terms, {name: span for name, span in data.names.items() if name in terms}, data.more)
