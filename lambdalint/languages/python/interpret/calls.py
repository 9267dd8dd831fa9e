"""A callable value and its arguments in, what the call returns out: into functions of the project the walk goes in,
what leaves the project is recorded, and functions handed to the outside are taken to be called by it.
"""

from __future__ import annotations

from lambdalint.languages.python.facts import unpack
from lambdalint.languages.python.interpret import (
    builtin,
    classes,
    items,
    objects,
    outside,
    statements,
    wellknown,
)
from lambdalint.languages.python.interpret.combine import gather, join, origin
from lambdalint.languages.python.interpret.expressions import told
from lambdalint.languages.python.interpret.frames import Frame
from lambdalint.languages.python.interpret.symbols import symbol
from lambdalint.languages.python.interpret.values import (
    EVENT,
    NO_CALLS,
    NONE,
    Bound,
    Builtin,
    Class,
    Const,
    EnvVar,
    Ext,
    Func,
    Map,
    Obj,
    Partial,
    Seq,
    Text,
    Union,
    Unknown,
    Value,
)
from lambdalint.languages.python.interpret.walk import DEPTH, Told, Walk, is_event, promote
from lambdalint.model import Hop, Place, Span, Within
from lambdalint.typed import Any

Tuple = tuple[Any, ...]

SHARE = 5_000  # steps spent in one function with ever other arguments after which it holds no more news
NESTED = 6  # how deep two arguments are compared: a value may hold itself
RAISED = 6  # conditions under which a function raises that its caller's further way is said to depend on


class Arguments:
    """The arguments of a call. open: more may come from a * or ** that cannot be told; they depend on deps."""

    __slots__ = ("deps", "keywords", "open", "orders", "positional")

    def __init__(self, positional: list[Value] | None = None, keywords: dict[str, Value] | None = None) -> None:
        self.positional: list[Value] = positional if positional is not None else []
        self.keywords: dict[str, Value] = keywords if keywords is not None else {}
        self.open = False
        self.deps: frozenset[str] = frozenset()
        self.orders: frozenset[int] = frozenset()

    def spread(self, value: Value) -> None:
        """`*value`."""
        if isinstance(value, Seq) and not value.open:
            self.positional.extend(value.items)
        else:
            self._loosen(value)

    def spread_keywords(self, value: Value) -> None:
        """`**value`."""
        if isinstance(value, Map):
            for key, item in value.entries.items():
                if isinstance(key, str):
                    self.keywords.setdefault(key, item)
            if not value.others:
                return
        elif isinstance(value, Union) and all(isinstance(item, Map) and not item.others for item in value.options):
            for item in value.options:
                self.spread_keywords(item)
            return
        self._loosen(value)

    def _loosen(self, value: Value) -> None:
        deps, orders = gather([value])
        self.open = True
        self.deps |= deps
        self.orders |= orders

    def prefixed(self, *values: Value) -> Arguments:
        """The same with values before the positional ones."""
        other = Arguments([*values, *self.positional], self.keywords)
        other.open, other.deps, other.orders = self.open, self.deps, self.orders
        return other

    def values(self) -> list[Value]:
        """All values given, one unknown standing for those that cannot be told."""
        given = [*self.positional, *self.keywords.values()]
        if self.open:
            given.append(Unknown(self.deps, self.orders))
        return given


def call(walk: Walk, frame: Frame, callee: Value, given: list[Value], at: Place) -> Value:
    """Call with positional arguments, for calls that Python makes by itself (properties, `__enter__`, decorators)."""
    return invoke(walk, frame, callee, Arguments(given), at, ("k", None))


