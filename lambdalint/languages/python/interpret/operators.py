"""Comparisons, arithmetic and negation: two values in, what the operator gives out, known where it can be told."""

from __future__ import annotations

from lambdalint.languages.python.interpret import expressions, items, objects
from lambdalint.languages.python.interpret.combine import gather, text, truth
from lambdalint.languages.python.interpret.raised import NUMBERS, raised
from lambdalint.languages.python.interpret.values import (
    Class,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Obj,
    Seq,
    Text,
    Unknown,
    Value,
)
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Walk


Tuple = tuple[Any, ...]


def compare(walk: Walk, frame: Frame, node: Tuple) -> Value:
    """What a chain of comparisons gives."""
    left = expressions.evaluate(walk, frame, node[1])
    values = [left]
    result: bool | None = True
    for operator, right_node in zip(node[2], node[3], strict=True):
        right = expressions.evaluate(walk, frame, right_node)
        values.append(right)
        if operator in ("Eq", "NotEq"):
            _name_source(walk, left, right)
            _name_source(walk, right, left)
        one = _holds(walk, operator, left, right)
        if operator in ("In", "NotIn") and one is None:
            items.look(walk, right, left)
            if isinstance(right, Obj):
                place = walk.statement[1:] if walk.statement is not None else (1, 1, 1, 1)
                values.append(objects.ask(walk, frame, right, "__contains__", [left], place))
        result = None if one is None or result is None else (result and one)
        left = right
    if result is not None:
        return Const(result)
    deps, orders = gather(values)
    return Unknown(deps, orders)


SOURCES = ("eventSource", "EventSource", "source", "Step")  # where an event says what it comes from


def _name_source(walk: Walk, value: Value, other: Value) -> None:
    """`record["eventSource"] == "aws:sqs"` tells what the handler is for."""
    key = value.key if isinstance(value, Ext) else None
    if key and key.endswith(SOURCES) and isinstance(other, Const) and isinstance(other.value, str):
        walk.event_keys.add(f"{key}={other.value}")


def _holds(walk: Walk, operator: str, left: Value, right: Value) -> bool | None:
    if operator in ("Is", "IsNot") and isinstance(right, Const) and right.value is None:
        if isinstance(left, (Func, Class, Obj, Map, Seq, Text)):
            return operator == "IsNot"
        if isinstance(left, Const) and not left.deps and not left.calls:
            return (left.value is None) == (operator == "Is")
        return None
    if operator in ("In", "NotIn") and isinstance(right, Map) and not right.persistent and not right.others:
        if (
            isinstance(left, Const)
            and not left.deps
            and (right.sealed or not walk.loops)
            and isinstance(left.value, str)
        ):
            return (left.value in right.entries) == (operator == "In")
        return None
    if operator in ("In", "NotIn") and isinstance(right, Seq) and not right.open and right.kind != "generator":
        known = [item.value for item in right.items if isinstance(item, Const) and not item.deps]
        if isinstance(left, Const) and not (left.deps or left.calls) and len(known) == len(right.items) and known:
            return (left.value in known) == (operator == "In")
        return None
    if isinstance(left, Ext) and left.path.startswith("sys.version_info"):
        return _version(operator, left, right)
    if not (isinstance(left, Const) and isinstance(right, Const)) or left.deps or right.deps:
        return None
    if left.calls or right.calls:
        return None
    try:
        if operator in ("Eq", "Is"):
            return bool(left.value == right.value)
        if operator in ("NotEq", "IsNot"):
            return bool(left.value != right.value)
        if operator == "In":
            return left.value in right.value
        if operator == "NotIn":
            return left.value not in right.value
    except TypeError:
        pass
    return None


OLDEST = (3, 8)  # no runtime that AWS offers runs an older Python


