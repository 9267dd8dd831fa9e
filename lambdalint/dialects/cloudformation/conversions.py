"""A Value of plain data in, the same as the text, number or truth value that CloudFormation takes it for out."""

from __future__ import annotations

from lambdalint.model import ABSENT, Node, Value
from lambdalint.typed import Any

EMPTY = Node("mapping", (), (1, 1, 1, 1))


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