def invoke(walk: Walk, frame: Frame, callee: Value, given: Arguments, at: Place, node: Tuple) -> Value:
    """Call a value."""
    if isinstance(callee, Func):
        if callee.others:
            walk.branches += 1
            results = [invoke(walk, frame, item, given, at, node) for item in callee.others]
            results.append(_function(walk, frame, callee, given, at))
            walk.branches -= 1
            return join(results)
        return _function(walk, frame, callee, given, at)
    if isinstance(callee, Bound):
        if isinstance(callee.function, Partial) and isinstance(callee.owner, Const):
            return invoke(walk, frame, callee.function, given, at, node)
        return invoke(walk, frame, callee.function, given.prefixed(callee.owner), at, node)
    if isinstance(callee, Ext):
        return outside.call_outside(walk, frame, callee, given, at, node)
    if isinstance(callee, Builtin):
        return builtin.call(walk, frame, callee, given, at, node)
    if isinstance(callee, Class):
        return classes.instantiate(walk, frame, callee, given, at, node)
    if isinstance(callee, Partial):
        merged = given.prefixed(*callee.args)
        merged.keywords = {**callee.keywords, **given.keywords}
        return invoke(walk, frame, callee.function, merged, at, node)
    if isinstance(callee, Union):
        walk.branches += 1
        parts = [item for item in callee.options if not (isinstance(item, Const) and item.value is None)]
        if len(parts) == 1:
            walk.branches -= 1
            return invoke(walk, frame, parts[0], given, at, node)
        result = join([invoke(walk, frame, item, given, at, node) for item in parts]) if parts else Unknown()
        walk.branches -= 1
        return result
    if isinstance(callee, Obj):
        method = objects.find_method(callee.cls, "__call__")
        if method is not None:
            return invoke(walk, frame, Bound(method, callee), given, at, node)
        if callee.outer is not None:
            if walk.phase == "invocation" and sum(map(is_event, given.positional)) >= 2:
                # What a class method from outside gave as the handler runs the methods of its class.
                outside.run_callback(walk, frame, callee, [], EVENT, at)
            return outside.call_outside(walk, frame, callee.outer, given, at, node)
    values = given.values()
    deps, orders = gather([callee, *values])
    if walk.phase == "invocation":
        for value in values:
            for function in outside.handed(value):
                outside.run_callback(walk, frame, function, [], deps, at)
    return Unknown(deps, orders)


# -------------------------------------------------------------------------------------------- into the project


def _function(walk: Walk, frame: Frame, function: Func, given: Arguments, at: Place) -> Value:
    if walk.depth >= DEPTH:
        if id(function.node) not in {key[0] for key in walk.stack}:
            walk.leaves_out(function, f"is not followed: it is called {DEPTH} calls deep")
        return Unknown(*gather(given.values()))
    if walk.steps > walk.limit and walk.over(frame.module.path, at):
        return Unknown(*gather(given.values()))
    names = _bind(function, given)
    if function.wraps and wellknown.injects(function):
        from lambdalint.languages.python.interpret import injector

        injector.fill(walk, frame, function, names, at)
    key = (id(function.node), id(function.closure), tuple([(name, _mark(value)) for name, value in names.items()]))
    if key in walk.stack:
        return Unknown(*gather(given.values()))
    known = walk.memo.setdefault((key, walk.effort()), [])
    around = walk.around()
    for before, result, ends in known:
        if before <= around:
            held = set(map(id, walk.conditions))
            walk.conditions.extend(item for item in ends if id(item) not in held)
            return result
    spent, last = walk.spent.get(function.identity, (0, None))
    if last is not None and spent > SHARE:
        walk.leaves_out(function, f"took more than {SHARE} steps: what it does with further arguments is not followed")
        return last
    walk.keep.append((function, given))
    steps, depth = walk.steps, len(walk.conditions)
    result = _run(walk, frame, function, names, given, at, key)
    known.append(Told(around, result, tuple(walk.conditions[depth:])))
    walk.spent[function.identity] = (spent + walk.steps - steps, result)
    return result


def _run(
    walk: Walk, frame: Frame, function: Func, names: dict[str, Value], given: Arguments, at: Place, key: Tuple
) -> Value:
    scope = Frame(function.module, names, function.closure, function)
    scope.phase = walk.phase
    scope.conditions = len(walk.conditions)
    base, walk.base = walk.base, scope.conditions
    walk.stack.append(key)
    walk.depth += 1
    walk.hops.append(Hop(_qualified(function), Span(frame.module.path, *at)))
    outer = (walk.statement, walk.target, walk.watch if function.cached else None)
    conditions, tries, within, pending = len(walk.conditions), len(walk.tries), len(walk.within), walk.pending
    walk.pending = []
    start = len(walk.calls)
    region = _cache_region(walk, function, names) if function.cached else None
    walk.within.extend(_given(item, names) for item in function.decorators)
    for wrapper in function.wraps:
        if isinstance(wrapper, Ext) and wrapper.callbacks and walk.phase == "invocation":
            outside.fire(walk, frame, wrapper, at, but=function, up=False)
    if function.statements is None:
        function.statements = unpack(function.node[2])
    ended = statements.block(walk, scope, function.statements)
    if not ended and scope.returns and all(isinstance(value, Const) for value in scope.returns):
        _fall_off(scope)
    for opened in scope.regions:
        walk.close(opened)
    if region is not None:
        walk.close(region)
        if region.why:
            for emitted in walk.calls[start:]:
                emitted.imitation = emitted.imitation or region.why
    walk.base = base
    raised = [item for item in walk.conditions[conditions:] if item.ended == "raise"]
    del walk.conditions[conditions:]
    walk.conditions.extend(raised[-RAISED:])
    del walk.tries[tries:]
    del walk.within[within:]
    walk.pending = pending
    walk.statement, walk.target = outer[0], outer[1]
    walk.hops.pop()
    walk.depth -= 1
    walk.stack.pop()
    if "g" in function.node[6]:
        return Seq(list(scope.yields), "generator", walk.phase == "init", True)
    result = told(join(scope.returns), NONE, scope.why if len(scope.returns) > 1 else NO_CALLS)
    if region is not None and region.lasting:
        result = walk.once.setdefault(key, result)  # what it keeps is the same for each that asks
        promote(result)
    return result


