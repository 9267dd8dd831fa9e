"""Statements in, their effect on a frame and a walk out; the value of `block` says how it ended."""

from __future__ import annotations

from lambdalint.languages.python.facts import dotted
from lambdalint.languages.python.interpret import classes, loops, modules, operators, presence, protected
from lambdalint.languages.python.interpret.assign import assign, bind, remove
from lambdalint.languages.python.interpret.combine import gather, join, truth
from lambdalint.languages.python.interpret.expressions import evaluate, make_function, test, told
from lambdalint.languages.python.interpret.values import NONE, Const, Map, Seq, Union, Unknown, Value
from lambdalint.languages.python.interpret.walk import Condition, Location, Walk
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.python.interpret.frames import Frame

Tuple = tuple[Any, ...]


def block(walk: Walk, frame: Frame, statements: Tuple) -> str:
    """Run statements; "" when control falls off the end, else "return", "raise" or "loop"."""
    for statement in statements:
        walk.steps += 1
        if walk.steps > walk.limit:
            walk.over(frame.module.path)
            return ""
        operation = statement[0]
        if operation in _PLACED:
            walk.statement = Span(frame.module.path, *statement[-1])
        pending = len(walk.pending)
        ended = _STATEMENTS[operation](walk, frame, statement)
        if len(walk.pending) > pending:
            walk.settle(pending)
        if ended:
            return ended
    return ""


_PLACED = frozenset({"E", "=", "A", "+=", "R", "X"})


def _expression(walk: Walk, frame: Frame, node: Tuple) -> str:
    evaluate(walk, frame, node[1])
    return ""


def _assign(walk: Walk, frame: Frame, node: Tuple) -> str:
    outer, walk.target = walk.target, dotted(node[1][0])
    if walk.phase == "invocation" and node[1][0][0] == "n":
        value, frame.origins[node[1][0][1]] = test(walk, frame, node[2])
    else:
        value = evaluate(walk, frame, node[2])
    walk.target = outer
    for target in node[1]:
        assign(walk, frame, target, value)
    return ""


def _annotated(walk: Walk, frame: Frame, node: Tuple) -> str:
    if frame.cls is not None and node[1][0] == "n":
        frame.cls.fields.append(node[1][1])
        kind = node[2][1] if node[2][0] == "s" else node[2]
        if dotted(kind).rpartition(".")[2] == "InitVar":
            frame.cls.passed.append(node[1][1])
    if node[3] is not None:
        outer, walk.target = walk.target, dotted(node[1])
        value = evaluate(walk, frame, node[3])
        walk.target = outer
        assign(walk, frame, node[1], value)
    return ""


def _augmented(walk: Walk, frame: Frame, node: Tuple) -> str:
    old = evaluate(walk, frame, node[1])
    new = evaluate(walk, frame, node[3])
    if isinstance(old, Seq):
        if isinstance(new, Seq):
            old.items.extend(new.items)
            old.open = old.open or new.open
        return ""
    deps, orders = gather([old, new])
    merges = node[2] == "BitOr" and not (isinstance(old, Map) and old.persistent)
    known = merges or node[2] in ("Add", "Sub")
    both = operators.combined(walk, node[2], old, new, node[1]) if known else Unknown(deps, orders)
    if isinstance(both, Const) and walk.loops:
        both = Unknown(deps | {"loop"}, orders)
    assign(walk, frame, node[1], both)
    return ""


def _return(walk: Walk, frame: Frame, node: Tuple) -> str:
    if node[1] is not None:
        frame.returns.append(told(evaluate(walk, frame, node[1]), NONE, frame.caught))
    elif frame.caught:
        frame.returns.append(Const(None, NONE, frame.caught))
    if frame.function is not None:
        frame.why |= gather(item.value for item in walk.conditions[frame.conditions :])[1]
    return "return"


def _raise(walk: Walk, frame: Frame, node: Tuple) -> str:
    if node[1] is not None:
        evaluate(walk, frame, node[1])
    return "raise"


def _jump(walk: Walk, frame: Frame, node: Tuple) -> str:
    return "loop"


def _if(walk: Walk, frame: Frame, node: Tuple) -> str:
    _, condition, then, otherwise, at = node
    value, seen = test(walk, frame, condition)
    known = truth(value)
    if known is not None and walk.is_sure(seen):
        return _known_branch(walk, frame, then, otherwise, known, seen)
    span = Span(frame.module.path, *at)
    holds = Condition(condition, value, False, span, "", presence.asks(walk, frame, condition, False))
    fails = holds._replace(negated=True, asks=presence.asks(walk, frame, condition, True))
    before = dict(frame.locals)
    first = _branch(walk, frame, then, holds, seen)
    if not otherwise:
        merge(frame, dict(frame.locals), before, first)
        _choose(frame, before, value)
        if first:
            _after(walk, frame, fails._replace(ended=first), seen)
        return ""
    after = dict(frame.locals)
    restore(frame, before)
    second = _branch(walk, frame, otherwise, fails, seen)
    merge(frame, after, dict(frame.locals), first, second)
    _choose(frame, before, value)
    if first and second:
        return first if first == second else "return" if "return" in (first, second) else first
    if first:
        _after(walk, frame, fails._replace(ended=first), seen)
    elif second:
        _after(walk, frame, holds._replace(ended=second), seen)
    return ""


