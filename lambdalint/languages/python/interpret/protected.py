"""`try` and `with` in, how they ended out: what runs under them is recorded with what is caught and is around it."""

from __future__ import annotations

from lambdalint.languages.python.facts import dotted
from lambdalint.languages.python.interpret import calls, objects, statements
from lambdalint.languages.python.interpret.assign import assign
from lambdalint.languages.python.interpret.combine import join
from lambdalint.languages.python.interpret.expressions import evaluate, told
from lambdalint.languages.python.interpret.values import NO_CALLS, NONE, Ext, Obj, Seq, Union, Unknown, Value, options
from lambdalint.model import Span, Try, Within
from lambdalint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambdalint.languages.python.interpret.frames import Frame
    from lambdalint.languages.python.interpret.walk import Location, Walk

Tuple = tuple[Any, ...]


def try_(walk: Walk, frame: Frame, node: Tuple) -> str:
    """Run `try` with its handlers, `else` and `finally`; how it ended."""
    _, body, handlers, otherwise, final, at = node
    catches = tuple(caught for handler in handlers for caught in _caught(handler))
    asks = any(name in _MISSING for name, _ in catches)
    outer = walk.watch
    if asks:
        walk.watch = {}
    if handlers:
        walk.tries.append(Try(catches, Span(frame.module.path, *at), len(walk.hops)))
    before = dict(frame.locals)
    first = len(walk.calls)
    ended = statements.block(walk, frame, body)
    asked = frozenset(call.order for call in walk.calls[first:]) if handlers else NO_CALLS
    if handlers:
        walk.tries.pop()
    seen: dict[Location, tuple[str, bool]] = {}
    if asks:
        seen, walk.watch = walk.watch or {}, outer
        if outer is not None:
            outer.update(seen)
    if not ended and otherwise:
        ended = statements.block(walk, frame, otherwise)
    ends = [ended, *_handlers(walk, frame, handlers, before, ended, asked, seen)]
    if asked:
        # What is left in a name tells how the calls went: a flag that only the handler, or only the body, has set.
        for name, value in frame.locals.items():
            if isinstance(value, Union) and value is not before.get(name):
                frame.locals[name] = told(value, NONE, asked)
    if final:
        final_ended = statements.block(walk, frame, final)
        if final_ended:
            return final_ended
    if all(ends):
        return "return" if "return" in ends else ends[0]
    if ended and seen and not frame.is_module:
        frame.regions.append(walk.open(seen))  # only where something was missing does it get here
    return ""


def _handlers(
    walk: Walk,
    frame: Frame,
    handlers: Tuple,
    before: dict[str, Value],
    ended: str,
    asked: frozenset[int],
    seen: dict[Location, tuple[str, bool]],
) -> list[str]:
    """Run each handler; how each ended. before: the names when the body began, which may have failed anywhere in it.

    ended: how the body did. asked: the calls in it. seen: the storage that it looked into.
    """
    ends: list[str] = []
    result = dict(frame.locals)
    walk.branches += 1
    walk.recovering += 1
    caught, frame.caught = frame.caught, frame.caught | asked
    for kind, name, inside, _ in handlers:
        start = dict(before)
        for bound, value in result.items():
            start.setdefault(bound, value)
        after = dict(frame.locals)
        statements.restore(frame, start)
        if kind is not None:
            evaluate(walk, frame, kind)
        if name:
            frame.locals[name] = Unknown()
        region = walk.open(seen) if seen else None
        own = len(walk.conditions)
        handler_ended = statements.block(walk, frame, inside)
        del walk.conditions[own:]
        if region is not None:
            walk.close(region)
        if not handler_ended:
            frame.passed |= asked
        statements.merge(frame, after, dict(frame.locals), "" if ends else ended, handler_ended)
        ends.append(handler_ended)
    walk.branches -= 1
    walk.recovering -= 1
    frame.caught = caught
    return ends


_MISSING = frozenset({"KeyError", "NameError", "AttributeError", "LookupError", "UnboundLocalError", "Exception", ""})


def _caught(handler: Tuple) -> list[tuple[str, str]]:
    """The exceptions a handler names, and the error codes it compares with, each with how it leaves the handler."""
    kind, _, inside, _ = handler
    if kind is None:
        names = [""]
    elif kind[0] == "t":
        names = [dotted(item).rpartition(".")[2] for item in kind[1]]
    else:
        names = [dotted(kind).rpartition(".")[2]]
    left = leaves(inside)
    return [*((name, left) for name in names), *((code, leaves(inside, code)) for code in _codes(inside))]


def _codes(node: Tuple, depth: int = 0) -> list[str]:
    """Constants in a handler's body that look like the name of an error."""
    found: list[str] = []
    if depth > 12:
        return found
    if len(node) == 2 and node[0] == "k":
        text = node[1]
        if isinstance(text, str) and text.isidentifier() and text[:1].isupper() and len(text) > 8:
            found.append(text)
        return found
    for part in node:
        if type(part) is tuple and part and type(part[0]) is not int:  # which is a place
            found += _codes(part, depth + 1)
    return found


