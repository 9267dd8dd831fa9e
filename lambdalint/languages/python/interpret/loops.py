"""`for` and `while` in, how they ended out: a body is run once, for every turn it may take."""

from __future__ import annotations

from lambdalint.languages.python.interpret import items, statements
from lambdalint.languages.python.interpret.assign import assign
from lambdalint.languages.python.interpret.combine import gather, join, truth
from lambdalint.languages.python.interpret.expressions import evaluate, test
from lambdalint.languages.python.interpret.values import Const, Union, Unknown
from lambdalint.languages.python.interpret.walk import Condition
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.values import Value
    from lambdalint.languages.python.interpret.walk import Walk

Tuple = tuple[Any, ...]

_TURN = Unknown()  # what a flag may be after the last turn of a loop


def for_(walk: Walk, frame: Frame, node: Tuple) -> str:
    """Run the body for what is gone through, then `else`; how it ended."""
    _, target, iterable, body, otherwise, _, _ = node
    values = evaluate(walk, frame, iterable)
    one = items.element(walk, values)
    assign(walk, frame, target, one)
    walk.loops.append(items.turn(one))
    depth = len(walk.conditions)
    before = dict(frame.locals)
    _widen(walk, frame, body)
    statements.block(walk, frame, body)
    del walk.conditions[depth:]
    walk.loops.pop()
    _after_loop(frame, before)
    if otherwise:
        statements.block(walk, frame, otherwise)
        del walk.conditions[depth:]
    return ""


def while_(walk: Walk, frame: Frame, node: Tuple) -> str:
    """Run the body as long as the test may hold, then `else`; how it ended."""
    _, condition, body, otherwise, at = node
    value, seen = test(walk, frame, condition)
    if truth(value) is False and not seen:
        return ""
    walk.loops.append(gather([value])[0])
    depth = len(walk.conditions)
    if truth(value) is None:
        walk.conditions.append(Condition(condition, value, False, Span(frame.module.path, *at), ""))
    before = dict(frame.locals)
    _widen(walk, frame, body)
    ended = statements.block(walk, frame, body)
    del walk.conditions[depth:]
    walk.loops.pop()
    _after_loop(frame, before)
    if ended in ("return", "raise") and truth(value) is True:
        return ended
    if otherwise:
        statements.block(walk, frame, otherwise)
    return ""


def _widen(walk: Walk, frame: Frame, body: Tuple) -> None:
    """A flag that a loop's body sets is, at its start, what it was before or what the last turn left."""
    flags = [
        name
        for name, value in frame.locals.items()
        if isinstance(value, Const) and (value.value is None or isinstance(value.value, bool)) and not value.deps
    ]
    if not flags or frame.function is None:
        return
    known = walk.bound.get(id(body))
    if known is None:
        known = walk.bound[id(body)] = (body, frozenset(_bound(body)))
    for name in flags:
        if name in known[1]:
            frame.locals[name] = Union((frame.locals[name], _TURN))


def _after_loop(frame: Frame, before: dict[str, Value]) -> None:
    """The names after a loop: what its body bound, or what they were before."""
    for name, value in frame.locals.items():
        if isinstance(value, Union) and _TURN in value.options:
            frame.locals[name] = join([option for option in value.options if option is not _TURN])
    statements.merge(frame, dict(frame.locals), before, "")


def _bound(body: Tuple) -> Iterator[str]:
    """The names that statements assign, those in their blocks included."""
    for statement in body:
        operation = statement[0]
        if operation == "=":
            yield from (target[1] for target in statement[1] if target[0] == "n")
        elif operation == "I":
            yield from _bound(statement[2])
            yield from _bound(statement[3])
        elif operation in ("F", "W", "H"):
            yield from _bound(statement[3 if operation == "F" else 2])
        elif operation == "T":
            for block in (statement[1], statement[3], statement[4], *(handler[2] for handler in statement[2])):
                yield from _bound(block)
