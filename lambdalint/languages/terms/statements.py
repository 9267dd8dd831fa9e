"""A statement in, what ended the block around it early out: it changes what the run knows. A function for each kind."""

from __future__ import annotations

from lambdalint.languages.terms import literals, operators
from lambdalint.languages.terms.values import NOTHING, Entry, Known, Record, Scope
from lambdalint.model import Span
from lambdalint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdalint.languages.terms.facts import Term
    from lambdalint.languages.terms.run import Frame, Run, Signal

TURNS = 100  # of one loop


def _expression(run: Run, term: Term, frame: Frame) -> Signal:
    run.evaluate(term.parts[0], frame)
    return None


def _declare(run: Run, term: Term, frame: Frame) -> Signal:
    pattern, given = term.parts
    if term.value == "hoisted" and given.kind == "function" and pattern.value in frame.scope.names:
        return None
    value = NOTHING if given.kind == "hole" else run.evaluate(given, frame)
    literals.bind(run, pattern, value, frame, declare=True, span=run.span(given, frame))
    return None


def _return(run: Run, term: Term, frame: Frame) -> Signal:
    frame.results.append(run.evaluate(term.parts[0], frame) if term.parts else NOTHING)
    return "return"


def _block(run: Run, term: Term, frame: Frame) -> Signal:
    return run.inner(term, frame)


def _try(run: Run, term: Term, frame: Frame) -> Signal:
    body, caught, final = term.parts
    signal = run.inner(body, frame)
    if caught.parts:
        run.fork([lambda: None, lambda: run.inner(caught, frame)])
    ended = run.inner(final, frame)
    return ended or (None if signal == "throw" and caught.parts else signal)


def _throw(run: Run, term: Term, frame: Frame) -> Signal:
    if term.parts:
        run.evaluate(term.parts[0], frame)
    return "throw"


def _jump(run: Run, term: Term, frame: Frame) -> Signal:
    return term.kind


def _enum(run: Run, term: Term, frame: Frame) -> Signal:
    run.store(frame.scope.names, term.value, literals.record(run, term.parts, frame))
    return None


def _export(run: Run, term: Term, frame: Frame) -> Signal:
    value = run.evaluate(term.parts[0], frame)
    if term.value == "default":
        frame.unit.exports["default"] = value
    else:
        frame.unit.exported = value
    return None


def _outer(run: Run, term: Term, frame: Frame) -> Signal:
    frame.scope.outer.update(term.value)
    return None


def _import(run: Run, term: Term, frame: Frame) -> Signal:
    for entry in term.value:
        run.bind_import(entry, frame)
    return None


def _branch(run: Run, term: Term, frame: Frame) -> Signal:
    truth = operators.truth(run.evaluate(term.parts[0], frame), frame.unit.python)
    if truth is not None:
        return run.inner(term.parts[1 if truth else 2], frame)
    return run.fork([lambda: run.inner(term.parts[1], frame), lambda: run.inner(term.parts[2], frame)])


def _each(run: Run, term: Term, frame: Frame) -> Signal:
    pattern, iterated, body = term.parts
    items, complete = literals.iterate(run, run.evaluate(iterated, frame), frame, keys=term.value == "in")
    for item in items[:TURNS]:
        outer = frame.scope
        if not frame.unit.python:
            frame.scope = Scope(outer)
        literals.bind(run, pattern, item.value, frame, declare=True, span=item.span)
        signal = run.inner(body, frame) if complete else run.fork([lambda: None, lambda: run.inner(body, frame)])
        frame.scope = outer
        if signal in ("return", "throw"):
            return signal
        if signal == "break":
            break
    return None


def _loop(run: Run, term: Term, frame: Frame) -> Signal:
    outer = frame.scope
    if not frame.unit.python:
        frame.scope = Scope(outer)
    classic = term.kind == "for"
    test, body = (term.parts[1], term.parts[3]) if classic else (term.parts[0], term.parts[1])
    if classic:
        run.block(term.parts[0].parts, frame)
    signal: Signal = None
    for _ in range(TURNS):
        truth = operators.truth(run.evaluate(test, frame), frame.unit.python) if test.kind != "hole" else None
        if truth is False:
            break
        if truth is None:
            run.fork([lambda: None, lambda: run.inner(body, frame)])
            break
        signal = run.inner(body, frame)
        if signal in ("return", "throw", "break"):
            break
        if classic:
            run.block(term.parts[2].parts, frame)
    frame.scope = outer
    return signal if signal in ("return", "throw") else None


def _switch(run: Run, term: Term, frame: Frame) -> Signal:
    subject = run.evaluate(term.parts[0], frame)
    cases = term.parts[1:]
    tests = [run.evaluate(case.parts[0], frame) if case.parts[0].kind != "hole" else None for case in cases]
    if isinstance(subject, Known) and all(test is None or isinstance(test, Known) for test in tests):
        matching = [number for number, test in enumerate(tests) if test is not None and test == subject]
        default = [number for number, test in enumerate(tests) if test is None]
        if not matching and not default:
            return None
        body = [part for case in cases[(matching or default)[0] :] for part in case.parts[1:]]
        ended = run.block(body, frame)
        return None if ended == "break" else ended
    branches: list[Callable[[], Signal]] = [
        (lambda body=case.parts[1:]: run.block(body, frame))  # type: ignore[misc]
        for case in cases
        if len(case.parts) > 1
    ]
    if None not in tests:
        branches.append(lambda: None)
    signal = run.fork(branches) if branches else None
    return signal if signal in ("return", "throw") else None


def _namespace(run: Run, term: Term, frame: Frame) -> Signal:
    outer = frame.scope
    frame.scope = Scope(outer)
    run.hoist(term.parts, frame)
    run.block(term.parts, frame)
    at = Span(frame.unit.path, *term.at)
    record = Record({name: Entry(value, at, at) for name, value in frame.scope.names.items()})
    frame.scope = outer
    run.store(frame.scope.names, term.value, record)
    return None


def other(run: Run, term: Term, frame: Frame) -> Signal:
    """A statement that does nothing to what is known."""
    return None


RUNNERS: dict[str, Callable[[Run, Term, Frame], Signal]] = {
    "expression": _expression,
    "declare": _declare,
    "return": _return,
    "block": _block,
    "if": _branch,
    "each": _each,
    "for": _loop,
    "while": _loop,
    "switch": _switch,
    "try": _try,
    "throw": _throw,
    "break": _jump,
    "continue": _jump,
    "enum": _enum,
    "namespace": _namespace,
    "export": _export,
    "outer": _outer,
    "import": _import,
}