_WEAKEST = ("", "loop", "return", "raise")  # from the one that stops least


def leaves(statements: Tuple, code: str = "") -> str:
    """How a block is left at worst: "raise", "return", "loop", or "" when control may fall off its end.

    code: an error code that is known to hold, so that a test that compares with it has one branch only.
    """
    partly = "raise"
    for statement in statements:
        operation = statement[0]
        way = ""
        if operation in ("R", "X", "J"):
            way = {"R": "return", "X": "raise", "J": "loop"}[operation]
        elif operation == "I":
            holds = _holds(statement[1], code) if code else None
            ways = [leaves(statement[2], code), leaves(statement[3], code)]
            if holds is not None:
                way = ways[0] if holds else ways[1]
            elif all(ways):
                way = min(ways, key=_WEAKEST.index)
            else:
                partly = min([partly, *filter(None, ways)], key=_WEAKEST.index)
        elif operation == "H":
            way = leaves(statement[2], code)
            if way and any(dotted(item[0]).rpartition(".")[2] == "suppress" for item in statement[1]):
                partly, way = min(partly, way, key=_WEAKEST.index), ""
        elif operation == "T":
            ways = [leaves(statement[1], code), *(leaves(handler[2], code) for handler in statement[2])]
            way = leaves(statement[4], code) or (min(ways, key=_WEAKEST.index) if all(ways) else "")
        elif operation == "E" and dotted(statement[1]) in ("sys.exit", "exit", "os._exit"):
            way = "raise"
        if way:
            return min(partly, way, key=_WEAKEST.index)
    return ""


def _holds(test: Tuple, code: str) -> bool | None:
    """Whether a comparison with an error code holds when that is the code; None when it is another test."""
    if test[0] == "u" and test[1] == "Not":
        inner = _holds(test[2], code)
        return None if inner is None else not inner
    if test[0] != "q" or len(test[2]) != 1 or code not in _codes((test[1], *test[3])):
        return None
    return {"Eq": True, "In": True, "NotEq": False, "NotIn": False}.get(test[2][0])


def with_(walk: Walk, frame: Frame, node: Tuple) -> str:
    """Run a body inside what it enters; how it ended."""
    _, items, body, at = node
    for number, (expression, _, place) in enumerate(items):
        if _suppresses(walk, frame, expression):
            inner = (("H", items[number + 1 :], body, at),) if items[number + 1 :] else body
            kinds = tuple(kind[1] if kind[0] == "*" else kind for kind in expression[2])
            tried = ("T", inner, ((("t", kinds), "", (), place),), (), (), place)
            return with_(walk, frame, ("H", items[:number], (tried,), at)) if number else try_(walk, frame, tried)
    entered: list[Value] = []
    within = len(walk.within)
    for expression, target, place in items:
        walk.statement = Span(frame.module.path, *place)
        walk.target = dotted(target) if target is not None else ""
        value = evaluate(walk, frame, expression)
        walk.target = ""
        bound = _enter(walk, frame, value, place)
        entered.append(value)
        if target is not None:
            assign(walk, frame, target, bound)
    ended = statements.block(walk, frame, body)
    for value in entered:
        for option in options(value):
            if isinstance(option, Obj):
                for name in ("__exit__", "__aexit__"):
                    method = objects.find_method(option.cls, name)
                    if method is not None:
                        calls.call(
                            walk, frame, objects.attribute(walk, option, name, items[0][2], frame), [], items[0][2]
                        )
    del walk.within[within:]
    return ended


def _suppresses(walk: Walk, frame: Frame, expression: Tuple) -> bool:
    """`suppress(KeyError)`, which is a `try` whose handler does nothing."""
    if expression[0] != "c" or not (expression[1][0] == "n" or dotted(expression).endswith(".suppress")):
        return False
    callee = evaluate(walk, frame, expression[1])
    return isinstance(callee, Ext) and callee.path == "contextlib.suppress"


def _enter(walk: Walk, frame: Frame, value: Value, place: Any) -> Value:
    results: list[Value] = []
    for option in options(value):
        if isinstance(option, Obj):
            for name in ("__enter__", "__aenter__"):
                if objects.find_method(option.cls, name) is not None:
                    method = objects.attribute(walk, option, name, place, frame)
                    results.append(calls.call(walk, frame, method, [], place))
                    break
            else:
                results.append(option)
        elif isinstance(option, Seq) and option.kind == "generator":
            results.extend(option.items)
        elif isinstance(option, Ext):
            made = option.made_by
            if made is not None and option.path.endswith("()"):
                made.entered = True
                walk.within.append(Within(option.path[:-2], (), {}, made.span))
            results.append(option)
        else:
            results.append(option)
    return join(results)
