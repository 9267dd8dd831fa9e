"""Two values and an operator in, or a test: what comes out, as far as it can be told."""

from __future__ import annotations

from lambdalint.languages.terms import methods, paths
from lambdalint.languages.terms.values import (
    ITEMS,
    NOTHING,
    Array,
    Closure,
    Either,
    External,
    Instance,
    Kind,
    Known,
    Made,
    Opaque,
    Path,
    Record,
    Text,
    Unit,
    brief,
    concatenate,
    join,
)
from lambdalint.typed import Any


def truth(value: Any, python: bool) -> bool | None:
    """Whether a test passes; None when it cannot be told."""
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Either):
        truths = {truth(option, python) for option in value.options}
        return truths.pop() if len(truths) == 1 else None
    if isinstance(value, Text):
        return True if any(isinstance(part, Known) for part in value.parts) else None
    if isinstance(value, (Array, Record)):
        held = value.items if isinstance(value, Array) else value.entries
        return True if held or not python else (False if value.complete else None)
    if isinstance(value, Made):
        return True if value.new and not value.receiver else None
    if isinstance(value, (Instance, Closure, Kind, Unit, Path)):
        return True
    if isinstance(value, External):
        return True
    return None


def present(value: Any) -> bool | None:
    """Whether a value is neither null nor undefined."""
    if isinstance(value, Known):
        return value.value is not None
    if isinstance(value, Either):
        presence = {present(option) for option in value.options}
        return presence.pop() if len(presence) == 1 else None
    if isinstance(value, (Text, Array, Record, Instance, Closure, Kind, External)):
        return True
    if isinstance(value, Made) and value.new and not value.receiver:
        return True
    return None


def operate(operator: str, left: Any, right: Any, python: bool) -> Any:
    """A binary operator that is neither `&&`, `||` nor `??`."""
    if operator == "+" and (_is_text(left) or _is_text(right)):
        return concatenate([left, right])
    if operator == "+" and isinstance(left, Array) and isinstance(right, Array):
        items = [*left.items, *right.items]
        return Array(items[:ITEMS], left.complete and right.complete and len(items) <= ITEMS)
    if operator == "/" and isinstance(left, Path):
        return paths.join_paths([left, right], wrap=True)
    if operator == "|" and isinstance(left, Record) and isinstance(right, Record):
        both = Record(dict(left.entries), left.complete and right.complete)
        both.entries.update(right.entries)
        return both
    if operator in ("%",) and isinstance(left, Known) and isinstance(left.value, str):
        return methods.format_percent(left.value, right)
    if operator in ("in", "not in"):
        return _contains(left, right, operator == "in")
    if isinstance(left, External) and isinstance(right, External) and operator in ("==", "===", "!=", "!=="):
        return Known((left == right) is not operator.startswith("!")) if left == right else Opaque("==")
    if not (isinstance(left, Known) and isinstance(right, Known)):
        if operator in ("===", "!==", "==", "!=") and _never_nothing(left, right):
            return Known(operator.startswith("!"))
        if operator == "??":
            return join([left, right])
        return Opaque(f"{brief(left)} {operator} {brief(right)}", _either_origin(left, right))
    one, two = left.value, right.value
    try:
        if operator in _COMPARE:
            return Known(_COMPARE[operator](one, two))
        if isinstance(one, (int, float)) and isinstance(two, (int, float)) and operator in _ARITHMETIC:
            if operator == "**" and (abs(one) > 1000 or abs(two) > 100):
                return Opaque("**")
            result = _ARITHMETIC[operator](one, two)
            if abs(result) > 1e30:
                return Opaque("...")
            return Known(int(result) if isinstance(result, float) and result.is_integer() and not python else result)
        if operator == "*" and isinstance(one, str) and isinstance(two, int) and len(one) * two < 10_000:
            return Known(one * two)
    except (TypeError, ZeroDivisionError, OverflowError, ValueError):
        pass
    return Opaque(f"{one} {operator} {two}")


def _is_text(value: Any) -> bool:
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str))


def _never_nothing(left: Any, right: Any) -> bool:
    """One side is null or undefined and the other cannot be."""
    if left == NOTHING:
        return present(right) is True
    return right == NOTHING and present(left) is True


def _either_origin(left: Any, right: Any) -> str:
    for value in (left, right):
        if isinstance(value, Opaque) and value.origin != "expression":
            return value.origin
    return "expression"


def _contains(left: Any, right: Any, positive: bool) -> Any:
    if isinstance(left, Known):
        if isinstance(right, Record) and (right.complete or str(left.value) in right.entries):
            return Known((str(left.value) in right.entries) is positive)
        if isinstance(right, Array) and right.complete and all(isinstance(item.value, Known) for item in right.items):
            return Known(any(item.value == left for item in right.items) is positive)
        if isinstance(right, Known) and isinstance(right.value, str) and isinstance(left.value, str):
            return Known((left.value in right.value) is positive)
    return Opaque("in")


_COMPARE: dict[str, Any] = {
    "===": lambda one, two: one == two and isinstance(one, bool) == isinstance(two, bool),
    "!==": lambda one, two: one != two or isinstance(one, bool) != isinstance(two, bool),
    "==": lambda one, two: one == two,
    "!=": lambda one, two: one != two,
    "is": lambda one, two: one is two or (one == two and isinstance(one, (str, int))),
    "is not": lambda one, two: not (one is two or (one == two and isinstance(one, (str, int)))),
    "<": lambda one, two: one < two,
    ">": lambda one, two: one > two,
    "<=": lambda one, two: one <= two,
    ">=": lambda one, two: one >= two,
}


_ARITHMETIC: dict[str, Any] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "//": lambda one, two: one // two,
    "%": lambda one, two: one % two,
    "**": lambda one, two: one**two,
}
