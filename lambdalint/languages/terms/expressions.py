"""An expression and the names around it in, what it comes to out: one function for each kind."""

from __future__ import annotations

from lambdalint.languages.terms import access, calls, literals, operators
from lambdalint.languages.terms.values import (
    NOTHING,
    Array,
    Known,
    Opaque,
    Regex,
    brief,
    concatenate,
    join,
)
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.terms.facts import Term
    from lambdalint.languages.terms.run import Frame, Run


def _constant(run: Run, term: Term, frame: Frame) -> Any:
    return Known(term.value)


def _name(run: Run, term: Term, frame: Frame) -> Any:
    names = frame.scope.holder(term.value)
    if names is not None:
        return calls.settled(run, names[term.value])
    return access.of_language(run, term.value, frame)


def _this(run: Run, term: Term, frame: Frame) -> Any:
    return frame.this if frame.this is not None else Opaque("this")


def _super(run: Run, term: Term, frame: Frame) -> Any:
    return calls.Above(frame.this, frame.home)


def _attribute(run: Run, term: Term, frame: Frame) -> Any:
    return access.get(run, run.evaluate(term.parts[0], frame), term.value, frame)


def _index(run: Run, term: Term, frame: Frame) -> Any:
    owner = run.evaluate(term.parts[0], frame)
    if term.parts[1].kind == "slice":
        return literals.cut(run, owner, [_bound(run, part, frame) for part in term.parts[1].parts])
    return access.get_item(run, owner, run.evaluate(term.parts[1], frame), frame)


def _bound(run: Run, term: Term, frame: Frame) -> Any:
    return NOTHING if term.kind == "hole" else run.evaluate(term, frame)


def _call(run: Run, term: Term, frame: Frame) -> Any:
    callee = run.evaluate(term.parts[0], frame)
    args, keywords = calls.arguments(run, term.parts[1:], frame)
    return calls.call(run, callee, args, keywords, calls.Site(term, frame))


def _new(run: Run, term: Term, frame: Frame) -> Any:
    callee = run.evaluate(term.parts[0], frame)
    args, keywords = calls.arguments(run, term.parts[1:], frame)
    return calls.call(run, callee, args, keywords, calls.Site(term, frame), new=True)


def _object(run: Run, term: Term, frame: Frame) -> Any:
    return literals.record(run, term.parts, frame)


def _array(run: Run, term: Term, frame: Frame) -> Any:
    items, complete = literals.elements(run, term.parts, frame)
    return Array(items, complete)


def _template(run: Run, term: Term, frame: Frame) -> Any:
    return concatenate([run.evaluate(part, frame) for part in term.parts])


def _regex(run: Run, term: Term, frame: Frame) -> Any:
    return Regex(term.parts[0].value, term.parts[1].value)


def _conditional(run: Run, term: Term, frame: Frame) -> Any:
    truth = operators.truth(run.evaluate(term.parts[0], frame), frame.unit.python)
    if truth is not None:
        return run.evaluate(term.parts[1 if truth else 2], frame)
    values: list[Any] = []
    run.fork([lambda: values.append(run.evaluate(term.parts[1], frame)),
              lambda: values.append(run.evaluate(term.parts[2], frame))])  # fmt: skip
    return join(values)


def _binary(run: Run, term: Term, frame: Frame) -> Any:
    left = run.evaluate(term.parts[0], frame)
    if term.value in ("&&", "||", "??"):
        truth = operators.present(left) if term.value == "??" else operators.truth(left, frame.unit.python)
        if truth is not None:
            return left if truth is (term.value != "&&") else run.evaluate(term.parts[1], frame)
        values: list[Any] = [NOTHING if term.value == "&&" else left]  # what is left of `&&` counts when it is falsy
        run.fork([lambda: None, lambda: values.append(run.evaluate(term.parts[1], frame))])
        return join(values)
    return operators.operate(term.value, left, run.evaluate(term.parts[1], frame), frame.unit.python)


def _unary(run: Run, term: Term, frame: Frame) -> Any:
    value = run.evaluate(term.parts[0], frame)
    if term.value == "!":
        truth = operators.truth(value, frame.unit.python)
        return Opaque("!" + brief(value)) if truth is None else Known(not truth)
    if isinstance(value, Known) and isinstance(value.value, (int, float)) and term.value in ("-", "+"):
        return Known(-value.value if term.value == "-" else value.value)
    if term.value == "void":
        return NOTHING
    return Opaque(term.value + brief(value))


def _assign(run: Run, term: Term, frame: Frame) -> Any:
    target, given = term.parts
    if term.value in ("=", ":="):
        value = run.evaluate(given, frame)
    else:
        old = run.evaluate(target, frame)
        sign = term.value[:-1]
        if sign in ("&&", "||", "??"):
            truth = operators.present(old) if sign == "??" else operators.truth(old, frame.unit.python)
            if truth is not None and truth is (sign != "&&"):
                return old
            value = run.evaluate(given, frame)
            if truth is None:
                value = join([old, value])
        else:
            value = operators.operate(sign, old, run.evaluate(given, frame), frame.unit.python)
    literals.bind(run, target, value, frame, declare=False, span=run.span(given, frame))
    return value


def _sequence(run: Run, term: Term, frame: Frame) -> Any:
    value: Any = NOTHING
    for part in term.parts:
        value = run.evaluate(part, frame)
    return value


def _function(run: Run, term: Term, frame: Frame) -> Any:
    return run.define(term.value, frame)


def _class(run: Run, term: Term, frame: Frame) -> Any:
    return run.define_class(term.value, frame)


def _comprehension(run: Run, term: Term, frame: Frame) -> Any:
    return literals.comprehend(run, term, frame)


def other(run: Run, term: Term, frame: Frame) -> Any:
    """An expression of a kind that says nothing: what is inside runs all the same."""
    for part in term.parts:
        run.evaluate(part, frame)
    return Opaque(str(term.value or term.kind))


READERS: dict[str, Callable[[Run, Term, Frame], Any]] = {
    "constant": _constant,
    "name": _name,
    "this": _this,
    "super": _super,
    "attribute": _attribute,
    "index": _index,
    "call": _call,
    "new": _new,
    "object": _object,
    "array": _array,
    "template": _template,
    "regex": _regex,
    "conditional": _conditional,
    "binary": _binary,
    "unary": _unary,
    "assign": _assign,
    "sequence": _sequence,
    "function": _function,
    "class": _class,
    "comprehension": _comprehension,
}