def _known_branch(
    walk: Walk, frame: Frame, then: Tuple, otherwise: Tuple, known: bool, seen: dict[Location, tuple[str, bool]]
) -> str:
    """The one branch that runs; when the test read storage of this invocation, it may be filling an imitated cache."""
    taken = then if known else otherwise
    if not seen:
        return block(walk, frame, taken)
    if not taken:
        if protected.leaves(otherwise if known else then):
            frame.regions.append(walk.open(seen))
        return ""
    region = walk.open(seen)
    ended = block(walk, frame, taken)
    walk.close(region)
    return ended


def _choose(frame: Frame, before: dict[str, Value], condition: Value) -> None:
    """Which of two constants a name holds after a branch tells what the condition asked."""
    orders = gather([condition])[1]
    if orders:
        for name, value in frame.locals.items():
            if isinstance(value, Union) and value is not before.get(name):
                frame.locals[name] = told(value, NONE, orders)


def _branch(
    walk: Walk, frame: Frame, statements: Tuple, condition: Condition, seen: dict[Location, tuple[str, bool]]
) -> str:
    """Run one branch under its condition; code that runs because storage was empty may be filling a cache."""
    depth = len(walk.conditions)
    walk.conditions.append(condition)
    region = walk.open(seen) if seen and statements else None
    ended = block(walk, frame, statements)
    if region is not None:
        walk.close(region)
    del walk.conditions[depth:]
    return ended


def _after(walk: Walk, frame: Frame, condition: Condition, seen: dict[Location, tuple[str, bool]]) -> None:
    """What follows an early exit runs under the opposite of its condition."""
    walk.conditions.append(condition)
    if seen and not frame.is_module:
        frame.regions.append(walk.open(seen))


def restore(frame: Frame, names: dict[str, Value]) -> None:
    """Make these the names in scope."""
    frame.locals.clear()
    frame.locals.update(names)


def merge(
    frame: Frame, first: dict[str, Value], second: dict[str, Value], first_ended: str, second_ended: str = ""
) -> None:
    """The names after two branches: what either may have bound, unless it did not get here.

    What a branch bound before it left a loop is there after the loop.
    """
    first_ended, second_ended = first_ended.replace("loop", ""), second_ended.replace("loop", "")
    if first_ended and not second_ended:
        merged = second
    elif second_ended and not first_ended:
        merged = first
    else:
        merged = dict(second)
        for name, value in first.items():
            other = second.get(name)
            merged[name] = value if other is None or other is value else join([value, other])
    restore(frame, merged)


def _def(walk: Walk, frame: Frame, node: Tuple) -> str:
    function = make_function(walk, frame, node[1])
    value = classes.decorate_function(walk, frame, function)
    bind(walk, frame, function.name, value)
    return ""


def _class(walk: Walk, frame: Frame, node: Tuple) -> str:
    classes.define(walk, frame, node)
    return ""


def _import(walk: Walk, frame: Frame, node: Tuple) -> str:
    for module, alias in node[1]:
        modules.bind_import(walk, frame, module, alias)
    return ""


def _import_from(walk: Walk, frame: Frame, node: Tuple) -> str:
    modules.bind_from(walk, frame, node[1], node[2], node[3])
    return ""


def _global(walk: Walk, frame: Frame, node: Tuple) -> str:
    frame.globals.update(node[1])
    return ""


def _nonlocal(walk: Walk, frame: Frame, node: Tuple) -> str:
    frame.nonlocals.update(node[1])
    return ""


def _delete(walk: Walk, frame: Frame, node: Tuple) -> str:
    for target in node[1]:
        remove(walk, frame, target)
    return ""


def _assert(walk: Walk, frame: Frame, node: Tuple) -> str:
    value, _ = test(walk, frame, node[1])
    if truth(value) is None:
        walk.conditions.append(Condition(node[1], value, False, Span(frame.module.path, *node[2]), "raise"))
    return ""


def _match(walk: Walk, frame: Frame, node: Tuple) -> str:
    _, subject, cases, at = node
    value, seen = test(walk, frame, subject)
    deps, orders = gather([value])
    span = Span(frame.module.path, *at)
    ends_: list[str] = []
    before = dict(frame.locals)
    merged: list[dict[str, Value]] = []
    for captures, guard, body, constants in cases:
        if isinstance(value, Const) and not value.deps and constants and value.value not in constants:
            continue
        restore(frame, before)
        for name in captures:
            frame.locals[name] = Unknown(deps, orders)
        depth = len(walk.conditions)
        walk.conditions.append(Condition(subject, Unknown(deps, orders), False, span, ""))
        if guard is not None:
            test(walk, frame, guard)
        region = walk.open(seen) if seen else None
        ended = block(walk, frame, body)
        if region is not None:
            walk.close(region)
        del walk.conditions[depth:]
        ends_.append(ended)
        if not ended:
            merged.append(dict(frame.locals))
    restore(frame, before)
    for names in merged:
        merge(frame, names, dict(frame.locals), "")
    has_default = any(not constants and guard is None for _, guard, _, constants in cases)
    if ends_ and all(ends_) and has_default:
        return ends_[0]
    return ""


_STATEMENTS: dict[str, Callable[[Walk, Frame, Tuple], str]] = {
    "E": _expression,
    "=": _assign,
    "A": _annotated,
    "+=": _augmented,
    "R": _return,
    "X": _raise,
    "I": _if,
    "F": loops.for_,
    "W": loops.while_,
    "T": protected.try_,
    "H": protected.with_,
    "D": _def,
    "K": _class,
    "M": _import,
    "O": _import_from,
    "G": _global,
    "N": _nonlocal,
    "J": _jump,
    "Z": _delete,
    "S": _assert,
    "V": _match,
}
