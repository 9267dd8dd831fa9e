"""An expression node and a frame in, the abstract value it has out; calls made on the way are recorded on the walk."""

from __future__ import annotations

from lambdalint.languages.python.interpret import assign, builtin, calls, items, modules, objects, operators
from lambdalint.languages.python.interpret.combine import gather, join, text, truth
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.values import (
    NOTHING,
    Builtin,
    Const,
    Deps,
    Ext,
    Func,
    Map,
    Orders,
    Seq,
    Super,
    Union,
    Unknown,
    Value,
    options,
)
from lambdalint.languages.python.interpret.walk import Condition, Location, Walk
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Tuple = tuple[Any, ...]

LOOP_RUNNERS = frozenset({"asyncio.run", "anyio.run", "trio.run", "uvloop.run", "asgiref.sync.async_to_sync"})


def evaluate(walk: Walk, frame: Frame, node: Tuple) -> Value:
    """The value of an expression."""
    walk.steps += 1
    if walk.steps > walk.limit:
        walk.over(frame.module.path)
        return Unknown()
    return _EVALUATE[node[0]](walk, frame, node)


def test(walk: Walk, frame: Frame, node: Tuple) -> tuple[Value, dict[Location, tuple[str, bool]]]:
    """The value of a condition, and the storage of longer life than an expression that it reads."""
    outer, walk.watch = walk.watch, {}
    value = evaluate(walk, frame, node)
    if node[0] in ("n", "a"):
        items.look(walk, value)  # an empty list or dict counts as false
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
                    if name in frame.nonlocals:
                        location = (id(scope), name)
                        walk.note(location, f"closure variable {name}", scope.phase == "init")
                        return walk.read(location, value) or value
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


def _dict(walk: Walk, frame: Frame, node: Tuple) -> Value:
    made = Map(walk.phase == "init")
    for key, value in node[1]:
        if key is None:
            items.spread(made, evaluate(walk, frame, value))
            continue
        items.put(made, evaluate(walk, frame, key), evaluate(walk, frame, value))
    return made


def _list(walk: Walk, frame: Frame, node: Tuple) -> Value:
    found: list[Value] = []
    is_open = False
    for element in node[1]:
        if element[0] == "*":
            other = evaluate(walk, frame, element[1])
            if isinstance(other, Seq):
                found.extend(other.items)
                is_open = is_open or other.open
            else:
                found.append(items.element(walk, other))
                is_open = True
        else:
            found.append(evaluate(walk, frame, element))
    return Seq(found, _KINDS[node[0]], walk.phase == "init", is_open)


_KINDS = {"l": "list", "t": "tuple", "{": "set"}


def _subscript(walk: Walk, frame: Frame, node: Tuple) -> Value:
    value = evaluate(walk, frame, node[1])
    return items.item(walk, value, evaluate(walk, frame, node[2]), frame, node[3])


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
    return told(value, *gather([source])) if isinstance(value, Union) else value


def told(value: Value, deps: Deps, orders: Orders) -> Value:
    """The value whose constants tell something: which of them it is depends on these."""
    if not deps and not orders:
        return value
    if isinstance(value, Const):
        return Const(value.value, value.deps | deps, value.calls | orders)
    if isinstance(value, Union):
        return Union(tuple(told(part, deps, orders) if isinstance(part, Const) else part for part in value.options))
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


def _comprehension(walk: Walk, frame: Frame, node: Tuple) -> Value:
    _, kind, elements, loops, _ = node
    scope = Frame(frame.module, {}, frame if not frame.is_module else None, frame.function)
    scope.owner = frame.owner
    scope.globals = frame.globals
    scope.is_module, scope.phase = False, walk.phase
    if frame.cls is not None:
        scope.locals.update(frame.locals)
    for target, iterable, conditions, _ in loops:
        values = evaluate(walk, scope, iterable)
        one = items.element(walk, values)
        walk.loops.append(items.turn(one))
        assign.assign(walk, scope, target, one)
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
            items.put(made, key, results[1])
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
    assign.bind(walk, frame, node[1], value)
    return value


def _slice(walk: Walk, frame: Frame, node: Tuple) -> Value:
    for part in node[1]:
        evaluate(walk, frame, part)
    return Builtin("slice")


_EVALUATE: dict[str, Callable[[Walk, Frame, Tuple], Value]] = {
    "k": _constant,
    "n": _name,
    "a": _attribute,
    "c": _call,
    "f": _text,
    "d": _dict,
    "l": _list,
    "t": _list,
    "{": _list,
    "s": _subscript,
    "L": _lambda,
    "i": _conditional,
    "b": _boolean,
    "q": operators.compare,
    "o": operators.binary,
    "u": operators.unary,
    "C": _comprehension,
    "w": _await,
    "y": _yield,
    "*": _starred,
    ":=": _walrus,
    ":": _slice,
}
