"""An expression node and a frame in, the abstract value it has out; calls made on the way are recorded on the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdalint.languages.python.interpret import builtin, calls, modules, objects
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    NO_CALLS,
    NONE,
    NOTHING,
    Builtin,
    Class,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Obj,
    Seq,
    Super,
    Text,
    Union,
    Unknown,
    Value,
    gather,
    join,
    options,
    truth,
)
from lambdalint.languages.python.interpret.walk import STEPS, Condition, Location, Walk
from lambdalint.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable

Tuple = tuple[Any, ...]

LOOP_RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run", "uvloop.run", "asgiref.sync.async_to_sync"})


def evaluate(walk: Walk, frame: Frame, node: Tuple) -> Value:
    """The value of an expression."""
    walk.steps += 1
    if walk.steps > STEPS:
        return Unknown()
    return _EVALUATE[node[0]](walk, frame, node)


def test(walk: Walk, frame: Frame, node: Tuple) -> tuple[Value, dict[Location, tuple[str, bool]]]:
    """The value of a condition, and the storage of longer life than an expression that it reads."""
    outer, walk.watch = walk.watch, {}
    value = evaluate(walk, frame, node)
    seen, walk.watch = walk.watch, outer
    if outer is not None:
        outer.update(seen)
    return value, seen


def _constant(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return Const(node[1])


def _name(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return lookup(walk, frame, node[1])


def lookup(walk: Walk, frame: Frame, name: str) -> Value:
    """What a name means in a scope."""
    scope: Frame | None = frame
    if name not in frame.globals:
        while scope is not None and not scope.is_module:
            if scope.cls is None or scope is frame:
                value = scope.locals.get(name)
                if value is not None:
                    if walk.watch is not None and name in scope.origins:
                        walk.watch.update(scope.origins[name])
                    return value
            scope = scope.closure
    value = modules.name(walk, frame.module, name)
    if value is not None:
        return value
    if name in builtin.NAMES:
        return Builtin(name)
    if name == "__file__":
        return Const(frame.module.path)
    if name == "__name__":
        return Const(frame.module.dotted)
    return Unknown()


def _attribute(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return objects.attribute(walk, evaluate(walk, frame, node[1]), node[2], node[3], frame)


def _call(walk: Walk, frame: Frame, node: Tuple) -> Value:
    _, function, arguments, keywords, at = node
    if function[0] == "n" and function[1] == "super" and not arguments:
        return _super(walk, frame)
    callee = evaluate(walk, frame, function)
    runs_loop = isinstance(callee, Ext) and (
        callee.path in LOOP_RUNNERS or callee.path.endswith((".run_until_complete", ".from_iterable_until_complete"))
    )
    target, walk.target = walk.target, ""
    if runs_loop:
        walk.loop_bound += 1
    given = calls.Arguments()
    for argument in arguments:
        if argument[0] == "*":
            given.spread(evaluate(walk, frame, argument[1]))
        else:
            given.positional.append(evaluate(walk, frame, argument))
    for name, value in keywords:
        if name is None:
            given.spread_keywords(evaluate(walk, frame, value))
        else:
            given.keywords[name] = evaluate(walk, frame, value)
    if runs_loop:
        walk.loop_bound -= 1
    walk.target = target
    return calls.invoke(walk, frame, callee, given, at, node)


def _super(walk: Walk, frame: Frame) -> Value:
    scope: Frame | None = frame
    while scope is not None and scope.function is not None:
        if scope.owner is not None and scope.function.node[1]:
            first = scope.function.node[1][0][0]
            return Super(scope.owner, scope.locals.get(first, Unknown()))
        scope = scope.closure
    return Unknown()


def _text(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return text([evaluate(walk, frame, part) for part in node[1]])


def text(parts: list[Value]) -> Value:
    """A string made of parts: a constant when all of them are."""
    if all(isinstance(part, Const) and not part.deps for part in parts):
        deps, orders = gather(parts)
        return Const("".join(str(part.value) for part in parts if isinstance(part, Const)), deps, orders)
    return Text(tuple(parts))


def _dict(walk: Walk, frame: Frame, node: Tuple) -> Value:
    made = Map(walk.phase == "init")
    for key, value in node[1]:
        if key is None:
            other = evaluate(walk, frame, value)
            if isinstance(other, Map):
                made.entries.update(other.entries)
                made.others.extend(other.others)
                made.keys.extend(other.keys)
            else:
                made.others.append(other)
            continue
        objects.put(made, evaluate(walk, frame, key), evaluate(walk, frame, value))
    return made


def _list(walk: Walk, frame: Frame, node: Tuple) -> Value:
    items: list[Value] = []
    is_open = False
    for element in node[1]:
        if element[0] == "*":
            other = evaluate(walk, frame, element[1])
            if isinstance(other, Seq):
                items.extend(other.items)
                is_open = is_open or other.open
            else:
                items.append(objects.element(walk, other))
                is_open = True
        else:
            items.append(evaluate(walk, frame, element))
    return Seq(items, "list" if node[0] == "l" else "tuple", walk.phase == "init", is_open)


def _subscript(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[1])
    return objects.item(walk, value, evaluate(walk, frame, node[2]), frame, node[3])


def _lambda(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return make_function(walk, frame, node[1])


def make_function(walk: Walk, frame: Frame, node: Tuple) -> Func:
    """The function value of a `def` or lambda; defaults are evaluated now, as Python does."""
    defaults = {item[0]: evaluate(walk, frame, item[2]) for item in node[1] if item[2] is not None}
    closure = frame.closure if frame.cls is not None else frame
    return Func(node, frame.module, None if closure is None or closure.is_module else closure, defaults, frame.cls)


def _conditional(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value, seen = test(walk, frame, node[1])
    known = None if seen else truth(value)
    if known is not None:
        return evaluate(walk, frame, node[2] if known else node[3])
    results = []
    for negated, branch in ((False, node[2]), (True, node[3])):
        walk.conditions.append(_condition(walk, frame, node[1], value, negated))
        if seen:
            walk.pending.append(walk.open(seen))
        results.append(evaluate(walk, frame, branch))
        walk.conditions.pop()
    return tinge(join(results), value)


def _condition(walk: Walk, frame: Frame, node: Tuple, value: Value, negated: bool) -> Condition:
    place = walk.statement or Span(frame.module.path, 1, 1, 1, 1)
    return Condition(node, value, negated, place, "")


def tinge(value: Value, source: Value) -> Value:
    """A choice between constants depends on what chose: the value with the dependence of the test."""
    if isinstance(value, Union):
        deps, orders = gather([source])
        if deps or orders:
            return Union(
                tuple(
                    Const(part.value, part.deps | deps, part.calls | orders) if isinstance(part, Const) else part
                    for part in value.options
                )
            )
    return value


def _boolean(walk: Walk, frame: Frame, node: Tuple) -> Value:
    results: list[Value] = []
    pushed = 0
    for number, operand in enumerate(node[2]):
        last = number == len(node[2]) - 1
        value, seen = test(walk, frame, operand) if not last else (evaluate(walk, frame, operand), {})
        if walk.watch is not None:
            walk.watch.update(seen)
        known = None if seen else truth(value)
        if known is not None and not last:
            if known == (node[1] == "or"):
                results.append(value)
                break
            continue
        if node[1] == "or" and not last:
            kept = [option for option in options(value) if not _is_false(option)]
            results.extend(kept)
        else:
            results.append(value)
        if not last:
            walk.conditions.append(_condition(walk, frame, operand, value, node[1] == "or"))
            pushed += 1
            if seen:
                walk.pending.append(walk.open(seen))
    for _ in range(pushed):
        walk.conditions.pop()
    return join(results) if results else NOTHING


def _is_false(value: Value) -> bool:
    return isinstance(value, Const) and not value.value and not value.deps


def _compare(walk: Walk, frame: Frame, node: Tuple) -> Value:
    left = evaluate(walk, frame, node[1])
    values = [left]
    result: bool | None = True
    for operator, right_node in zip(node[2], node[3], strict=True):
        right = evaluate(walk, frame, right_node)
        values.append(right)
        one = _holds(walk, operator, left, right)
        if operator in ("In", "NotIn") and one is None:
            objects.look(walk, right)
        result = None if one is None or result is None else (result and one)
        left = right
    if result is not None:
        return Const(result)
    deps, orders = gather(values)
    return Unknown(deps, orders)


def _holds(walk: Walk, operator: str, left: Value, right: Value) -> bool | None:
    if operator in ("Is", "IsNot") and isinstance(right, Const) and right.value is None:
        if isinstance(left, (Func, Class, Obj, Map, Seq, Text)):
            return operator == "IsNot"
        if isinstance(left, Const) and not left.deps and not left.calls:
            return (left.value is None) == (operator == "Is")
        return None
    if operator in ("In", "NotIn") and isinstance(right, Map) and not right.persistent and not right.others:
        if isinstance(left, Const) and not left.deps and not walk.loops and isinstance(left.value, str):
            return (left.value in right.entries) == (operator == "In")
        return None
    if operator in ("In", "NotIn") and isinstance(right, Seq) and not right.open and right.kind != "generator":
        known = [item.value for item in right.items if isinstance(item, Const) and not item.deps]
        if isinstance(left, Const) and not (left.deps or left.calls) and len(known) == len(right.items) and known:
            return (left.value in known) == (operator == "In")
        return None
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


def _binary(walk: Walk, frame: Frame, node: Tuple) -> Value:
    left, right = evaluate(walk, frame, node[2]), evaluate(walk, frame, node[3])
    if node[1] == "Add":
        if isinstance(left, Seq) and isinstance(right, Seq):
            return Seq([*left.items, *right.items], left.kind, walk.phase == "init", left.open or right.open)
        if _stringy(left) or _stringy(right):
            return text([*_parts(left), *_parts(right)])
    if node[1] == "Mod" and isinstance(left, (Const, Text)) and _stringy(left):
        return text([left, *(right.items if isinstance(right, Seq) else [right])])
    if node[1] == "BitOr" and isinstance(left, Map) and isinstance(right, Map):
        merged = Map(walk.phase == "init")
        for part in (left, right):
            merged.entries.update(part.entries)
            merged.others.extend(part.others)
        return merged
    if isinstance(left, Const) and isinstance(right, Const) and not (left.deps or right.deps):
        return _arithmetic(node[1], left.value, right.value)
    if node[1] == "Div" and isinstance(left, (Ext, Const, EnvVar)):
        return text([left, Const("/"), right])  # pathlib
    deps, orders = gather([left, right])
    return Unknown(deps, orders)


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


def _unary(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[2])
    if node[1] == "Not":
        known = truth(value)
        if known is not None:
            return Const(not known)
    elif node[1] == "USub" and isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(-value.value, value.deps, value.calls)
    deps, orders = gather([value])
    return Unknown(deps, orders)


def _comprehension(walk: Walk, frame: Frame, node: Tuple) -> Value:
    _, kind, elements, loops, _ = node
    scope = Frame(frame.module, {}, frame if not frame.is_module else None, frame.function)
    scope.owner = frame.owner
    scope.globals = frame.globals
    if frame.cls is not None:
        scope.locals.update(frame.locals)
    for target, iterable, conditions, _ in loops:
        values = evaluate(walk, scope, iterable)
        one = objects.element(walk, values)
        walk.loops.append(objects.turn(one))
        assign(walk, scope, target, one)
        for condition in conditions:
            value, _seen = test(walk, scope, condition)
            walk.conditions.append(_condition(walk, scope, condition, value, False))
    results = [evaluate(walk, scope, element) for element in elements]
    for _, _, conditions, _ in loops:
        walk.loops.pop()
        for _ in conditions:
            walk.conditions.pop()
    if kind == "d":
        made = Map(walk.phase == "init")
        for key in options(results[0]):
            objects.put(made, key, results[1])
        return made
    return Seq(list(options(results[0])), "list", walk.phase == "init", True)


def _await(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[1])
    if isinstance(value, Ext) and value.made_by is not None and value.path.endswith("()"):
        value.made_by.awaited = True
    return value


def _yield(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[1])
    frame.yields.extend(value.items if isinstance(value, Seq) and value.kind == "generator" else [value])
    deps, _ = gather([value])
    return Unknown(deps)


def _starred(walk: Walk, frame: Frame, node: Tuple) -> Value:
    return evaluate(walk, frame, node[1])


def _walrus(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[2])
    bind(walk, frame, node[1], value)
    return value


def _slice(walk: Walk, frame: Frame, node: Tuple) -> Value:
    for part in node[1]:
        evaluate(walk, frame, part)
    return Builtin("slice")


# ----------------------------------------------------------------------------------------------------- assignment


def bind(walk: Walk, frame: Frame, name: str, value: Value) -> None:
    """Bind a name in a scope, honouring `global` and `nonlocal`."""
    if name in frame.globals:
        modules.rebind(walk, frame.module, name, value)
        return
    if name in frame.nonlocals:
        scope = frame.closure
        while scope is not None:
            if name in scope.locals:
                scope.locals[name] = join([scope.locals[name], value])
                walk.write((id(scope), name), f"closure variable {name}", value, False)
                return
            scope = scope.closure
    frame.locals[name] = value
    if frame.is_module and isinstance(value, Ext) and value.made_by is not None:
        walk.write((id(frame.module), name), name, value, False)


def assign(walk: Walk, frame: Frame, target: Tuple, value: Value) -> None:
    """Store a value where an assignment target says."""
    operation = target[0]
    if operation == "n":
        bind(walk, frame, target[1], value)
    elif operation == "a":
        objects.store(walk, evaluate(walk, frame, target[1]), target[2], value)
    elif operation == "s":
        holder = evaluate(walk, frame, target[1])
        objects.store_item(walk, holder, evaluate(walk, frame, target[2]), value, frame, target[3])
    elif operation in ("t", "l"):
        _unpack(walk, frame, target[1], value)
    elif operation == "*":
        assign(walk, frame, target[1], value)


def _unpack(walk: Walk, frame: Frame, targets: Tuple, value: Value) -> None:
    if isinstance(value, Seq) and not value.open and len(value.items) == len(targets):
        for target, item in zip(targets, value.items, strict=True):
            assign(walk, frame, target, item)
        return
    if isinstance(value, Union):
        whole = [item for item in value.options if isinstance(item, Seq) and len(item.items) == len(targets)]
        if len(whole) == len([item for item in value.options if not isinstance(item, Const)]):
            for position, target in enumerate(targets):
                assign(walk, frame, target, join([item.items[position] for item in whole]))
            return
    one = objects.element(walk, value)
    for target in targets:
        assign(walk, frame, target, one)


_EVALUATE: dict[str, Callable[[Walk, Frame, Tuple], Value]] = {
    "k": _constant,
    "n": _name,
    "a": _attribute,
    "c": _call,
    "f": _text,
    "d": _dict,
    "l": _list,
    "t": _list,
    "s": _subscript,
    "L": _lambda,
    "i": _conditional,
    "b": _boolean,
    "q": _compare,
    "o": _binary,
    "u": _unary,
    "C": _comprehension,
    "w": _await,
    "y": _yield,
    "*": _starred,
    ":=": _walrus,
    ":": _slice,
}

__all__ = ["NONE", "NO_CALLS", "assign", "bind", "evaluate", "lookup", "make_function", "test", "text"]