def _version(operator: str, left: Ext, right: Value) -> bool | None:
    """`sys.version_info < (3, 6)` and `sys.version_info[0] == 2`, where every runtime gives the same answer."""
    parts = right.items if isinstance(right, Seq) else [right]
    wanted = tuple(part.value for part in parts if isinstance(part, Const) and isinstance(part.value, int))
    if not wanted or len(wanted) != len(parts):
        return None
    if left.path != "sys.version_info" and not left.path.endswith(("[]", ".major")):
        return None
    if wanted[0] == 3 and len(wanted) == 1 and left.path != "sys.version_info":
        return {"Eq": True, "GtE": True, "NotEq": False, "Lt": False}.get(operator)
    if wanted > OLDEST:
        return None
    return {"Lt": False, "LtE": False, "Eq": False, "Gt": True, "GtE": True, "NotEq": True}.get(operator)


def binary(walk: Walk, frame: Frame, node: Tuple) -> Value:
    """What an operator between two values gives."""
    left, right = expressions.evaluate(walk, frame, node[2]), expressions.evaluate(walk, frame, node[3])
    return combined(walk, node[1], left, right, node[2])


def combined(walk: Walk, operator: str, left: Value, right: Value, node: Tuple) -> Value:
    """`left operator right`. node: the left side as it is written."""
    if operator in ("Add", "Sub") and isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        found = raised(left, right, node) or (raised(right, left, ("k", None)) if operator == "Add" else None)
        if found is not None and not (_is_string(left) or _is_string(right)):
            return found
    if operator == "Add":
        if isinstance(left, Seq) and isinstance(right, Seq):
            return Seq([*left.items, *right.items], left.kind, walk.phase == "init", left.open or right.open)
        if _stringy(left) or _stringy(right):
            return text([*_parts(left), *_parts(right)])
    if operator == "Mod" and isinstance(left, (Const, Text)) and _stringy(left):
        return text([left, *(right.items if isinstance(right, Seq) else [right])])
    if operator == "BitOr" and (isinstance(left, Map) or isinstance(right, Map)):
        merged = Map(walk.phase == "init")  # of dicts, one of which may have come from elsewhere
        items.spread(merged, left)
        items.spread(merged, right)
        return merged
    if isinstance(left, Const) and isinstance(right, Const) and not (left.deps or right.deps):
        return _arithmetic(operator, left.value, right.value)
    if operator == "Div" and isinstance(left, (Ext, Const, EnvVar)):
        return text([left, Const("/"), right])  # pathlib
    if operator == "Mult" and isinstance(left, Ext) and isinstance(right, Const) and "time." in left.path:
        return text([left, right])  # no less exact: `time.time() * 1000`
    deps, orders = gather([left, right])
    return Unknown(deps, orders)


def _is_string(value: Value) -> bool:
    return (isinstance(value, Text) and len(value.parts) > 1) or (
        isinstance(value, Const) and isinstance(value.value, (str, bytes))
    )


def _stringy(value: Value) -> bool:
    return isinstance(value, (Text, EnvVar)) or (isinstance(value, Const) and isinstance(value.value, str))


def _parts(value: Value) -> tuple[Value, ...]:
    return value.parts if isinstance(value, Text) else (value,)


def _arithmetic(operator: str, left: Any, right: Any) -> Value:
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return Unknown()
    try:
        if operator == "Add":
            return Const(left + right)
        if operator == "Sub":
            return Const(left - right)
        if operator == "Mult":
            return Const(left * right)
        if operator in ("Div", "FloorDiv"):
            return Const(left / right if operator == "Div" else left // right)
    except (ArithmeticError, ValueError):
        pass
    return Unknown()


def unary(walk: Walk, frame: Frame, node: Tuple) -> Value:
    """What `not`, `-`, `+` and `~` give."""
    value = expressions.evaluate(walk, frame, node[2])
    if node[1] == "Not":
        items.look(walk, value)
        known = truth(value)
        if known is not None:
            return Const(not known)
    elif node[1] == "USub" and isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(-value.value, value.deps, value.calls)
    deps, orders = gather([value])
    return Unknown(deps, orders)