def _fall_off(scope: Frame) -> None:
    """A function that answers yes or no, or whose handler passed a failure over, answers None where it just ends."""
    if scope.passed or all(isinstance(value, Const) and isinstance(value.value, bool) for value in scope.returns):
        scope.returns.append(Const(None, NONE, scope.passed))


def _given(decorator: Within, names: dict[str, Value]) -> Within:
    """A decorator whose argument names a parameter of the function is about what the caller gives for it."""
    about = {
        keyword: symbol(names[value.constant])
        for keyword, value in decorator.keywords.items()
        if isinstance(value.constant, str) and value.constant in names
    }
    return decorator._replace(keywords={**decorator.keywords, **about}) if about else decorator


def _cache_region(walk: Walk, function: Func, names: dict[str, Value]) -> Any:
    """A cached function runs once for each set of arguments."""
    mark = (id(function.node), "()")
    region = walk.open({mark: (function.cached, True)})
    region.written = region.lasting = True
    region.how = function.cached
    for name, value in names.items():
        deps, _ = gather([value])
        fresh = deps & {"time", "random", "request-id"}
        if fresh:
            region.why = f"{function.cached} keeps nothing: argument {name} is new each time"
        elif is_event(value):
            region.why = f"{function.cached} keeps nothing: argument {name} is the {value.role}"  # type: ignore[union-attr]
        elif isinstance(value, Obj) and not value.persistent:
            region.why = f"{function.cached} keeps nothing: the object it is called on is new at each invocation"
    if function.fresh or (function.closure is not None and function.closure.phase == "invocation"):
        region.why = f"{function.cached} keeps nothing: the function is defined anew at each invocation"
    if id(function.node) in walk.cleared:
        region.why = f"{function.cached} is cleared in the handler"
    if region.why:
        region.written = region.lasting = False
    return region


def _qualified(function: Func) -> str:
    return f"{function.owner.name}.{function.name}" if function.owner is not None else function.name


def _bind(function: Func, given: Arguments) -> dict[str, Value]:
    names: dict[str, Value] = {}
    position = 0
    keywords = dict(given.keywords)
    missing = Unknown(given.deps, given.orders)
    for name, kind, _, _ in function.node[1]:
        if kind == "p":
            if position < len(given.positional):
                names[name] = given.positional[position]
                position += 1
            elif name in keywords:
                names[name] = keywords.pop(name)
            elif given.open:
                names[name] = missing
            else:
                names[name] = function.defaults.get(name) or Unknown()
        elif kind == "*":
            names[name] = Seq(list(given.positional[position:]), "tuple", False, given.open)
            position = len(given.positional)
        elif kind == "k":
            value = keywords.pop(name, None) or function.defaults.get(name)
            names[name] = value if value is not None else missing
        else:
            rest = Map()
            for key, value in keywords.items():
                items.put(rest, Const(key), value)
            if given.open:
                rest.others.append(missing)
            rest.sealed = True
            names[name] = rest
    return names


def _mark(value: Value, depth: int = 0) -> Any:
    if isinstance(value, Const):
        constant = value.value
        return (
            "k",
            constant if isinstance(constant, (str, int, float, bool, bytes, type(None))) else id(value),
            value.deps,
        )
    if isinstance(value, Ext):
        return ("e", value.path, value.deps, value.key, origin(value))
    if isinstance(value, Unknown):
        return ("u", value.deps)
    if isinstance(value, EnvVar):
        return ("v", value.name)
    depth += 1
    if depth > NESTED:
        return id(value)
    if isinstance(value, Text):
        return ("t", *[_mark(part, depth) for part in value.parts[:8]])
    if isinstance(value, Seq):
        return ("q", *[_mark(item, depth) for item in value.items[:8]]) if not value.persistent else id(value)
    if isinstance(value, Map) and not value.persistent:
        entries = [(str(key), _mark(item, depth)) for key, item in list(value.entries.items())[:8]]
        return ("m", *entries, len(value.others))
    if isinstance(value, Union):
        return ("|", *[_mark(option, depth) for option in value.options])
    if isinstance(value, Bound):
        return ("b", _mark(value.function, depth), _mark(value.owner, depth))
    return id(value)
